"""E-mail addresses: what can be one."""

import re
from email.headerregistry import Address

LONGEST_EMAIL = 254
EMAIL = re.compile(r"[^@\s,;:<>()\"]+@[^@\s,;:<>()\"]+\.[^@\s.,;:<>()\"]+")


def spoken_name(name: str) -> str:
    """Return “Last, First” as it is said, and every other name as it is."""
    last, comma, first = (part.strip() for part in name.partition(","))
    return f"{first} {last}" if comma and last and first and "," not in first else name


def is_email(text: str) -> bool:
    """Return whether a text can be an address that mail is sent to."""
    if len(text) > LONGEST_EMAIL or not text.isprintable() or not EMAIL.fullmatch(text):
        return False
    try:
        Address(addr_spec=text)
    except Exception:  # the parser raises whatever it stumbles over
        return False
    return True
