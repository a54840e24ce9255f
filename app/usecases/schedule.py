"""What happens by itself: the tally of each day, the close, and the erasure."""

import json
from datetime import UTC, datetime, timedelta
from random import SystemRandom

from app.storage.workspace_tables import Job
from app.usecases.audit_log import Deed, Who, record
from app.usecases.jobs import WORK, Task
from app.usecases.plans import plan_of
from app.usecases.waves import close_wave

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
    store, now = office.store, office.now()
    with store.reading() as work:
        wave = work.waves.get(wave_id)
        plan = plan_of(work, wave_id)
        organisation = work.assessments.organisation_of(wave.assessment_id) if wave else None
    by = task.args["by"]
    # Extended meanwhile: the job was given its new time, or will be.
    if by == "schedule" and wave and wave.closes_at and wave.closes_at > now:
        with store.writing() as work:
            work.jobs.put_back(task.job.key, task.worker, wave.closes_at)
            work.commit()
        return
    if wave is None:
        with store.writing() as work:
            task.finish(work)
            work.commit()
        return
    release = close_wave(store, wave_id, now, SystemRandom())
    with store.writing() as work:
        who = Who(by, organisation.id if organisation else None)
        detail = f"{wave_id}: {release.answered} of {release.invited} answered"
        record(store, work, who, Deed.WAVE_CLOSED, detail, now)
        for queue in ("mail", WORK):
            work.jobs.forget(wave_id, queue)
        if plan is not None and plan.retention_days is not None:
            day = now + timedelta(days=plan.retention_days)
            work.jobs.add(erasing_job(wave_id, day))
        task.finish(work)
        work.commit()


def run_tally(task: Task) -> None:
    """Note how many have answered in the whole wave, if they are enough to be shown."""
    office, wave_id = task.office, task.job.wave_id or ""
    with office.store.writing() as work:
        wave = work.waves.get(wave_id)
        if wave is not None and wave.closed_at is None:
            answered = sum(n for n in work.ballots.used(wave_id).values() if n >= wave.k)
            if answered:
                day = datetime.strptime(task.args["day"], "%Y-%m-%d").date()
                work.tallies.note(wave_id, day, answered)
            work.jobs.add(tally_job(wave_id, office.now()))
        work.jobs.remove(task.job.key, task.worker)
        work.commit()
