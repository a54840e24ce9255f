"""Jobs: an outbox that is written in the caller's own transaction, and worked off by leases."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, insert, or_, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col, select

from app.storage.workspace_tables import Job

READY, RUNNING, DONE, FAILED = "ready", "running", "done", "failed"
#: The error of a job whose worker ended in the middle of it.
LEFT = "Its worker ended before it was done."


class LeaseLost(Exception):
    """Another worker has taken the job over: what was done for it must not be kept."""


@dataclass(frozen=True)
class QueueState:
    """How many jobs of a queue wait, run and failed."""

    queue: str
    state: str
    count: int


def _coarse(moment: datetime, lease: timedelta) -> datetime:
    """Return the next full minute: rows, also old ones, must not say when exactly a mail left."""
    if lease < timedelta(minutes=1):
        return moment
    return (moment + timedelta(minutes=1)).replace(second=0, microsecond=0)


class Jobs:
    """All jobs. A key is taken once: adding it again changes nothing."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, job: Job) -> bool:
        """Keep a job unless its key is there already; return whether it was added."""
        insert = self._insert(job).on_conflict_do_nothing(index_elements=[col(Job.key)])
        kept = insert.returning(col(Job.key))
        return self._session.connection().execute(kept).first() is not None

    def replace(self, job: Job) -> None:
        """Keep a job in place of one with its key, unless a worker is at that one."""
        values = job.model_dump(exclude={"key"})
        self._session.connection().execute(
            self._insert(job).on_conflict_do_update(
                index_elements=[col(Job.key)], set_=values, where=col(Job.state) != RUNNING
            )
        )
        self._session.expire_all()

    def _insert(self, job: Job) -> sqlite.Insert | postgresql.Insert:
        """One statement: of two who look first, both may find nothing and one then fails."""
        self._session.flush()
        is_postgres = self._session.get_bind().dialect.name == "postgresql"
        insert = postgresql.insert if is_postgres else sqlite.insert
        return insert(Job).values(**job.model_dump())

    def add_all(self, jobs: Iterable[Job]) -> None:
        """Keep many jobs whose keys are new."""
        self._session.flush()
        if rows := [job.model_dump() for job in jobs]:
            self._session.connection().execute(insert(Job), rows)

    def get(self, key: str) -> Job | None:
        """Return a job, or None."""
        return self._session.get(Job, key)

    def hold(self, key: str) -> Job | None:
        """Return a job as it is now, or None; nobody else changes it until the commit."""
        return self._session.get(Job, key, with_for_update=True, populate_existing=True)

    def claim(
        self,
        queue: str,
        worker: str,
        now: datetime,
        lease: timedelta,
        passed_over: Iterable[tuple[str, str]] = (),
        held: Collection[str] = (),
    ) -> Job | None:
        """Take the next job that is due, or whose worker is gone; None if there is none.

        Those of a wave and name that are passed over are left to others; those with a name that
        is held wait.

        Others pass over the row that is being taken (SKIP LOCKED; SQLite has one writer). Each
        of the questions is answered by an index, however long the queue is.
        """
        of_queue = select(Job).where(Job.queue == queue, col(Job.name).not_in(held))
        of_queue = of_queue.order_by(col(Job.run_at), col(Job.key))
        ready = of_queue.where(Job.state == READY, Job.run_at <= now)
        left = of_queue.where(Job.state == RUNNING, col(Job.lease_until) <= now)
        ours = [
            or_(col(Job.wave_id).is_(None), col(Job.wave_id) != wave_id, col(Job.name) != name)
            for wave_id, name in passed_over
        ]
        # A mail for an account is waited for, and a round may take hours.
        for query in (ready.where(col(Job.wave_id).is_(None)), left, ready):
            first = query.where(*ours).limit(1).with_for_update(skip_locked=True)
            job = self._session.exec(first).first()
            if job is not None:
                break
        else:
            return None
        if job.state == RUNNING:
            job.error = LEFT
        job.state, job.worker = RUNNING, worker
        job.lease_until, job.attempts = _coarse(now + lease, lease), job.attempts + 1
        self._session.add(job)
        self._session.flush()
        return job

    def extend(self, key: str, worker: str, now: datetime, lease: timedelta) -> None:
        """Hold a job for longer."""
        self._update(key, worker, lease_until=_coarse(now + lease, lease))

    def finish(self, key: str, worker: str, progress: str = "") -> None:
        """Mark a job as done. Raises LeaseLost if another worker has taken it over."""
        done = {"state": DONE, "worker": None, "lease_until": None, "error": ""}
        if self._update(key, worker, progress=progress, **done) == 0:
            raise LeaseLost(key)

    def remove(self, key: str, worker: str) -> None:
        """Remove a job that leaves no trace when it is done, if it is still the worker's."""
        gone = delete(Job).where(col(Job.key) == key, col(Job.worker) == worker)
        self._session.connection().execute(gone)

    def go_on(self, key: str, worker: str, run_at: datetime, progress: str) -> None:
        """Let a job wait with how far it came. Raises LeaseLost if it is another worker's now."""
        waiting = {"state": READY, "worker": None, "lease_until": None, "error": "", "attempts": 0}
        if self._update(key, worker, run_at=run_at, progress=progress, **waiting) == 0:
            raise LeaseLost(key)

    def put_back(
        self,
        key: str,
        worker: str,
        run_at: datetime,
        error: str = "",
        *,
        counts: bool = True,
        progress: str | None = None,
    ) -> None:
        """Let a job wait until later; its attempts count only after an error of its own."""
        afresh: dict[str, object] = {} if error and counts else {"attempts": 0}
        if progress is not None:
            afresh["progress"] = progress
        self._update(
            key,
            worker,
            state=READY,
            worker=None,
            lease_until=None,
            run_at=run_at,
            error=error,
            **afresh,
        )

    def end_leases(self, after: datetime, now: datetime) -> None:
        """End leases that last longer than `after`: a clock that was wrong gave them."""
        held = update(Job).where(col(Job.state) == RUNNING, col(Job.lease_until) > after)
        self._session.connection().execute(held.values(lease_until=now))

    def hasten(self, after: datetime, now: datetime, planned: Collection[str]) -> int:
        """Let jobs run now that wait for longer than `after`, but for those planned by name."""
        late = update(Job).where(
            col(Job.state) == READY, col(Job.run_at) > after, col(Job.name).not_in(planned)
        )
        return self._session.connection().execute(late.values(run_at=now)).rowcount

    def waiting(self, names: Collection[str], after: datetime) -> Sequence[Job]:
        """Return the jobs by name that wait for longer than `after`."""
        query = select(Job).where(Job.state == READY, Job.run_at > after, col(Job.name).in_(names))
        return self._session.exec(query.order_by(col(Job.key))).all()

    def note(self, key: str, progress: str) -> None:
        """Keep how far a job came, or what became of what it started."""
        row = update(Job).where(col(Job.key) == key)
        self._session.connection().execute(row.values(progress=progress))

    def fail(self, key: str, worker: str, error: str) -> None:
        """Give a job up; a person may try it again."""
        self._update(key, worker, state=FAILED, worker=None, lease_until=None, error=error)

    def retry(self, keys: Sequence[str], now: datetime) -> None:
        """Let failed jobs run once more."""
        again = update(Job).where(col(Job.key).in_(keys), col(Job.state) == FAILED)
        self._session.connection().execute(
            again.values(state=READY, attempts=0, run_at=now, error="")
        )

    def drop(self, key: str) -> None:
        """Remove a job that no worker is at."""
        gone = delete(Job).where(col(Job.key) == key, col(Job.state) != RUNNING)
        self._session.execute(gone)

    def forget(self, wave_id: str, queue: str | None = None) -> None:
        """Remove the jobs of a wave, or those of one queue, that no worker is at."""
        gone = delete(Job).where(col(Job.wave_id) == wave_id, col(Job.state) != RUNNING)
        if queue is not None:
            gone = gone.where(col(Job.queue) == queue)
        self._session.execute(gone)

    def of(self, wave_id: str, name: str, state: str | None = None) -> Sequence[Job]:
        """Return the jobs of a wave by name, those in one state or all."""
        query = select(Job).where(Job.wave_id == wave_id, Job.name == name)
        if state is not None:
            query = query.where(Job.state == state)
        return self._session.exec(query.order_by(col(Job.run_at), col(Job.key))).all()

    def count(self, wave_id: str, name: str, *states: str) -> int:
        """Return how many jobs of a wave are in any of the states."""
        query = select(func.count()).where(
            col(Job.wave_id) == wave_id, col(Job.name) == name, col(Job.state).in_(states)
        )
        return self._session.exec(query).one()

    def states(self) -> Sequence[QueueState]:
        """Return how many jobs there are by queue and state."""
        query = select(Job.queue, Job.state, func.count()).group_by(col(Job.queue), col(Job.state))
        return [QueueState(*row) for row in self._session.exec(query)]

    def troubled(self, most: int) -> Sequence[Job]:
        """Return the jobs that failed or had to wait, the latest first."""
        query = select(Job).where(Job.error != "", Job.state != DONE)
        return self._session.exec(query.order_by(col(Job.run_at).desc()).limit(most)).all()

    def _update(self, key: str, mine_as: str, **values: object) -> int:
        mine = update(Job).where(col(Job.key) == key, col(Job.worker) == mine_as)
        return self._session.connection().execute(mine.values(**values)).rowcount
