"""The field phase of a wave: how many answered, which mails left, reminding, extending, closing."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from app.storage.jobs import READY, RUNNING
from app.storage.store import Store
from app.storage.tables import Tally, Wave
from app.storage.unit_of_work import UnitOfWork
from app.storage.workspace_tables import Job
from app.usecases.invitations import (
    FIRST_ROUND,
    INVITATION,
    REMINDER,
    ROUND,
)
from app.usecases.members import Member, wave_of
from app.usecases.plans import MOST_REMINDERS, Plan, plan_of
from app.usecases.results import WaveState, state_of
from app.usecases.wave_keys import is_lost


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
    #: Whether it stopped half-way, and goes on when somebody tries again.
    is_stuck: bool = False
    #: Whether the mail server put somebody off each time, so that a reminder never left.
    is_short: bool = False


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
    #: Whether the close waits for an owner who says that a few answers cannot be read.
    is_missing_few: bool = False
    #: Whether keys are missing without which nobody can answer, and nothing can be opened.
    is_lost: bool = False

    @property
    def may_remind(self) -> bool:
        """Return whether another round of reminders is allowed."""
        done = sum(1 for one in self.rounds if one.name != FIRST_ROUND and one.is_started)
        return self.plan is not None and done < MOST_REMINDERS


def view_wave(store: Store, member: Member, wave_id: str, now: datetime) -> FieldState:
    """Return how a wave goes. Counts only, and none below k. Raises UnknownWave."""
    with store.reading() as work:
        wave = wave_of(work, member, wave_id)
        state = state_of(work, wave)
        assessment = work.assessments.get(wave.assessment_id)
        closing = work.jobs.get(f"close:{wave_id}")
        return FieldState(
            wave=state,
            assessment_id=wave.assessment_id,
            assessment=assessment.name if assessment else "",
            plan=plan_of(work, wave_id),
            rounds=_rounds(work, wave_id, now),
            failed=_failed(work, wave_id),
            letters=_letters(work, wave),
            shared=len(work.unit_codes.of(wave_id)),
            forecast=_forecast(state, work.tallies.of(wave_id), now),
            is_closing=is_closing(wave, closing, now),
            is_released=work.releases.has(wave_id),
            trouble=closing.error if closing else "",
            is_missing_few=bool(
                closing
                and closing.state == "failed"
                and json.loads(closing.progress or "{}").get("few")
            ),
            is_lost=is_lost(store, work, wave_id),
        )


def is_closing(wave: Wave, job: Job | None, now: datetime) -> bool:
    """Return whether a wave is being closed, or is about to be."""
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
                waiting=_waiting(work, wave_id, kind, name) if started else 0,
                people=counts.get("people", 0),
                doubtful=counts.get("doubtful", 0),
                is_due=not started and job.run_at <= now,
                is_short="put_off" in counts,
                is_stuck=name != FIRST_ROUND and _failed_round(work, wave_id, name),
            )
        )
    return tuple(found)


def _letters(work: UnitOfWork, wave: Wave) -> int:
    """How many are invited who have no address."""
    found = work.people.without_address(wave.assessment_id)
    asked = work.ballots.invited(wave.id) if found else {}
    return sum(count for unit, count in found.items() if unit in asked)


def _waiting(work: UnitOfWork, wave_id: str, kind: str, name: str) -> int:
    """How many mails of a round have not left yet."""
    if kind == INVITATION:
        return work.jobs.count(wave_id, kind, READY, RUNNING)
    # Of reminders a round has one job; of invitations tens of thousands may wait.
    waiting = [job for job in work.jobs.of(wave_id, kind) if job.state in (READY, RUNNING)]
    return sum(1 for job in waiting if json.loads(job.args)["round"] == name)


def _failed_round(work: UnitOfWork, wave_id: str, name: str) -> bool:
    job = work.jobs.get(f"mail:{wave_id}:{name}")
    return job is not None and job.state == "failed"


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
    start: tuple[date, int] = (wave.opened_at.astimezone(UTC).date(), 0)
    for tally in tallies:
        if (now.date() - tally.day).days >= 3:
            start = (tally.day, tally.answered)
    begin = datetime.combine(start[0], datetime.min.time(), now.tzinfo) + timedelta(days=1)
    passed = max((now - max(begin, wave.opened_at)) / timedelta(days=1), 1.0)
    pace = max(wave.answered - start[1], 0) / passed
    # Counts are in steps: as many as may have answered already.
    most = sum(
        min(group.invited, (group.answered or 0) + wave.k - 1)
        for group in wave.groups
        if not group.partners
    )
    high = min(wave.invited, round(most + pace * max(left, 0)))
    return Forecast(wave.answered, high, max(round(left), 0))
