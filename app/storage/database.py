"""Opens the database, SQLite or PostgreSQL, with durability set rather than assumed."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as DatabaseSilent

#: Seconds that a writer waits for another one on SQLite before it gives up.
BUSY_TIMEOUT = 10

#: Seconds to wait for other programs that read SQLite's file before its log is left to them.
LOG_TIMEOUT = 1

#: Seconds to wait for a PostgreSQL that does not answer.
CONNECT_TIMEOUT = 5

#: Seconds that a respondent waits for a database that is silent.
PATIENCE = 8.0

#: When a connection to PostgreSQL counts as dead: after ten seconds without any sign of life.
DEAD_LINE = {
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 2,
    "tcp_user_timeout": 10_000,
}

#: Any number: the lock that sends share on PostgreSQL, and that a close takes for itself.
OPEN_LOCK = 5_311_206

#: Execution option of a connection that will write: SQLite takes its lock at BEGIN.
WRITES = "siloscope_writes"

#: Execution option of a connection whose statements stand alone, outside any transaction.
ALONE = "siloscope_alone"


def create_database_engine(url: str) -> Engine:
    """Return an engine on `url` as it is, without migrating it.

    SQLite: WAL and synchronous=FULL, so that a commit that returned survives a power cut;
    deleted rows are overwritten. PostgreSQL: synchronous_commit=on.
    """
    if make_url(url).get_backend_name() == "sqlite":
        database = make_url(url).database
        if database and database != ":memory:":
            Path(database).parent.mkdir(parents=True, exist_ok=True)
            # For this account alone; SQLite gives its log the same mode.
            Path(database).touch(mode=0o600)
        engine = create_engine(url, connect_args={"timeout": BUSY_TIMEOUT})
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    options = "-c synchronous_commit=on -c statement_timeout=30000"
    return create_engine(
        url,
        pool_pre_ping=True,
        connect_args={"options": options, "connect_timeout": CONNECT_TIMEOUT, **DEAD_LINE},
    )


@asynccontextmanager
async def patience() -> AsyncIterator[None]:
    """Wait inside the block for as long as a respondent may have to.

    Raises SQLAlchemy's TimeoutError, an error of the database like all others.
    """
    try:
        async with asyncio.timeout(PATIENCE):
            yield
    except TimeoutError as error:
        raise DatabaseSilent from error


def connect_alone(engine: Engine) -> Connection:
    """Return a connection to be kept: each statement sees what is committed when it runs."""
    connection = engine.connect()
    if engine.dialect.name == "sqlite":
        # Its driver would leave "AUTOCOMMIT" by beginning transactions itself from then on.
        return connection.execution_options(**{ALONE: True})
    return connection.execution_options(isolation_level="AUTOCOMMIT")


def hold_open(connection: Connection) -> None:
    """Keep every wave from being closed until the commit; taken before `closed_at` is read.

    A lock of the transaction that no row bears, so that none tells of it. SQLite has one writer.
    """
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock_shared({OPEN_LOCK})")


def hold_closing(connection: Connection) -> None:
    """Wait until nothing is being sent, and keep others from sending until the commit."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({OPEN_LOCK})")


def empty_log(engine: Engine) -> bool:
    """Empty the log of SQLite into its file; False if another program that reads keeps it.

    PostgreSQL's log cannot be emptied. Nothing in either says anything to whoever has no keys.
    """
    if engine.dialect.name != "sqlite":
        return True
    with engine.connect() as connection:
        # While it waits for another program's reading, nobody can send; so not for long.
        connection.exec_driver_sql(f"PRAGMA busy_timeout={LOG_TIMEOUT * 1000}")
        try:
            busy = connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").scalar_one()
        finally:
            connection.exec_driver_sql(f"PRAGMA busy_timeout={BUSY_TIMEOUT * 1000}")
    return not busy


def settle_ballots(engine: Engine) -> None:
    """Mark all ballots as written for good, on PostgreSQL: else each first reading would.

    Call it after a launch, before anybody can open a link.
    """
    if engine.dialect.name == "postgresql":
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("SET statement_timeout = 0")
            connection.exec_driver_sql("VACUUM (FREEZE, ANALYZE) ballot")
            connection.exec_driver_sql("RESET statement_timeout")


def _prepare_sqlite(connection: DBAPIConnection, _record: Any) -> None:
    # The driver must not begin transactions by itself: _begin_sqlite decides how.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "secure_delete=ON",
        f"busy_timeout={BUSY_TIMEOUT * 1000}",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    options = connection.get_execution_options()
    if ALONE in options:
        return
    # A transaction that reads first and writes later can fail half-way; so take the lock now.
    connection.exec_driver_sql("BEGIN IMMEDIATE" if options.get(WRITES) else "BEGIN")


def in_words(error: SQLAlchemyError) -> str:
    """Return what is wrong with the database, for the log: its own words on itself, no values."""
    if is_full(error):
        return "the disk of the database is full"
    kind = error.orig if isinstance(error, DBAPIError) else error
    return f"the database cannot be used: {type(kind).__name__}"


def is_full(error: SQLAlchemyError) -> bool:
    """Return whether a database says that its disk has no room left."""
    own = error.orig if isinstance(error, DBAPIError) else None
    # SQLITE_FULL; disk_full and its like of PostgreSQL.
    return getattr(own, "sqlite_errorname", "") == "SQLITE_FULL" or str(
        getattr(own, "sqlstate", "")
    ).startswith("53100")
