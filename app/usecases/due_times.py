"""When jobs are due: what waits for the clock, and due times that a wrong clock left behind."""

import json
from datetime import datetime, timedelta

from app.storage.unit_of_work import UnitOfWork
from app.storage.workspace_tables import Job
from app.usecases.invitations import BETWEEN, INVITATION, REMINDER, ROUND
from app.usecases.jobs import Office
from app.usecases.plans import plan_of
from app.usecases.schedule import CLOSE, ERASE, TALLY

#: What follows the schedule of a wave, and cannot be taken back.
HELD = frozenset({CLOSE, ERASE, TALLY, ROUND, INVITATION, REMINDER})
#: Jobs for a day that was planned; all others are due within the longest pause.
PLANNED = (CLOSE, ERASE, ROUND)
#: Mails wait for a day at most: for the end of quiet hours, or for the round before.
LONGEST_WAIT = timedelta(hours=26)
#: By how much the clocks of several hosts may differ; less than the jump of a clock.
APART = timedelta(minutes=30)


def mend_due_times(office: Office) -> None:
    """Let nothing wait for longer than it can, once the clock agrees again.

    A lease ends within its length, a mail waits for hours at most, and a close comes on the day
    of its wave: what lies further ahead was written by a clock that was wrong.
    """
    now = office.now()
    with office.store.writing() as work:
        work.jobs.end_leases(now + office.lease + APART, now)
        work.jobs.hasten(now + LONGEST_WAIT, now, PLANNED)
        for job in work.jobs.waiting(PLANNED, now + APART):
            latest = _latest(work, job, now)
            if latest is not None and job.run_at > latest:
                job.run_at = latest
                work.jobs.replace(job)
        work.commit()


def _latest(work: UnitOfWork, job: Job, now: datetime) -> datetime | None:
    """The latest moment that a planned job can wait for; None where it is not known."""
    args, wave = json.loads(job.args), work.waves.get(job.wave_id or "")
    plan = plan_of(work, job.wave_id or "")
    if wave is None:
        return None
    if job.name == CLOSE:
        planned = args["by"] == "schedule" and wave.closed_at is None
        return max(wave.closes_at, now) if planned and wave.closes_at else now
    if job.name == ERASE:
        days = plan.retention_days if plan else None
        return None if days is None or wave.closed_at is None else wave.closed_at + timedelta(days)
    if args.get("by_hand"):
        return now + BETWEEN
    longest = timedelta(days=max(plan.reminders, default=0)) if plan else timedelta(0)
    return max(wave.opened_at + longest, now) + LONGEST_WAIT
