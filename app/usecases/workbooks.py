"""Reads a roster from a workbook (XLSX), guarded against files that grow when they are opened."""

import json
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from io import BytesIO
from zipfile import BadZipFile, ZipFile

from app.resources import resource
from app.usecases.table_rows import (
    MOST_ROWS,
    FaultyTable,
    TableFault,
    TableRow,
    clean,
    rows_of,
)
from app.usecases.workbook_reader import SECONDS, TOO_MUCH

#: What a workbook of the most rows can hold inside; what is larger is no roster.
MOST_INSIDE = 40 * 1024 * 1024
MOST_PARTS = 200
#: Text shrinks to a tenth at best; a bomb to a thousandth.
MOST_GROWTH = 120
MOST_COLUMNS = 60
_TOO_MUCH = "holds far more than a roster; copy the rows into a new workbook."
MAGIC = b"PK\x03\x04"
#: Each may take a gigabyte, so few run at once.
_READERS = threading.BoundedSemaphore(2)


def read_workbook(
    content: bytes, required: Sequence[str]
) -> tuple[list[TableRow], list[TableFault]]:
    """Return the rows below the header of the first sheet, and a fault for each unreadable one.

    Formulas count by the value they had when the file was saved. Raises FaultyTable.
    """
    _check_parts(content)
    command = [sys.executable, "-m", "app.usecases.workbook_reader"]
    if not _READERS.acquire(timeout=SECONDS):
        raise _unusable("must wait: other workbooks are being read. Try again in a minute.")
    try:
        done = subprocess.run(  # noqa: S603 - our own reader, with two numbers of ours
            [*command, str(MOST_ROWS + 2), str(MOST_COLUMNS)],
            input=content,
            capture_output=True,
            cwd=resource("templates").parent,
            timeout=2 * SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise _unusable(_TOO_MUCH) from error
    finally:
        _READERS.release()
    if done.returncode < 0 or done.returncode == TOO_MUCH:
        raise _unusable(_TOO_MUCH)
    if done.returncode:
        raise _unusable("is no workbook that can be read; save it as XLSX or as CSV.")
    return rows_of(_records(json.loads(done.stdout)), required, [])


def _check_parts(content: bytes) -> None:
    try:
        with ZipFile(BytesIO(content)) as archive:
            parts = archive.infolist()
    except (BadZipFile, ValueError, NotImplementedError, EOFError) as error:
        raise _unusable("is damaged; save the workbook again.") from error
    inside = sum(part.file_size for part in parts)
    grown = any(part.file_size > MOST_GROWTH * max(part.compress_size, 1000) for part in parts)
    if len(parts) > MOST_PARTS or inside > MOST_INSIDE or grown:
        raise _unusable(_TOO_MUCH)


def _records(rows: Sequence[tuple[int, list[str]]]) -> Iterator[tuple[int, list[str]]]:
    for number, row in rows:
        cells = [clean(cell) for cell in row]
        if any(cells):
            yield number, cells


def _unusable(remedy: str) -> FaultyTable:
    return FaultyTable([TableFault(1, "", "", f"the file {remedy}")])
