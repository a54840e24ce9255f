"""Reads a roster of people in IT groups; every faulty cell is named with its remedy."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches

from app.usecases.addresses import LONGEST_EMAIL, address_key, email_fault, spoken_name
from app.usecases.roster_kinds import known_kinds
from app.usecases.roster_units import (
    ABOUT,
    ALL_COLUMNS,
    COLUMNS,
    LETTER,
    LONGEST_TEXT,
    MOST_NAMES,
    RosterPerson,
    RosterUnit,
    plain,
    read_unit_cells,
)
from app.usecases.table_rows import FaultyTable, TableFault, TableRow, read_rows

#: Units that may stand above each other; every page and every figure climbs them.
DEEPEST = 20


@dataclass(frozen=True)
class Roster:
    """Units with their people, parents before their children."""

    units: tuple[RosterUnit, ...]

    @property
    def people(self) -> int:
        """How many people it holds."""
        return sum(len(unit.people) for unit in self.units)

    @property
    def invited(self) -> int:
        """How many can answer: people, and seats of shared codes."""
        return sum(unit.invited for unit in self.units)

    def too_small(self, k: int) -> tuple[RosterUnit, ...]:
        """Return the groups that can never be shown alone."""
        return tuple(unit for unit in self.units if 0 < unit.invited < k)


def read_roster(content: bytes, kinds: Mapping[str, str], mirrors: Collection[str] = ()) -> Roster:
    """Return the roster in a CSV file: UTF-8, commas or semicolons, columns in any order.

    `kinds` maps the ids of the known group kinds to their titles; both are understood. A row
    without name and email only places a unit in the tree. Units of a kind among `mirrors` are
    business partners: the column `about` names the group that they answer about.
    Raises FaultyTable with every fault found.
    """
    rows, faults = read_rows(content, COLUMNS)
    return roster_of(rows, faults, kinds, mirrors)


def roster_of(
    rows: Iterable[TableRow],
    faults: Iterable[TableFault],
    kinds: Mapping[str, str],
    mirrors: Collection[str] = (),
) -> Roster:
    """Return the roster in rows of a table, whose reading found some faults already.

    Raises FaultyTable with every fault found.
    """
    faults = list(faults)
    reading = _Reading(kinds, mirrors, faults)
    for row in rows:
        reading.read_row(row)
    reading.place_parents()
    reading.check_tree()
    reading.check_partners()
    if not faults and not any(unit.invited for unit in reading.units.values()):
        faults.append(TableFault(1, "", "", "the roster holds no person; add one row for each."))
    if faults:
        raise FaultyTable(sorted(faults, key=_position))
    return Roster(units=tuple(_parents_first(reading.units)))


class _Reading:
    """What is known so far. A cell with a fault counts as unknown, so it causes no other."""

    def __init__(
        self, kinds: Mapping[str, str], mirrors: Collection[str], faults: list[TableFault]
    ) -> None:
        self.units: dict[str, RosterUnit] = {}
        self._kinds = known_kinds(kinds)
        self._kind_ids = ", ".join(kinds)
        self._mirrors = mirrors
        self._emails: dict[str, int] = {}
        self._kind_unsure: set[str] = set()
        self._faults = faults

    def read_row(self, row: TableRow) -> None:
        """Take in a row, or what of it can be understood."""
        unreadable = {column for column in COLUMNS if not self._is_readable(row, column)}
        unit = None if "unit" in unreadable else self._unit(row)
        if unit:
            self._read_about(row, unit)
            read_unit_cells(row, unit, self._faults)
            if "parent" not in unreadable:
                self._read_parent(row, unit)
            if "kind" in unreadable:
                self._kind_unsure.add(_key(unit.name))
            else:
                self._read_kind(row, unit)
        if row.cells["name"] or row.cells["email"]:
            self._read_person(row, unit, unreadable)

    def _fault(self, row: TableRow, column: str, remedy: str) -> None:
        self._faults.append(TableFault(row.line, column, row.cells[column], remedy))

    def _is_readable(self, row: TableRow, column: str) -> bool:
        cell = row.cells[column]
        longest = LONGEST_EMAIL if column == "email" else LONGEST_TEXT
        if "\n" in cell or "\r" in cell:
            self._fault(row, column, "runs over several lines; write it on one.")
        elif not cell.isprintable():
            hidden = next(character for character in cell if not character.isprintable())
            remedy = f"holds an invisible character (U+{ord(hidden):04X}); type the cell anew."
            self._fault(row, column, remedy)
        elif len(cell) > longest:
            self._fault(row, column, f"is longer than {longest} characters; shorten it.")
        else:
            return True
        return False

    def _unit(self, row: TableRow) -> RosterUnit | None:
        name = row.cells["unit"]
        if not name:
            self._fault(row, "unit", "is empty; name the group of this row.")
            return None
        unit = self.units.setdefault(_key(name), RosterUnit(name, row.line))
        if name != unit.name:
            remedy = f"is spelt “{unit.name}” in line {unit.line}; use one spelling."
            self._fault(row, "unit", remedy)
        return unit

    def _read_parent(self, row: TableRow, unit: RosterUnit) -> None:
        parent = row.cells["parent"]
        if not parent:
            return
        if _key(parent) == _key(unit.name):
            remedy = "is the unit itself; name the unit above it, or leave it empty."
            self._fault(row, "parent", remedy)
        elif unit.parent and _key(parent) != _key(unit.parent):
            remedy = f"is “{unit.parent}” in an earlier row of “{unit.name}”; keep one of the two."
            self._fault(row, "parent", remedy)
        else:
            unit.parent = unit.parent or parent

    def _read_kind(self, row: TableRow, unit: RosterUnit) -> None:
        text = row.cells["kind"]
        if not text:
            return
        kind = self._kinds.get(plain(text))
        if kind is None:
            near = get_close_matches(plain(text), self._kinds, n=1)
            hint = f"did you mean “{self._kinds[near[0]]}”? Choose" if near else "choose"
            remedy = f"is not a kind of group; {hint} one of: {self._kind_ids}."
            self._kind_unsure.add(_key(unit.name))
            self._fault(row, "kind", remedy)
        elif unit.kind and kind != unit.kind:
            remedy = f"is “{unit.kind}” in an earlier row of “{unit.name}”; keep one of the two."
            self._fault(row, "kind", remedy)
        else:
            unit.kind = kind

    def _read_about(self, row: TableRow, unit: RosterUnit) -> None:
        about = row.cells.get(ABOUT, "")
        if unit.about and about and _key(about) != _key(unit.about):
            remedy = f"is “{unit.about}” in an earlier row of “{unit.name}”; keep one of the two."
            self._faults.append(TableFault(row.line, ABOUT, about, remedy))
        unit.about = unit.about or about or None

    def check_partners(self) -> None:
        """Point business partners at the group that they answer about."""
        for unit in self.units.values():
            if unit.kind in self._mirrors:
                self._check_partner(unit)
            elif unit.about:
                remedy = f"is for business partners only; leave it empty for “{unit.name}”."
                self._faults.append(TableFault(unit.line, ABOUT, unit.about, remedy))

    def _check_partner(self, unit: RosterUnit) -> None:
        group = self.units.get(_key(unit.about or ""))
        if unit.parent:
            remedy = "must be empty for business partners: they stand outside the groups of IT."
            self._faults.append(TableFault(unit.line, "parent", unit.parent, remedy))
        if group is None or not group.invited or group.kind in self._mirrors:
            remedy = f"must name the group with people that “{unit.name}” answers about."
            self._faults.append(TableFault(unit.line, ABOUT, unit.about or "", remedy))
        else:
            unit.about = group.name

    def _read_person(self, row: TableRow, unit: RosterUnit | None, unreadable: set[str]) -> None:
        name, email = row.cells["name"], row.cells["email"]
        if not name:
            self._fault(row, "name", "is empty; give the name of the person with this address.")
        if not email:
            remedy = "is empty; give the address for the invitation, or write “letter”."
            self._fault(row, "email", remedy)
        elif email.casefold() == LETTER:
            email = ""
        elif "email" not in unreadable:
            self._read_email(row)
        if unit:
            unit.people.append(RosterPerson(spoken_name(name), email))

    def _read_email(self, row: TableRow) -> None:
        email = row.cells["email"]
        if fault := email_fault(email):
            self._fault(row, "email", fault)
        elif (line := self._emails.setdefault(address_key(email), row.line)) != row.line:
            self._fault(row, "email", f"is in line {line} already; each person is invited once.")

    def place_parents(self) -> None:
        """Point every parent at its unit; one that no row describes stands at the top."""
        for unit in list(self.units.values()):
            if unit.parent:
                above = RosterUnit(unit.parent, unit.line)
                above = self.units.setdefault(_key(unit.parent), above)
                if above.name != unit.parent:
                    remedy = f"is spelt “{above.name}” in line {above.line}; use one spelling."
                    self._faults.append(TableFault(unit.line, "parent", unit.parent, remedy))

    def check_tree(self) -> None:
        """Find what only the whole roster can tell."""
        circles = list(_circles(self.units))
        for circle in circles:
            unit = min(circle, key=lambda unit: unit.line)
            names = [f"“{unit.name}”" for unit in circle[:MOST_NAMES]]
            names.append(names[0] if len(circle) <= MOST_NAMES else "and so on")
            remedy = (
                f"leads in a circle ({', below '.join(names)}); leave the parent of the topmost "
                "unit empty."
            )
            self._faults.append(TableFault(unit.line, "parent", unit.parent or "", remedy))
        if not circles and (deep := _too_deep(self.units)):
            remedy = f"stands below more than {DEEPEST} others; leave out levels between them."
            self._faults.append(TableFault(deep.line, "parent", deep.parent or "", remedy))
        parents = {_key(unit.parent) for unit in self.units.values() if unit.parent}
        for key, unit in self.units.items():
            if unit.invited and key in parents:
                remedy = "has people and units below it; put its people in a unit of their own."
                self._faults.append(TableFault(unit.line, "unit", unit.name, remedy))
            elif unit.invited and not unit.kind and key not in self._kind_unsure:
                remedy = f"is empty; say which kind of group “{unit.name}” is: {self._kind_ids}."
                self._faults.append(TableFault(unit.line, "kind", "", remedy))


def _too_deep(units: Mapping[str, RosterUnit]) -> RosterUnit | None:
    """Return the first unit that stands below too many others, in a tree without a circle."""
    for unit in units.values():
        above, steps = unit.parent, 0
        while above and steps < DEEPEST:
            above, steps = units[_key(above)].parent, steps + 1
        if above:
            return unit
    return None


def _circles(units: Mapping[str, RosterUnit]) -> Iterator[list[RosterUnit]]:
    """Return the units of each circle in which every one is the parent of the one before."""
    done: set[str] = set()
    for start in units:
        path: dict[str, None] = {}
        key: str | None = start
        while key is not None and key not in done and key not in path:
            path[key] = None
            parent = units[key].parent
            key = _key(parent) if parent else None
        if key in path:
            keys = list(path)
            yield [units[member] for member in keys[keys.index(key) :]]
        done.update(path)


def _parents_first(units: Mapping[str, RosterUnit]) -> Iterator[RosterUnit]:
    below: dict[str | None, list[RosterUnit]] = {}
    for unit in reversed(list(units.values())):
        below.setdefault(_key(unit.parent) if unit.parent else None, []).append(unit)
    # A stack of our own: a chain of units may be deeper than Python lets functions nest.
    waiting = below.get(None, [])
    while waiting:
        unit = waiting.pop()
        yield unit
        waiting += below.get(_key(unit.name), [])


def _position(fault: TableFault) -> tuple[int, int]:
    return fault.line, ALL_COLUMNS.index(fault.column) if fault.column else -1


def _key(name: str) -> str:
    return name.casefold()
