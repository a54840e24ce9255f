"""Ballots are looked up on one kept connection, which must never show what is past."""

import asyncio
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, event
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as DatabaseSilent

from app.storage.ballot_reader import BallotReader
from app.storage.ballots import BallotFacts
from app.storage.database import create_database_engine
from app.storage.store import Store
from app.storage.submissions import Outcome
from app.usecases.waves import close_wave
from tests.builders import NOW, codes_of, launch
from tests.submissions import submission


def find(reader: BallotReader, token_hash: bytes) -> BallotFacts | None:
    return asyncio.run(reader.find(token_hash))


def test_each_look_sees_what_was_committed_before_it(store: Store) -> None:
    wave = launch(store)
    mine = submission(store, codes_of(wave, "ERP")[0])
    for closed in (False, True):
        found = find(store.ballot_reader, mine.holder)
        assert found is not None
        assert (found.closed_at is not None) is closed
        if not closed:
            close_wave(store, wave.wave_id, NOW)


def test_looking_keeps_nobody_from_writing(store: Store) -> None:
    first, second = (submission(store, code) for code in codes_of(launch(store), "ERP")[:2])
    find(store.ballot_reader, first.holder)
    find(store.ballot_reader, b"\0" * 32)
    store.ballot_box.submit(second).result()
    if store.engine.dialect.name == "sqlite":
        with store.engine.connect() as connection:
            # A reader in the way would leave the log of what was written in use.
            busy = connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").first()
        assert busy is not None
        assert busy[0] == 0


@pytest.fixture
def postgres_store(postgres_url: str, tmp_path: Path) -> Iterator[Store]:
    with closing(Store(create_database_engine(postgres_url), tmp_path)) as store:
        yield store


def test_a_connection_that_was_cut_is_made_anew(postgres_store: Store) -> None:
    mine = submission(postgres_store, codes_of(launch(postgres_store), "ERP")[0])
    reader = postgres_store.ballot_reader
    assert find(reader, mine.holder) is not None
    with postgres_store.engine.begin() as other:
        others = "datname = current_database() AND pid <> pg_backend_pid()"
        other.exec_driver_sql(
            f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {others}"
        )
    assert find(reader, mine.holder) is not None


def test_where_the_new_connection_is_cut_too_the_next_look_finds(postgres_store: Store) -> None:
    mine = submission(postgres_store, codes_of(launch(postgres_store), "ERP")[0])
    reader, cuts = postgres_store.ballot_reader, [1, 2]
    assert find(reader, mine.holder) is not None
    with closing(postgres_store.engine.connect()) as other:

        @event.listens_for(postgres_store.engine, "before_cursor_execute")
        def cut(connection: Connection, _cursor: object, statement: str, *_: object) -> None:
            if cuts and "FROM ballot" in statement:
                cuts.pop()
                driver: Any = connection.connection.driver_connection
                process = driver.info.backend_pid
                other.exec_driver_sql(f"SELECT pg_terminate_backend({process}, 5000)")

        with pytest.raises(OperationalError):
            find(reader, mine.holder)
        assert not cuts
        assert find(reader, mine.holder) is not None


def test_a_table_that_changed_under_a_prepared_statement_is_read(postgres_store: Store) -> None:
    mine = submission(postgres_store, codes_of(launch(postgres_store), "ERP")[0])
    reader = postgres_store.ballot_reader
    for _ in range(10):
        assert find(reader, mine.holder) is not None
    with postgres_store.engine.begin() as other:
        other.exec_driver_sql("ALTER TABLE ballot ALTER COLUMN unit_id TYPE text")
    assert find(reader, mine.holder) is not None


def test_a_silent_database_is_told_in_time(
    postgres_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.storage.database.PATIENCE", 0.2)
    mine = submission(postgres_store, codes_of(launch(postgres_store), "ERP")[0])
    with closing(postgres_store.engine.connect()) as other:
        other.exec_driver_sql("LOCK TABLE ballot, spent IN ACCESS EXCLUSIVE MODE")
        with pytest.raises(DatabaseSilent):
            find(postgres_store.ballot_reader, mine.holder)
        with pytest.raises(DatabaseSilent):
            asyncio.run(postgres_store.ballot_box.cast(mine))
    monkeypatch.undo()
    assert find(postgres_store.ballot_reader, mine.holder) is not None
    # The submission waited all the while: sent once more, it is the same one.
    assert postgres_store.ballot_box.submit(mine).result() is Outcome.REPEATED


def test_a_database_without_ballots_is_told_each_time(sqlite_store: Store) -> None:
    assert find(sqlite_store.ballot_reader, b"\0" * 32) is None
    with sqlite_store.engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE ballot")
    for _ in range(2):
        with pytest.raises(OperationalError):
            find(sqlite_store.ballot_reader, b"\0" * 32)
