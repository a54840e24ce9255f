"""Reads a roster of people in IT groups; every faulty cell is named with its remedy."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from difflib import get_close_matches

from app.usecases.roster_rows import COLUMNS, FaultyRoster, RosterFault, RosterRow, read_rows

_Fault = Callable[[str, str], None]

LONGEST_TEXT = 120
LONGEST_EMAIL = 254
_EMAIL = re.compile(r"[^@\s,;<>\"]+@[^@\s,;<>\"]+\.[^@\s.,;<>\"]+")


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


@dataclass(frozen=True)
class Roster:
    """Units with their people, parents before their children."""

    units: tuple[RosterUnit, ...]

    @property
    def people(self) -> int:
        """How many people it holds."""
        return sum(len(unit.people) for unit in self.units)

    def too_small(self, k: int) -> tuple[RosterUnit, ...]:
        """Return the groups that can never be shown alone."""
        return tuple(unit for unit in self.units if 0 < len(unit.people) < k)


def read_roster(content: bytes, kinds: dict[str, str]) -> Roster:
    """Return the roster in a CSV file: UTF-8, commas or semicolons, columns in any order.

    `kinds` maps the ids of the known group kinds to their titles; both are understood. A row
    without name and email only places a unit in the tree.
    Raises FaultyRoster with every fault found.
    """
    faults: list[RosterFault] = []
    units: dict[str, RosterUnit] = {}
    emails: dict[str, int] = {}
    for row in read_rows(content):
        _read_row(row, units, emails, kinds, faults)
    if not faults:
        _place_parents(units, faults)
        faults += _check_tree(units)
    if not faults and not any(unit.people for unit in units.values()):
        faults.append(RosterFault(1, "", "", "the roster holds no person; add one row for each."))
    if faults:
        raise FaultyRoster(sorted(faults, key=lambda fault: fault.line))
    return Roster(units=tuple(_parents_first(units)))


def _read_row(
    row: RosterRow,
    units: dict[str, RosterUnit],
    emails: dict[str, int],
    kinds: dict[str, str],
    faults: list[RosterFault],
) -> None:
    def fault(column: str, remedy: str) -> None:
        faults.append(RosterFault(row.line, column, row.cells[column][:80], remedy))

    for column in COLUMNS:
        longest = LONGEST_EMAIL if column == "email" else LONGEST_TEXT
        if len(row.cells[column]) > longest:
            fault(column, f"is longer than {longest} characters; shorten it.")
            return
        if not row.cells[column].isprintable():
            fault(column, "holds a line break or control character; remove it.")
            return
    if not row.cells["unit"]:
        fault("unit", "is empty; name the group of this row.")
        return
    unit = units.setdefault(_key(row.cells["unit"]), RosterUnit(row.cells["unit"], row.line))
    _read_unit(row, unit, kinds, fault)
    if row.cells["name"] or row.cells["email"]:
        _read_person(row, unit, emails, fault)


def _read_unit(row: RosterRow, unit: RosterUnit, kinds: dict[str, str], fault: _Fault) -> None:
    if row.cells["unit"] != unit.name:
        fault("unit", f"is spelt “{unit.name}” in line {unit.line}; use one spelling.")
    parent, text = row.cells["parent"], row.cells["kind"]
    if parent and _key(parent) == _key(unit.name):
        fault("parent", "is the unit itself; name the unit above it, or leave it empty.")
    elif parent and unit.parent and _key(parent) != _key(unit.parent):
        fault("parent", f"is “{unit.parent}” in an earlier row; a unit has one parent.")
    else:
        unit.parent = unit.parent or parent or None
    if not text:
        return
    kind = _kind(text, kinds)
    if kind is None:
        near = get_close_matches(text.lower(), kinds, n=1)
        hint = f"did you mean “{near[0]}”? " if near else ""
        fault("kind", f"is not a known group kind; {hint}Known are: {', '.join(kinds)}.")
    elif unit.kind and kind != unit.kind:
        fault("kind", f"is “{unit.kind}” in an earlier row; a group has one kind.")
    else:
        unit.kind = kind


def _read_person(row: RosterRow, unit: RosterUnit, emails: dict[str, int], fault: _Fault) -> None:
    name, email = row.cells["name"], row.cells["email"]
    if not name:
        fault("name", "is empty; give the name of the person with this address.")
    if not email:
        fault("email", f"is empty; give the address of {name}, for the invitation.")
    elif not _EMAIL.fullmatch(email):
        fault("email", "is not an e-mail address; write it as name@example.org.")
    elif (line := emails.setdefault(email.lower(), row.line)) != row.line:
        fault("email", f"is in line {line} already; each person is invited once.")
    unit.people.append(RosterPerson(name, email))


def _kind(text: str, kinds: dict[str, str]) -> str | None:
    by_name = {title.lower(): kind for kind, title in kinds.items()} | {
        kind: kind for kind in kinds
    }
    return by_name.get(text.lower())


def _place_parents(units: dict[str, RosterUnit], faults: list[RosterFault]) -> None:
    """Point every parent at the spelling of its unit; one never described stands at the top."""
    for unit in list(units.values()):
        if unit.parent:
            above = units.setdefault(_key(unit.parent), RosterUnit(unit.parent, unit.line))
            if above.name != unit.parent:
                remedy = f"is spelt “{above.name}” in line {above.line}; use one spelling."
                faults.append(RosterFault(unit.line, "parent", unit.parent, remedy))


def _check_tree(units: dict[str, RosterUnit]) -> list[RosterFault]:
    faults = []
    parents = {_key(unit.parent) for unit in units.values() if unit.parent}
    for key, unit in units.items():
        above, seen = unit, {key}
        while above.parent:
            above_key = _key(above.parent)
            if above_key in seen:
                remedy = "lies above and below the same unit; mend the parents so that they end."
                faults.append(RosterFault(unit.line, "parent", unit.parent or "", remedy))
                break
            seen.add(above_key)
            above = units[above_key]
        if unit.people and key in parents:
            remedy = "has people and units below it; put its people in a unit of their own."
            faults.append(RosterFault(unit.line, "unit", unit.name, remedy))
        if unit.people and not unit.kind:
            remedy = f"is empty; say which kind of group “{unit.name}” is."
            faults.append(RosterFault(unit.line, "kind", "", remedy))
    return faults


def _parents_first(units: dict[str, RosterUnit]) -> Iterator[RosterUnit]:
    def below(parent: str | None) -> Iterator[RosterUnit]:
        for unit in units.values():
            if (_key(unit.parent) if unit.parent else None) == parent:
                yield unit
                yield from below(_key(unit.name))

    yield from below(None)


def _key(name: str) -> str:
    return " ".join(name.split()).casefold()
