"""Kinds as a roster writes them: what is not known is asked once, not for every person."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import islice

from app.usecases.roster_units import plain


@dataclass(frozen=True)
class UnknownKind:
    """A kind that a roster writes and nobody knows, and how many of its rows do."""

    written: str
    rows: int
    #: The kind that looks most like it, or empty.
    near: str


def known_kinds(titles: Mapping[str, str]) -> dict[str, str]:
    """Return the id of each kind by what a roster may write: its title or its id."""
    by_title = {plain(title): kind for kind, title in titles.items()}
    return by_title | {plain(kind): kind for kind in titles}


def unknown_kinds(
    written: Iterable[str], titles: Mapping[str, str], most: int
) -> tuple[UnknownKind, ...]:
    """Return what is written and no kind, in the order of the roster; not more than `most`."""
    known, spelt = known_kinds(titles), dict[str, str]()
    rows: Counter[str] = Counter()
    for text in written:
        if text and plain(text) not in known:
            spelt.setdefault(plain(text), text)
            rows[plain(text)] += 1
    return tuple(
        UnknownKind(spelt[key], count, _near(key, known))
        for key, count in islice(rows.items(), most)
    )


def _near(key: str, known: Mapping[str, str]) -> str:
    found = get_close_matches(key, known, n=1)
    return known[found[0]] if found else ""
