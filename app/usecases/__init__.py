"""What people do: one function per deed, in the order of the story."""
