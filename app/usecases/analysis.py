"""Reads answers and a roster that somebody holds already; every faulty cell is named."""

import re
from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from app.questionnaires.consistency import FEWEST_ITEMS, MOST_ITEMS
from app.scoring.analysis import ACCEPTANCE_CODE, ORIENTATION_CODES, AnswerTable, RosterGroup
from app.scoring.suppression import ORGANISATION
from app.usecases.table_rows import FaultyTable, TableFault, TableRow, read_rows

MOST_RESPONDENTS = 1_000_000
_ITEM = re.compile(r"(vs|cu|me|ac)([1-9][0-9]?)")
_LEVELS = {str(level): level for level in range(1, 6)} | {"": 0, "dk": 0, "na": 0}


def read_groups(content: bytes) -> tuple[RosterGroup, ...]:
    """Return the tree of a roster file with the columns group, roster and, if wanted, parent.

    Parents come before their children; a parent without a row of its own stands directly
    under the organisation. Raises FaultyTable with every fault found.
    """
    rows, faults = read_rows(content, ("group", "roster"))
    known: dict[str, TableRow] = {}
    for row in rows:
        _take_group(row, known, faults)
    parents = {name: _parent(row) for name, row in known.items()}
    for parent in list(parents.values()):
        if parent is not None:
            parents.setdefault(parent, None)
    inner = {parent for parent in parents.values() if parent}
    sizes = {n: _size(row, n in inner, faults) for n, row in known.items()}
    _check_circles(parents, known, faults)
    if not faults and not any(sizes.values()):
        faults.append(TableFault(1, "", "", "the roster holds no group; add one row for each."))
    if faults:
        raise FaultyTable(sorted(faults, key=lambda fault: fault.line))
    return tuple(RosterGroup(n, parents[n], sizes.get(n, 0)) for n in _parents_first(parents))


def _take_group(row: TableRow, known: dict[str, TableRow], faults: list[TableFault]) -> None:
    name = row.cells["group"]
    if not name:
        faults.append(TableFault(row.line, "group", "", "is empty; give the group's name."))
    elif name.lower() == ORGANISATION:
        remedy = "is the name of all groups together; give the group another one."
        faults.append(TableFault(row.line, "group", name, remedy))
    elif name in known:
        remedy = f"stands in line {known[name].line} already; keep one of them."
        faults.append(TableFault(row.line, "group", name, remedy))
    else:
        known[name] = row


def _parent(row: TableRow) -> str | None:
    parent = row.cells.get("parent", "")
    return parent if parent and parent.lower() != ORGANISATION else None


def _size(row: TableRow, holds_others: bool, faults: list[TableFault]) -> int:
    """How many people a group has; a group that holds others has only theirs."""
    cell = row.cells["roster"]
    if holds_others and cell in ("", "0"):
        return 0
    if holds_others:
        remedy = (
            f"is a number for “{row.cells['group']}”, which holds other groups; leave it empty, "
            "and give its own people a group of their own."
        )
    elif not (re.fullmatch("[0-9]{1,7}", cell) and 0 < int(cell) <= MOST_RESPONDENTS):
        remedy = "must be the number of people in the group, 1 or more."
    else:
        return int(cell)
    faults.append(TableFault(row.line, "roster", cell, remedy))
    return 0


def _check_circles(
    parents: Mapping[str, str | None], known: Mapping[str, TableRow], faults: list[TableFault]
) -> None:
    for name, row in known.items():
        above, steps = parents[name], 0
        while above is not None and above != name and steps <= len(parents):
            above, steps = parents[above], steps + 1
        if above == name:
            remedy = f"makes “{name}” lie below itself; correct one of the parents."
            faults.append(TableFault(row.line, "parent", parents[name] or "", remedy))


def _parents_first(parents: Mapping[str, str | None]) -> list[str]:
    ordered: dict[str, None] = {}
    for name in parents:
        path = []
        above: str | None = name
        while above is not None and above not in ordered:
            path.append(above)
            above = parents[above]
        ordered.update(dict.fromkeys(reversed(path)))
    return list(ordered)


