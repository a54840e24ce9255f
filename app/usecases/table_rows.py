"""The rows of a CSV file, whatever a spreadsheet made of it, and the faults found there."""

import csv
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import StringIO

from app.usecases.errors import SiloscopeError

#: Rows that a file may have unless its reader says otherwise.
MOST_ROWS = 20_000
MOST_COLUMNS = 200
#: As much of a faulty cell as a message repeats.
_LONGEST_VALUE = 80
_SAVE_AS = "in Excel, choose “Save as” and the type “CSV UTF-8”."
_STRAY_MARK = (
    "cannot be read: a quotation mark in it has no partner, or text follows it; remove the mark, "
    "or write it twice inside a quoted cell."
)
_TOO_LONG = "cannot be read: a cell is far too long; look for a quotation mark without a partner."
#: What workbooks begin with: a zip archive, or the older compound file.
WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
UTF_16 = (b"\xff\xfe", b"\xfe\xff")
#: The line by which Excel is told the separator of a file.
_SEPARATOR_LINE = re.compile(r'"?sep=([,;\t])"?[,;\t]*\s*', re.IGNORECASE)
_GAP = re.compile(r"[^\S\r\n]+")


@dataclass(frozen=True)
class TableFault:
    """One thing to mend, where it is, and how. `column` is empty for a whole row."""

    line: int
    column: str
    value: str
    remedy: str

    def __str__(self) -> str:
        place = f"line {self.line}" + (f", {self.column}" if self.column else "")
        return f"{place}: {self._what}"

    @property
    def in_row(self) -> str:
        """What to mend, where the line is said already."""
        return f"{self.column}: {self._what}" if self.column else self._what

    @property
    def _what(self) -> str:
        return f"“{_visible(self.value)}” {self.remedy}" if self.value else self.remedy


class FaultyTable(SiloscopeError):
    """The file cannot be used; `faults` has everything that is wrong with it."""

    def __init__(self, faults: Sequence[TableFault]) -> None:
        super().__init__("\n".join(str(fault) for fault in faults))
        self.faults = tuple(faults)


@dataclass(frozen=True)
class TableRow:
    """One row: the line of the file where it begins, and its cells by column."""

    line: int
    cells: dict[str, str]


def read_rows(
    content: bytes, required: Sequence[str], most: int = MOST_ROWS
) -> tuple[list[TableRow], list[TableFault]]:
    """Return the rows below the header that can be read, and a fault for each that cannot.

    UTF-8 (or UTF-16 with its mark), commas, semicolons or tabs, columns in any order. Empty
    lines are passed over. Raises FaultyTable for a file in which no row can be read.
    """
    text, faults = _decode(content)
    # Broken here exactly as csv breaks lines, so that our line numbers are those of an editor.
    lines = StringIO(text, newline="").readlines()
    delimiter, start = _delimiter(lines)
    return rows_of(_records(lines, start, delimiter, faults), required, faults, most)


def rows_of(
    records: Iterator[tuple[int, list[str]]],
    required: Sequence[str],
    faults: list[TableFault],
    most: int = MOST_ROWS,
) -> tuple[list[TableRow], list[TableFault]]:
    """Return the rows below the first record, which names the columns.

    Raises FaultyTable where no row can be read.
    """
    known = len(faults)
    header = next(records, None)
    if len(faults) > known:
        # The header itself may be what cannot be read; the row found is not one then.
        raise FaultyTable(faults)
    columns = _header(header, required, faults)
    rows: list[TableRow] = []
    for line, cells in records:
        if len(rows) == most:
            remedy = f"a file holds at most {most} rows; split it here."
            faults.append(TableFault(line, "", "", remedy))
            break
        rows.append(_row(line, cells, columns, faults))
    return rows, faults


def _decode(content: bytes) -> tuple[str, list[TableFault]]:
    if content.startswith(WORKBOOKS):
        raise FaultyTable([TableFault(1, "", "", f"the file is a workbook, not a CSV; {_SAVE_AS}")])
    wide = content.startswith(UTF_16)
    try:
        text = content.decode("utf-16" if wide else "utf-8-sig")
    except UnicodeDecodeError as error:
        if wide:
            raise FaultyTable([_not_utf8(1, "")]) from error
        # The other faults are worth showing now; a guess at the letters is enough for that.
        before = content[: error.start].decode()
        text = content.decode("cp1252", errors="replace")
        line = len(StringIO(before + ".", newline="").readlines())
        return text, [_not_utf8(line, StringIO(text, newline="").readlines()[line - 1])]
    if "\0" in text:
        line = len(StringIO(text[: text.index("\0") + 1], newline="").readlines())
        raise FaultyTable([_not_utf8(line, "")])
    return text, []


