"""Files as an attacker reads them: pages of SQLite, and PostgreSQL's log by transaction.

Formats: https://www.sqlite.org/fileformat2.html, PostgreSQL's manual on pg_waldump.
"""

import re
import struct
import subprocess
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import Engine

from tests.postgres import PostgresServer, _binaries

_INTERIOR, _LEAF = 0x02, 0x0A  # of tables without rowid, as of indexes


def sqlite_pages(file: Path, table: str, root: int) -> dict[int, bytes]:
    """Return the pages of a table without rowid, by number, from the bytes of a file."""
    content = file.read_bytes()
    size = struct.unpack_from(">H", content, 16)[0] or 65536
    found: dict[int, bytes] = {}
    waiting = [root]
    while waiting:
        number = waiting.pop()
        page = found[number] = content[(number - 1) * size : number * size]
        kind, (cells,) = page[0], struct.unpack_from(">H", page, 3)
        assert kind in (_INTERIOR, _LEAF), f"page {number} of {table} is of kind {kind}"
        if kind == _INTERIOR:
            waiting.append(struct.unpack_from(">I", page, 8)[0])
            for cell in range(cells):
                (at,) = struct.unpack_from(">H", page, 12 + 2 * cell)
                waiting.append(struct.unpack_from(">I", page, at)[0])
    return found


def ballot_pages(engine: Engine) -> dict[int, bytes]:
    """Return the pages in which ballots lie, as they are in SQLite's file."""
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        query = "SELECT rootpage FROM sqlite_schema WHERE name = 'ballot' AND type = 'table'"
        root = connection.exec_driver_sql(query).scalar_one()
    return sqlite_pages(Path(str(engine.url.database)), "ballot", root)


@dataclass
class Transaction:
    """What one transaction did to which rows: relation and place."""

    touched: dict[int, list[str]] = field(default_factory=lambda: defaultdict(list))


_RECORD = re.compile(
    r"rmgr: Heap\S* .*?tx:\s+(\d+), .*?off: (\d+).*?blkref #0: rel \d+/\d+/(\d+) blk (\d+)"
)


def log_of(server: PostgresServer, start: str, end: str) -> dict[int, Transaction]:
    """Return what the log tells between two places, by the number of the transaction."""
    done = subprocess.run(
        [
            str(_binaries() / "pg_waldump"),
            "-p",
            str(server.data / "pg_wal"),
            "-s",
            start,
            "-e",
            end,
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    found: dict[int, Transaction] = defaultdict(Transaction)
    for line in done.stdout.splitlines():
        if record := _RECORD.search(line):
            number, offset, relation, block = record.groups()
            found[int(number)].touched[int(relation)].append(f"({block},{offset})")
    return found


def log_end(engine: Engine) -> str:
    """Return how far the log has come."""
    with engine.connect() as connection:
        return str(connection.exec_driver_sql("SELECT pg_current_wal_flush_lsn()").scalar_one())


def heap_of(engine: Engine, table: str) -> bytes:
    """Return the bytes of a table's file, with what was in memory written out."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("CHECKPOINT")
        query = f"SELECT pg_read_binary_file(pg_relation_filepath('{table}'))"
        return bytes(connection.exec_driver_sql(query).scalar_one())


def places(engine: Engine, table: str, key: str) -> tuple[int, dict[str, bytes]]:
    """Return the number of a table's file, and what lies at each place in it."""
    with engine.connect() as connection:
        number = connection.exec_driver_sql(f"SELECT pg_relation_filenode('{table}')").scalar_one()
        rows = connection.exec_driver_sql(f"SELECT ctid::text, {key} FROM {table}").all()
    return int(number), {place: bytes(value) for place, value in rows}
