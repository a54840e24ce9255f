"""The ballot box: one thread, one connection, and one commit for all who wait."""

import asyncio
import queue
import threading
from collections.abc import Sequence
from concurrent.futures import Future
from contextlib import suppress

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

from app.storage.ballots import Outcome, Submission, cast
from app.storage.database import WRITES

#: Most submissions that share one transaction.
BATCH = 128

_Waiting = tuple[Submission, Future[Outcome]]


class BallotBox:
    """Takes submissions from any thread and answers each only after its COMMIT returned.

    One writer with group commit: under load many answers share one fsync, and SQLite never
    has two writers that wait for each other inside this process.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine.execution_options(**{WRITES: True})
        self._queue: queue.SimpleQueue[_Waiting | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self._start = threading.Lock()

    def submit(self, submission: Submission) -> Future[Outcome]:
        """Queue a submission; the future has its outcome, or the database's error."""
        if self._thread is None:
            self._run_once()
        future: Future[Outcome] = Future()
        self._queue.put((submission, future))
        return future

    async def cast(self, submission: Submission) -> Outcome:
        """Submit and wait for the outcome without holding up the event loop."""
        return await asyncio.wrap_future(self.submit(submission))

    def close(self) -> None:
        """Finish what waits, and stop."""
        if self._thread is not None:
            self._queue.put(None)
            self._thread.join()
            self._thread = None

    def _run_once(self) -> None:
        with self._start:
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="ballot-box", daemon=True)
                self._thread.start()

    def _run(self) -> None:
        connection: Connection | None = None
        while (batch := self._next_batch()) is not None:
            try:
                if connection is None:
                    connection = self._engine.connect()
                _resolve(batch, _commit(connection, [submission for submission, _ in batch]))
            except Exception as error:
                _drop(connection)
                connection = None
                self._one_by_one(batch, error)
        _drop(connection)

    def _next_batch(self) -> list[_Waiting] | None:
        first = self._queue.get()
        if first is None:
            return None
        batch = [first]
        with suppress(queue.Empty):
            while len(batch) < BATCH:
                waiting = self._queue.get_nowait()
                if waiting is None:
                    self._queue.put(None)
                    break
                batch.append(waiting)
        return batch

    def _one_by_one(self, batch: Sequence[_Waiting], error: Exception) -> None:
        """After a failed batch: one faulty submission must not take the others with it."""
        for submission, future in batch:
            if len(batch) == 1 or _is_disconnect(error):
                future.set_exception(error)
                continue
            try:
                with self._engine.connect() as connection:
                    future.set_result(_commit(connection, [submission])[0])
            except Exception as own:
                future.set_exception(own)


def _commit(connection: Connection, submissions: Sequence[Submission]) -> list[Outcome]:
    with connection.begin():
        return cast(connection, submissions)


def _resolve(batch: Sequence[_Waiting], outcomes: Sequence[Outcome]) -> None:
    for (_, future), outcome in zip(batch, outcomes, strict=True):
        if not future.cancelled():
            future.set_result(outcome)


def _drop(connection: Connection | None) -> None:
    if connection is not None:
        with suppress(Exception):
            connection.close()


def _is_disconnect(error: Exception) -> bool:
    return isinstance(error, DBAPIError) and error.connection_invalidated