def read_answers_table(content: bytes, groups: Sequence[RosterGroup]) -> AnswerTable:
    """Return the answers in a file: a column `group`, an optional `resp`, one for each item.

    Items are VS1, CU1, ME1 and so on, of one orientation or more, and AC1 for acceptance; cells
    hold 1 to 5, nothing, DK or NA. Raises FaultyTable with every fault found.
    """
    rows, faults = read_rows(content, ("group",), MOST_RESPONDENTS)
    if not rows:
        faults.append(TableFault(1, "", "", "the file holds no answers; add one row for each."))
        raise FaultyTable(faults)
    items = _items(rows[0].cells, faults)
    places = {group.name: place for place, group in enumerate(groups)}
    owner = [_owner(row, places, groups, faults) for row in rows]
    _check_respondents(rows, faults)
    columns = [item.lower() for code in items for item in items[code]]
    levels = np.array(
        [[_level(row, column, faults) for column in columns] for row in rows], dtype=np.int8
    ).reshape(len(rows), len(columns))
    if faults:
        raise FaultyTable(sorted(faults, key=lambda fault: fault.line))
    matrices, start = {}, 0
    for code, names in items.items():
        matrices[code] = levels[:, start : start + len(names)]
        start += len(names)
    return AnswerTable(tuple(groups), np.array(owner, dtype=np.int64), matrices, items)


def _items(columns: Iterable[str], faults: list[TableFault]) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[int]] = {code: [] for code in (*ORIENTATION_CODES, ACCEPTANCE_CODE)}
    for column in columns:
        match = _ITEM.fullmatch(column)
        if match:
            found[match[1].upper()].append(int(match[2]))
        elif column not in ("group", "resp"):
            remedy = "is no column of answers; name items VS1, CU1, ME1 or AC1, or remove it."
            faults.append(TableFault(1, "", column, remedy))
    if not any(found[code] for code in ORIENTATION_CODES):
        remedy = (
            "the file holds no items of an orientation; name the columns of one at least VS1, "
            "VS2, VS3 and so on, or CU1 or ME1."
        )
        faults.append(TableFault(1, "", "", remedy))
    for code, numbers in found.items():
        if 0 < len(numbers) < FEWEST_ITEMS:
            remedy = f"has {len(numbers)} items; an orientation needs at least {FEWEST_ITEMS}."
            faults.append(TableFault(1, "", code, remedy))
        if len(numbers) > MOST_ITEMS:
            remedy = f"has {len(numbers)} items; at most {MOST_ITEMS} can be scored exactly."
            faults.append(TableFault(1, "", code, remedy))
    return {
        code: tuple(f"{code}{number}" for number in sorted(numbers))
        for code, numbers in found.items()
        if numbers
    }


def _owner(
    row: TableRow,
    places: Mapping[str, int],
    groups: Sequence[RosterGroup],
    faults: list[TableFault],
) -> int:
    name = row.cells["group"]
    place = places.get(name)
    if place is None:
        remedy = "is not in the roster; add it there, or correct the name."
        faults.append(TableFault(row.line, "group", name, remedy if name else "is empty."))
        return 0
    if not groups[place].roster:
        remedy = "holds other groups; give its own people a group of their own in both files."
        faults.append(TableFault(row.line, "group", name, remedy))
    return place


def _check_respondents(rows: Sequence[TableRow], faults: list[TableFault]) -> None:
    lines: dict[tuple[str, str], int] = {}
    for row in rows:
        who = row.cells.get("resp", "")
        if who and lines.setdefault((row.cells["group"], who), row.line) != row.line:
            remedy = f"answered in line {lines[row.cells['group'], who]} already; keep one row."
            faults.append(TableFault(row.line, "resp", who, remedy))


def _level(row: TableRow, column: str, faults: list[TableFault]) -> int:
    cell = row.cells[column]
    level = _LEVELS.get(cell) if cell in _LEVELS else _LEVELS.get(cell.lower())
    if level is None:
        remedy = "must be 1, 2, 3, 4 or 5, or DK, NA or nothing where there is no answer."
        faults.append(TableFault(row.line, column.upper(), cell, remedy))
        return 0
    return level
