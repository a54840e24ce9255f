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
from app.usecases.errors import SiloscopeError

log = logging.getLogger(__name__)

WORK, MAIL = "work", "mail"
#: A job that failed so often waits for a person.
MOST_ATTEMPTS = 8
#: Seconds between two looks into an empty queue.
IDLE = 0.5


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
    known = isinstance(error, SiloscopeError | KeysMissing)
    return str(error) if known else type(error).__name__


class Worker:
    """Does the jobs of the work queue, one after the other."""

    def __init__(self, office: Office, handlers: Mapping[str, Handler]) -> None:
        self._office = office
        self._handlers = handlers
        self._name = secrets.token_hex(8)

    def run_next(self) -> float:
        """Do a job that is due, if there is one; return the seconds to wait before the next."""
        office = self._office
        job = claim(office, WORK, self._name)
        if job is None:
            return IDLE
        try:
            with kept_alive(office, job, self._name):
                self._handlers[job.name](Task(office, job, self._name))
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


def claim(office: Office, queue: str, worker: str) -> Job | None:
    """Take the next job of a queue; it is ours once this returns."""
    with office.store.writing() as work:
        job = work.jobs.claim(queue, worker, office.now(), office.lease)
        if job is not None:
            work.commit()
    return job


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
