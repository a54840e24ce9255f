"""What happens by itself: the tally of each day, the close, and the erasure."""

import json
import logging
from datetime import UTC, datetime, timedelta

from app.scoring.release import Release
from app.storage.store import Store
from app.storage.wave_keys import KeysMissing
from app.storage.workspace_tables import Job
from app.usecases.accounts import ask_for_reset
from app.usecases.errors import SiloscopeError
from app.usecases.jobs import WORK, Task
from app.usecases.plans import plan_of
from app.usecases.report_jobs import report_job
from app.usecases.results import state_of
from app.usecases.waves import AnswersUnreadable, close_wave

log = logging.getLogger(__name__)

CLOSE, TALLY, ERASE = "close", "tally", "erase"


def closing_job(wave_id: str, closes_at: datetime) -> Job:
    """Return the job that closes a wave at its end."""
    return Job(
        key=f"close:{wave_id}",
        queue=WORK,
        name=CLOSE,
        args=json.dumps({"by": "schedule"}),
        wave_id=wave_id,
        run_at=closes_at,
    )


def tally_job(wave_id: str, now: datetime) -> Job:
    """Return the job that notes, at the end of a day (UTC), how many have answered."""
    end = (now.astimezone(UTC) + timedelta(days=1)).replace(hour=0, minute=0, second=0)
    return Job(
        key=f"tally:{wave_id}:{now.astimezone(UTC):%Y-%m-%d}",
        queue=WORK,
        name=TALLY,
        args=json.dumps({"day": f"{now.astimezone(UTC):%Y-%m-%d}"}),
        wave_id=wave_id,
        run_at=end.replace(microsecond=0),
    )


def erasing_job(wave_id: str, run_at: datetime) -> Job:
    """Return the job that erases a wave on its day."""
    return Job(
        key=f"erase:{wave_id}",
        queue=WORK,
        name=ERASE,
        args=json.dumps({"by": "schedule"}),
        wave_id=wave_id,
        run_at=run_at,
    )


def run_close(task: Task) -> None:
    """Close a wave whose time is over, or that somebody closes now."""
    office, wave_id = task.office, task.job.wave_id or ""
    store, now, by = office.store, office.now(), task.args["by"]
    with store.writing() as work:
        wave = work.waves.get(wave_id)
        if wave is None:
            task.finish(work)
            work.commit()
            return
        is_open = wave.closed_at is None
        if by == "schedule" and is_open and wave.closes_at and wave.closes_at > now:
            # Extended meanwhile: the job waits for the new end.
            work.jobs.put_back(task.job.key, task.worker, wave.closes_at)
            work.commit()
            return
    try:
        close_and_settle(store, wave_id, by, now, task, few=task.args.get("few", False))
    except AnswersUnreadable as error:
        # Trying again helps nobody: a person decides.
        with store.writing() as work:
            work.jobs.note(task.job.key, json.dumps({"few": error.is_few}))
            work.jobs.fail(task.job.key, task.worker, str(error))
            work.commit()


def close_and_settle(
    store: Store,
    wave_id: str,
    by: str,
    now: datetime,
    task: Task | None = None,
    leave_out: int = 0,
    *,
    few: bool = False,
) -> Release:
    """Close a wave, and see to what follows: no more mails, the log, the day of erasure.

    `task`, if a job does it, ends in the same transaction. Raises what `close_wave` does.
    """
    release = close_wave(store, wave_id, now, by, leave_out, few=few)
    with store.writing() as work:
        wave, plan = work.waves.get(wave_id), plan_of(work, wave_id)
        for queue in ("mail", WORK):
            work.jobs.forget(wave_id, queue)
        if task is not None:
            task.finish(work)
        else:
            done = closing_job(wave_id, now)
            done.state = "done"
            work.jobs.replace(done)
        work.jobs.replace(report_job(wave_id, now))
        if wave and wave.closed_at and plan is not None and plan.retention_days is not None:
            day = wave.closed_at + timedelta(days=plan.retention_days)
            work.jobs.add(erasing_job(wave_id, day))
        work.commit()
    return release


def finish_closes(store: Store, now: datetime) -> None:
    """Go on with every close that stopped between its steps, such as at a crash."""
    with store.reading() as work:
        waiting = work.waves.unfinished_ids()
    for wave_id in waiting:
        try:
            close_and_settle(store, wave_id, "schedule", now)
        except (SiloscopeError, KeysMissing) as error:
            log.warning("the close of wave %s waits: %s", wave_id, error)


def run_reset(task: Task) -> None:
    """Mail whoever asked for a new password, if they have an account."""
    office = task.office
    ask_for_reset(office.store, task.args["email"], office.now())
    with office.store.writing() as work:
        work.jobs.remove(task.job.key, task.worker)
        work.commit()


def run_tally(task: Task) -> None:
    """Note how many have answered in the whole wave, if they are enough to be shown."""
    office, wave_id = task.office, task.job.wave_id or ""
    with office.store.writing() as work:
        wave = work.waves.get(wave_id)
        if wave is not None and wave.closed_at is None:
            # What the page of the wave shows too: of groups in which enough have answered.
            answered = state_of(work, wave).answered
            if answered:
                day = datetime.strptime(task.args["day"], "%Y-%m-%d").date()
                work.tallies.note(wave_id, day, answered)
            work.jobs.add(tally_job(wave_id, office.now()))
        work.jobs.remove(task.job.key, task.worker)
        work.commit()
