"""The headers of a mail in which people type: names with addresses, and the subject."""

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


class Folded(str):
    """The value of a header that is folded already: it leaves exactly as it stands.

    The library folds by reading a value and writing it anew. Of a name it forgets the quotation
    marks: what stands before a comma, or in angle brackets, then is an address of its own. Of
    other texts it doubles blanks at a fold, and loses those between words that it encodes.
    """

    __slots__ = ("name",)

    name: str

    def fold(self, *, policy: Policy) -> str:
        """Return the lines of the header. The policy only says how a line ends."""
        lines = str(self).replace("\r\n", policy.linesep)
        return f"{self.name}: {lines}{policy.linesep}"


class Mailbox(Folded):
    """A header that names one person."""

    __slots__ = ("addresses",)

    addresses: tuple[Address]


def subject_line(text: str) -> Folded:
    """Return the header of a subject. Raises ValueError for one of several lines."""
    if len(text.splitlines()) > 1:
        raise ValueError("a subject has one line")
    # What looks like an encoded word would be decoded.
    charset = "us-ascii" if text.isascii() and "=?" not in text else "utf-8"
    made = Folded(Header(text, charset, _LINE - 2, "Subject").encode(linesep="\r\n"))
    made.name = "Subject"
    return made


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
