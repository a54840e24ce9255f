"""What changed between two waves, with a stated share of false alarms (changes, version 2).

Worked out from the figures of both waves as they were released, and from nothing else.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from math import fsum, inf, sqrt
from typing import Final

from app.scoring.difference import Difference, Estimate, benjamini_hochberg, difference, tested
from app.scoring.figure import Band, Bound
from app.scoring.release import Release, UnitResult
from app.scoring.response import ResponseClass, response_class
from app.scoring.rules import CLEAR_CHANGE, FALSE_MOVES, INTERVAL_CONFIDENCE, RHO
from app.scoring.scales import SCALES
from app.scoring.spread import estimate_of
from app.scoring.uncertainty import t_quantile

#: Variance of what rounding a mean to a tenth takes away: even over 0.1 (Sheppard 1898).
ROUNDED: Final = 0.1**2 / 12


class Moved(Enum):
    """What may be said of one group."""

    #: Significant over all groups together, and 0.3 of a level or more.
    MOVED = auto()
    #: By itself beyond the noise, but among so many groups some are by chance.
    PERHAPS = auto()
    #: Smaller moves than the smallest visible one cannot be seen.
    NOT_SEEN = auto()


class Reason(Enum):
    """Why a group is not compared; none of them depends on who answered in it."""

    NEW = auto()
    ENDED = auto()
    OTHER_KIND = auto()
    NOT_ALONE = auto()
    NO_LEVEL = auto()
    #: A mean is told as a bound only, and the move may be smaller than what is told of it.
    BOUND = auto()
    TWO_CAMPS = auto()


@dataclass(frozen=True)
class Change:
    """A group or pool in both waves: how far its overall mean moved, in levels, now less then.

    `visible` is the smallest move that is told. `or_more` says that the move may be larger,
    since one of its means is told as a bound. `is_of_level` says that the bands do not overlap
    either.
    """

    unit: UnitResult
    difference: Difference
    visible: float
    said: Moved
    or_more: bool = False
    is_of_level: bool = False

    @property
    def value(self) -> float:
        """The move in levels, to a tenth as both means are."""
        return round(self.difference.value, 1)


@dataclass(frozen=True)
class Changes:
    """All that may be said: the organisation first, then every group, falls before gains.

    `together` is the move of all compared groups but of those that moved so far "or more",
    weighed by the people asked; None where there is none. `by_chance` is how many groups' own
    intervals leave out 0 by chance alone.
    """

    together: Difference | None
    groups: tuple[Change, ...]
    not_compared: tuple[tuple[UnitResult, Reason], ...]
    by_chance: float

    def said(self, moved: Moved) -> tuple[Change, ...]:
        """Return the groups of which one thing is said."""
        return tuple(change for change in self.groups if change.said is moved)


def asks_the_same(release: Release, earlier: Release) -> bool:
    """Return whether both waves asked the same: another question would be another measure."""
    return all(release.facets.get(scale) == earlier.facets.get(scale) for scale in SCALES)


def changes_between(release: Release, earlier: Release) -> Changes:
    """Return what changed since an earlier wave that asked the same; groups by their id.

    SE of a change: sqrt of the sum of s^2 / n (1 - rho f c) + 0.1^2 / 12 of both waves, c being
    the share of the later roster that was asked in the earlier wave too (0 if unknown), so that
    newcomers count as chance; the last term is what a mean told to a tenth hides. Over all
    compared groups p-values are adjusted by Benjamini & Hochberg: of the groups that are said
    to have moved, at most one in ten did not.
    """
    before = {unit.id: unit for unit in earlier.units}
    now = {unit.id: unit for unit in release.units}
    pairs: list[tuple[UnitResult, UnitResult]] = []
    left: list[tuple[UnitResult, Reason]] = []
    for unit in release.units:
        if unit.is_parent:
            continue
        reason = _reason(unit, before.get(unit.id), release, earlier)
        if reason is None:
            pairs.append((before[unit.id], unit))
        elif _speaks_for_itself(unit, release, before):
            left.append((unit, reason))
    left += [
        (old, Reason.ENDED)
        for old in earlier.units
        if not old.is_parent and not old.is_pool and not _is_asked(now.get(old.id))
    ]
    moves = [_move(old, new, earlier, release) for old, new in pairs]
    adjusted = benjamini_hochberg([_p(move) for move in moves])
    groups = [
        _change(old, new, move, p)
        for (old, new), move, p in zip(pairs, moves, adjusted, strict=True)
    ]
    return Changes(
        together=_together(groups),
        groups=tuple(sorted(groups, key=_order)),
        not_compared=tuple(left),
        by_chance=len(pairs) * (1 - INTERVAL_CONFIDENCE),
    )


def _is_asked(unit: UnitResult | None) -> bool:
    """Whether a unit is still a group: it may be gone, or hold others now."""
    return unit is not None and not unit.is_parent


def _speaks_for_itself(
    unit: UnitResult, release: Release, before: Mapping[str, UnitResult]
) -> bool:
    """Whether a unit is named: the pool of the same groups in both waves, or else its groups."""
    pool = unit if unit.is_pool else release.pool_of(unit.id)
    return unit.is_pool is (pool is not None and pool.id in before)


def _reason(
    unit: UnitResult, old: UnitResult | None, release: Release, earlier: Release
) -> Reason | None:
    """Why a unit is not compared; None where it is."""
    if old is None:
        return Reason.NEW
    if not unit.is_pool and unit.kind != old.kind:
        return Reason.OTHER_KIND
    if not (unit.is_cell and old.is_cell):
        return Reason.NOT_ALONE
    if any(one.profiles[o].split for one in (unit, old) for o in release.spread):
        return Reason.TWO_CAMPS
    if not (_is_named(unit) and _is_named(old)) or not (
        estimate_of(unit, release) and estimate_of(old, earlier)
    ):
        return Reason.NO_LEVEL
    return Reason.BOUND if _may_be_less(old, unit) else None


def _is_named(unit: UnitResult) -> bool:
    n = min(unit.answered or 0, unit.overall.n if unit.overall else 0)
    return response_class(n, unit.invited) is not ResponseClass.LOW


def _move(old: UnitResult, new: UnitResult, earlier: Release, release: Release) -> Difference:
    kept = new.overlap or 0.0
    after, before = estimate_of(new, release, kept), estimate_of(old, earlier, kept)
    if after is None or before is None:
        raise ValueError("only units with a mean in both waves are compared")
    return difference(_as_told(after), _as_told(before))


def _as_told(figure: Estimate) -> Estimate:
    """Add to a mean's error that it is told to a tenth only."""
    if not figure.se:
        return figure
    return Estimate(figure.mean, sqrt(figure.se**2 + ROUNDED), figure.df)


