"""What a database and its folder hold as bytes, for whoever copies them: pages, log, dead rows."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import SQLAlchemyError

#: Bytes of a page of PostgreSQL, and where its parts lie (storage-page-layout of its manual).
_PAGE, _HEADER, _LINE = 8192, 24, 4
_NORMAL: Final = 1
_XMIN_COMMITTED, _XMAX_INVALID = 0x0100, 0x0800


@dataclass(frozen=True)
class Kept:
    """The bytes of one place, or why they could not be read."""

    name: str
    content: bytes = b""
    why: str = ""


def bytes_of_database(engine: Engine, since: str = "") -> Iterator[Kept]:
    """Yield what an engine keeps: SQLite's file and log, or PostgreSQL's tables and its log.

    `since` is a place of PostgreSQL's log as `log_place` returns it; only what was written after
    it is read. What may not be read from here is named with the reason.
    """
    if engine.dialect.name == "sqlite":
        main = Path(engine.url.database or "")
        for file in (main, Path(f"{main}-wal"), Path(f"{main}-journal")):
            if file.exists():
                yield _read(file)
        return
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        try:
            # What is in memory only is in no copy of the files yet.
            connection.exec_driver_sql("CHECKPOINT")
        except SQLAlchemyError as error:
            yield Kept("PostgreSQL's memory", why=_why(error))
        yield from _relations(connection)
        yield from _log(connection, since)


def log_place(engine: Engine) -> str:
    """Return how far PostgreSQL's log has come: the name of its segment; "" for SQLite."""
    if engine.dialect.name == "sqlite":
        return ""
    with engine.connect() as connection:
        asked = text("SELECT pg_walfile_name(pg_current_wal_lsn())")
        return str(connection.execute(asked).scalar_one())


def bytes_of_folder(folder: Path, without: frozenset[Path]) -> Iterator[Kept]:
    """Yield every file below a folder, backups and temporary ones too."""
    for file in sorted(folder.rglob("*")):
        if file.is_file() and not file.is_symlink() and file.resolve() not in without:
            yield _read(file)


@dataclass(frozen=True)
class BallotMarks:
    """How many ballots lie in PostgreSQL's pages, and what is marked on them.

    `locked` bear the number of a transaction that locked or changed them. `unsettled` are marked
    by whoever reads them first.
    """

    ballots: int
    locked: int
    unsettled: int


def ballot_marks(engine: Engine) -> BallotMarks | str:
    """Return what is marked on PostgreSQL's ballots, or why their pages cannot be read."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        try:
            connection.exec_driver_sql("CHECKPOINT")
            path = connection.exec_driver_sql("SELECT pg_relation_filepath('ballot')").scalar()
            content = bytes(_file(connection, str(path)))
            # Rows of erased waves lie there too until they are written over.
            alive = set(connection.exec_driver_sql("SELECT ctid::text FROM ballot").scalars())
        except SQLAlchemyError as error:
            return _why(error)
    rows = [(xmax, mask) for place, xmax, mask in _tuples(content) if place in alive]
    locked = sum(1 for xmax, mask in rows if xmax and not mask & _XMAX_INVALID)
    unsettled = sum(1 for _, mask in rows if not mask & _XMIN_COMMITTED)
    return BallotMarks(len(rows), locked, unsettled)


def places_of(engine: Engine, table: str, wave_id: str) -> list[bytes]:
    """Return the keys of a wave's rows as they lie in the file: as a thief would read them."""
    key = {"spent": "mark", "sealed": "id", "ballot": "token_hash"}[table]
    with engine.connect() as connection:
        query = text(f"SELECT {key} FROM {table} WHERE wave_id = :wave")  # noqa: S608 - ours
        return [bytes(row[0]) for row in connection.execute(query, {"wave": wave_id})]


def _tuples(content: bytes) -> Iterator[tuple[str, int, int]]:
    """The place, xmax and infomask of each row in the pages of a table."""
    for block, start in enumerate(range(0, len(content), _PAGE)):
        page = content[start : start + _PAGE]
        (lower,) = struct.unpack_from("<H", page, 12)
        for number, at in enumerate(range(_HEADER, lower, _LINE), start=1):
            (line,) = struct.unpack_from("<I", page, at)
            offset, state = line & 0x7FFF, line >> 15 & 3
            if state == _NORMAL:
                (xmax,) = struct.unpack_from("<I", page, offset + 4)
                (mask,) = struct.unpack_from("<H", page, offset + 20)
                yield f"({block},{number})", xmax, mask


def _relations(connection: Connection) -> Iterator[Kept]:
    query = (
        "SELECT c.relname, pg_relation_filepath(c.oid) FROM pg_class c "
        "JOIN pg_namespace n ON n.oid = c.relnamespace "
        "WHERE c.relkind IN ('r', 'i', 't') AND n.nspname IN ('public', 'pg_toast') "
        "AND c.oid >= 16384"
    )
    for name, path in connection.exec_driver_sql(query).all():
        yield _kept(connection, f"table {name}", str(path))


def _log(connection: Connection, since: str) -> Iterator[Kept]:
    try:
        names = connection.exec_driver_sql("SELECT name FROM pg_ls_waldir() ORDER BY name")
        found = [name for name in names.scalars() if name >= since]
    except SQLAlchemyError as error:
        yield Kept("pg_wal", why=_why(error))
        return
    for name in found:
        yield _kept(connection, f"pg_wal {name}", f"pg_wal/{name}")


def _kept(connection: Connection, name: str, path: str) -> Kept:
    try:
        return Kept(name, bytes(_file(connection, path)))
    except SQLAlchemyError as error:
        return Kept(name, why=_why(error))


def _file(connection: Connection, path: str) -> bytes:
    asked = text("SELECT pg_read_binary_file(:path)")
    found: bytes = connection.execute(asked, {"path": path}).scalar_one()
    return found


def _read(file: Path) -> Kept:
    try:
        return Kept(file.name, file.read_bytes())
    except OSError as error:
        return Kept(file.name, why=error.strerror or type(error).__name__)


def _why(error: SQLAlchemyError) -> str:
    own = getattr(error, "orig", error)
    return str(own).partition("\n")[0] or type(error).__name__
