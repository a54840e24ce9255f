"""E-mail addresses: what can be one."""

import re

LONGEST_EMAIL = 254
EMAIL = re.compile(r"[^@\s,;:<>()\"]+@[^@\s,;:<>()\"]+\.[^@\s.,;:<>()\"]+")


def is_email(text: str) -> bool:
    """Return whether a text can be an address that mail is sent to."""
    return len(text) <= LONGEST_EMAIL and text.isprintable() and bool(EMAIL.fullmatch(text))
