"""The ballot box: one thread, one connection, and one commit for all who wait."""

import asyncio
import queue
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass
from functools import partial

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import OperationalError

from app.storage.database import WRITES, patience
from app.storage.submissions import Outcome, Submission, cast
from app.storage.wave_keys import WaveKeys

#: Most submissions that share one transaction.
BATCH = 128


@dataclass(frozen=True)
class _Waiting:
    """A submission, and who waits for it: a future of threads, or of an event loop."""

    submission: Submission
    future: Future[Outcome] | asyncio.Future[Outcome]

    def settle(self, result: Outcome | Exception) -> None:
        """Hand over the outcome or the error, unless nobody waits any more."""
        if self.future.done():
            return
        if isinstance(result, Exception):
            self.future.set_exception(result)
        else:
            self.future.set_result(result)


class BallotBox:
    """Takes submissions from any thread and answers each only after its COMMIT returned.

    One writer with group commit: under load many answers share one fsync, and SQLite never
    has two writers that wait for each other inside this process.
    """

    def __init__(self, engine: Engine, wave_keys: WaveKeys) -> None:
        self._wave_keys = wave_keys
        self._engine = engine.execution_options(**{WRITES: True})
        self._queue: queue.SimpleQueue[_Waiting | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self._start = threading.Lock()

    def submit(self, submission: Submission) -> Future[Outcome]:
        """Queue a submission; the future has its outcome, or the database's error."""
        future: Future[Outcome] = Future()
        self._put(_Waiting(submission, future))
        return future

    async def cast(self, submission: Submission) -> Outcome:
        """Submit and wait for the outcome without holding up the event loop.

        Raises the database's error, or SQLAlchemy's TimeoutError if it is silent for too long;
        then nobody knows, and the same form may be sent again. Raises KeysMissing where the wave
        has lost its keys.
        """
        future: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        self._put(_Waiting(submission, future))
        async with patience():
            return await future

    def _put(self, waiting: _Waiting) -> None:
        if self._thread is None:
            self._run_once()
        self._queue.put(waiting)

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
                _hand_over(batch, self._commit(connection, batch))
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
        """After a failed batch: one faulty submission must not take the others with it.

        Where the database itself is away or locked, all are told at once: each would wait as
        long as the batch did.
        """
        if len(batch) == 1 or isinstance(error, OperationalError):
            _hand_over(batch, [error] * len(batch))
            return
        for waiting in batch:
            try:
                with self._engine.connect() as connection:
                    _hand_over([waiting], self._commit(connection, [waiting]))
            except Exception as own:
                _hand_over([waiting], [own])

    def _commit(self, connection: Connection, batch: Sequence[_Waiting]) -> list[Outcome]:
        with connection.begin():
            return cast(connection, self._wave_keys, [waiting.submission for waiting in batch])


def _hand_over(batch: Sequence[_Waiting], results: Sequence[Outcome | Exception]) -> None:
    """Settle a batch: for those of an event loop in one call, since each wakes the loop up."""
    loops: dict[asyncio.AbstractEventLoop, list[Callable[[], None]]] = {}
    for waiting, result in zip(batch, results, strict=True):
        settle = partial(waiting.settle, result)
        if isinstance(waiting.future, asyncio.Future):
            loops.setdefault(waiting.future.get_loop(), []).append(settle)
        else:
            settle()
    for loop, calls in loops.items():
        with suppress(RuntimeError):  # closed meanwhile: nobody waits there
            loop.call_soon_threadsafe(_call_all, calls)


def _call_all(calls: Sequence[Callable[[], None]]) -> None:
    for call in calls:
        call()


def _drop(connection: Connection | None) -> None:
    if connection is not None:
        with suppress(Exception):
            connection.close()
