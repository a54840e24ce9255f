"""A wave from its launch to its close."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from random import Random

from app.maturity import ORIENTATIONS
from app.questionnaires.questionnaire import Instrument, Scale
from app.scoring.ledger import sets_of
from app.scoring.mirror import mirrors_of
from app.scoring.release import Release, compute_release
from app.scoring.rules import K_COMMENTS, K_FLOOR
from app.scoring.scales import UnitAnswers, score_scales
from app.storage.store import Store
from app.storage.tables import Assessment, Ballot, Person, Unit, Wave
from app.storage.unit_of_work import UnitOfWork
from app.usecases.ballots import hash_token, make_token, write_code
from app.usecases.errors import SiloscopeError, UnknownWave
from app.usecases.ledger import Channel, Sizes, admit_within
from app.usecases.rosters import Roster
from app.usecases.sheets import mix_sheets


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
class LaunchedWave:
    """A wave that is open, with everybody's invitation."""

    assessment_id: str
    wave_id: str
    invitations: tuple[Invitation, ...]


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
    """Create an assessment with its groups from a roster, and open its first wave.

    Raises ClosingDateInPast.
    """
    assessment = Assessment(id=_short_id(chance), name=name)
    units, people = _place(roster, assessment.id, chance)
    with store.writing() as work:
        work.assessments.add(assessment)
        work.units.add_all(units)
        work.people.add_all(people)
        return _open(store, work, assessment.id, instrument, now, chance, closes_at, k)


def open_next_wave(
    store: Store,
    assessment_id: str,
    instrument: Instrument,
    now: datetime,
    chance: Random,
    closes_at: datetime | None = None,
    k: int = K_FLOOR,
) -> LaunchedWave:
    """Ask the people of an assessment again, in a new wave with new codes.

    Raises ClosingDateInPast.
    """
    with store.writing() as work:
        return _open(store, work, assessment_id, instrument, now, chance, closes_at, k)


def check_closing_date(closes_at: datetime | None, now: datetime) -> None:
    """Make sure that a wave would close after it opens. Raises ClosingDateInPast."""
    if closes_at is not None and closes_at <= now:
        raise ClosingDateInPast(f"The closing date {closes_at:%Y-%m-%d} is not in the future.")


def close_wave(store: Store, wave_id: str, now: datetime, chance: Random) -> Release:
    """Close a wave for ever: mix what is left, destroy its key, freeze its release.

    Then forget which ballots were used: from here on nothing tells who took part.
    Safe to repeat: after a crash half-way the next call finishes, and a closed wave just
    returns its release. Raises UnknownWave.
    """
    with store.writing() as work:
        if work.waves.get(wave_id) is None:
            raise UnknownWave(wave_id)
        work.waves.close(wave_id, now)
        work.commit()
    mix_sheets(store, chance, closing=wave_id)
    store.wave_keys.destroy(wave_id)
    with store.writing() as work:
        release = work.releases.get(wave_id)
        if release is None:
            release, sizes = _compute(work, wave_id)
            admit_within(work, wave_id, sets_of(release), Channel.RELEASE, sizes)
            work.releases.freeze(wave_id, release)
        # What may be shown of comments is in the release; the others are for nobody.
        work.comments.forget(wave_id)
        # Whoever kept the list of links could still look up who took part.
        work.ballots.forget_use(wave_id)
        work.commit()
    store.forget_order(wave_id)
    return release


def _place(roster: Roster, assessment_id: str, chance: Random) -> tuple[list[Unit], list[Person]]:
    ids = {unit.name: _short_id(chance) for unit in roster.units}
    units = [
        Unit(
            id=ids[unit.name],
            assessment_id=assessment_id,
            parent_id=ids[unit.parent] if unit.parent else None,
            position=position,
            name=unit.name,
            kind=unit.kind if unit.people else None,
            about_id=ids[unit.about] if unit.about else None,
        )
        for position, unit in enumerate(roster.units)
    ]
    people = [
        Person(id=_long_id(chance), unit_id=ids[unit.name], name=person.name, email=person.email)
        for unit in roster.units
        for person in unit.people
    ]
    return units, people


