"""Reads one ballot at a time for the event loop, and never holds it up."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import Engine

from app.storage.ballots import BallotFacts, find_ballot


class BallotReader:
    """Finds the ballot of a token.

    A database over the network is asked by a thread; one thread, since forty on one database
    spend their time waiting for each other. SQLite in WAL mode never makes a reader wait and
    answers in a third of the time in which a thread wakes up, so it is asked at once.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        embedded = engine.dialect.name == "sqlite"
        self._thread = None if embedded else ThreadPoolExecutor(1, "ballot-reader")

    async def find(self, token_hash: bytes) -> BallotFacts | None:
        """Return the ballot with its wave's state, or None."""
        if self._thread is None:
            return find_ballot(self._engine, token_hash)
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._thread, find_ballot, self._engine, token_hash)

    def close(self) -> None:
        """Let the thread go."""
        if self._thread is not None:
            self._thread.shutdown()
