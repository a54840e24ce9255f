"""Background work: jobs are written in the transaction that wants them, and done by leases."""

import json
import logging
import secrets
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from app.mailing.server import MailServer
from app.storage.store import Store
from app.storage.unit_of_work import UnitOfWork
from app.storage.wave_keys import KeysMissing
from app.storage.workspace_tables import Job
from app.usecases.clock import Clock
from app.usecases.errors import SiloscopeError

log = logging.getLogger(__name__)

WORK, MAIL = "work", "mail"
#: A job that failed so often waits for a person.
MOST_ATTEMPTS = 8
#: Seconds between two looks into an empty queue.
IDLE = 0.5
#: How long jobs are left to others before it is tried again whether they can be done here.
AGAIN = timedelta(minutes=1)


@dataclass(frozen=True)
class Office:
    """What background work needs of the installation."""

    store: Store
    public_url: str
    now: Callable[[], datetime]
    chance: Random
    server: MailServer | None = None
    mail_from: str = ""
    mail_rate: float = 5.0
    lease: timedelta = timedelta(seconds=60)
    #: Watches `now`; without one, as where a test moves the time, it is trusted.
    clock: Clock | None = None
    #: Jobs that wait while the clock is doubted, by name.
    held: frozenset[str] = frozenset()

    def held_at(self, now: datetime) -> frozenset[str]:
        """Return the names of jobs that wait for the clock, which shows `now`."""
        doubted = self.clock is not None and self.clock.jump(now) is not None
        return self.held if doubted else frozenset()

    def holds(self, job: Job) -> bool:
        """Return whether a job waits for the clock, compared with the database too."""
        return job.name in self.held and self.clock is not None and self.clock.look() is not None


@dataclass(frozen=True)
class Task:
    """A job in the hands of a worker."""

    office: Office
    job: Job
    worker: str

    @property
    def args(self) -> dict[str, Any]:
        """What the job was given."""
        found: dict[str, Any] = json.loads(self.job.args)
        return found

    def finish(self, work: UnitOfWork, progress: str = "") -> None:
        """Mark the job as done in a transaction of its own work: both are kept, or neither."""
        work.jobs.finish(self.job.key, self.worker, progress)


Handler = Callable[[Task], None]


def backoff(attempts: int) -> timedelta:
    """Return how long to wait after so many failures: 15 seconds, doubled up to an hour."""
    return timedelta(seconds=min(15 * 2 ** min(attempts, 12), 3600))


def reason_of(error: Exception) -> str:
    """Return why something failed: the text of one that we do not know could quote anything."""
    return str(error) if isinstance(error, SiloscopeError) else type(error).__name__


class Worker:
    """Does the jobs of the work queue, one after the other."""

    def __init__(self, office: Office, handlers: Mapping[str, Handler]) -> None:
        self._office = office
        self._handlers = handlers
        self._name = secrets.token_hex(8)
        self._claims = Claims(office, WORK, self._name)

    def run_next(self) -> float:
        """Do a job that is due, if there is one; return the seconds to wait before the next."""
        office = self._office
        job = self._claims.take()
        if job is None:
            return IDLE
        if office.holds(job):
            give_back(office, job, self._name)
            return 0
        try:
            with kept_alive(office, job, self._name):
                self._handlers[job.name](Task(office, job, self._name))
        except KeysMissing as error:
            self._claims.leave(job, error)
        except Exception as error:
            self._put_off(job, error)
        return 0

    def _put_off(self, job: Job, error: Exception) -> None:
        reason = reason_of(error)
        log.warning("the job %s waits: %s", job.name, type(error).__name__)
        with self._office.store.writing() as work:
            if job.attempts >= MOST_ATTEMPTS:
                work.jobs.fail(job.key, self._name, reason)
            else:
                later = self._office.now() + backoff(job.attempts)
                work.jobs.put_back(job.key, self._name, later, reason)
            work.commit()


class Claims:
    """Takes jobs of a queue for a worker, and leaves to others those whose keys are not here."""

    def __init__(self, office: Office, queue: str, worker: str) -> None:
        self._office, self._queue, self._worker = office, queue, worker
        #: Until when which jobs are passed over, by wave and name.
        self._left: dict[tuple[str, str], datetime] = {}

    def take(self) -> Job | None:
        """Return the next job; it is the worker's once this returns."""
        office, now = self._office, self._office.now()
        left = [which for which, until in self._left.items() if now < until]
        with office.store.writing() as work:
            job = work.jobs.claim(
                self._queue, self._worker, now, office.lease, left, office.held_at(now)
            )
            if job is not None:
                work.commit()
        return job

    def leave(self, job: Job, error: KeysMissing, progress: str | None = None) -> None:
        """Give a job back, due as it was, and pass over its like for a while."""
        which = (job.wave_id or "", job.name)
        if which not in self._left:
            log.warning("%s of the wave %s is left to others: %s", job.name, which[0], error)
        self._left[which] = self._office.now() + AGAIN
        with self._office.store.writing() as work:
            work.jobs.put_back(
                job.key, self._worker, job.run_at, str(error), counts=False, progress=progress
            )
            work.commit()


def give_back(office: Office, job: Job, worker: str) -> None:
    """Let a job wait, due as it was, until the clock agrees: till then nobody claims it."""
    with office.store.writing() as work:
        work.jobs.put_back(job.key, worker, job.run_at, job.error, progress=job.progress)
        work.commit()


@contextmanager
def kept_alive(office: Office, job: Job, worker: str) -> Iterator[None]:
    """Hold a job for as long as its work takes: its lease is extended in the background."""
    done = threading.Event()

    def extend() -> None:
        while not done.wait(office.lease.total_seconds() / 3):
            try:
                with office.store.writing() as work:
                    work.jobs.extend(job.key, worker, office.now(), office.lease)
                    work.commit()
            except SQLAlchemyError as error:
                log.warning("a lease could not be extended: %s", type(error).__name__)

    keeper = threading.Thread(target=extend, name="lease", daemon=True)
    keeper.start()
    try:
        yield
    finally:
        done.set()
        keeper.join()
