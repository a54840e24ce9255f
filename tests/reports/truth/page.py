"""What is looked at: one release in print, beside its wave; and tables column by column."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial

from app.maturity import ORIENTATIONS
from app.reports.tables import FigureTable
from app.scoring.release import Release, UnitResult
from tests.reports.truth.contrasts import Expected, expected
from tests.reports.truth.figures import Pair
from tests.reports.truth.release import row_of
from tests.reports.truth.waves import Row, Truth
from tests.reports.truth.words import Told


@dataclass
class Page:
    """A release, what is exactly so, and the record of what was looked at."""

    told: Told
    release: Release
    truth: Truth

    @cached_property
    def rows(self) -> dict[str, Row]:
        """The rows that are told as one, by the name that is printed."""
        found = ((unit, row_of(unit, self.truth)) for unit in self.release.cells)
        return {unit.name: row for unit, row in found if row is not None}

    @cached_property
    def results(self) -> dict[str, UnitResult]:
        return {unit.name: unit for unit in self.release.units}

    @cached_property
    def contrasts(self) -> dict[str, Expected]:
        return expected(self.release, self.truth)

    def check(self, kind: str, said: object, exact: object, *, true: bool) -> None:
        self.told.check(kind, said, exact, true=true)


@dataclass(frozen=True)
class Cell:
    """One cell of a table: the head of its row, and its text."""

    page: Page
    head: str
    text: str

    @property
    def row(self) -> Row:
        return self.page.rows[self.head]

    def check(self, kind: str, exact: object, *, true: bool) -> None:
        self.page.check(kind, f"{self.head}: {self.text}", exact, true=true)

    def each(self, kind: str, holds: "Callable[[str, Pair], bool]") -> None:
        """Check what a cell says of each orientation; what is the same of all stands once."""
        unit = self.page.results[self.head]
        parts = self.text.split(" · ")
        parts = parts * 3 if len(parts) == 1 else parts
        for orientation, part in zip(ORIENTATIONS, parts, strict=True):
            pair = Pair(unit.profiles[orientation], self.row, orientation)
            self.page.check(kind, f"{self.head}: {part}", orientation, true=holds(part, pair))


Column = Callable[[Cell], None]


def check_table(
    page: Page, table: FigureTable, columns: Mapping[str, Column] | Sequence[Column]
) -> None:
    """Check every cell of a table; a column that nobody looks at is a fault.

    Columns without names of their own (groups, orientations) are given in their order.
    """
    found = (
        [columns.get(name) for name in table.columns] if isinstance(columns, Mapping) else columns
    )
    for row in table.rows:
        for column, text in zip(found, row, strict=True):
            if column is None:
                page.told.unchecked(f"{table.title}: {text}")
            else:
                page.told.read(text, partial(column, Cell(page, row[0], text)))


def is_name(cell: Cell) -> None:
    """The head names a row: a group by itself, or a pool by all who were invited."""
    row = cell.page.rows.get(cell.head)
    if row is None:
        cell.check("name", "no such row", true=False)
        return
    count = re.fullmatch(r"(\d+) small groups of (\w+) together", cell.head)
    names = cell.head.removesuffix(" together").replace(" and ", ", ").split(", ")
    told = int(count[1]) == len(row.members) if count else sorted(names) == sorted(row.names)
    cell.check("name", row.names, true=told)
