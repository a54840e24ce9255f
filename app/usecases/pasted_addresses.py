"""Finds the addresses of a list in a pasted text, however a mail program has spelled them there.

The time grows with the length of the text alone: it is cut at every “@”, and only what stands
right before and after one is looked at.
"""

import html
import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from urllib.parse import unquote

import idna

from app.mailing.addresses import LONGEST_ADDRESS, LONGEST_LOCAL
from app.usecases.addresses import address_key

_SOFT_BREAK = re.compile(r"=[ \t]*\r?\n(?:> ?)*")
_QUOTED_BYTES = re.compile(r"(?:=[0-9A-F]{2})+")
#: What tells the encoding of mails: a soft line break, a sign that is often encoded, a letter.
_IS_QUOTED = re.compile(r"=[ \t]*\r?\n|=(?:3[ACDE]|20|40|[C-F][0-9A-F]=[89AB][0-9A-F])")
_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z]{2,8});?")
#: Signs without width, which some programs put into long words.
_WIDTHLESS = re.compile("[\u00ad\u200b\u200c\u200d\u2060\ufeff]")
#: What no part before an “@” holds. Words of scripts without spaces stand close to it.
_BEFORE = re.compile(r"[^\w.!#$%&'*+/=?^`{|}~-]|[\u2e80-\U0010ffff]")
#: Signs that may stand there but hardly do: more often they are around an address.
_AROUND = re.compile(r"[!#$%&*/=?^`{|}~]")
_LABEL = r"[^\W_](?:[^\W_]|[-\u0300-\u036f])*"
_DOMAIN = re.compile(rf"{_LABEL}(?:\.{_LABEL})+")
_SPACELESS = re.compile(r"[\u2e80-\U0010ffff].*")
#: Headers whose values look like addresses and are none.
_IDS = re.compile(
    r"^[ \t>]*(?:message-id|references|in-reply-to|content-id|[a-z-]+-message-id)[ \t]*:"
    r"[^\n]*(?:\n[ \t][^\n]*)*",
    re.IGNORECASE | re.MULTILINE,
)
_MACHINES = ("mailer-daemon", "postmaster")


@dataclass(frozen=True)
class Found:
    """The addresses of a text: those of the list, as the list has them, and all others."""

    known: frozenset[str]
    strangers: tuple[str, ...]


def find_addresses(text: str, known: Collection[str]) -> Found:
    """Return which addresses stand in a text: raw, or decoded in each of the usual ways."""
    by_domain = _by_domain(known)
    found, others = set[str](), dict[str, None]()
    plain, readings = _readings(text)
    for reading in readings:
        people = {token: _known(*token, by_domain) for token in _tokens(reading)}
        found |= {person for person in people.values() if person is not None}
        if reading == plain:  # the others are cut where they are encoded
            ids = {token for part in _IDS.findall(reading) for token in _tokens(part)}
            left = [one for one, person in people.items() if person is None and one not in ids]
            others = dict.fromkeys(filter(None, (_stranger(*token) for token in left)))
    return Found(frozenset(found), tuple(others))


def _readings(text: str) -> tuple[str, Collection[str]]:
    """Return the text as plainly as it can be read, and that among all other readings of it."""
    raw = _WIDTHLESS.sub("", text).replace("\\@", "@")
    quoted = _unquoted(raw)
    raw_once, quoted_once = _unescaped(raw), _unescaped(quoted)
    raw_twice, quoted_twice = _unescaped(raw_once), _unescaped(quoted_once)  # a page in a page
    plain = quoted_twice if _IS_QUOTED.search(raw) else raw_twice
    return plain, {raw, quoted, raw_once, quoted_once, raw_twice, quoted_twice}


def _unescaped(text: str) -> str:
    """Return a text without the entities of HTML and the encoding of links."""
    if "&" in text:
        text = _ENTITY.sub(lambda one: html.unescape(one[0]), text)
    return _WIDTHLESS.sub("", unquote(text))


def _unquoted(text: str) -> str:
    """Return a text without the quoted-printable encoding of mails."""

    def decoded(found: re.Match[str]) -> str:
        octets = bytes.fromhex(found[0].replace("=", ""))
        try:
            return octets.decode()
        except UnicodeDecodeError:
            return octets.decode("latin-1")

    return _QUOTED_BYTES.sub(decoded, _SOFT_BREAK.sub("", text))


def _tokens(text: str) -> dict[tuple[str, str], None]:
    """Return what stands before and after each “@”, each once and in the order of the text."""
    parts = text.split("@")
    found: dict[tuple[str, str], None] = {}
    for before, after in pairwise(parts):
        domain = _DOMAIN.match(after, 0, LONGEST_ADDRESS + 1)
        if domain and (word := _BEFORE.split(before[-LONGEST_LOCAL - 16 :])[-1]):
            found[word, domain[0].rstrip("-")] = None
    return found


def _by_domain(known: Collection[str]) -> Mapping[str, Mapping[str, str]]:
    """Return the addresses of the list by domain, in each of its spellings, and what is before."""
    found: dict[str, dict[str, str]] = {}
    for address in known:
        local, _at, domain = address_key(address).rpartition("@")
        for spelling in {domain, _plainly(address.rpartition("@")[2]), _spoken(domain)}:
            found.setdefault(spelling, {})[local] = address
    return found


def _spoken(domain: str) -> str:
    """Return a domain in the letters of people, if it has such a spelling."""
    try:
        return idna.decode(domain) if "xn--" in domain else domain
    except UnicodeError:
        return domain


def _plainly(domain: str) -> str:
    return unicodedata.normalize("NFC", domain).lower()


def _known(before: str, domain: str, known: Mapping[str, Mapping[str, str]]) -> str | None:
    """Return the address of the list that this is: the longest, if signs around it are cut."""
    for spelling in _domains(domain):
        people = known.get(_plainly(spelling))
        for local in _locals(before) if people else ():
            if people and local.lower() in people:
                return people[local.lower()]
    return None


def _domains(domain: str) -> Iterator[str]:
    """Return a domain, and what it is if words follow it closely."""
    yield domain
    if not domain.isascii():
        yield _SPACELESS.sub("", domain).rstrip(".-")
    rest, _dot, last = domain.rpartition(".")
    if "-" in last and not last.lower().startswith("xn--"):
        yield f"{rest}.{last.partition('-')[0]}"


def _locals(before: str) -> Iterator[str]:
    """Return what may stand before the “@”, longest first: all of it, then less of what is around.

    Dots, hyphens and the like join words to one name, so nothing is cut there but at the edge.
    """
    yield before
    starts = [0, *(sign.end() for sign in _AROUND.finditer(before))]
    for start in starts:
        yield before[start:].strip("'._-+`")


def _stranger(before: str, domain: str) -> str:
    """Return an address that may be somebody's, as plainly as it can be told; "" if it is none."""
    local, plain = list(_locals(before))[-1], list(_domains(domain))[-1]
    last = plain.rpartition(".")[2]
    whole = f"{local}@{plain}"
    is_one = (
        "." in plain
        and (last.isalpha() or last.lower().startswith("xn--"))
        and 0 < len(local) <= LONGEST_LOCAL
        and len(whole) <= LONGEST_ADDRESS
        and local.lower() not in _MACHINES
    )
    return whole.lower() if is_one else ""
