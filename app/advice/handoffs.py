"""The hand-off map: groups on the path demand, plan, build, run, and the gaps between neighbours.

The stream is no better than its bottleneck, and the risk sits between the steps (ch., risks of
demand, plan, build and run; theory of constraints).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from app.advice.lines import AdviceLine
from app.advice.scope import groups_of, scope_of
from app.advice.topics import STEPS, usual_places
from app.advice.verdicts import deciding_cell
from app.language import gettext as _
from app.language import uncapitalised
from app.maturity import Level, Orientation
from app.questionnaires.questionnaire import PLACE
from app.scoring.mirror import Mirror
from app.scoring.release import Release, UnitResult

#: The passage that the map rests on.
BASIS = "ch., risks between demand, plan, build and run; theory of constraints"


@dataclass(frozen=True)
class Placed:
    """A group on the path. `level` is its scope level (None: unknown or not settled).

    `asked` says that the group itself named its step; else the place that the roster gives it is
    taken, and without one its kind's usual place; a kind of one's own has none (no steps).
    """

    unit: UnitResult
    steps: tuple[str, ...]
    level: Level | None
    asked: bool
    mirror_gap: float | None = None


@dataclass(frozen=True)
class Handoff:
    """The hand-off between two steps: the widest gap between a giving and a taking group.

    `gap` is in levels; None where no two settled groups meet there.
    """

    before: str
    after: str
    gap: int | None
    giver: Placed | None
    taker: Placed | None
    line: AdviceLine | None


@dataclass(frozen=True)
class HandoffMap:
    """All groups on the path, and the hand-offs between its steps, the widest gap first."""

    placed: tuple[Placed, ...]
    handoffs: tuple[Handoff, ...]

    @property
    def bottleneck(self) -> Handoff | None:
        """The hand-off with the widest gap of a level or more, if there is one."""
        widest = next(iter(self.handoffs), None)
        return widest if widest and widest.gap else None


def handoff_map(release: Release) -> HandoffMap:
    """Return where the groups of a release stand on the path, and how far neighbours differ."""
    mirrors = {mirror.about: mirror for mirror in release.mirrors}
    placed = tuple(_place(unit, mirrors) for unit in groups_of(release))
    found = [_handoff(before, after, placed) for before, after in pairwise(STEPS)]
    ranked = sorted(found, key=lambda one: -1 if one.gap is None else one.gap, reverse=True)
    return HandoffMap(placed, tuple(ranked))


def _place(unit: UnitResult, mirrors: Mapping[str, Mirror]) -> Placed:
    scope = scope_of(unit)
    level = scope.level if scope and not scope.workshop_first else None
    profile = unit.profiles.get(PLACE)
    item = profile.items[0] if profile and profile.items else None
    if item is not None:
        # The fifth statement, or none that half of them chose: several steps.
        steps = (STEPS[item.most - 1],) if item.most and item.most <= len(STEPS) else STEPS
    else:
        steps = unit.places or usual_places().get(unit.kind or "", ())
    mirror = mirrors.get(unit.id)
    view = mirror.views.get(Orientation.VALUE_STREAM) if mirror else None
    gap = view.gap if view and view.clear else None
    return Placed(unit, tuple(steps), level, item is not None, gap)


def _handoff(before: str, after: str, placed: Sequence[Placed]) -> Handoff:
    pairs = [
        (abs(giver.level - taker.level), giver, taker)
        for giver in _at(before, placed)
        for taker in _at(after, placed)
        if giver.unit.id != taker.unit.id and giver.level and taker.level
    ]
    if not pairs:
        return Handoff(before, after, None, None, None, None)
    gap, giver, taker = max(pairs, key=lambda pair: pair[0])
    return Handoff(before, after, gap, giver, taker, _line(before, after, gap, giver, taker))


def _at(step: str, placed: Iterable[Placed]) -> list[Placed]:
    return [one for one in placed if step in one.steps]


def _line(before: str, after: str, gap: int, giver: Placed, taker: Placed) -> AdviceLine:
    if gap == 0:
        text = _("No gap: the groups that meet here see equally far.")
    else:
        text = _(
            "%(giver)s (level %(from)s) stands before %(taker)s (level %(to)s) on the path: a gap "
            "of %(gap)s. Where work passes between them, let both walk through one piece of it "
            "together and agree what is handed over.",
            **{
                "giver": giver.unit.name,
                "from": giver.level,
                "taker": taker.unit.name,
                "to": taker.level,
                "gap": gap,
            },
        )
    cells = [
        replace(cell, what=f"{one.unit.name}, {uncapitalised(cell.what)}")
        for one in (giver, taker)
        for cell in deciding_cell(one.unit)
    ]
    return AdviceLine(f"handoff.{before}.{after}", text, "handoff", BASIS, tuple(cells))
