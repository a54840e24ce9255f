"""Deeds on a wave that is open: reminding, extending, closing, correcting an address."""

import json
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from app.language import gettext as _
from app.storage.jobs import FAILED, READY, RUNNING
from app.storage.store import Store
from app.storage.tables import Wave, WavePlan
from app.storage.unit_of_work import UnitOfWork
from app.storage.workspace_tables import Job
from app.usecases.accounts import BadAddress, tidy_email
from app.usecases.addresses import address_key
from app.usecases.audit_log import Deed, record
from app.usecases.errors import SiloscopeError
from app.usecases.field import is_closing
from app.usecases.invitations import (
    BETWEEN,
    BOUNCED,
    DOUBTFUL,
    INVITATION,
    REMINDER,
    ROUND,
    invitation_job,
    mailed_people,
    moved_job,
    reminder_name,
    round_job,
    started_rounds,
)
from app.usecases.launches import check_closing_date
from app.usecases.members import Member, Role, wave_of
from app.usecases.plans import MOST_REMINDERS, Plan, plan_of
from app.usecases.schedule import closing_job

_MAILS = (INVITATION, REMINDER)
LONGEST_EXTENSION = timedelta(days=366)


class NoPlan(SiloscopeError):
    """A wave that was launched from a file: who is asked by which mail is not known here."""

    def __init__(self) -> None:
        super().__init__(
            "This wave was launched from a file: its mails and its last day are not managed here."
        )


class WaveOver(SiloscopeError):
    """What was asked for is possible only while the wave is open."""

    def __init__(self) -> None:
        super().__init__("This wave is closed: nothing more can be sent or extended.")


class RemindersUsed(SiloscopeError):
    """People are reminded three times at most."""

    def __init__(self) -> None:
        super().__init__(
            "Three reminders were sent, and more are not: people would stop trusting us."
        )


class RemindedJustNow(SiloscopeError):
    """Two reminders have most of a day between them: the next may leave at the same hour."""

    def __init__(self) -> None:
        super().__init__("A reminder left within the last day. Wait a day before the next one.")


class RemindingNow(SiloscopeError):
    """The round of reminders before is not through."""

    def __init__(self) -> None:
        super().__init__(
            "The reminders before are still leaving, or wait for the mail server. The page of "
            "operations says what they wait for."
        )


class BadExtension(SiloscopeError):
    """A last day that a wave cannot be given; the text says why."""


class UnknownAddress(SiloscopeError):
    """Nobody whom the wave invites has this address."""

    def __init__(self) -> None:
        super().__init__("Nobody on the roster of this wave has that address.")


def extend_wave(store: Store, member: Member, wave_id: str, closes: date, now: datetime) -> None:
    """Give an open wave another last day.

    Raises UnknownWave, WaveOver, BadExtension or ClosingDateInPast.
    """
    if closes > (now + LONGEST_EXTENSION).date():
        raise BadExtension("Choose a day within a year.")
    with store.writing() as work:
        wave, plan = find_open(work, member, wave_id, now)
        changed = plan.model_copy(update={"closes": closes})
        closes_at = changed.closes_at()
        check_closing_date(closes_at, now)
        if plan.closes is not None and closes < plan.closes:
            raise BadExtension(
                f"Mails and letters name {plan.closes:%Y-%m-%d} as the last day, so it cannot come "
                "earlier. Close the wave by hand if it must end now."
            )
        if closes_at is not None:
            work.waves.extend(wave_id, closes_at)
            work.jobs.replace(closing_job(wave_id, closes_at))
        content = changed.model_dump_json()
        row = WavePlan(id=wave_id, assessment_id=wave.assessment_id, content=content)
        work.plans.save(row)
        detail = f"{wave_id} to {closes.isoformat()}"
        record(store, work, member.who, Deed.WAVE_EXTENDED, detail, now)
        work.commit()


def request_close(
    store: Store, member: Member, wave_id: str, now: datetime, *, few: bool = False
) -> None:
    """Close a wave as soon as a worker is free; nothing to do if it is closed.

    `few`: without the few answers that cannot be read, which an owner alone may say. Raises
    UnknownWave.
    """
    with store.writing() as work:
        wave = wave_of(work, member, wave_id)
        if work.releases.get(wave.id) is None:
            job = closing_job(wave_id, now)
            few = few and member.role is Role.OWNER
            job.args = json.dumps({"by": member.email, "few": few})
            work.jobs.replace(job)
        work.commit()


