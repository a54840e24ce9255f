"""Reads a roster from a workbook (XLSX), guarded against files that grow when they are opened."""

import re
import zlib
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from io import BytesIO
from zipfile import BadZipFile, ZipFile

from python_calamine import CalamineError, CalamineWorkbook

from app.usecases.table_rows import (
    MOST_ROWS,
    FaultyTable,
    TableFault,
    TableRow,
    clean,
    rows_of,
)

#: What a workbook of the most rows can hold inside; what is larger is no roster.
MOST_INSIDE = 40 * 1024 * 1024
MOST_PARTS = 200
#: Text shrinks to a tenth at best; a bomb to a thousandth.
MOST_GROWTH = 120
MOST_COLUMNS = 60
_TOO_MUCH = "holds far more than a roster; copy the rows into a new workbook."
#: The place of a cell, or of the last one of a sheet.
_PLACE = re.compile(rb"""["':]([A-Z]{1,8})([0-9]+)["']""")
MAGIC = b"PK\x03\x04"


def read_workbook(
    content: bytes, required: Sequence[str]
) -> tuple[list[TableRow], list[TableFault]]:
    """Return the rows below the header of the first sheet, and a fault for each unreadable one.

    Formulas count by the value they had when the file was saved. Raises FaultyTable.
    """
    _check_parts(content)
    try:
        book = CalamineWorkbook.from_filelike(BytesIO(content))
        sheet = book.get_sheet_by_index(0)
        rows = sheet.to_python(skip_empty_area=False, nrows=MOST_ROWS + 2)
    except (CalamineError, OSError, ValueError, IndexError) as error:
        raise _unusable("is no workbook that can be read; save it as XLSX or as CSV.") from error
    except BaseException as error:
        # The reader is not ours: what it panics about is a file that it cannot read.
        if isinstance(error, KeyboardInterrupt | SystemExit | MemoryError):
            raise
        raise _unusable("is no workbook that can be read; save it as XLSX or as CSV.") from error
    return rows_of(_records(rows), required, [])


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
    _check_extent(content)


def _check_extent(content: bytes) -> None:
    """Make sure that no cell stands far out: readers make room for all cells up to it."""
    try:
        with ZipFile(BytesIO(content)) as archive:
            sheets = [name for name in archive.namelist() if "worksheets/" in name.lower()]
            for name in sheets:
                for column, row in _PLACE.findall(archive.read(name)):
                    if len(row) > 6 or int(row) > MOST_ROWS + 2 or _number(column) > MOST_COLUMNS:
                        raise _unusable(_TOO_MUCH)
    except (BadZipFile, ValueError, NotImplementedError, EOFError, zlib.error) as error:
        raise _unusable("is damaged; save the workbook again.") from error


def _number(column: bytes) -> int:
    """Return the number of a column by its letters: A is 1, Z 26, AA 27."""
    number = 0
    for letter in column:
        number = number * 26 + letter - 64
    return number


def _records(rows: Sequence[Sequence[object]]) -> Iterator[tuple[int, list[str]]]:
    for number, row in enumerate(rows, 1):
        cells = [clean(_text(cell)) for cell in row[:MOST_COLUMNS]]
        if any(cells):
            yield number, cells


def _text(cell: object) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime | date):
        return cell.isoformat()
    return str(cell)


def _unusable(remedy: str) -> FaultyTable:
    return FaultyTable([TableFault(1, "", "", f"the file {remedy}")])
