"""The field phase of a wave: how many answered, which mails left, reminding, extending, closing."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from app.storage.store import Store
from app.storage.tables import Tally, Wave, WavePlan
from app.storage.unit_of_work import UnitOfWork
from app.storage.workspace_tables import Job
from app.usecases.accounts import BadAddress, tidy_email
from app.usecases.audit_log import Deed, record
from app.usecases.errors import SiloscopeError
from app.usecases.invitations import (
    BETWEEN,
    FIRST_ROUND,
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
from app.usecases.members import Member, wave_of
from app.usecases.plans import MOST_REMINDERS, Plan, plan_of
from app.usecases.results import WaveState, waves_of
from app.usecases.schedule import closing_job


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
    """Two reminders have a day between them."""

    def __init__(self) -> None:
        super().__init__("A reminder left within the last day. Wait a day before the next one.")


class UnknownAddress(SiloscopeError):
    """Nobody whom the wave invites has this address."""

    def __init__(self) -> None:
        super().__init__("Nobody on the roster of this wave has that address.")


@dataclass(frozen=True)
class FailedMail:
    """An invitation that could not be delivered."""

    key: str
    name: str
    address: str
    reason: str


@dataclass(frozen=True)
class RoundState:
    """A round of mails: when, and what became of it. Of reminders only whether they are through."""

    name: str
    run_at: datetime
    is_started: bool
    waiting: int
    people: int
    doubtful: int
    #: Whether it starts as soon as a worker is free.
    is_due: bool = False


@dataclass(frozen=True)
class Forecast:
    """How many may have answered at the end: as many as now, up to this pace going on."""

    low: int
    high: int
    days: int


@dataclass(frozen=True)
class FieldState:
    """A launched wave as the consultant sees it."""

    wave: WaveState
    assessment_id: str
    assessment: str
    plan: Plan | None
    rounds: tuple[RoundState, ...]
    failed: tuple[FailedMail, ...]
    letters: int
    shared: int
    forecast: Forecast | None
    is_closing: bool
    is_released: bool
    trouble: str = ""

    @property
    def may_remind(self) -> bool:
        """Return whether another round of reminders is allowed."""
        done = sum(1 for one in self.rounds if one.name != FIRST_ROUND and one.is_started)
        return self.plan is not None and done < MOST_REMINDERS


def view_wave(store: Store, member: Member, wave_id: str, now: datetime) -> FieldState:
    """Return how a wave goes. Counts only, and none below k. Raises UnknownWave."""
    with store.reading() as work:
        wave = wave_of(work, member, wave_id)
        state = next(s for s in waves_of(work, wave.assessment_id) if s.id == wave_id)
        assessment = work.assessments.get(wave.assessment_id)
        asked = work.ballots.invited(wave_id)
        people = [p for p in work.people.of(wave.assessment_id) if p.unit_id in asked]
        closing = work.jobs.get(f"close:{wave_id}")
        return FieldState(
            wave=state,
            assessment_id=wave.assessment_id,
            assessment=assessment.name if assessment else "",
            plan=plan_of(work, wave_id),
            rounds=_rounds(work, wave_id, now),
            failed=_failed(work, wave_id),
            letters=sum(1 for person in people if not person.email),
            shared=len(work.unit_codes.of(wave_id)),
            forecast=_forecast(state, work.tallies.of(wave_id), now),
            is_closing=_is_closing(wave, closing, now),
            is_released=work.releases.get(wave_id) is not None,
            trouble=closing.error if closing else "",
        )


def _is_closing(wave: Wave, job: Job | None, now: datetime) -> bool:
    if job is None or job.state in ("done", "failed"):
        return False
    begun = wave.closed_at is not None or json.loads(job.args)["by"] != "schedule"
    return begun or job.state == "running" or job.run_at <= now


def _rounds(work: UnitOfWork, wave_id: str, now: datetime) -> tuple[RoundState, ...]:
    found = []
    for job in work.jobs.of(wave_id, ROUND):
        counts = json.loads(job.progress or "{}")
        name = json.loads(job.args)["round"]
        kind = INVITATION if name == FIRST_ROUND else REMINDER
        started = job.state == "done"
        found.append(
            RoundState(
                name=name,
                run_at=job.run_at,
                is_started=started,
                waiting=work.jobs.count(wave_id, kind, "ready", "running") if started else 0,
                people=counts.get("people", 0),
                doubtful=counts.get("doubtful", 0),
                is_due=not started and job.run_at <= now,
            )
        )
    return tuple(found)


def _failed(work: UnitOfWork, wave_id: str) -> tuple[FailedMail, ...]:
    found = []
    for job in work.jobs.of(wave_id, INVITATION, "failed"):
        person = work.people.get(json.loads(job.args)["person"])
        if person is not None:
            found.append(FailedMail(job.key, person.name, person.email, job.error))
    return tuple(found)


def _forecast(wave: WaveState, tallies: Sequence[Tally], now: datetime) -> Forecast | None:
    """Extend the mean pace of the last three days to the end; None without an end or a pace.

    Answers usually come slower towards the end, so this is the upper bound; the lower one is
    that nobody answers any more.
    """
    if wave.closes_at is None or wave.closed_at is not None or not wave.answered:
        return None
    left = (wave.closes_at - now) / timedelta(days=1)
    start: tuple[date, int] = (wave.opened_at.date(), 0)
    for tally in tallies:
        if (now.date() - tally.day).days >= 3:
            start = (tally.day, tally.answered)
    begin = datetime.combine(start[0], datetime.min.time(), now.tzinfo) + timedelta(days=1)
    passed = max((now - max(begin, wave.opened_at)) / timedelta(days=1), 1.0)
    pace = max(wave.answered - start[1], 0) / passed
    high = min(wave.invited, round(wave.answered + pace * max(left, 0)))
    return Forecast(wave.answered, high, max(round(left), 0))


def extend_wave(store: Store, member: Member, wave_id: str, closes: date, now: datetime) -> None:
    """Give an open wave another last day. Raises UnknownWave, WaveOver or ClosingDateInPast."""
    with store.writing() as work:
        wave, plan = _open(work, member, wave_id, now)
        changed = plan.model_copy(update={"closes": closes})
        closes_at = changed.closes_at()
        check_closing_date(closes_at, now)
        if closes_at is not None:
            work.waves.extend(wave_id, closes_at)
            work.jobs.replace(closing_job(wave_id, closes_at))
        content = changed.model_dump_json()
        row = WavePlan(id=wave_id, assessment_id=wave.assessment_id, content=content)
        work.plans.save(row)
        detail = f"{wave_id} to {closes.isoformat()}"
        record(store, work, member.who, Deed.WAVE_EXTENDED, detail, now)
        work.commit()


def request_close(store: Store, member: Member, wave_id: str, now: datetime) -> None:
    """Close a wave as soon as a worker is free; nothing to do if it is closed.

    Raises UnknownWave.
    """
    with store.writing() as work:
        wave = wave_of(work, member, wave_id)
        if work.releases.get(wave.id) is None:
            job = closing_job(wave_id, now)
            job.args = json.dumps({"by": member.email})
            work.jobs.replace(job)
        work.commit()


def remind_now(store: Store, member: Member, wave_id: str, now: datetime) -> None:
    """Send the next reminder now, or as soon as it is not quiet; in place of the scheduled one.

    Raises UnknownWave, WaveOver or RemindersUsed.
    """
    with store.writing() as work:
        _wave, plan = _open(work, member, wave_id, now)
        rounds = [job for job in work.jobs.of(wave_id, ROUND) if job.key.count("reminder")]
        if any(now - start < BETWEEN for start in _reminded(rounds)):
            raise RemindedJustNow
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
        _open(work, member, wave_id, now)
        failed = work.jobs.of(wave_id, INVITATION, "failed")
        work.jobs.retry([job.key for job in failed], now)
        record(store, work, member.who, Deed.MAILS_RETRIED, wave_id, now)
        work.commit()


def correct_address(
    store: Store, member: Member, wave_id: str, old: str, new: str, now: datetime
) -> None:
    """Put another address in place of one that bounced, and mail the invitation there.

    Person and code stay. Raises UnknownWave, WaveOver, BadAddress or UnknownAddress.
    """
    address = tidy_email(new)
    with store.writing() as work:
        wave, _plan = _open(work, member, wave_id, now)
        people = mailed_people(work, wave)
        person = next((p for p in people if p.email.casefold() == old.strip().casefold()), None)
        if person is None:
            raise UnknownAddress
        if any(p.email.casefold() == address and p.id != person.id for p in people):
            raise BadAddress
        person.email = address
        work.people.save(person)
        first = invitation_job(wave_id, FIRST_ROUND, person.id, now)
        known, started = work.jobs.get(first.key), bool(started_rounds(work, wave_id))
        if known is None and started:
            again = f"again-{now.timestamp():.0f}"
            work.jobs.add(invitation_job(wave_id, again, person.id, now))
            # Mail got there once, as far as we know: whoever reads it must learn of this.
            work.jobs.add(moved_job(wave_id, old.strip(), now))
        elif known is not None:
            work.jobs.retry([first.key], now)
        record(store, work, member.who, Deed.MAILS_RETRIED, f"{wave_id}: one address", now)
        work.commit()


def _open(work: UnitOfWork, member: Member, wave_id: str, now: datetime) -> tuple[Wave, Plan]:
    wave = wave_of(work, member, wave_id)
    plan = plan_of(work, wave_id)
    closing = _is_closing(wave, work.jobs.get(f"close:{wave_id}"), now)
    over = closing or (wave.closes_at is not None and wave.closes_at <= now)
    if wave.closed_at is not None or over or plan is None:
        raise WaveOver
    return wave, plan
