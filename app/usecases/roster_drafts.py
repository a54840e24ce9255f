"""A roster that is being imported: read into a draft, mended row by row, compared."""

from codecs import BOM_UTF8
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from pydantic import BaseModel

from app.storage.store import Store
from app.storage.unit_of_work import UnitOfWork
from app.usecases.errors import SiloscopeError
from app.usecases.members import Member, assessment_of
from app.usecases.roster_changes import Changes, compare_roster
from app.usecases.roster_kinds import UnknownKind, known_kinds, unknown_kinds
from app.usecases.roster_units import ALL_COLUMNS, COLUMNS, plain
from app.usecases.rosters import Roster, roster_of
from app.usecases.table_rows import UTF_16, WORKBOOKS, FaultyTable, TableFault, TableRow, read_rows
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


class Draft(BaseModel):
    """The rows of a file as they are mended, and those that could not be read."""

    name: str
    rows: list[_Row]
    unreadable: list[tuple[int, str, str]] = []
    #: Lines of the file whose letters were guessed: it was not written as UTF-8.
    guessed: str = ""


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
    #: What stands for a kind and is none, each asked once.
    unknown: tuple[UnknownKind, ...] = ()
    guessed: str = ""
    people: int = 0
    groups: int = 0
    changes: Changes | None = None

    @property
    def elsewhere(self) -> tuple[TableFault, ...]:
        """What is mended in the file: neither in a row that is shown nor by choosing a kind."""
        lines = {row.line for row in self.rows}
        asked = {plain(one.written) for one in self.unknown}
        return tuple(
            fault
            for fault in self.faults
            if fault.line not in lines
            and not (fault.column == "kind" and plain(fault.value) in asked)
        )


def start_import(
    store: Store, member: Member, assessment_id: str, name: str, content: bytes
) -> None:
    """Read a file (CSV or XLSX) into a draft; nothing else changes.

    A CSV that is not UTF-8 is read as what Excel writes by default in the west (Windows-1252),
    and the draft says so.

    Raises UnknownAssessment, or FaultyTable for a file in which no row can be read.
    """
    guessed = ""
    if content.startswith(MAGIC):
        rows, faults = read_workbook(content, COLUMNS)
    else:
        content, guessed = _as_utf8(content)
        rows, faults = read_rows(content, COLUMNS)
    draft = Draft(
        name=" ".join(name.split())[-120:],
        rows=[_Row(line=row.line, cells=row.cells) for row in rows],
        unreadable=[(fault.line, fault.value, fault.remedy) for fault in faults],
        guessed=guessed,
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
        draft = find_draft(work, member, assessment_id)
        try:
            roster = roster_in(draft, kinds)
        except FaultyTable as error:
            written = (row.cells.get("kind", "") for row in draft.rows)
            unknown = unknown_kinds(written, kinds.titles, MOST_MENDED)
            rows = _faulty_rows(draft, error.faults, {plain(one.written) for one in unknown})
            return ImportState(draft.name, error.faults, rows, unknown, draft.guessed)
        units = work.units.of(assessment_id)
        changes = compare_roster(roster, units, work.people.of(assessment_id))
    groups = sum(1 for unit in roster.units if unit.invited)
    return ImportState(
        draft.name,
        (),
        (),
        guessed=draft.guessed,
        people=roster.people,
        groups=groups,
        changes=changes,
    )


def _as_utf8(content: bytes) -> tuple[bytes, str]:
    """Return a file in UTF-8, and lines whose letters had to be guessed for that.

    What is UTF-8 but for a stray byte, or no Windows-1252 either, is left for the reader to refuse.
    """
    if content.startswith((*UTF_16, *WORKBOOKS, BOM_UTF8)):
        return content, ""
    try:
        content.decode()
    except UnicodeDecodeError:
        if not content.decode(errors="ignore").isascii():
            return content, ""
    else:
        return content, ""
    try:
        text = content.decode("cp1252")
    except UnicodeDecodeError:
        return content, ""
    lines = [" ".join(line.split())[:80] for line in text.splitlines() if not line.isascii()]
    return text.encode(), " / ".join(lines[:3])


def mend_rows(
    store: Store,
    member: Member,
    assessment_id: str,
    cells: Mapping[tuple[int, str], str],
    kinds: Mapping[str, str],
    titles: Mapping[str, str],
) -> None:
    """Put new text into cells of the draft, by line and column; lines without text go.

    `kinds` puts a kind (one of `titles`) in place of what the roster writes, in every row.

    Raises UnknownAssessment or NoDraft.
    """
    with store.writing() as work:
        draft = find_draft(work, member, assessment_id)
        known = set(known_kinds(titles).values())
        chosen = {plain(written): kind for written, kind in kinds.items() if kind in known}
        for row in draft.rows:
            for column in ALL_COLUMNS:
                if (row.line, column) in cells:
                    row.cells[column] = " ".join(cells[row.line, column].split())[:300]
            written = row.cells.get("kind", "")
            row.cells["kind"] = chosen.get(plain(written), written)
        draft.rows = [row for row in draft.rows if any(row.cells.values())]
        work.roster_drafts.save(assessment_id, draft.model_dump_json())
        work.commit()


def drop_import(store: Store, member: Member, assessment_id: str) -> None:
    """Forget the draft. Raises UnknownAssessment."""
    with store.writing() as work:
        assessment_of(work, member, assessment_id)
        work.roster_drafts.remove(assessment_id)
        work.commit()


def find_draft(work: UnitOfWork, member: Member, assessment_id: str) -> Draft:
    """Return the draft of an assessment. Raises UnknownAssessment or NoDraft."""
    assessment_of(work, member, assessment_id)
    found = work.roster_drafts.get(assessment_id)
    if found is None:
        raise NoDraft
    return Draft.model_validate_json(found)


def roster_in(draft: Draft, kinds: Kinds) -> Roster:
    """Return the roster in a draft. Raises FaultyTable."""
    rows = [TableRow(row.line, row.cells) for row in draft.rows]
    faults = [TableFault(line, "", value, remedy) for line, value, remedy in draft.unreadable]
    return roster_of(rows, faults, kinds.titles, kinds.mirrors)


def _faulty_rows(
    draft: Draft, faults: Collection[TableFault], asked: Collection[str]
) -> tuple[FaultyRow, ...]:
    """Return the rows to mend, without those whose kind alone is at fault and asked apart."""
    faults = [f for f in faults if f.column != "kind" or plain(f.value) not in asked]
    lines = {fault.line for fault in faults}
    rows = [row for row in draft.rows if row.line in lines]
    return tuple(
        FaultyRow(row.line, row.cells, tuple(f for f in faults if f.line == row.line))
        for row in rows[:MOST_MENDED]
    )
