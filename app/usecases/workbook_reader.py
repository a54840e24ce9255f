"""The child process that reads a workbook: XLSX on standard input, rows as JSON on standard output.

The reader makes room for all cells up to the last one and ends its process where memory is short,
whatever Python would catch. So it works apart, with limits, and imports nothing of ours.
"""

import json
import resource
import sys
from io import BytesIO

from python_calamine import CalamineWorkbook

#: Seconds of work, and bytes of memory, that a workbook may take.
SECONDS = 20
MEMORY = 1024**3


def main() -> int:
    """Write the cells of the first sheet, as many rows as the first argument says."""
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    book = CalamineWorkbook.from_filelike(BytesIO(sys.stdin.buffer.read()))
    most_rows, most_columns = int(sys.argv[1]), int(sys.argv[2])
    rows = book.get_sheet_by_index(0).to_python(skip_empty_area=False, nrows=most_rows)
    json.dump([[_text(cell) for cell in row[:most_columns]] for row in rows], sys.stdout)
    return 0


def _text(cell: object) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)


if __name__ == "__main__":
    sys.exit(main())