def remind_now(store: Store, member: Member, wave_id: str, now: datetime) -> None:
    """Send the next reminder now, or as soon as it is not quiet; in place of the scheduled one.

    Raises UnknownWave, WaveOver, RemindersUsed, RemindedJustNow or RemindingNow.
    """
    with store.writing() as work:
        _wave, plan = find_open(work, member, wave_id, now)
        rounds = [job for job in work.jobs.of(wave_id, ROUND) if job.key.count("reminder")]
        if any(now - start < BETWEEN for start in _reminded(rounds)):
            raise RemindedJustNow
        if work.jobs.count(wave_id, REMINDER, READY, RUNNING):
            raise RemindingNow
        waiting = [job for job in rounds if job.state == "ready"]
        if len(rounds) - len(waiting) >= MOST_REMINDERS:
            raise RemindersUsed
        name = reminder_name(len(rounds) + 1)
        if waiting:
            name = json.loads(waiting[0].args)["round"]
        work.jobs.replace(round_job(wave_id, name, plan.allowed_at(now), by_hand=True))
        record(store, work, member.who, Deed.REMINDERS_SENT, wave_id, now)
        work.commit()


def _reminded(rounds: Sequence[Job]) -> list[datetime]:
    known = [json.loads(job.progress or "{}") for job in rounds]
    return [datetime.fromisoformat(one["started"]) for one in known if "started" in one]


def retry_mails(store: Store, member: Member, wave_id: str, now: datetime) -> None:
    """Send again what was refused. Raises UnknownWave or WaveOver."""
    with store.writing() as work:
        find_open(work, member, wave_id, now)
        failed = [job for n in _MAILS for job in work.jobs.of(wave_id, n, "failed")]
        work.jobs.retry([job.key for job in failed], now)
        record(store, work, member.who, Deed.MAILS_RETRIED, wave_id, now)
        work.commit()


def correct_address(
    store: Store, member: Member, wave_id: str, old: str, new: str, now: datetime
) -> None:
    """Put another address in place of one that bounced, and mail the invitation there.

    Person and code stay. Raises UnknownWave, WaveOver, BadAddress or UnknownAddress.
    """
    address, known_as = tidy_email(new), address_key(old.strip())
    with store.writing() as work:
        wave, _plan = find_open(work, member, wave_id, now)
        people = mailed_people(work, wave)
        person = next((p for p in people if address_key(p.email) == known_as), None)
        if person is None:
            raise UnknownAddress
        if any(address_key(p.email) == address_key(address) and p is not person for p in people):
            raise BadAddress(address, _("is the address of somebody else here already."))
        person.email = address
        work.people.save(person)
        _mail_anew(work, wave_id, person.id, old.strip(), now)
        record(store, work, member.who, Deed.MAILS_RETRIED, f"{wave_id}: one address", now)
        work.commit()


def _mail_anew(work: UnitOfWork, wave_id: str, person_id: str, old: str, now: datetime) -> None:
    """See to one mail to a person's new address, whatever became of those to the old one."""
    jobs = [job for job in work.jobs.of(wave_id, INVITATION) if _is_for(job, person_id)]
    for job in jobs:
        if job.state == FAILED:
            work.jobs.drop(job.key)
    if not started_rounds(work, wave_id):
        return
    told_by_server = [job for job in jobs if json.loads(job.args)["round"] != BOUNCED]
    if not told_by_server or any(job.state == RUNNING or job.progress == DOUBTFUL for job in jobs):
        # Mail got there, as far as we know: whoever reads it must learn of this.
        work.jobs.add(moved_job(wave_id, old, now))
    if not any(job.state == READY for job in jobs):  # one that waits goes to the new address
        again = f"again-{now.timestamp():.3f}"
        work.jobs.add(invitation_job(wave_id, again, person_id, now))


def _is_for(job: Job, person_id: str) -> bool:
    return bool(json.loads(job.args).get("person") == person_id)


def find_open(work: UnitOfWork, member: Member, wave_id: str, now: datetime) -> tuple[Wave, Plan]:
    """Return a wave that is open, and its plan. Raises UnknownWave, WaveOver or NoPlan."""
    wave = wave_of(work, member, wave_id)
    plan = plan_of(work, wave_id)
    closing = is_closing(wave, work.jobs.get(f"close:{wave_id}"), now)
    over = closing or (wave.closes_at is not None and wave.closes_at <= now)
    if wave.closed_at is not None or over:
        raise WaveOver
    if plan is None:
        raise NoPlan
    return wave, plan
