"""Before a launch: the smallest move that a report on two waves could show of each group."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import inf
from typing import Final

from app.scoring.change import smallest_visible
from app.scoring.release import Release, UnitResult
from app.scoring.rules import K_FINE, K_FLOOR, SPREAD_ASSUMED, SPREAD_FROM
from app.scoring.spread import spread_of
from app.storage.store import Store
from app.usecases.assessments import AssessmentView, UnitState
from app.usecases.checklist import asked_units
from app.usecases.plans import Plan

#: What is taken where no wave has told yet: the share of people who answer, the share of them
#: who are asked again the next time, and how far people of one group lie apart, in levels.
USUAL_RESPONSE: Final = 0.8
USUAL_KEPT: Final = 0.8
USUAL_SPREAD: Final = 0.7

#: With fewer people than this only large moves can be seen.
FEW_PEOPLE: Final = 12


@dataclass(frozen=True)
class VisibleMove:
    """A group with the smallest move of its mean, in levels, that can be seen of it.

    `answers` are those expected in each of two waves. `least` is None for a group that is
    expected to be too small to be shown alone.
    """

    group: str
    people: int
    answers: int
    least: float | None


@dataclass(frozen=True)
class VisibleMoves:
    """The smallest visible moves of all groups that a plan asks.

    `is_assumed`: no wave has told yet how far people of one group lie apart.
    """

    groups: tuple[VisibleMove, ...]
    is_assumed: bool

    @property
    def ends(self) -> tuple[float, float] | None:
        """The smallest and the largest of the moves; None where no group is shown alone."""
        known = [one.least for one in self.groups if one.least is not None]
        return (min(known), max(known)) if known else None

    @property
    def has_few(self) -> bool:
        """Return whether some groups are shown alone whose people are few."""
        return any(one.least is not None and one.people < FEW_PEOPLE for one in self.groups)


def visible_moves(store: Store, view: AssessmentView, plan: Plan) -> VisibleMoves:
    """Return what two waves like the last closed one, or two usual ones, could show."""
    groups = [one for one in asked_units(view, plan) if not one.unit.about_id and one.invited]
    with store.reading() as work:
        waves = [wave for wave in work.waves.of(view.id) if wave.closed_at is not None]
        release = work.releases.get(waves[-1].id) if waves else None
        people = {person.id: person.unit_id for person in work.people.of(view.id)}
        kept = work.invitees.kept(people, waves[-1].id) if waves else {}
    if release is None:
        return _first(groups)
    moves = tuple(_as_before(one, release, kept) for one in groups)
    return VisibleMoves(moves, is_assumed=False)


def _first(groups: Sequence[UnitState]) -> VisibleMoves:
    """Nothing is known yet; groups under fifteen answers will be tested by the spread of others."""
    fine = [n for one in groups if (n := round(USUAL_RESPONSE * one.invited)) >= K_FINE]
    pooled = (USUAL_SPREAD, float(sum(fine) - len(fine)))
    if sum(fine) < SPREAD_FROM:
        pooled = (SPREAD_ASSUMED, inf)
    moves = []
    for one in groups:
        n = round(USUAL_RESPONSE * one.invited)
        spread = (USUAL_SPREAD, float(n - 1)) if n >= K_FINE else pooled
        moves.append(_move(one, n, spread, _usually_kept(one)))
    return VisibleMoves(tuple(moves), is_assumed=True)


def _as_before(one: UnitState, release: Release, kept: Mapping[str, float]) -> VisibleMove:
    """Take a group to answer as it did in the last closed wave."""
    before = {unit.id: unit for unit in release.units if not unit.is_parent}.get(one.unit.id)
    share = _response(before)
    n = min(one.invited, round(share * one.invited))
    # A frame tells no spread of its own: what follows is that of all groups together.
    spread = spread_of(before or release.organisation, release)
    again = _usually_kept(one)
    if before is not None:
        # As the release will tell it; whoever is not known to have been asked is new.
        again = 0.0 if one.unit.seats else round(20 * kept.get(one.unit.id, 0.0)) / 20
    return _move(one, n, spread, again)


def _response(before: UnitResult | None) -> float:
    if before is None or before.overall is None or not before.invited:
        return USUAL_RESPONSE
    return before.overall.n / before.invited


def _usually_kept(one: UnitState) -> float:
    """Nobody knows who answers by a shared code, so nobody of them counts as asked again."""
    return 0.0 if one.unit.seats else USUAL_KEPT


def _move(one: UnitState, n: int, spread: tuple[float, float], kept: float) -> VisibleMove:
    least = smallest_visible(spread[0], n, one.invited, kept, spread[1]) if n >= K_FLOOR else None
    return VisibleMove(one.unit.name, one.invited, n, least)
