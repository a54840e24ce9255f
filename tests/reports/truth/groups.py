"""What sentences say of groups by name: who is settled, divided, unknown, willing."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache

from app.advice.levels import load_advice
from app.advice.topics import load_topics
from app.language import uncapitalised
from app.maturity import LEVELS, Orientation
from tests.reports.truth.organisations import KINDS
from tests.reports.truth.page import Page
from tests.reports.truth.waves import Row
from tests.reports.truth.words import any_of, names_in

ADVICE = load_advice()
Test = Callable[["Group"], bool]


@dataclass(frozen=True)
class Group:
    """A group that was asked, with its row where it is told alone."""

    name: str
    id: str
    row: Row | None

    @property
    def is_settled(self) -> bool:
        return self.row is not None and self.row.is_settled

    @property
    def is_divided(self) -> bool:
        return self.row is not None and self.row.is_named and not self.row.is_settled

    @property
    def is_unknown(self) -> bool:
        return self.row is None or not self.row.is_named

    @property
    def willing(self) -> str:
        return self.row.willing if self.row else "not known"

    @property
    def scope(self) -> int:
        """The lower of overall and value stream; of a value stream that is open, the low end."""
        if self.row is None or not self.row.is_settled:
            return 0
        stream = self.row.scales[Orientation.VALUE_STREAM]
        safe = min(self.row.band[0], stream.band[0])
        return min(self.row.level, self.row.level_on(Orientation.VALUE_STREAM) or safe)

    @property
    def reach(self) -> int:
        """The scope level, or the upper end of the band where people would take part."""
        if self.row is None or not self.is_settled or self.willing != "would take part":
            return self.scope
        stream = self.row.scales[Orientation.VALUE_STREAM]
        return max(self.scope, min(self.row.band[1], stream.band[1]))


def is_settled(group: Group) -> bool:
    """Whether one level describes a group."""
    return group.is_settled


def is_to_win(group: Group) -> bool:
    """Whether a level is known, and its people or a part of them would not share a process."""
    return group.is_settled and group.willing in ("not yet", "two camps")


class Groups:
    """The groups and rows of a page, for sentences that name some of them."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.every = [
            Group(unit.name, unit.id, page.truth.row_of((unit.id,))) for unit in page.truth.groups
        ]
        self.by_name = {group.name: group for group in self.every}
        self.names = tuple(page.results)
        #: What is told as one: groups in no pool, and pools, with their names.
        self.rows = [
            (unit.name, page.truth.row_of(unit.members or (unit.id,)))
            for unit in page.release.units
            if not unit.is_parent and unit.id not in page.truth.pooled
        ]

    def which(self, holds: Test) -> list[str]:
        return [group.name for group in self.every if holds(group)]

    def are(self, kind: str, text: str, holds: Test, *, all_: bool = False) -> None:
        """Check that what is said of some groups is so of each, and of no other where all are."""
        self.rows_are(kind, text, self.which(holds), all_=all_)

    def rows_are(self, kind: str, text: str, every: Iterable[str], *, all_: bool = True) -> None:
        known, found = set(every), names_in(text, self.names)
        if isinstance(found, int):
            true = found == len(known) if all_ else found <= len(known)
        else:
            true = found is not None and (set(found) == known if all_ else set(found) <= known)
        self.page.check(kind, text, sorted(known), true=true)


def one_of(texts: Iterable[str]) -> str:
    """Return a group of a pattern for any of several texts."""
    return f"(?:{any_of(tuple(texts))})"


@lru_cache
def scopes() -> dict[str, int]:
    """The level that each stream of the catalogue takes, as it reads inside a sentence."""
    found = [(level, ADVICE.level(level, kind)) for level in LEVELS for kind in (None, *KINDS)]
    return {uncapitalised(text.scope).rstrip("."): int(level) for level, text in found}


@lru_cache
def starts() -> tuple[str, ...]:
    """How groups begin, by level and kind."""
    found = [ADVICE.level(level, kind) for level in LEVELS for kind in (None, *KINDS)]
    return tuple(uncapitalised(text.start[0]) for text in found)


@lru_cache
def topics() -> tuple[str, ...]:
    """The titles of all topics, as they read inside a sentence."""
    return tuple(uncapitalised(topic.title) for topic in load_topics())


@lru_cache
def streams() -> tuple[str, ...]:
    """The streams of all topics at all reaches."""
    return tuple(topic.at(level).stream for topic in load_topics() for level in LEVELS)
