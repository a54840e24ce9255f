"""Clears what a database keeps of rows that came or moved: its log, old pages, order of writing."""

from sqlalchemy import Connection, Engine, text

from app.storage.database import BUSY_TIMEOUT, lock_mixing

#: Seconds to wait for other programs that read SQLite's file before its log is left to them.
LOG_TIMEOUT = 1

#: Tables whose rows' order of writing could tell who sent what, with a random key to sort by.
_KEYS = {
    "staged_sheet": "id",
    "comment": "id",
    "sheet": "id",
    "ballot": "token_hash",
}


def clear_traces(engine: Engine) -> bool:
    """Remove what ties a ballot to the sheet that was staged with it; call it at every mix.

    SQLite overwrites deleted rows (secure_delete) and keeps rows in the order of their random
    keys; but its log holds each commit, ballot and sheet together, until it is emptied here
    into the file. PostgreSQL marks every row with its transaction, the same for a ballot and
    its sheet: staged sheets are written anew, all in one transaction and shuffled, and all
    comments of open waves in another one, so that no batch of them is ever told from the others.
    Return False if something is left: SQLite keeps its log while another program reads the file.
    """
    if engine.dialect.name == "sqlite":
        with engine.connect() as connection:
            # While it waits for another program's reading, nobody can send; so not for long.
            connection.exec_driver_sql(f"PRAGMA busy_timeout={LOG_TIMEOUT * 1000}")
            try:
                busy = connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").scalar_one()
            finally:
                connection.exec_driver_sql(f"PRAGMA busy_timeout={BUSY_TIMEOUT * 1000}")
        return not busy
    for table in ("staged_sheet", "comment"):
        with engine.begin() as connection:
            lock_mixing(connection)
            _write_anew(connection, table)
    _vacuum(engine, "VACUUM")
    return True


def forget_order(engine: Engine, wave_id: str) -> None:
    """Write a closed wave's ballots and sheets anew: no order or transaction remains of them."""
    if engine.dialect.name == "postgresql":
        with engine.begin() as connection:
            connection.exec_driver_sql("SET LOCAL statement_timeout = 0")
            lock_mixing(connection)
            # Before its rows, as whoever closes does: else each could wait for the other.
            held = text("SELECT id FROM wave WHERE id = :wave FOR UPDATE")
            connection.execute(held, {"wave": wave_id})
            for table in ("ballot", "sheet"):
                _write_anew(connection, table, "wave_id = :wave", wave=wave_id)
    clear_traces(engine)
    if engine.dialect.name == "postgresql":
        _vacuum(engine, "VACUUM (FULL)")


def _write_anew(connection: Connection, table: str, which: str = "true", **values: str) -> None:
    # Rows are deleted and inserted in one statement; an UPDATE would keep their order.
    statement = (
        f"WITH gone AS (DELETE FROM {table} WHERE {which} RETURNING *) "  # noqa: S608 - names of ours
        f"INSERT INTO {table} SELECT * FROM gone ORDER BY {_KEYS[table]}"
    )
    connection.execute(text(statement), values)


def _vacuum(engine: Engine, how: str) -> None:
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("SET statement_timeout = 0")
        for table in _KEYS:
            connection.exec_driver_sql(f"{how} {table}")
        connection.exec_driver_sql("RESET statement_timeout")
