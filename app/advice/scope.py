"""From a unit's figures to the scope of Lean work it can carry, and the scope all can share."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from app.advice.response import is_headline, may_name_levels
from app.advice.willingness import Willingness, willingness_of
from app.maturity import ORIENTATIONS, Level, Orientation
from app.scoring.figure import Band
from app.scoring.release import Release, UnitResult
from app.scoring.suppression import ORGANISATION


@dataclass(frozen=True)
class Scope:
    """How wide a Lean stream a unit can work in.

    `level` is min(overall level, value-stream level). `safe` is the low end of the band:
    the widest stream to plan without reserve; `facilitated` is the high end, open with
    facilitation where people are willing, else equal to `level`. `workshop_first` says that
    no stream should be mapped before the group has talked about its own purpose; all are then
    the low end of its band, or 1 where it has none (`has_band`).
    """

    level: Level
    safe: Level
    facilitated: Level
    workshop_first: bool
    has_band: bool = True


class Standing(StrEnum):
    """What a group's figures allow one to say of its level."""

    SETTLED = "settled"
    #: Its members see it differently, or its band is wide open.
    DIVIDED = "divided"
    #: Under 40 % gave usable answers.
    FEW_ANSWERED = "few answered"
    #: Too few people, or too few answers, to be shown alone.
    HIDDEN = "hidden"


def standing_of(unit: UnitResult) -> Standing:
    """Return how a group stands; all but the first have no level that describes them."""
    if unit.overall is None:
        return Standing.HIDDEN
    if not may_name_levels(unit):
        return Standing.FEW_ANSWERED
    return Standing.SETTLED if is_settled(unit) else Standing.DIVIDED


def is_settled(unit: UnitResult) -> bool:
    """Return whether one level says where a unit is: neither split, nor wide open, nor hidden."""
    return unit.overall is not None and unit.overall.level is not None


def is_unwilling(unit: UnitResult) -> bool:
    """Return whether a unit could share a stream, at level 2 or above, and would not do so yet."""
    knows = unit.overall is not None and (unit.overall.level or 0) >= Level.SYSTEM_SERVICE
    return knows and willingness_of(unit) is Willingness.NOT_YET


def scope_of(unit: UnitResult) -> Scope | None:
    """Return the scope a unit can carry; None if its figures allow no headline level."""
    if unit.overall is None or not is_headline(unit):
        return None
    value_stream = unit.profiles[Orientation.VALUE_STREAM]
    bands = [band for band in (unit.overall.band, value_stream.band) if band is not None]
    safe = Level(min((band[0] for band in bands), default=Level.TECHNOLOGY))
    if unit.overall.level is None:
        return Scope(safe, safe, safe, workshop_first=True, has_band=_is_told(unit, bands))
    level = min(unit.overall.level, value_stream.level or safe)
    willing = willingness_of(unit) is Willingness.WOULD
    high = max(level, min((band[1] for band in bands), default=level))
    return Scope(
        level=level,
        safe=min(level, safe),
        facilitated=Level(high) if willing else level,
        workshop_first=False,
    )


def _is_told(unit: UnitResult, bands: Sequence[Band]) -> bool:
    """Whether the band of a unit without a level says where to begin: not that of two camps."""
    return len(bands) == 2 and not any(unit.profiles[o].split for o in ORIENTATIONS)


@dataclass(frozen=True)
class CommonScope:
    """The widest stream that all groups with a settled level can join, and who limits it."""

    level: Level
    settled: tuple[UnitResult, ...]
    limiting: tuple[UnitResult, ...]
    workshop_first: tuple[UnitResult, ...]
    unknown: tuple[UnitResult, ...]


def groups_of(release: Release) -> tuple[UnitResult, ...]:
    """Return the groups of a release: units that answer themselves, not those above them.

    Pools are none: what their groups could do by themselves is not known.
    """
    return tuple(unit for unit in release.units if not unit.is_parent and not unit.is_pool)


def rows_of(release: Release) -> tuple[UnitResult, ...]:
    """Return what is told as one: every group that counts in no pool, and every pool."""
    inside = {member for unit in release.units for member in unit.members}
    return tuple(u for u in release.units if not u.is_parent and u.id not in inside)


def rows_below(unit: UnitResult, release: Release) -> tuple[UnitResult, ...]:
    """Return the groups and pools under a unit, at whatever depth."""
    below = {unit.id}
    for other in release.units:
        if other.id != ORGANISATION and (other.parent or ORGANISATION) in below:
            below.add(other.id)
    return tuple(row for row in rows_of(release) if row.id in below)


def level_counts(unit: UnitResult, release: Release) -> Counter[Level | None]:
    """Count the groups and pools below a unit by their overall level: all that is told of it.

    None counts those that no level describes: split, or not settled. Groups whose level may
    not be named are not counted.
    """
    return Counter(
        row.overall.level
        for row in rows_below(unit, release)
        if row.overall is not None and is_headline(row)
    )


def common_scope(units: Iterable[UnitResult]) -> CommonScope | None:
    """Return the scope that several groups share: the smallest of their own scope levels.

    Groups that need a workshop first do not lower it, but are named; those without a
    headline level are unknown. None if no group has a settled level: no grounds.
    """
    scopes = [(unit, scope_of(unit)) for unit in units]
    settled = [(unit, s.level) for unit, s in scopes if s is not None and not s.workshop_first]
    if not settled:
        return None
    level = min(level for _, level in settled)
    return CommonScope(
        level=level,
        settled=tuple(unit for unit, _level in settled),
        limiting=tuple(unit for unit, own in settled if own == level),
        workshop_first=tuple(u for u, s in scopes if s is not None and s.workshop_first),
        unknown=tuple(unit for unit, scope in scopes if scope is None),
    )


def common_kind(units: Iterable[UnitResult]) -> str | None:
    """Return the kind of several groups if they share one: whose tasks may stand for all."""
    kinds = {unit.kind for unit in units}
    return kinds.pop() if len(kinds) == 1 else None


def closest_above(units: Sequence[UnitResult], release: Release) -> UnitResult:
    """Return the lowest unit that several groups (at least one) all stand below."""
    lines = [_above(unit, release) for unit in units]
    shared = set(lines[0]).intersection(*lines)
    return release.unit(next(one for one in lines[0] if one in shared))


def _above(unit: UnitResult, release: Release) -> list[str]:
    """The ids above a unit, the closest first; the organisation is the last."""
    found, above = [], unit.parent
    while above is not None:
        found.append(above)
        above = release.unit(above).parent
    return [*found, ORGANISATION]
