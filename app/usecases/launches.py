"""The launch of a wave: its ballots, its key, and everybody's code."""

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from random import Random

from app.questionnaires.questionnaire import Instrument
from app.scoring.rules import K_FLOOR
from app.storage.sealing import digest_of, fingerprint, new_keys
from app.storage.store import Store
from app.storage.tables import (
    AskedUnit,
    Assessment,
    Organisation,
    Person,
    Unit,
    UnitCode,
    Wave,
)
from app.storage.unit_of_work import UnitOfWork
from app.storage.wave_keys import LINKS, PUBLIC, WORDS
from app.usecases.ballots import hash_token, make_spare, make_token, make_unit_code, write_code
from app.usecases.errors import SiloscopeError
from app.usecases.ids import short_id
from app.usecases.plans import last_day
from app.usecases.roster_rows import rows_of
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
    """A wave that is open, with everybody's invitation and the codes of units.

    These are made when somebody asks for them: not while the launch keeps others from writing.
    """

    assessment_id: str
    wave_id: str
    #: What tells the key pair that seals its answers from every other.
    fingerprint: str
    _key: bytes = field(repr=False)
    _people: Sequence[Person] = field(repr=False)
    _units: Sequence[Unit] = field(repr=False)
    _shared: Sequence[Unit] = field(repr=False)

    @cached_property
    def invitations(self) -> tuple[Invitation, ...]:
        """Everybody's code."""
        return invitations_of(self._key, self._people, self._units)

    @cached_property
    def codes(self) -> tuple[SharedCode, ...]:
        """The codes of units without mail."""
        return shared_codes(self._key, self._shared)


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
    units, people = rows_of(roster, assessment.id, chance)
    with store.writing() as work:
        work.organisations.add(organisation)
        work.assessments.add(assessment)
        work.units.add_all(units)
        work.people.add_all(people)
        opening = Opening(instrument, closes_at, k)
        wave = open_wave(store, work, assessment.id, short_id(chance), opening, now, chance)
        work.commit()
    store.settle_ballots()
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
    store.settle_ballots()
    return wave


def check_closing_date(closes_at: datetime | None, now: datetime) -> None:
    """Make sure that a wave would close after it opens. Raises ClosingDateInPast."""
    if closes_at is not None and closes_at <= now:
        raise ClosingDateInPast(
            f"The closing date {last_day(closes_at):%Y-%m-%d} is not in the future."
        )


def open_wave(
    store: Store,
    work: UnitOfWork,
    assessment_id: str,
    wave_id: str,
    opening: Opening,
    now: datetime,
    chance: Random,
) -> LaunchedWave:
    """Open a wave in the caller's transaction, who settles the ballots after the commit.

    Its keys are on disk, in the mirror too, when this returns. Raises ClosingDateInPast or
    KeysNotSafe.
    """
    check_closing_date(opening.closes_at, now)
    units = work.units.of(assessment_id)
    asked = {unit.id for unit in units if is_asked(unit, opening.left_out)}
    instrument = opening.instrument.only({u.kind for u in units if u.kind and u.id in asked})
    keys = new_keys()
    if not instrument.asks_comment:
        del keys[WORDS]
    wave = Wave(
        id=wave_id,
        assessment_id=assessment_id,
        # One more than the last: an earlier one may have been erased.
        number=max((one.number for one in work.waves.of(assessment_id)), default=0) + 1,
        instrument_digest=work.instruments.keep(instrument),
        k=opening.k,
        opened_at=now,
        closes_at=opening.closes_at,
        box_digest=digest_of(keys[PUBLIC]),
    )
    work.waves.add(wave)
    people = [person for person in work.people.of(assessment_id) if person.unit_id in asked]
    shared = [unit for unit in units if unit.seats and unit.id in asked]
    _invite(work, wave.id, keys[LINKS], people, shared, chance)
    if opening.closes_at is not None:
        work.jobs.add(closing_job(wave.id, opening.closes_at))
    work.jobs.add(tally_job(wave.id, now))
    # Keys without a wave are harmless; a wave without its keys could take no answer.
    store.wave_keys.create(wave.id, keys)
    seal = fingerprint(wave.box_digest)
    return LaunchedWave(assessment_id, wave.id, seal, keys[LINKS], people, units, shared)


def _invite(
    work: UnitOfWork,
    wave_id: str,
    key: bytes,
    people: Sequence[Person],
    shared: Sequence[Unit],
    chance: Random,
) -> None:
    work.ballots.ask(_asked(wave_id, people, shared))
    work.ballots.add_all(wave_id, _ballots(key, people, chance))
    work.invitees.add_all(wave_id, _invitees(people, shared))
    work.unit_codes.add_all(_unit_code(key, wave_id, unit) for unit in shared)


def spare_ballots(people: int) -> int:
    """Return how many ballots a group gets beyond its people: for whoever joins late."""
    return 2 + people // 10


def _asked(wave_id: str, people: Sequence[Person], shared: Sequence[Unit]) -> list[AskedUnit]:
    counts = Counter(person.unit_id for person in people)
    counts.update({unit.id: unit.seats or 0 for unit in shared})
    return [AskedUnit(wave_id=wave_id, unit_id=u, invited=n) for u, n in counts.items()]


def _ballots(key: bytes, people: Sequence[Person], chance: Random) -> list[tuple[bytes, str]]:
    """Everybody's ballot, with spare ones of each group, in no order.

    In the order of the roster, the n-th ballot would be the n-th person's.
    """
    tokens = [(make_token(key, person.id), person.unit_id) for person in people]
    for unit, count in Counter(person.unit_id for person in people).items():
        spare = range(spare_ballots(count))
        tokens += [(make_spare(key, unit, number), unit) for number in spare]
    ballots = [(hash_token(token), unit) for token, unit in tokens]
    chance.shuffle(ballots)
    return ballots


def _invitees(people: Sequence[Person], shared: Sequence[Unit]) -> Iterator[tuple[str, str]]:
    """Who is known to be invited: where a code is shared, whoever holds it answers."""
    unknown = {unit.id for unit in shared}
    for person in people:
        if person.unit_id not in unknown:
            yield person.id, person.unit_id


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
