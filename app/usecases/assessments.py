"""Assessments: a client's groups, and the waves in which they are asked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from app.language import gettext as _
from app.scoring.rules import K_FLOOR
from app.storage.store import Store
from app.storage.tables import Assessment, Unit, WavePlan
from app.storage.unit_of_work import UnitOfWork
from app.usecases.addresses import email_fault
from app.usecases.audit_log import Deed, record
from app.usecases.errors import SiloscopeError
from app.usecases.ids import short_id
from app.usecases.launches import WORKSHOP
from app.usecases.members import Member, assessment_of, tidy_name
from app.usecases.plans import Plan, new_plan
from app.usecases.results import AssessmentState, WaveDates, list_assessments, waves_of

ROLL_UP = "roll-up"


#: How long a wave runs unless its plan says otherwise.
USUAL_LENGTH = timedelta(days=14)


class WaveRunning(SiloscopeError):
    """Groups stay as they are while a wave asks them."""

    def __init__(self) -> None:
        super().__init__(
            "A wave is open. Groups and people stay as they are until it is closed; only "
            "addresses can be corrected, on the page of the wave."
        )


class WavesLeft(SiloscopeError):
    """An assessment with waves keeps its groups."""

    def __init__(self) -> None:
        super().__init__("The assessment still has waves; erase them first.")


@dataclass(frozen=True)
class UnitState:
    """A unit as it is set up. `invited`: people on the roster and seats of a shared code."""

    unit: Unit
    depth: int
    #: Addresses of its people; empty for those who get a letter.
    addresses: tuple[str, ...]
    parent: str
    about: str
    is_parent: bool

    @property
    def people(self) -> int:
        """How many people it has."""
        return len(self.addresses)

    @property
    def unmailable(self) -> tuple[str, ...]:
        """Addresses of its people that no mail server takes."""
        return tuple(one for one in self.addresses if one and email_fault(one))

    @property
    def invited(self) -> int:
        """How many can answer."""
        return self.people + (self.unit.seats or 0)

    @property
    def is_group(self) -> bool:
        """Return whether the unit answers itself."""
        return bool(self.unit.kind)

    def is_small(self, k: int = K_FLOOR) -> bool:
        """Return whether the group can never be shown alone; partners are never shown by unit."""
        return (
            self.is_group
            and not self.unit.about_id
            and self.unit.route != WORKSHOP
            and self.invited < k
        )


@dataclass(frozen=True)
class PlannedWave:
    """A wave that was not launched yet."""

    id: str
    plan: Plan


@dataclass(frozen=True)
class AssessmentView:
    """An assessment with its units, the waves to come and those that were."""

    id: str
    name: str
    units: tuple[UnitState, ...]
    planned: tuple[PlannedWave, ...]
    waves: tuple[WaveDates, ...]

    @property
    def people(self) -> int:
        """How many can answer; those of a workshop do not."""
        return sum(unit.invited for unit in self.units if unit.unit.route != WORKSHOP)

    @property
    def is_locked(self) -> bool:
        """Return whether a wave is open."""
        return any(wave.closed_at is None for wave in self.waves)


def create_assessment(
    store: Store, member: Member, name: str, now: datetime, chance: Random
) -> str:
    """Make an assessment; return its id. Raises BadName."""
    made = Assessment(
        id=short_id(chance),
        organisation_id=member.organisation_id,
        name=tidy_name(name, "the assessment"),
    )
    with store.writing() as work:
        work.assessments.add(made)
        record(store, work, member.who, Deed.ASSESSMENT_MADE, made.name, now)
        work.commit()
    return made.id


def remove_assessment(store: Store, member: Member, assessment_id: str, now: datetime) -> None:
    """Remove an assessment with its groups, people and plans, once it has no wave (any more).

    Raises UnknownAssessment or WavesLeft.
    """
    with store.writing() as work:
        found = assessment_of(work, member, assessment_id)
        if work.waves.of(assessment_id):
            raise WavesLeft
        work.clients.remove_assessment(assessment_id)
        record(store, work, member.who, Deed.ASSESSMENT_REMOVED, found.name, now)
        work.commit()


def assessments_for(store: Store, member: Member) -> Sequence[AssessmentState]:
    """Return the assessments of the member's organisation with their waves."""
    return list_assessments(store, member.organisation_id)


