"""The end of a wave: a day of erasure, what is erased, and the certificate that stays."""

import hashlib
import json
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from random import Random, SystemRandom

from app.files import UNFINISHED
from app.storage.store import Store
from app.storage.tables import WavePlan
from app.storage.unit_of_work import UnitOfWork
from app.storage.workspace_tables import Certificate
from app.usecases.audit_log import Deed, Who, record
from app.usecases.errors import SiloscopeError, UnknownWave
from app.usecases.ids import short_id
from app.usecases.jobs import Task
from app.usecases.members import Member, wave_of
from app.usecases.plans import Plan, in_zone, plan_of, say_moment
from app.usecases.schedule import erasing_job
from app.usecases.wave_keys import is_lost
from app.usecases.waves import keys_in_words

LONGEST_DAYS = 3660

#: Seconds after which nobody writes on a document any more.
_STALE = 600


class NotErased(SiloscopeError):
    """Something stands against erasing a wave; the text says what."""


class UnknownCertificate(SiloscopeError):
    """No certificate of this organisation has this id."""

    def __init__(self) -> None:
        super().__init__("There is no such certificate.")


@dataclass(frozen=True)
class ErasureProof:
    """What a certificate says."""

    id: str
    organisation: str
    assessment: str
    wave: int
    closed_on: str
    erased_at: str
    by: str
    release_digest: str
    answers: int


def set_retention(
    store: Store, member: Member, wave_id: str, days: int | None, now: datetime
) -> None:
    """Set the days after its close on which a wave is erased; None: never by itself.

    Raises UnknownWave or NotErased.
    """
    if days is not None and not 1 <= days <= LONGEST_DAYS:
        raise NotErased(
            f"Say after how many days: a number from 1 to {LONGEST_DAYS}, or nothing for “never”."
        )
    with store.writing() as work:
        wave = wave_of(work, member, wave_id)
        row = work.plans.get(wave_id)
        if row is None:
            raise NotErased("This wave was launched from a file and has no plan; erase it by hand.")
        plan = Plan.model_validate_json(row.content)
        promised = plan.retention_days if plan.launched_by else None
        if promised is not None and (days is None or days > promised):
            raise NotErased(
                f"Participants were promised erasure {promised} days after the close. You can "
                "bring that day forward, not push it back."
            )
        if days is not None and wave.closed_at and wave.closed_at + timedelta(days=days) <= now:
            raise NotErased(
                f"{days} days after the close are over: the wave would be erased at once. "
                "Choose a later day, or use “Erase now”."
            )
        changed = plan.model_copy(update={"retention_days": days}).model_dump_json()
        work.plans.save(WavePlan(id=wave_id, assessment_id=wave.assessment_id, content=changed))
        if wave.closed_at is not None and work.releases.get(wave_id) is not None:
            if days is None:
                work.jobs.drop(erasing_job(wave_id, now).key)
            else:
                work.jobs.replace(erasing_job(wave_id, wave.closed_at + timedelta(days=days)))
        detail = f"{wave_id}: {'never' if days is None else f'{days} days after the close'}"
        record(store, work, member.who, Deed.RETENTION_SET, detail, now)
        work.commit()


def erase_wave(
    store: Store,
    member: Member,
    wave_id: str,
    typed: str,
    reports: Path,
    now: datetime,
    chance: Random,
) -> str:
    """Erase a closed wave for ever; return the id of the certificate.

    `typed` is the wave's id once more, so that nobody does it by mistake. Raises UnknownWave or
    NotErased.
    """
    with store.writing() as work:
        wave_of(work, member, wave_id)
        if not work.releases.has(wave_id) and not is_lost(store, work, wave_id):
            raise NotErased("The wave is not closed yet; close it first.")
        if typed.strip() != wave_id:
            raise NotErased(f"Type the id of the wave, {wave_id}, to confirm.")
        made = _erase(store, work, wave_id, member.who, now, chance)
        work.commit()
    _after(store, reports)
    return made


def run_erase(task: Task, reports: Path) -> None:
    """Erase a wave on its day."""
    store, wave_id = task.office.store, task.job.wave_id or ""
    with store.writing() as work:
        work.waves.lock(wave_id)
        wave = work.waves.get(wave_id)
        organisation = work.assessments.organisation_of(wave.assessment_id) if wave else None
        if wave is not None and work.releases.get(wave_id) is not None:
            who = Who("schedule", organisation.id if organisation else None)
            _erase(store, work, wave_id, who, task.office.now(), SystemRandom())
        work.commit()
    # Before the job is gone: a process that dies here is followed by one that does it again.
    _after(store, reports)
    with store.writing() as work:
        work.jobs.remove(task.job.key, task.worker)
        work.commit()


def certificates_of(store: Store, member: Member) -> Sequence[ErasureProof]:
    """Return the certificates of the member's organisation."""
    with store.reading() as work:
        return [_read(row) for row in work.certificates.of(member.organisation_id)]


def certificate_of(store: Store, member: Member, certificate_id: str) -> ErasureProof:
    """Return a certificate. Raises UnknownCertificate."""
    with store.reading() as work:
        row = work.certificates.get(certificate_id)
    if row is None or row.organisation_id != member.organisation_id:
        raise UnknownCertificate
    return _read(row)


def _read(row: Certificate) -> ErasureProof:
    return ErasureProof(id=row.id, **json.loads(row.content))


def _erase(
    store: Store, work: UnitOfWork, wave_id: str, who: Who, now: datetime, chance: Random
) -> str:
    wave = work.waves.get(wave_id)
    assessment = work.assessments.get(wave.assessment_id) if wave else None
    organisation = work.assessments.organisation_of(wave.assessment_id) if wave else None
    if wave is None or assessment is None or organisation is None:
        raise UnknownWave(wave_id)
    release = work.releases.get(wave_id)
    plan = plan_of(work, wave_id)
    zone = plan.zone if plan else "UTC"
    content = {
        "organisation": organisation.name,
        "assessment": assessment.name,
        "wave": wave.number,
        "closed_on": _day(plan, wave.closed_at),
        "erased_at": f"{say_moment(now, zone)} ({zone})",
        "by": who.name,
        "release_digest": hashlib.sha256(
            (release.model_dump_json() if release else "").encode()
        ).hexdigest(),
        "answers": release.answered if release else 0,
    }
    made = Certificate(
        id=short_id(chance), organisation_id=organisation.id, content=json.dumps(content)
    )
    work.certificates.add(made)
    # While its row still says which keys are its own.
    gone = store.wave_keys.destroy(wave_id, None, wave.box_digest)
    work.clients.erase_wave(wave_id)
    record(store, work, who, Deed.WAVE_ERASED, f"{wave_id}; keys {keys_in_words(gone)}", now)
    return made.id


def _day(plan: Plan | None, closed_at: datetime | None) -> str:
    return f"{in_zone(plan, closed_at):%Y-%m-%d}" if closed_at else ""


def _after(store: Store, reports: Path) -> None:
    """Let nothing of it remain outside the tables: reports, and the log of the database."""
    # Reports are kept by the hash of their content; those of other waves are made anew.
    for file in reports.glob("*.pdf"):
        file.unlink(missing_ok=True)
    for file in reports.glob(f"*{UNFINISHED}"):
        # What is being written now is looked at once more when it is there.
        with suppress(FileNotFoundError):
            if time.time() - file.stat().st_mtime > _STALE:
                file.unlink()
    store.empty_log()