def _p(move: Difference) -> float:
    return 1.0 if move.p_value is None else move.p_value


def _change(old: UnitResult, new: UnitResult, move: Difference, adjusted: float) -> Change:
    value, visible = round(move.value, 1), max(CLEAR_CHANGE, move.detectable or 0.0)
    said = Moved.NOT_SEEN
    if abs(value) >= CLEAR_CHANGE and move.excludes_zero:
        said = Moved.MOVED if adjusted <= FALSE_MOVES else Moved.PERHAPS
    apart = said is Moved.MOVED and _are_apart(_band(old), _band(new))
    or_more = bool(_open_end(old) or _open_end(new))
    return Change(new, move, visible, said, or_more, is_of_level=apart)


def _band(unit: UnitResult) -> Band | None:
    """The band of a unit that one level describes."""
    overall = unit.overall
    return overall.band if overall is not None and overall.level is not None else None


def _are_apart(before: Band | None, after: Band | None) -> bool:
    if before is None or after is None:
        return False
    return before[1] < after[0] or after[1] < before[0]


def _may_be_less(old: UnitResult, new: UnitResult) -> bool:
    """Whether a mean is told as a bound in such a way that the move may be smaller, or another."""
    then, now = _open_end(old), _open_end(new)
    if not then and not now:
        return False
    return (now - then) * (_mean(new) - _mean(old)) <= 0


def _mean(unit: UnitResult) -> float:
    return unit.overall.mean.value if unit.overall and unit.overall.mean else 0.0


def _open_end(unit: UnitResult) -> int:
    """Where the mean may truly lie: 1 above what is told, -1 below, 0 about there."""
    mean = unit.overall.mean if unit.overall else None
    if mean is None or mean.bound is Bound.ABOUT:
        return 0
    return 1 if mean.bound is Bound.OR_MORE else -1


def _order(change: Change) -> tuple[int, float]:
    """What is surest first, and in it falls before gains, the widest first."""
    value = change.value
    rank = [Moved.MOVED, Moved.PERHAPS, Moved.NOT_SEEN].index(change.said)
    return 2 * rank + (value > 0), -abs(value)


def _together(changes: Sequence[Change]) -> Difference | None:
    """The mean move of all groups, each by the people asked, with Welch-Satterthwaite df."""
    exact = [change for change in changes if not change.or_more]
    units, moves = [one.unit for one in exact], [one.difference for one in exact]
    asked = sum(unit.invited for unit in units)
    if not asked:
        return None
    weights = [unit.invited / asked for unit in units]
    value = fsum(w * move.value for w, move in zip(weights, moves, strict=True))
    parts = [(w * (move.se or 0.0), move.df or inf) for w, move in zip(weights, moves, strict=True)]
    se = sqrt(fsum(se**2 for se, _df in parts))
    lost = fsum(se**4 / df for se, df in parts)
    return tested(value, se, se**4 / lost if lost else inf) if se else Difference(value=value)


def smallest_visible(sd: float, n: int, invited: int, kept: float, df: float) -> float:
    """Return the smallest move in levels that can be seen of a group: t(.975) SE, at least 0.3.

    For the same numbers in both waves: `n` of `invited` answer, `kept` of them asked twice, and
    people lie `sd` levels apart with `df` degrees of freedom a wave.
    """
    coverage = min(1.0, n / invited)
    se = sqrt(2 * (sd**2 / n * max(0.0, 1 - RHO * coverage * kept) + ROUNDED))
    return max(CLEAR_CHANGE, float(t_quantile(2 * df, (1 + INTERVAL_CONFIDENCE) / 2)) * se)
