"""The launch of a wave: its ballots, its key, and everybody's code."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from random import Random

from app.questionnaires.questionnaire import Instrument
from app.scoring.rules import K_FLOOR
from app.storage.store import Store
from app.storage.tables import (
    Assessment,
    Ballot,
    Invitee,
    Organisation,
    Person,
    Unit,
    UnitCode,
    Wave,
)
from app.storage.unit_of_work import UnitOfWork
from app.storage.wave_keys import LINKS
from app.usecases.ballots import hash_token, make_seat, make_token, make_unit_code, write_code
from app.usecases.errors import SiloscopeError
from app.usecases.ids import long_id, short_id
from app.usecases.roster_units import RosterUnit
from app.usecases.rosters import Roster
from app.usecases.schedule import closing_job, tally_job

WORKSHOP = "workshop"


class ClosingDateInPast(SiloscopeError):
    """A wave cannot close before it opens."""


@dataclass(frozen=True)
class Invitation:
    """A person's code; the link is the public address with "/s#" and the code."""

    unit: str
    name: str
    email: str
    code: str


@dataclass(frozen=True)
class SharedCode:
    """The code of a unit without mail, and how many may answer with it."""

    unit: str
    code: str
    seats: int


@dataclass(frozen=True)
class Opening:
    """What a wave asks, until when, whom not, and from which size a group is shown."""

    instrument: Instrument
    closes_at: datetime | None = None
    k: int = K_FLOOR
    left_out: Collection[str] = ()


@dataclass(frozen=True)
class LaunchedWave:
    """A wave that is open, with everybody's invitation and the codes of units."""

    assessment_id: str
    wave_id: str
    invitations: tuple[Invitation, ...]
    codes: tuple[SharedCode, ...] = ()


def launch_assessment(
    store: Store,
    roster: Roster,
    name: str,
    instrument: Instrument,
    now: datetime,
    chance: Random,
    closes_at: datetime | None = None,
    k: int = K_FLOOR,
) -> LaunchedWave:
    """Create an organisation with its groups from a roster, and open its first wave.

    Raises ClosingDateInPast.
    """
    organisation = Organisation(id=short_id(chance), name=name)
    assessment = Assessment(id=short_id(chance), organisation_id=organisation.id, name=name)
    units, people = _place(roster, assessment.id, chance)
    with store.writing() as work:
        work.organisations.add(organisation)
        work.assessments.add(assessment)
        work.units.add_all(units)
        work.people.add_all(people)
        opening = Opening(instrument, closes_at, k)
        wave = open_wave(store, work, assessment.id, short_id(chance), opening, now, chance)
        work.commit()
    return wave


def open_next_wave(
    store: Store,
    assessment_id: str,
    instrument: Instrument,
    now: datetime,
    chance: Random,
    closes_at: datetime | None = None,
) -> LaunchedWave:
    """Ask the people of an assessment again, in a new wave with new codes.

    Raises ClosingDateInPast.
    """
    with store.writing() as work:
        opening = Opening(instrument, closes_at)
        wave = open_wave(store, work, assessment_id, short_id(chance), opening, now, chance)
        work.commit()
    return wave


def check_closing_date(closes_at: datetime | None, now: datetime) -> None:
    """Make sure that a wave would close after it opens. Raises ClosingDateInPast."""
    if closes_at is not None and closes_at <= now:
        raise ClosingDateInPast(f"The closing date {closes_at:%Y-%m-%d} is not in the future.")


