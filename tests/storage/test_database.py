"""Durability and isolation are set, not assumed."""

import threading

from app.storage.database import WRITES, create_database_engine, settle_ballots
from app.storage.store import Store


def _setting(store: Store, sql: str) -> str:
    with store.engine.connect() as connection:
        return str(connection.exec_driver_sql(sql).scalar())


def test_sqlite_survives_a_power_cut_and_overwrites_what_it_deletes(sqlite_store: Store) -> None:
    assert _setting(sqlite_store, "PRAGMA journal_mode") == "wal"
    assert _setting(sqlite_store, "PRAGMA synchronous") == "2"
    assert _setting(sqlite_store, "PRAGMA secure_delete") == "1"
    assert _setting(sqlite_store, "PRAGMA foreign_keys") == "1"


def test_postgresql_commits_to_disk(postgres_url: str) -> None:
    engine = create_database_engine(postgres_url)
    with engine.connect() as connection:
        assert connection.exec_driver_sql("SHOW synchronous_commit").scalar() == "on"
    engine.dispose()


def test_settling_ballots_leaves_the_connections_deadline_as_it_was(postgres_url: str) -> None:
    engine = create_database_engine(postgres_url)
    settle_ballots(engine)
    with engine.connect() as connection:
        assert connection.exec_driver_sql("SHOW statement_timeout").scalar() == "30s"
    engine.dispose()


def test_two_writers_wait_for_each_other_instead_of_failing(sqlite_store: Store) -> None:
    engine = sqlite_store.engine.execution_options(**{WRITES: True})
    errors = []

    def write(number: int) -> None:
        try:
            for step in range(20):
                with engine.begin() as connection:
                    connection.exec_driver_sql("SELECT count(*) FROM organisation")
                    connection.exec_driver_sql(
                        f"INSERT INTO organisation VALUES ('{number}-{step}', 'x')"
                    )
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=write, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