def _open(
    store: Store,
    work: UnitOfWork,
    assessment_id: str,
    instrument: Instrument,
    now: datetime,
    chance: Random,
    closes_at: datetime | None,
    k: int,
) -> LaunchedWave:
    check_closing_date(closes_at, now)
    units = work.units.of(assessment_id)
    kinds = {unit.kind for unit in units if unit.kind}
    wave = Wave(
        id=_short_id(chance),
        assessment_id=assessment_id,
        number=len(work.waves.of(assessment_id)) + 1,
        instrument_digest=work.instruments.keep(instrument.only(kinds)),
        k=k,
        opened_at=now,
        closes_at=closes_at,
    )
    work.waves.add(wave)
    key = chance.randbytes(32)
    people = work.people.of(assessment_id)
    tokens = {person.id: make_token(key, person.id) for person in people}
    ballots = [
        Ballot(token_hash=hash_token(tokens[p.id]), wave_id=wave.id, unit_id=p.unit_id)
        for p in people
    ]
    # In the order of the roster, the n-th ballot would be the n-th person's.
    chance.shuffle(ballots)
    work.ballots.add_all(ballots)
    # A key without a wave is harmless; a wave without its key could send no reminder.
    store.wave_keys.create(wave.id, key)
    work.commit()
    return LaunchedWave(assessment_id, wave.id, _invitations(people, units, tokens))


def _invitations(
    people: Sequence[Person], units: Sequence[Unit], tokens: dict[str, bytes]
) -> tuple[Invitation, ...]:
    names = {unit.id: unit.name for unit in units}
    return tuple(
        Invitation(names[p.unit_id], p.name, p.email, write_code(tokens[p.id])) for p in people
    )


def _compute(work: UnitOfWork, wave_id: str) -> tuple[Release, Sizes]:
    """The release, and how many usable respondents each group has in each scale."""
    wave = work.waves.get(wave_id)
    assessment = work.assessments.get(wave.assessment_id) if wave else None
    if wave is None or assessment is None:
        raise UnknownWave(wave_id)
    instrument = work.instruments.get(wave.instrument_digest)
    texts = work.sheets.texts(wave_id)
    invited = work.ballots.invited(wave_id)
    units = [
        UnitAnswers(
            id=unit.id,
            name=unit.name,
            parent=unit.parent_id,
            kind=unit.kind,
            invited=invited.get(unit.id, 0),
            sheets=texts.get(unit.id, ""),
            about=unit.about_id,
        )
        for unit in work.units.of(wave.assessment_id)
    ]
    inside = [unit for unit in units if not unit.about]
    facets = [item.facet for item in instrument.items]
    scored = score_scales(inside, instrument.scales, wave.k)
    release = compute_release(
        assessment.name, inside, instrument.scales, instrument.version, wave.k, facets, scored
    )
    shown = {o: [u.id for u in release.units if o in u.profiles] for o in ORIENTATIONS}
    comments = work.comments.of(wave_id)
    added = {
        "language": instrument.language,
        "modules": _modules_of(instrument),
        "mirrors": mirrors_of(units, instrument.scales, _asked(instrument), shown, wave.k),
        "comment_prompt": next((m.comment.prompt for m in instrument.modules if m.comment), ""),
        "comments": comments if len(comments) >= K_COMMENTS else (),
    }
    sizes = {scale: found.sizes for scale, found in scored.items()}
    return release.model_copy(update=added), sizes


def _modules_of(instrument: Instrument) -> dict[Scale, str]:
    """Each scale that a module brings, with the module's title."""
    titles = {module.id: module.title for module in instrument.modules}
    return {item.scale: titles[item.module] for item in instrument.items if item.module}


def _asked(instrument: Instrument) -> list[bool]:
    """Which items of a sheet business partners are asked."""
    asked = {item.id for q in instrument.questionnaires if q.mirror for item in q.items}
    return [item in asked for item in instrument.item_ids]


def _short_id(chance: Random) -> str:
    """An id that a consultant can type: 40 random bits."""
    return f"{chance.getrandbits(40):010x}"


def _long_id(chance: Random) -> str:
    return f"{chance.getrandbits(128):032x}"
