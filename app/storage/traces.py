"""Clears what a database keeps of rows that moved: old pages, the log, transaction numbers."""

from sqlalchemy import Engine


def clear_traces(engine: Engine, *, thoroughly: bool = False) -> None:
    """Remove what is left of staged sheets outside their table; call it after each mix.

    SQLite overwrites deleted rows (secure_delete); here its write-ahead log is emptied into
    the file. On PostgreSQL VACUUM frees the rows; `thoroughly`, at the close of a wave, writes
    the tables anew, which also forgets which rows one transaction wrote.
    """
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if engine.dialect.name == "sqlite":
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
            return
        connection.exec_driver_sql("SET statement_timeout = 0")
        how = "VACUUM (FULL, FREEZE)" if thoroughly else "VACUUM"
        for table in ("staged_sheet", "ballot", "sheet"):
            connection.exec_driver_sql(f"{how} {table}")
        connection.exec_driver_sql("RESET statement_timeout")
