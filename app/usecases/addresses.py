"""E-mail addresses: what can be one."""

import re
from email.headerregistry import Address

LONGEST_EMAIL = 254
EMAIL = re.compile(r"[^@\s,;:<>()\"]+@[^@\s,;:<>()\"]+\.[^@\s.,;:<>()\"]+")


#: What may follow a name and a comma without being a first name.
_TITLES = {"phd", "ph.d", "md", "mba", "msc", "bsc", "dr", "jr", "sr", "ii", "iii", "esq"}


def spoken_name(name: str) -> str:
    """Return “Last, First” as it is said, and every other name as it is."""
    last, comma, first = (part.strip() for part in name.partition(","))
    turned = comma and last and first and "," not in first
    return f"{first} {last}" if turned and first.casefold().strip(".") not in _TITLES else name


def account_address(email: str) -> str:
    """Return an address in the spelling by which accounts are found: small letters, cut.

    Not casefolded: that makes another domain of one with an ß.
    """
    return email.strip().lower()[:LONGEST_EMAIL]


def is_email(text: str) -> bool:
    """Return whether a text can be an address that mail is sent to."""
    if len(text) > LONGEST_EMAIL or not text.isprintable() or not EMAIL.fullmatch(text):
        return False
    try:
        Address(addr_spec=text)
    except Exception:  # the parser raises whatever it stumbles over
        return False
    return True
