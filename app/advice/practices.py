"""Which ITIL practices each group's level opens, and which are too early and why."""

from dataclasses import dataclass

from app.advice.levels import AdviceCatalogue
from app.advice.scope import groups_of, scope_of
from app.maturity import Level
from app.scoring.release import Release, UnitResult


@dataclass(frozen=True)
class Practice:
    """A practice with the level that opens it."""

    name: str
    level: Level


@dataclass(frozen=True)
class PracticeRow:
    """One group: its scope level (None: unknown or not settled), and what each level lacks."""

    unit: UnitResult
    level: Level | None

    def reaches(self, practice: Practice) -> bool | None:
        """Return whether a practice is within reach; None where no level may be named."""
        return None if self.level is None else practice.level <= self.level


@dataclass(frozen=True)
class PracticeOverlay:
    """Groups by practices."""

    practices: tuple[Practice, ...]
    rows: tuple[PracticeRow, ...]


def practice_overlay(release: Release, advice: AdviceCatalogue) -> PracticeOverlay:
    """Return the practices that the levels of a release open, for each group."""
    practices = tuple(
        Practice(name, Level(level.level)) for level in advice.levels for name in level.practices
    )
    rows = []
    for unit in groups_of(release):
        scope = scope_of(unit)
        known = scope is not None and not scope.workshop_first
        rows.append(PracticeRow(unit, scope.level if scope and known else None))
    return PracticeOverlay(practices, tuple(rows))
