"""What goes on in the background while the site runs: the jobs, the mails, the keys of waves."""

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from app.usecases.accounts import RESET
from app.usecases.clock import EVERY
from app.usecases.due_times import mend_due_times
from app.usecases.erasure import run_erase
from app.usecases.invitations import ROUND
from app.usecases.jobs import IDLE, Handler, Office, Worker
from app.usecases.mails import MailWorker
from app.usecases.report_jobs import REPORT, run_report
from app.usecases.rounds import run_round
from app.usecases.schedule import (
    CLOSE,
    ERASE,
    TALLY,
    finish_closes,
    run_close,
    run_reset,
    run_tally,
)
from app.usecases.wave_keys import tidy_keys
from app.usecases.waves import forget_old_comments

log = logging.getLogger(__name__)

#: Seconds between two looks at the keys of waves.
HOURLY = 3600.0

#: Seconds at a stop: for the mail server to take what it is at, and for everything. Whoever is
#: not done by then is left: what they hold is taken up again when their lease ends.
MAIL_ENDS, ALL_END = 5.0, 20.0


@contextmanager
def working(
    office: Office, reports: Path, *, stop: threading.Event | None = None
) -> Iterator[None]:
    """Do jobs and send mails inside the block; one thread for each, so none waits."""
    stopped = stop or threading.Event()
    handlers: dict[str, Handler] = {
        ROUND: run_round,
        CLOSE: run_close,
        TALLY: run_tally,
        ERASE: partial(run_erase, reports=reports),
        RESET: run_reset,
        REPORT: partial(run_report, reports=reports),
    }
    worker, mails = Worker(office, handlers), MailWorker(office)
    mailing = _keep("mails", mails.run_next, stopped)
    threads = [
        mailing,
        _keep("worker", worker.run_next, stopped),
        _keep("keys", partial(_look_after, office), stopped),
        _keep("clock", partial(_watch, office), stopped, EVERY),
    ]
    try:
        yield
    finally:
        stopped.set()
        _end(threads, mailing, mails)


def _end(threads: list[threading.Thread], mailing: threading.Thread, mails: MailWorker) -> None:
    """Wait for all to be done, but for nobody too long: the door is shut meanwhile."""
    last = time.monotonic() + ALL_END
    mailing.join(MAIL_ENDS)
    if mailing.is_alive() and mails.break_off():
        threads.remove(mailing)
    for thread in threads:
        thread.join(max(0, last - time.monotonic()))
    if not mailing.is_alive():
        mails.end()


def _look_after(office: Office) -> float:
    """Go on with what a process that died left of a close; say which keys are amiss."""
    finish_closes(office.store, office.now())
    if office.clock is None or office.clock.look() is None:
        forget_old_comments(office.store, office.now())
    tidy_keys(office.store)
    return HOURLY


def _watch(office: Office) -> float:
    """Look at the clock; if it agrees, mend what it wrote while it did not."""
    if office.clock is None or office.clock.look() is None:
        mend_due_times(office)
    return EVERY


def _keep(
    name: str, step: Callable[[], float], stop: threading.Event, first: float = 0
) -> threading.Thread:
    """Start a thread that takes a step, waits as long as that says, and so on."""

    def run() -> None:
        pause = first
        while not stop.wait(pause):
            try:
                pause = step()
            except SQLAlchemyError as error:
                log.warning("%s waits for the database: %s", name, type(error).__name__)
                pause = max(first, IDLE * 4)

    thread = threading.Thread(target=run, name=name, daemon=True)
    thread.start()
    return thread
