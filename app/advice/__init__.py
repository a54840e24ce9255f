"""What to do about it: what a level means for the scope of a Lean project."""
