"""The child process that reads a workbook: XLSX on standard input, rows as JSON on standard output.

The reader makes room for all cells up to the last one and ends its process where memory is short,
whatever Python would catch. So it works apart, with limits, and imports nothing of ours.
"""

import json
import resource
import sys
from io import BytesIO

from python_calamine import CalamineSheet, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

#: Seconds of work, and bytes of memory, that a workbook may take.
SECONDS = 20
MEMORY = 1024**3
#: Letters that are told of one cell and of all, and the status of a workbook with more.
CELL, TEXT = 400, 10_000_000
TOO_MUCH = 3


def main() -> int:
    """Write the rows with text of the first sheet by number, as many as the first argument says."""
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    book = CalamineWorkbook.from_filelike(BytesIO(sys.stdin.buffer.read()))
    most_rows, most_columns = int(sys.argv[1]), int(sys.argv[2])
    found: list[tuple[int, list[str]]] = []
    room = TEXT
    for number, row in enumerate(_sheet(book).iter_rows(), 1):
        # One text may stand in every cell of a small file; cut, it still shows what is wrong.
        cells = [_text(cell)[:CELL] for cell in row[:most_columns]]
        if any(cells):
            found.append((number, cells))
            room -= sum(map(len, cells))
        if room < 0:
            return TOO_MUCH
        if len(found) == most_rows:
            break
    json.dump(found, sys.stdout)
    return 0


def _sheet(book: CalamineWorkbook) -> CalamineSheet:
    """Return the first sheet that a person sees."""
    shown = (
        one.name
        for one in book.sheets_metadata
        if one.visible == SheetVisibleEnum.Visible and one.typ == SheetTypeEnum.WorkSheet
    )
    name = next(shown, None)
    return book.get_sheet_by_index(0) if name is None else book.get_sheet_by_name(name)


def _text(cell: object) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)


if __name__ == "__main__":
    sys.exit(main())
