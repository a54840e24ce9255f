"""The headers of a mail that name somebody: a name and an address, whatever stands in the name."""

import re
from email.header import Header
from email.headerregistry import Address
from email.policy import Policy

from app.language import tidy_text
from app.mailing.addresses import on_the_wire

#: Signs that a line should have at most, and what opens the next line of the same header.
_LINE, _FOLD = 78, "\r\n "
#: Words that need no quotation marks.
_ATOMS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?: [A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")


class Mailbox(str):
    """The value of a header such as `From`, folded already: it leaves exactly as it stands.

    The library folds a long name by reading it and writing it anew, and forgets its quotation
    marks: what stands before a comma, or in angle brackets, then is an address of its own.
    """

    __slots__ = ("addresses", "name")

    name: str
    addresses: tuple[Address]

    def fold(self, *, policy: Policy) -> str:
        """Return the lines of the header. The policy only says how a line ends."""
        lines = str(self).replace("\r\n", policy.linesep)
        return f"{self.name}: {lines}{policy.linesep}"


def mailbox(header: str, name: str, address: str) -> Mailbox:
    """Return a header that names one person by a name, which may be empty, and an address.

    Line breaks in the name become spaces, and what cannot be seen goes. The address is written
    as servers know it. Raises Unmailable.
    """
    address = on_the_wire(address)
    local, _at, domain = address.rpartition("@")
    phrase = _phrase(header, " ".join(tidy_text(name).split()))
    last_line = f"{header}: {phrase}".rpartition("\r\n")[2]
    fits = len(f"{last_line} <{address}>") <= _LINE
    between = "" if not phrase else " " if fits else _FOLD
    made = Mailbox(f"{phrase}{between}<{address}>" if phrase else address)
    made.name, made.addresses = header, (Address(username=local, domain=domain),)
    return made


def _phrase(header: str, name: str) -> str:
    """Return a name as a header spells it: bare, in quotation marks, or in encoded words."""
    # What looks like an encoded word is decoded by mail programs, even in quotation marks.
    if name.isascii() and "=?" not in name:
        escaped = re.sub(r'(["\\])', r"\\\1", name)
        phrase = name if not name or _ATOMS.fullmatch(name) else f'"{escaped}"'
        if len(f"{header}: {phrase}") <= _LINE:
            return phrase
    encoded = Header(name, "utf-8", maxlinelen=_LINE - 2, header_name=header)
    return encoded.encode(linesep="\r\n")
