"""What somebody who owns the database can see of its rows: order, transactions, sizes, values."""

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, Engine, inspect, text

ANSWERS = ("staged_sheet", "sheet", "comment")


@dataclass(frozen=True)
class StoredRow:
    """A row as it lies in the database: its values, and the transaction that wrote it (or none)."""

    table: str
    values: dict[str, object]
    transaction: str | None


def rows_as_stored(engine: Engine, table: str, wave_id: str | None = None) -> list[StoredRow]:
    """Return rows in the order in which they lie in the database; of one wave, or all."""
    with engine.connect() as connection:
        which = "WHERE wave_id = :wave" if wave_id else ""
        hidden = ", xmin::text AS transaction_number" if _is_postgresql(connection) else ""
        # Without an order: as a thief who copies the pages would read them.
        query = text(f"SELECT *{hidden} FROM {table} {which}")  # noqa: S608 - names of ours
        found = connection.execute(query, {"wave": wave_id} if wave_id else {}).mappings()
        rows = []
        for row in found:
            values = dict(row)
            number = values.pop("transaction_number", None)
            rows.append(StoredRow(table, values, str(number) if number is not None else None))
    return rows


def timed_columns(engine: Engine) -> list[str]:
    """Return the columns of answers and ballots that hold a time or a serial number."""
    inspector = inspect(engine)
    return [
        f"{table}.{column['name']}"
        for table in (*ANSWERS, "ballot")
        for column in inspector.get_columns(table)
        if any(word in str(column["type"]).upper() for word in ("DATE", "TIME", "SERIAL"))
        or column.get("autoincrement") is True
    ]


def files_of(engine: Engine) -> list[Path]:
    """Return the files of an embedded database; none for a server's."""
    if engine.dialect.name != "sqlite" or not engine.url.database:
        return []
    main = Path(engine.url.database)
    return [file for file in (main, Path(f"{main}-wal")) if file.exists()]


def _is_postgresql(connection: Connection) -> bool:
    return connection.dialect.name == "postgresql"
