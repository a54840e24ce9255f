"""E-mail addresses: what can be one, and which are the same."""

from contextlib import suppress

from app.mailing.addresses import LONGEST_ADDRESS, Unmailable, on_the_wire

LONGEST_EMAIL = LONGEST_ADDRESS

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


def email_fault(text: str) -> str:
    """Return why no mail can be sent to a text, and what to do, to be read after it; "" if it can.

    What is wrong with an address is told where it is typed, not when its mail has to leave.
    """
    try:
        on_the_wire(text)
    except Unmailable as error:
        return str(error)
    return ""


def address_key(email: str) -> str:
    """Return the same for all spellings of an address: in small letters, as servers know it.

    Not casefolded: that makes another domain of one with an ß.
    """
    written = email.strip()
    if not written.isascii():
        with suppress(Unmailable):  # one that no server knows is compared as it stands
            written = on_the_wire(written)
    return written.lower()
