"""Importing a roster: read, mended row by row, compared with what is there, then applied."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from random import Random

from pydantic import BaseModel

from app.storage.store import Store
from app.storage.tables import Person, Unit
from app.storage.unit_of_work import UnitOfWork
from app.usecases.assessments import ensure_unlocked
from app.usecases.audit_log import Deed, record
from app.usecases.errors import SiloscopeError
from app.usecases.ids import long_id, short_id
from app.usecases.launches import unit_from
from app.usecases.members import Member, assessment_of
from app.usecases.roster_changes import (
    Changes,
    compare_roster,
    misplaced,
    person_key,
    told_apart,
    with_known,
)
from app.usecases.roster_units import ALL_COLUMNS, COLUMNS
from app.usecases.rosters import Roster, roster_of
from app.usecases.table_rows import FaultyTable, TableFault, TableRow, read_rows
from app.usecases.workbooks import MAGIC, read_workbook

#: More faulty rows than this are mended in the file: they come from one mistake in it.
MOST_MENDED = 50


class NoDraft(SiloscopeError):
    """No roster is being imported."""

    def __init__(self) -> None:
        super().__init__("No roster is being imported here; choose a file first.")


class _Row(BaseModel):
    line: int
    cells: dict[str, str]


class _Draft(BaseModel):
    name: str
    rows: list[_Row]
    unreadable: list[tuple[int, str, str]] = []


@dataclass(frozen=True)
class Kinds:
    """The kinds of groups that can be asked, with their titles, and those of business partners."""

    titles: Mapping[str, str]
    mirrors: Collection[str]


@dataclass(frozen=True)
class FaultyRow:
    """A row to mend: its cells, and what is wrong with each."""

    line: int
    cells: Mapping[str, str]
    faults: tuple[TableFault, ...]


@dataclass(frozen=True)
class ImportState:
    """A dry run. Either there are faults, or `changes` says what would happen."""

    name: str
    faults: tuple[TableFault, ...]
    rows: tuple[FaultyRow, ...]
    people: int = 0
    groups: int = 0
    changes: Changes | None = None


def start_import(
    store: Store, member: Member, assessment_id: str, name: str, content: bytes
) -> None:
    """Read a file (CSV or XLSX) into a draft; nothing else changes.

    Raises UnknownAssessment, or FaultyTable for a file in which no row can be read.
    """
    reader = read_workbook if content.startswith(MAGIC) else read_rows
    rows, faults = reader(content, COLUMNS)
    draft = _Draft(
        name=" ".join(name.split())[-120:],
        rows=[_Row(line=row.line, cells=row.cells) for row in rows],
        unreadable=[(fault.line, fault.value, fault.remedy) for fault in faults],
    )
    with store.writing() as work:
        assessment_of(work, member, assessment_id)
        work.roster_drafts.save(assessment_id, draft.model_dump_json())
        work.commit()


def view_import(store: Store, member: Member, assessment_id: str, kinds: Kinds) -> ImportState:
    """Return what is wrong with the draft, or what applying it would do.

    Raises UnknownAssessment or NoDraft.
    """
    with store.reading() as work:
        draft = _draft(work, member, assessment_id)
        try:
            roster = _roster(draft, kinds)
        except FaultyTable as error:
            return ImportState(draft.name, error.faults, _faulty_rows(draft, error.faults))
        units = work.units.of(assessment_id)
        changes = compare_roster(roster, units, work.people.of(assessment_id))
    groups = sum(1 for unit in roster.units if unit.invited)
    return ImportState(draft.name, (), (), roster.people, groups, changes)


def mend_rows(
    store: Store, member: Member, assessment_id: str, cells: Mapping[tuple[int, str], str]
) -> None:
    """Put new text into cells of the draft, by line and column; lines without text go.

    Raises UnknownAssessment or NoDraft.
    """
    with store.writing() as work:
        draft = _draft(work, member, assessment_id)
        for row in draft.rows:
            for column in ALL_COLUMNS:
                if (row.line, column) in cells:
                    row.cells[column] = " ".join(cells[row.line, column].split())[:300]
        draft.rows = [row for row in draft.rows if any(row.cells.values())]
        work.roster_drafts.save(assessment_id, draft.model_dump_json())
        work.commit()


def drop_import(store: Store, member: Member, assessment_id: str) -> None:
    """Forget the draft. Raises UnknownAssessment."""
    with store.writing() as work:
        assessment_of(work, member, assessment_id)
        work.roster_drafts.remove(assessment_id)
        work.commit()


def apply_import(
    store: Store,
    member: Member,
    assessment_id: str,
    kinds: Kinds,
    now: datetime,
    chance: Random,
    *,
    removing: bool = True,
) -> Changes:
    """Make units and people what the draft says; who stays keeps their id.

    `removing`: those that it lacks go; else they stay as they are.

    Raises UnknownAssessment, NoDraft, WaveRunning, or FaultyTable where there are faults still.
    """
    with store.writing() as work:
        draft = _draft(work, member, assessment_id)
        ensure_unlocked(work, assessment_id)
        roster = _roster(draft, kinds)
        units, people = work.units.of(assessment_id), work.people.of(assessment_id)
        changes = compare_roster(roster, units, people)
        ids = _apply_units(work, roster, assessment_id, units, chance, keeping=not removing)
        left = _apply_people(work, roster, ids, people, chance)
        if removing:
            for person in left:
                work.people.remove(person)
            for unit in reversed(units):
                if unit.id not in ids.values():
                    work.units.remove(unit)  # children before their parents
        kept = work.units.of(assessment_id), work.people.of(assessment_id)
        if faults := list(misplaced(*kept, kinds.mirrors)):
            # What is kept and what came do not fit together; nothing of it is kept.
            raise FaultyTable(faults)
        work.roster_drafts.remove(assessment_id)
        detail = f"{assessment_id}: {roster.people} people in {len(roster.units)} units"
        record(store, work, member.who, Deed.ROSTER_IMPORTED, detail, now)
        work.commit()
    return changes


def _draft(work: UnitOfWork, member: Member, assessment_id: str) -> _Draft:
    assessment_of(work, member, assessment_id)
    found = work.roster_drafts.get(assessment_id)
    if found is None:
        raise NoDraft
    return _Draft.model_validate_json(found)


def _roster(draft: _Draft, kinds: Kinds) -> Roster:
    rows = [TableRow(row.line, row.cells) for row in draft.rows]
    faults = [TableFault(line, "", value, remedy) for line, value, remedy in draft.unreadable]
    return roster_of(rows, faults, kinds.titles, kinds.mirrors)


def _faulty_rows(draft: _Draft, faults: Collection[TableFault]) -> tuple[FaultyRow, ...]:
    lines = {fault.line for fault in faults}
    rows = [row for row in draft.rows if row.line in lines]
    return tuple(
        FaultyRow(row.line, row.cells, tuple(f for f in faults if f.line == row.line))
        for row in rows[:MOST_MENDED]
    )


def _apply_units(
    work: UnitOfWork,
    roster: Roster,
    assessment_id: str,
    units: Collection[Unit],
    chance: Random,
    *,
    keeping: bool,
) -> dict[str, str]:
    known = {unit.name.casefold(): unit for unit in units}
    ids: dict[str, str] = {}
    for position, described in enumerate(roster.units):
        key = described.name.casefold()
        unit = known.get(key)
        new = unit_from(described, unit.id if unit else short_id(chance), assessment_id, position)
        ids[key] = new.id
        if unit is None:
            unit = new
        else:
            with_known(new, unit)
        for name in ("name", "kind", "places", "head_name", "head_email", "expected", "seats"):
            setattr(unit, name, getattr(new, name))
        unit.position = position
        if described.parent:
            unit.parent_id = ids[described.parent.casefold()]
        elif not keeping:
            unit.parent_id = None
        # Whom partners answer about may stand further down; it is set once all have their ids.
        unit.about_id = None
        work.units.save(unit)
        known[key] = unit
    for described in roster.units:
        if described.about:
            unit = known[described.name.casefold()]
            unit.about_id = ids[described.about.casefold()]
            work.units.save(unit)
    return ids


def _apply_people(
    work: UnitOfWork,
    roster: Roster,
    ids: Mapping[str, str],
    people: Collection[Person],
    chance: Random,
) -> list[Person]:
    """Keep who is on the roster; return who was there and is not on it."""
    names = {unit_id: key for key, unit_id in ids.items()}
    before = told_apart(
        people, lambda p: person_key(p.name, p.email, names.get(p.unit_id, p.unit_id))
    )
    after = told_apart(
        ((p, unit) for unit in roster.units for p in unit.people),
        lambda one: person_key(one[0].name, one[0].email, one[1].name),
    )
    for key, (one, unit) in after.items():
        unit_id = ids[unit.name.casefold()]
        person = before.pop(key, None)
        if person is None:
            person = Person(id=long_id(chance), unit_id=unit_id, name="", email="")
        person.name, person.email, person.unit_id = one.name, one.email, unit_id
        work.people.save(person)
    return list(before.values())
