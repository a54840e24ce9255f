"""Ballots are looked up on one kept connection, which must never show what is past."""

import asyncio
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError

from app.storage.ballot_reader import BallotReader
from app.storage.ballots import BallotFacts
from app.storage.database import create_database_engine
from app.storage.store import Store
from tests.builders import codes_of, launch
from tests.storage.test_ballots import submission


def find(reader: BallotReader, token_hash: bytes) -> BallotFacts | None:
    return asyncio.run(reader.find(token_hash))


def test_each_look_sees_what_was_committed_before_it(store: Store) -> None:
    mine = submission(codes_of(launch(store), "ERP")[0])
    for used in (False, True):
        found = find(store.ballot_reader, mine.token_hash)
        assert found is not None
        assert found.used is used
        store.ballot_box.submit(mine).result()


def test_looking_keeps_nobody_from_writing(store: Store) -> None:
    first, second = (submission(code) for code in codes_of(launch(store), "ERP")[:2])
    find(store.ballot_reader, first.token_hash)
    find(store.ballot_reader, b"\0" * 32)
    store.ballot_box.submit(second).result()
    if store.engine.dialect.name == "sqlite":
        with store.engine.connect() as connection:
            # A reader in the way would leave the log of what was written in use.
            busy = connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").first()
        assert busy is not None
        assert busy[0] == 0


def test_a_connection_that_was_cut_is_made_anew(postgres_url: str, tmp_path: Path) -> None:
    with closing(Store(create_database_engine(postgres_url), tmp_path)) as store:
        mine = submission(codes_of(launch(store), "ERP")[0])
        assert find(store.ballot_reader, mine.token_hash) is not None
        with store.engine.begin() as other:
            others = "datname = current_database() AND pid <> pg_backend_pid()"
            cut = f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {others}"
            other.exec_driver_sql(cut)
        assert find(store.ballot_reader, mine.token_hash) is not None


def test_a_database_without_ballots_is_told_each_time(sqlite_store: Store) -> None:
    assert find(sqlite_store.ballot_reader, b"\0" * 32) is None
    with sqlite_store.engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE ballot")
    for _ in range(2):
        with pytest.raises(OperationalError):
            find(sqlite_store.ballot_reader, b"\0" * 32)
