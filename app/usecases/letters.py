"""Letters for those without mail: one code and QR a person, or one for a unit that shares it."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import segno

from app.questionnaires.timing import expected_minutes
from app.reports.letters import Letter, letters_pdf
from app.storage.store import Store
from app.storage.unit_of_work import UnitOfWork
from app.storage.wave_keys import LINKS
from app.usecases.audit_log import Deed, record
from app.usecases.errors import SiloscopeError
from app.usecases.fieldwork import WaveOver
from app.usecases.launches import invitations_of, shared_codes
from app.usecases.members import Member, wave_of
from app.usecases.plans import in_zone, last_day, plan_of


class NoLetters(SiloscopeError):
    """Nobody of this wave gets a letter."""

    def __init__(self) -> None:
        super().__init__("Everybody in this wave has an address, so there is no letter to print.")


@dataclass(frozen=True)
class _Wave:
    organisation: str
    closes_at: datetime | None
    language: str
    k: int
    kinds: dict[str, str]
    about: dict[str, str]
    minutes: dict[str, int]


def print_letters(
    store: Store, member: Member, wave_id: str, public_url: str, reports: Path, now: datetime
) -> bytes:
    """Return a PDF with a letter for each person without an address; it is kept nowhere.

    Raises UnknownWave, WaveOver, NoLetters, ReportFailed or KeysMissing.
    """
    with store.writing() as work:
        facts, key = _facts(store, work, member, wave_id)
        wave = wave_of(work, member, wave_id)
        units = work.units.ever_of(wave.assessment_id)
        asked = work.ballots.invited(wave_id)
        people = [
            p for p in work.people.of(wave.assessment_id) if not p.email and p.unit_id in asked
        ]
        if not people:
            raise NoLetters
        record(store, work, member.who, Deed.LETTERS_PRINTED, f"{wave_id}: {len(people)}", now)
        work.commit()
    letters = tuple(
        _letter(facts, invited.unit, invited.name, invited.code, public_url, wave_id)
        for invited in invitations_of(key, people, units)
    )
    return letters_pdf(letters, facts.language, reports)


def print_codes(
    store: Store, member: Member, wave_id: str, public_url: str, reports: Path, now: datetime
) -> bytes:
    """Return a PDF with a notice for each unit that shares a code; it is kept nowhere.

    Raises UnknownWave, WaveOver, NoLetters, ReportFailed or KeysMissing.
    """
    with store.writing() as work:
        facts, key = _facts(store, work, member, wave_id)
        wave = wave_of(work, member, wave_id)
        seats = {code.unit_id: code.seats for code in work.unit_codes.of(wave_id)}
        units = [u for u in work.units.ever_of(wave.assessment_id) if u.id in seats]
        if not units:
            raise NoLetters
        record(store, work, member.who, Deed.CODES_PRINTED, f"{wave_id}: {len(units)}", now)
        work.commit()
    letters = tuple(
        _letter(facts, shared.unit, "", shared.code, public_url, wave_id, shared.seats)
        for shared in shared_codes(key, units)
    )
    return letters_pdf(letters, facts.language, reports)


def _facts(store: Store, work: UnitOfWork, member: Member, wave_id: str) -> tuple[_Wave, bytes]:
    wave = wave_of(work, member, wave_id)
    if wave.closed_at is not None:
        raise WaveOver
    key = store.wave_keys.need(wave_id, wave.box_digest, LINKS)[LINKS]
    instrument = work.instruments.get(wave.instrument_digest)
    plan = plan_of(work, wave_id)
    units = work.units.ever_of(wave.assessment_id)
    names = {unit.id: unit.name for unit in units}
    minutes = {q.kind: expected_minutes(q) for q in instrument.questionnaires}
    facts = _Wave(
        organisation=member.organisation,
        closes_at=wave.closes_at and in_zone(plan, wave.closes_at),
        language=plan.language if plan else instrument.language,
        k=wave.k,
        kinds={unit.name: unit.kind or "" for unit in units},
        about={unit.name: names.get(unit.about_id or "", "") for unit in units},
        minutes=minutes,
    )
    return facts, key


def _letter(
    facts: _Wave,
    unit: str,
    name: str,
    code: str,
    public_url: str,
    wave_id: str,
    seats: int = 0,
) -> Letter:
    link = f"{public_url}/s#{code}"
    return Letter(
        organisation=facts.organisation,
        unit=unit,
        name=name,
        code=code,
        address=f"{public_url}/s",
        picture=segno.make(link, error="m").svg_data_uri(scale=4, border=2, light="#fff"),
        sheet=f"{public_url}/sheet/{wave_id}",
        closes=last_day(facts.closes_at) if facts.closes_at else None,
        minutes=facts.minutes.get(facts.kinds.get(unit, ""), 10),
        k=facts.k,
        seats=seats,
        about=facts.about.get(unit, ""),
    )