def names_of(store: Store, member: Member) -> dict[str, str]:
    """Return what the client's assessments and launched waves are called, by their ids."""
    names = {}
    with store.reading() as work:
        for assessment in work.assessments.of(member.organisation_id):
            names[assessment.id] = assessment.name
            for wave in work.waves.of(assessment.id):
                name = _("%(assessment)s, wave %(n)s", assessment=assessment.name, n=wave.number)
                names[wave.id] = name
    return names


def view_assessment(store: Store, member: Member, assessment_id: str) -> AssessmentView:
    """Return an assessment as it is set up. Raises UnknownAssessment."""
    with store.reading() as work:
        return see_assessment(work, member, assessment_id)


def see_assessment(work: UnitOfWork, member: Member, assessment_id: str) -> AssessmentView:
    """Return an assessment as it is set up, within a transaction. Raises UnknownAssessment."""
    found = assessment_of(work, member, assessment_id)
    waves = waves_of(work, assessment_id)
    launched = {wave.id for wave in waves}
    planned = tuple(
        PlannedWave(row.id, Plan.model_validate_json(row.content))
        for row in work.plans.of(assessment_id)
        if row.id not in launched
    )
    addresses = work.people.addresses(assessment_id)
    states = unit_states(work.units.of(assessment_id), addresses)
    return AssessmentView(found.id, found.name, states, planned, waves)


def unit_states(
    units: Sequence[Unit], addresses: Mapping[str, Sequence[str]]
) -> tuple[UnitState, ...]:
    """Return units as a tree written down: each followed by those below it.

    `addresses` are those of each unit's people, by its id.
    """
    names = {unit.id: unit.name for unit in units}
    below: dict[str | None, list[Unit]] = {}
    for unit in units:
        parent = unit.parent_id if unit.parent_id in names else None
        below.setdefault(parent, []).append(unit)
    return tuple(_walk(below, addresses, names))


def _walk(
    below: Mapping[str | None, Sequence[Unit]],
    addresses: Mapping[str, Sequence[str]],
    names: Mapping[str, str],
) -> list[UnitState]:
    waiting = [(unit, 0) for unit in reversed(below.get(None, []))]
    found = []
    while waiting:
        unit, depth = waiting.pop()
        found.append(
            UnitState(
                unit=unit,
                depth=depth,
                addresses=tuple(addresses.get(unit.id, ())),
                parent=names.get(unit.parent_id or "", ""),
                about=names.get(unit.about_id or "", ""),
                is_parent=unit.id in below,
            )
        )
        waiting += [(child, depth + 1) for child in reversed(below.get(unit.id, []))]
    return found


def ensure_unlocked(work: UnitOfWork, assessment_id: str) -> None:
    """Make sure that no wave of an assessment is open. Raises WaveRunning."""
    if any(wave.closed_at is None for wave in work.waves.of(assessment_id)):
        raise WaveRunning


def plan_wave(
    store: Store, member: Member, assessment_id: str, language: str, now: datetime, chance: Random
) -> str:
    """Plan a wave with the usual texts; return its id. Raises UnknownAssessment."""
    closes = (now + USUAL_LENGTH).date()
    plan = new_plan(language, member.name or member.email, member.email)
    plan = plan.model_copy(update={"closes": closes})
    wave_id = short_id(chance)
    with store.writing() as work:
        assessment_of(work, member, assessment_id)
        work.plans.save(
            WavePlan(id=wave_id, assessment_id=assessment_id, content=plan.model_dump_json())
        )
        record(store, work, member.who, Deed.WAVE_PLANNED, wave_id, now)
        work.commit()
    return wave_id
