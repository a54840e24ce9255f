"""Reads one ballot at a time for the event loop, and never holds it up."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError, NotSupportedError, SQLAlchemyError

from app.storage.ballots import BallotFacts, find_ballot
from app.storage.database import connect_alone, patience


class BallotReader:
    """Finds the ballot of a token.

    A database over the network is asked by a thread; one thread, since forty on one database
    spend their time waiting for each other. SQLite in WAL mode never makes a reader wait and
    answers in a third of the time in which a thread wakes up, so it is asked at once. One
    connection is kept: getting one, beginning and ending cost three times as much as asking.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        embedded = engine.dialect.name == "sqlite"
        self._thread = None if embedded else ThreadPoolExecutor(1, "ballot-reader")
        self._kept: Connection | None = None

    async def find(self, token_hash: bytes) -> BallotFacts | None:
        """Return the ballot with its wave's state, or None.

        Raises SQLAlchemy's TimeoutError if the database is silent for too long.
        """
        if self._thread is None:
            return self._find(token_hash)
        loop = asyncio.get_running_loop()
        async with patience():
            return await loop.run_in_executor(self._thread, self._find, token_hash)

    def close(self) -> None:
        """Let the thread and the connection go."""
        if self._thread is not None:
            self._thread.shutdown()
        self._drop()

    def _find(self, token_hash: bytes) -> BallotFacts | None:
        was_kept = self._kept is not None
        try:
            return self._ask(token_hash)
        except DBAPIError as error:
            # The server may have gone and come back since the last question, or a table may
            # have changed under a statement that the connection had prepared.
            if was_kept and (error.connection_invalidated or isinstance(error, NotSupportedError)):
                return self._ask(token_hash)
            raise

    def _ask(self, token_hash: bytes) -> BallotFacts | None:
        if self._kept is None:
            self._kept = connect_alone(self._engine)
        try:
            return find_ballot(self._kept, token_hash)
        except BaseException:
            self._drop()
            raise

    def _drop(self) -> None:
        """Part from the connection; whatever state it is in, nobody gets it from the pool."""
        kept, self._kept = self._kept, None
        if kept is not None:
            with suppress(SQLAlchemyError):
                kept.invalidate()
            with suppress(SQLAlchemyError):
                kept.close()