def open_wave(
    store: Store,
    work: UnitOfWork,
    assessment_id: str,
    wave_id: str,
    opening: Opening,
    now: datetime,
    chance: Random,
) -> LaunchedWave:
    """Open a wave in the caller's transaction. Raises ClosingDateInPast."""
    check_closing_date(opening.closes_at, now)
    units = work.units.of(assessment_id)
    asked = {unit.id for unit in units if is_asked(unit, opening.left_out)}
    kinds = {unit.kind for unit in units if unit.kind and unit.id in asked}
    wave = Wave(
        id=wave_id,
        assessment_id=assessment_id,
        # One more than the last: an earlier one may have been erased.
        number=max((one.number for one in work.waves.of(assessment_id)), default=0) + 1,
        instrument_digest=work.instruments.keep(opening.instrument.only(kinds)),
        k=opening.k,
        opened_at=now,
        closes_at=opening.closes_at,
    )
    work.waves.add(wave)
    key = chance.randbytes(32)
    people = [person for person in work.people.of(assessment_id) if person.unit_id in asked]
    shared = [unit for unit in units if unit.seats and unit.id in asked]
    work.ballots.add_all(_ballots(key, wave.id, people, shared, chance))
    work.invitees.add_all(_invitees(wave.id, people, shared))
    work.unit_codes.add_all(_unit_code(key, wave.id, unit) for unit in shared)
    if opening.closes_at is not None:
        work.jobs.add(closing_job(wave.id, opening.closes_at))
    work.jobs.add(tally_job(wave.id, now))
    # A key without a wave is harmless; a wave without its key could send no reminder.
    store.wave_keys.create(wave.id, {LINKS: key})
    return LaunchedWave(
        assessment_id, wave.id, invitations_of(key, people, units), shared_codes(key, shared)
    )


def _ballots(
    key: bytes, wave_id: str, people: Sequence[Person], shared: Sequence[Unit], chance: Random
) -> list[Ballot]:
    tokens = [(make_token(key, person.id), person.unit_id) for person in people]
    tokens += [
        (make_seat(key, unit.id, seat), unit.id)
        for unit in shared
        for seat in range(unit.seats or 0)
    ]
    ballots = [
        Ballot(token_hash=hash_token(token), wave_id=wave_id, unit_id=unit)
        for token, unit in tokens
    ]
    # In the order of the roster, the n-th ballot would be the n-th person's.
    chance.shuffle(ballots)
    return ballots


def _invitees(wave_id: str, people: Sequence[Person], shared: Sequence[Unit]) -> Iterator[Invitee]:
    """Who is known to be invited: where a code is shared, whoever holds it answers."""
    unknown = {unit.id for unit in shared}
    for person in people:
        if person.unit_id not in unknown:
            yield Invitee(wave_id=wave_id, person_id=person.id, unit_id=person.unit_id)


def is_asked(unit: Unit, left_out: Collection[str] = ()) -> bool:
    """Return whether a wave asks a unit: not where its kind is left out, or in a workshop."""
    return bool(unit.kind) and unit.kind not in left_out and unit.route != WORKSHOP


def invitations_of(
    key: bytes, people: Sequence[Person], units: Sequence[Unit]
) -> tuple[Invitation, ...]:
    """Return everybody's code, by the key of their wave."""
    names = {unit.id: unit.name for unit in units}
    return tuple(
        Invitation(names[p.unit_id], p.name, p.email, write_code(make_token(key, p.id)))
        for p in people
    )


def shared_codes(key: bytes, units: Sequence[Unit]) -> tuple[SharedCode, ...]:
    """Return the codes of units that share one."""
    return tuple(
        SharedCode(unit.name, write_code(make_unit_code(key, unit.id)), unit.seats)
        for unit in units
        if unit.seats
    )


def _unit_code(key: bytes, wave_id: str, unit: Unit) -> UnitCode:
    code = hash_token(make_unit_code(key, unit.id))
    return UnitCode(code_hash=code, wave_id=wave_id, unit_id=unit.id, seats=unit.seats or 0)


def unit_from(described: RosterUnit, unit_id: str, assessment_id: str, position: int) -> Unit:
    """Return a unit as a roster describes it, still without the ids of others."""
    answers = described.people or described.seats
    return Unit(
        id=unit_id,
        assessment_id=assessment_id,
        position=position,
        name=described.name,
        kind=described.kind if answers else None,
        places=" ".join(described.places),
        head_name=described.head_name,
        head_email=described.head_email,
        expected=described.expected,
        seats=described.seats,
    )


def _place(roster: Roster, assessment_id: str, chance: Random) -> tuple[list[Unit], list[Person]]:
    ids = {unit.name: short_id(chance) for unit in roster.units}
    units = []
    for position, described in enumerate(roster.units):
        unit = unit_from(described, ids[described.name], assessment_id, position)
        unit.parent_id = ids[described.parent] if described.parent else None
        unit.about_id = ids[described.about] if described.about else None
        units.append(unit)
    people = [
        Person(id=long_id(chance), unit_id=ids[unit.name], name=person.name, email=person.email)
        for unit in roster.units
        for person in unit.people
    ]
    return units, people
