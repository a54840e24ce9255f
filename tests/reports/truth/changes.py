"""Two waves: which groups are compared, and how far each moved, as shown and exactly."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from math import inf, sqrt

from app.scoring.change import Changes, Reason, changes_between
from app.scoring.release import Release, UnitResult
from tests.reports.truth.contrasts import deviation
from tests.reports.truth.figures import hidden_by
from tests.reports.truth.page import Page
from tests.reports.truth.statistics import Side
from tests.reports.truth.waves import Row, Truth

LEAST = 0.3
#: Variance of a mean that is told to a tenth, evenly spread over it.
ROUNDED = 0.1**2 / 12


@dataclass(frozen=True)
class Move:
    """One row in both waves: as shown, exactly, and with what it may be told."""

    then: Row
    now: Row
    old: Side
    new: Side
    #: How far what is shown may lie from what is so.
    loose: float
    #: Whether one of its means is told as a bound only.
    or_more: bool

    @property
    def shown(self) -> float:
        return self.new.mean - self.old.mean

    @property
    def exact(self) -> float:
        return float(self.now.mean - self.then.mean)

    @cached_property
    def margin(self) -> float:
        return self.new.margin(self.old)

    @property
    def p(self) -> float:
        return self.new.p(self.old)

    @property
    def visible(self) -> float:
        return max(LEAST, self.margin)


def _side(unit: UnitResult, release: Release, kept: float) -> Side:
    """The overall mean as shown; people asked only once count as chance."""
    assert unit.overall is not None
    assert unit.overall.mean is not None
    n = unit.overall.n
    sd, df = deviation(unit, unit.overall, release)
    se = sd / sqrt(n) * sqrt(1 - 0.6 * min(1.0, n / unit.invited) * kept)
    return Side(unit.overall.mean.value, sqrt(se**2 + ROUNDED) if se else 0.0, df)


def _may_be_less(old: UnitResult, new: UnitResult) -> bool:
    """Whether the move may be smaller than told: a bound does not lead away from the other mean."""
    means = [one.overall.mean for one in (old, new) if one.overall and one.overall.mean]
    (low, _), (high, _) = ends = sorted((m.value, m.bound) for m in means)
    bounds = [bound for _value, bound in ends]
    plain = not any(bounds)
    return not plain and (low == high or bounds[0] == "or more" or bounds[1] == "or less")


class Both:
    """Two waves, as they were released and as they are."""

    def __init__(self, page: Page, earlier: Release, before: Truth) -> None:
        self.page, self.earlier, self.before = page, earlier, before
        self.changes: Changes = changes_between(page.release, earlier)

    @cached_property
    def names(self) -> set[str]:
        return {unit.name for unit in (*self.page.release.units, *self.earlier.units)}

    @cached_property
    def moves(self) -> dict[str, Move]:
        """Every row that is told in both waves, by its name now."""
        found = {}
        for unit in self.page.release.cells:
            old = next((one for one in self.earlier.cells if one.id == unit.id), None)
            now = self.page.truth.row_of(unit.members or (unit.id,))
            then = old and self.before.row_of(old.members or (old.id,))
            if old and now and then and self.reason(unit) is None:
                kept = unit.overlap or 0.0
                sides = _side(old, self.earlier, kept), _side(unit, self.page.release, kept)
                ends = ((old.overall, then), (unit.overall, now))
                means = [(one.mean, row) for one, row in ends if one and one.mean]
                loose = sum(hidden_by(mean, row.mean) for mean, row in means)
                or_more = any(mean.bound for mean, _row in means)
                found[unit.name] = Move(then, now, *sides, loose, or_more)
        return found

    def reason(self, unit: UnitResult) -> Reason | None:
        """Why a row is not compared, from who was asked and what is so."""
        ids = unit.members or (unit.id,)
        now, then = self.page.truth.row_of(ids), self.before.row_of(ids)
        known = all(one in self.before.units for one in ids)
        if not (known and (len(ids) == 1 or then)):
            return Reason.NEW
        if len(ids) == 1 and self.before.units[ids[0]].kind != self.page.truth.units[ids[0]].kind:
            return Reason.OTHER_KIND
        if now is None or then is None:
            return Reason.NOT_ALONE
        if now.split or then.split:
            return Reason.TWO_CAMPS
        old = next(one for one in self.earlier.cells if one.id == unit.id)
        told = all(one.overall and one.overall.mean for one in (unit, old))
        if not (now.is_named and then.is_named and told):
            return Reason.NO_LEVEL
        return Reason.BOUND if _may_be_less(old, unit) else None

    @cached_property
    def together(self) -> tuple[float, float, float, float]:
        """The move of all with two plain means, by the people asked: as shown, exact, …

        Then half its interval, and how far it may lie from what is shown.
        """
        known = [move for move in self.moves.values() if not move.or_more]
        asked = sum(move.now.invited for move in known)
        weighed = [(move.now.invited / asked, move) for move in known]
        shown = sum(w * move.shown for w, move in weighed)
        exact = sum(w * move.exact for w, move in weighed)
        ends = [
            (w * one.se, one.df) for w, move in weighed for one in (move.old, move.new) if one.se
        ]
        return shown, exact, _margin(ends), sum(w * move.loose for w, move in weighed)


def _margin(ends: Sequence[tuple[float, float]]) -> float:
    """Half the 95 % interval of a sum of independent means (Welch-Satterthwaite)."""
    se = sqrt(sum(se**2 for se, _ in ends))
    lost = sum(se**4 / df for se, df in ends)
    return Side(0.0, se, se**4 / lost if lost else inf).margin(Side(0.0, 0.0, 1.0)) if se else 0.0
