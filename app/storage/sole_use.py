"""A database that one process has for itself, and whose files are written anew."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, Engine, event, inspect
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import OperationalError

from app.storage.database import connect_alone, create_database_engine, empty_log, settle_ballots
from app.storage.schema import MIGRATION_LOCK

#: Seconds that others have to go, such as a process that is just being stopped.
PATIENCE: Final = 10.0
_PAUSE: Final = 0.25

#: Other clients of this database. What kind of process another account's is may be hidden from us.
_OTHERS: Final = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND usesysid IS NOT NULL
AND coalesce(backend_type, 'client backend') = 'client backend'
"""


class DatabaseInUse(Exception):
    """Others use a database that one process needs for itself."""


@contextmanager
def sole_use(url: str, patience: float = PATIENCE) -> Iterator[Engine]:
    """Open a database that nobody else has open, and keep it so for the block.

    Use one connection after the other: there is only one. Old versions that start meanwhile wait
    on PostgreSQL, and cannot open SQLite's file. Raises DatabaseInUse.
    """
    engine = create_database_engine(url)
    if engine.dialect.name == "sqlite":
        # Before anything is read: SQLite's log then needs no memory that others share.
        event.listen(engine, "connect", partial(_take_file, patience), insert=True)
    try:
        if engine.dialect.name == "postgresql":
            _take_server(engine, patience)
        else:
            _try_file(engine)
        yield engine
    finally:
        engine.dispose()


def ensure_alone(engine: Engine, patience: float = PATIENCE) -> None:
    """Make sure once more that nobody else is connected, whose reading would keep old rows.

    Raises DatabaseInUse.
    """
    if engine.dialect.name == "postgresql":
        with connect_alone(engine) as connection:
            _wait_for_others(connection, patience)


def write_anew(engine: Engine) -> None:
    """Write all tables anew, so that nothing that was deleted is left in their files.

    Ballots come to lie in the order of their hashes: where they lay could tell when they were
    used. SQLite's log is emptied; PostgreSQL's cannot be.
    """
    if engine.dialect.name == "sqlite":
        folder = Path(engine.url.database or "").resolve().parent
        with connect_alone(engine) as connection:
            # What it writes meanwhile is as confidential as the file. For this account alone.
            _set_temporary(connection, str(folder))
            connection.exec_driver_sql("VACUUM")
            _set_temporary(connection, "")
        empty_log(engine)
        return
    with connect_alone(engine) as connection:
        quoted = connection.dialect.identifier_preparer.quote
        for table in inspect(connection).get_table_names():
            if table == "ballot":
                connection.exec_driver_sql("CLUSTER ballot USING pk_ballot")
            else:
                connection.exec_driver_sql(f"VACUUM FULL {quoted(table)}")
    settle_ballots(engine)


def _set_temporary(connection: Connection, folder: str) -> None:
    quoted = folder.replace("'", "''")
    connection.exec_driver_sql(f"PRAGMA temp_store_directory = '{quoted}'")


def _take_file(patience: float, connection: DBAPIConnection, _record: object) -> None:
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout = {int(patience * 1000)}")
    cursor.execute("PRAGMA locking_mode = EXCLUSIVE")
    cursor.close()


def _try_file(engine: Engine) -> None:
    try:
        with engine.connect() as connection:
            inspect(connection).get_table_names()
    except OperationalError as error:
        if not getattr(error.orig, "sqlite_errorname", "").startswith("SQLITE_BUSY"):
            raise
        raise DatabaseInUse from error


def _take_server(engine: Engine, patience: float) -> None:
    """Take the lock under which every version migrates, then see to it that nobody was before.

    Asked for again and again, never waited for: whoever waits in the server keeps deleted rows.
    """
    deadline = time.monotonic() + patience
    while True:
        with connect_alone(engine) as connection:
            connection.exec_driver_sql("SET statement_timeout = 0")
            taken = connection.exec_driver_sql(f"SELECT pg_try_advisory_lock({MIGRATION_LOCK})")
            if taken.scalar_one():
                _wait_for_others(connection, patience)
                return
        engine.dispose()
        if time.monotonic() >= deadline:
            raise DatabaseInUse
        time.sleep(_PAUSE)


def _wait_for_others(connection: Connection, patience: float) -> None:
    deadline = time.monotonic() + patience
    while connection.exec_driver_sql(_OTHERS).scalar_one():
        if time.monotonic() >= deadline:
            raise DatabaseInUse
        time.sleep(_PAUSE)
