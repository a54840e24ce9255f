"""Mail as it leaves: one message a person, in plain text and HTML, over SMTP."""
