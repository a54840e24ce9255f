"""A unit as a roster describes it, and the cells that describe it."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from app.advice.topics import STEPS
from app.usecases.addresses import email_fault
from app.usecases.table_rows import TableFault, TableRow

COLUMNS = ("unit", "parent", "kind", "name", "email")
#: For business partners: the group that they answer about. A roster without any needs no column.
ABOUT = "about"
#: What else may be said of a unit: its head, its size, where on the path from demand to run it
#: works, and how many answers its shared code takes.
OF_UNIT = ("head", "head email", "expected", "place", "seats")
ALL_COLUMNS = (*COLUMNS, ABOUT, *OF_UNIT)
#: In place of an address: this person gets a letter.
LETTER = "letter"
MOST_PEOPLE = 100_000
MOST_SEATS = 500
LONGEST_TEXT = 120
#: More names than this of a circle of units would bury the remedy.
MOST_NAMES = 5


@dataclass(frozen=True)
class RosterPerson:
    """Somebody to invite."""

    name: str
    email: str


@dataclass
class RosterUnit:
    """A unit as the roster describes it; a unit without a kind only holds others."""

    name: str
    line: int
    parent: str | None = None
    kind: str | None = None
    people: list[RosterPerson] = field(default_factory=list)
    about: str | None = None
    head_name: str = ""
    head_email: str = ""
    expected: int | None = None
    seats: int | None = None
    places: tuple[str, ...] = ()

    @property
    def invited(self) -> int:
        """How many answers it can give."""
        return len(self.people) + (self.seats or 0)


def read_unit_cells(row: TableRow, unit: RosterUnit, faults: list[TableFault]) -> None:
    """Take in what a row says of its unit beside its place in the tree; faults are added."""

    def take(column: str, read: Callable[[str], tuple[object, str]], name: str) -> None:
        cell = row.cells.get(column, "")
        if not cell:
            return
        value, remedy = read(cell)
        known = getattr(unit, name)
        if not remedy and known and known != value:
            remedy = f"differs from an earlier row of “{unit.name}”; keep one of the two."
        if remedy:
            faults.append(TableFault(row.line, column, cell, remedy))
        else:
            setattr(unit, name, value)

    take("head", _read_text, "head_name")
    take("head email", _read_email, "head_email")
    take("expected", lambda cell: _read_number(cell, MOST_PEOPLE), "expected")
    take("seats", lambda cell: _read_number(cell, MOST_SEATS), "seats")
    take("place", _read_places, "places")


def _read_text(cell: str) -> tuple[str, str]:
    if len(cell) > LONGEST_TEXT or not cell.isprintable():
        return "", f"must be one line of at most {LONGEST_TEXT} characters."
    return cell, ""


def _read_email(cell: str) -> tuple[str, str]:
    return cell, email_fault(cell)


def _read_number(cell: str, most: int) -> tuple[int | None, str]:
    # A workbook writes whole numbers as 12.0.
    text = cell.removesuffix(".0")
    if not (text.isascii() and text.isdigit() and 0 < len(text) < 10 and 0 < int(text) <= most):
        return None, f"is no whole number from 1 to {most}."
    return int(text), ""


def _read_places(cell: str) -> tuple[tuple[str, ...], str]:
    words = re.split(r"[\s,;/+>→-]+", cell.casefold())
    found = tuple(step for step in STEPS if step in words)
    if not found or any(word and word not in STEPS for word in words):
        return (), f"names no step of the path; write one or more of: {', '.join(STEPS)}."
    return found, ""


def plain(kind: str) -> str:
    """Return a kind as it is compared."""
    return " ".join(kind.casefold().replace("-", " ").replace("_", " ").split())
