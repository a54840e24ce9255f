"""What a mail server takes as an address, and how an address is written on its way there."""

import re
import unicodedata

import idna

from app.language import gettext as _

LONGEST_ADDRESS, LONGEST_LOCAL, LONGEST_LABEL = 254, 64, 63
_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LOCAL = re.compile(rf"{_ATOM}(?:\.{_ATOM})*")
_LABEL = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?")
_NO_PART = re.compile(r"[\s,;:<>()\"@\\]")
#: Scripts that are written together (the “highly restrictive” level of Unicode's report 39).
_TOGETHER = (
    {"LATIN", "CJK", "HIRAGANA", "KATAKANA"},
    {"LATIN", "CJK", "BOPOMOFO"},
    {"LATIN", "CJK", "HANGUL"},
)


class Unmailable(ValueError):
    """No mail server takes an address; the text says why and what to do, and follows it."""


def on_the_wire(address: str) -> str:
    """Return an address as servers know it: its domain in plain letters (IDNA 2008).

    Letters beyond ASCII before the “@” are refused: a mail to them needs every server on its way
    to take them (RFC 6531), which nobody can tell beforehand. Raises Unmailable.
    """
    if len(address) > LONGEST_ADDRESS:
        raise _too_long()
    local, _at, domain = address.rpartition("@")
    if not local or not domain or not address.isprintable() or _NO_PART.search(local):
        raise _no_address()
    if re.fullmatch(r"\[.*\]|[0-9.]+", domain):
        raise Unmailable(
            _(
                "names a machine by its number; write the name of its domain, as in "
                "name@example.org."
            )
        )
    _check_local(local)
    written = f"{local}@{_plain_domain(domain)}"
    if len(written) > LONGEST_ADDRESS:
        raise _too_long()
    return written


def _too_long() -> Unmailable:
    return Unmailable(
        _(
            "is longer than the %(most)s characters that mail servers take; ask for a shorter one.",
            most=LONGEST_ADDRESS,
        )
    )


def _no_address() -> Unmailable:
    return Unmailable(_("is not an e-mail address; write it as name@example.org."))


def _check_local(local: str) -> None:
    foreign = next((sign for sign in local if not sign.isascii()), None)
    if foreign is not None:
        raise Unmailable(
            _(
                "has “%(sign)s” before the “@”, which many mail servers do not take; ask for its "
                "spelling in plain letters (a to z).",
                sign=foreign,
            )
        )
    if len(local) > LONGEST_LOCAL:
        raise Unmailable(
            _(
                "has more than %(most)s characters before the “@”, which no mail server takes; "
                "ask for a shorter one.",
                most=LONGEST_LOCAL,
            )
        )
    if not _LOCAL.fullmatch(local):
        raise _no_address()


def _plain_domain(domain: str) -> str:
    if _NO_PART.search(domain):
        raise _no_address()
    if not domain.isascii():
        try:
            domain = idna.uts46_remap(domain, std3_rules=False)
        except idna.IDNAError as error:
            raise _no_domain(domain) from error
    labels = domain.split(".")
    if len(labels) < 2 or "" in labels:
        raise _no_address()
    plain = [_plain_label(label) for label in labels]
    if plain[-1].isdigit():
        raise _no_domain(labels[-1])
    return ".".join(plain)


def _plain_label(label: str) -> str:
    if "_" in label:
        raise Unmailable(
            _(
                "has “_” in its domain (“%(label)s”), where no domain of mail has one; look for "
                "another sign, often “-”.",
                label=label,
            )
        )
    try:
        if label.isascii() and not label.lower().startswith("xn--"):
            plain = label
        else:
            plain = idna.alabel(label.lower()).decode()
            _check_scripts(idna.ulabel(plain))
    except idna.IDNAError as error:
        raise _no_domain(label) from error
    if len(plain) > LONGEST_LABEL or not _LABEL.fullmatch(plain):
        raise _no_domain(label)
    return plain


def _no_domain(label: str) -> Unmailable:
    return Unmailable(
        _(
            "has a domain that cannot exist (“%(label)s”); look for a wrong sign.",
            label=label[:LONGEST_LABEL],
        )
    )


def _check_scripts(label: str) -> None:
    """Raise Unmailable for a word in letters of two scripts: one of them is an impostor."""
    names = (unicodedata.name(sign, "") for sign in label if sign.isalpha())
    scripts = {re.split("[ -]", name)[0].replace("IDEOGRAPHIC", "CJK") for name in names}
    if len(scripts) > 1 and not any(scripts <= together for together in _TOGETHER):
        raise Unmailable(
            _(
                "mixes letters of several scripts in “%(label)s”, which no domain may; type it "
                "anew in letters of one.",
                label=label,
            )
        )
