"""The rows of a roster file, whatever a spreadsheet made of it, and the faults found there."""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import StringIO

from app.usecases.errors import SiloscopeError

COLUMNS = ("unit", "parent", "kind", "name", "email")
MOST_ROWS = 20_000


@dataclass(frozen=True)
class RosterFault:
    """One thing to mend, where it is, and how. `column` is empty for a whole row."""

    line: int
    column: str
    value: str
    remedy: str

    def __str__(self) -> str:
        place = f"line {self.line}" + (f", {self.column}" if self.column else "")
        return (
            f"{place}: “{self.value}”: {self.remedy}" if self.value else f"{place}: {self.remedy}"
        )


class FaultyRoster(SiloscopeError):
    """The roster cannot be used; `faults` has everything that is wrong with it."""

    def __init__(self, faults: Sequence[RosterFault]) -> None:
        super().__init__("\n".join(str(fault) for fault in faults))
        self.faults = tuple(faults)


@dataclass(frozen=True)
class RosterRow:
    """One row: its line in the file, and its cells by column."""

    line: int
    cells: dict[str, str]


def read_rows(content: bytes) -> list[RosterRow]:
    """Return the rows below the header: UTF-8, commas or semicolons, columns in any order.

    Empty lines are passed over. Raises FaultyRoster with every row that cannot be read.
    """
    text = _decode(content)
    first_line = text.split("\n", 1)[0]
    delimiter = ";" if first_line.count(";") > first_line.count(",") else ","
    lines = list(_cells(text, delimiter))
    if not lines:
        raise FaultyRoster([RosterFault(1, "", "", "the file is empty.")])
    columns = _header(*lines[0])
    faults = [
        RosterFault(
            line,
            "",
            "",
            f"has {len(cells)} cells for {len(columns)} columns; quote cells with commas.",
        )
        for line, cells in lines[1:]
        if len(cells) > len(columns)
    ]
    if faults:
        raise FaultyRoster(faults)
    return [
        RosterRow(line, dict(zip(columns, cells + [""] * len(columns), strict=False)))
        for line, cells in lines[1:]
    ]


def _cells(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter, strict=True)
    line = 1
    try:
        for row in reader:
            cells = [cell.strip() for cell in row]
            if any(cells):
                yield line, cells
            line = reader.line_num + 1
            if line > MOST_ROWS:
                remedy = f"a roster holds at most {MOST_ROWS} rows; split it."
                raise FaultyRoster([RosterFault(line, "", "", remedy)])
    except csv.Error as error:
        remedy = f"the row cannot be read ({error}); check its quotation marks."
        raise FaultyRoster([RosterFault(line, "", "", remedy)]) from error


def _decode(content: bytes) -> str:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        remedy = "the file is not UTF-8; save it as “CSV UTF-8” and try again."
        raise FaultyRoster([RosterFault(line, "", "", remedy)]) from error
    if "\0" in text:
        line = text[: text.index("\0")].count("\n") + 1
        remedy = "holds a NUL character; save the table as “CSV UTF-8”."
        raise FaultyRoster([RosterFault(line, "", "", remedy)])
    return text


def _header(line: int, cells: list[str]) -> list[str]:
    columns = [cell.lower().replace("e-mail", "email") for cell in cells]
    missing = [column for column in COLUMNS if column not in columns]
    if missing:
        remedy = (
            f"the column {' and '.join(missing)} is missing; the first row must name the "
            f"columns {', '.join(COLUMNS)}."
        )
        raise FaultyRoster([RosterFault(line, "", ", ".join(cells)[:80], remedy)])
    return columns