def _not_utf8(line: int, value: str) -> TableFault:
    subject = "" if value.strip() else "the file "
    return TableFault(line, "", value.strip(), f"{subject}is not saved as UTF-8 text; {_SAVE_AS}")


def _delimiter(lines: Sequence[str]) -> tuple[str, int]:
    """Return what separates the cells, and the index of the line where the table begins."""
    for number, line in enumerate(lines):
        if told := _SEPARATOR_LINE.fullmatch(line):
            return told[1], number + 1
        if line.strip(' \r\n\t,;"'):
            return max(",;\t", key=line.count), number
    return ",", len(lines)


def _records(
    lines: Sequence[str], start: int, delimiter: str, faults: list[TableFault]
) -> Iterator[tuple[int, list[str]]]:
    """Return each row that has any content, with its line; rows that csv refuses go to `faults`.

    After a stray quotation mark reading goes on in the next line: csv would take everything
    up to the next mark, however far, for one cell.
    """
    while start < len(lines):
        rest = (lines[index] for index in range(start, len(lines)))
        reader = csv.reader(rest, delimiter=delimiter, strict=True)
        row_start = start
        try:
            for row in reader:
                cells = [clean(cell) for cell in row]
                if any(cells):
                    yield row_start + 1, cells
                row_start = start + reader.line_num
        except csv.Error as error:
            remedy = _TOO_LONG if "limit" in str(error) else _STRAY_MARK
            faults.append(TableFault(row_start + 1, "", lines[row_start].strip(), remedy))
            start = row_start + 1
        else:
            return


def clean(cell: str) -> str:
    """Return a cell as it looks: other kinds of space become plain, accents their one form."""
    if not cell.isascii():
        cell = unicodedata.normalize("NFC", cell)
    return _GAP.sub(" ", cell).strip()


def _header(
    record: tuple[int, list[str]] | None, required: Sequence[str], faults: list[TableFault]
) -> list[str]:
    """Return the columns in their order. Raises FaultyTable, with earlier faults, without."""
    if record is None:
        raise FaultyTable([*faults, TableFault(1, "", "", "the file is empty.")])
    line, cells = record
    columns = [cell.lower().replace("e-mail", "email").replace("_", " ") for cell in cells]
    while not columns[-1]:
        columns.pop()
    if len(columns) > MOST_COLUMNS:
        remedy = f"names {len(columns)} columns; keep those of a roster."
        raise FaultyTable([*faults, TableFault(line, "", "", remedy)])
    missing = [column for column in required if column not in columns]
    twice = [column for column in columns if column and columns.count(column) > 1]
    if missing:
        remedy = (
            f"lacks the column{'s' * (len(missing) > 1)} {', '.join(missing)}; the first row "
            f"must name the columns {', '.join(required)}."
        )
    elif twice:
        remedy = f"names the column {twice[0]} twice; keep one of them."
    else:
        return columns
    raise FaultyTable([*faults, TableFault(line, "", ", ".join(cells), remedy)])


def _row(line: int, cells: list[str], columns: list[str], faults: list[TableFault]) -> TableRow:
    spare = [cell for cell in cells[len(columns) :] if cell]
    if spare:
        remedy = (
            "stands beyond the last column; remove it, or put the cell that holds a "
            "separator in quotation marks."
        )
        faults.append(TableFault(line, "", ", ".join(spare), remedy))
    return TableRow(line, dict(zip(columns, cells + [""] * len(columns), strict=False)))


def _visible(text: str) -> str:
    """Return a value for a message: on one line, and without what could steer a terminal."""
    short = text if len(text) <= _LONGEST_VALUE else f"{text[:_LONGEST_VALUE]}…"
    one_line = re.sub(r"\r\n|\r|\n", "⏎", short).replace("\t", " ")
    return "".join(character if character.isprintable() else "�" for character in one_line)
