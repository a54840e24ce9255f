"""A round of mails begins: the jobs of its mails are written, a portion at a time."""

import json
from datetime import datetime
from time import sleep
from typing import Any, Final

from app.storage.jobs import READY, RUNNING, LeaseLost
from app.storage.unit_of_work import UnitOfWork
from app.usecases.invitations import (
    BETWEEN,
    FIRST_ROUND,
    REMINDER,
    invitation_job,
    mailed_people,
    reminder_job,
    started_rounds,
)
from app.usecases.jobs import Task

#: Mails whose jobs are written in one transaction, and seconds before the next one: SQLite has
#: one writer, and whoever sends answers meanwhile waits for it.
PORTION: Final = 250
REST: Final = 0.05


def run_round(task: Task) -> None:
    """Write the jobs of a round's mails; the round's own job ends with the last of them.

    An invitation has a job for each person. A reminder has one for all of them: rows that stay
    for some and go for others would say who has not answered. Raises LeaseLost.
    """
    with task.office.store.reading() as work:
        wave = work.waves.get(task.job.wave_id or "")
        # By ids, which are random: the order of the roster is in no table.
        people = sorted(p.id for p in mailed_people(work, wave)) if wave else []
    if task.args["round"] == FIRST_ROUND:
        # Before anybody gets a link, whatever became of the process that launched the wave.
        task.office.store.settle_ballots()
        _invite(task, people)
    else:
        _remind(task, len(people))


def _invite(task: Task, people: list[str]) -> None:
    """Go on behind whom the job notes: who was written before may have been mailed already."""
    office, wave_id, name = task.office, task.job.wave_id or "", task.args["round"]
    now = office.now()
    done = json.loads(task.job.progress or "{}").get("after", "")
    waiting = [person for person in people if person > done]
    told: dict[str, Any] = {"people": len(people), "started": _minute(now)}
    for start in range(0, len(waiting), PORTION):
        portion = waiting[start : start + PORTION]
        jobs = [invitation_job(wave_id, name, person, now) for person in portion]
        with office.store.writing() as work:
            if _is_over(work, wave_id):
                told["people"] = 0
                break
            work.jobs.add_all(jobs)
            work.jobs.note(task.job.key, _further(work, task, told | {"after": portion[-1]}))
            work.commit()
        sleep(REST)
    with office.store.writing() as work:
        task.finish(work, _further(work, task, told))
        work.commit()


def _remind(task: Task, people: int) -> None:
    office, wave_id, name = task.office, task.job.wave_id or "", task.args["round"]
    now = office.now()
    with office.store.writing() as work:
        if _is_over(work, wave_id):
            people = 0
        if not task.args.get("by_hand") and (later := _too_soon(work, wave_id, now)):
            work.jobs.put_back(task.job.key, task.worker, later)
            work.commit()
            return
        if people:
            work.jobs.add(reminder_job(wave_id, name, now))
        task.finish(work, json.dumps({"people": people, "started": _minute(now)}))
        work.commit()


def _further(work: UnitOfWork, task: Task, told: dict[str, Any]) -> str:
    """What the round's job tells from now on, with what mails that left add to it meanwhile.

    Raises LeaseLost if the job is another worker's now.
    """
    found = work.jobs.hold(task.job.key)
    if found is None or found.worker != task.worker:
        raise LeaseLost(task.job.key)
    known = json.loads(found.progress or "{}")
    known.pop("after", None)
    return json.dumps(known | told)


def _is_over(work: UnitOfWork, wave_id: str) -> bool:
    wave = work.waves.get(wave_id)
    return wave is None or wave.closed_at is not None


def _minute(now: datetime) -> str:
    return now.isoformat(timespec="minutes")


def _too_soon(work: UnitOfWork, wave_id: str, now: datetime) -> datetime | None:
    """Return when a reminder may start if another round did so less than a day ago, else None."""
    if work.jobs.count(wave_id, REMINDER, READY, RUNNING):
        return now + BETWEEN  # the one before is not through: its server was away
    ends = [started + BETWEEN for started in started_rounds(work, wave_id)]
    return max((end for end in ends if end > now), default=None)
