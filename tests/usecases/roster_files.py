"""Roster files for tests, well made and otherwise."""

from app.usecases.rosters import Roster, read_roster
from app.usecases.table_rows import FaultyTable, TableFault
from tests.builders import KINDS

HEADER = "unit,parent,kind,name,email"
ANN = "ERP,Applications,enterprise-applications,Ann,ann@example.org"
BOB = "Servers,Operations,data-centre,Bob,bob@example.org"


def table(*rows: str, header: str = HEADER, end: str = "\n") -> str:
    return end.join([header, *rows]) + end


def read(text: str, encoding: str = "utf-8") -> Roster:
    return read_roster(text.encode(encoding), KINDS)


def faults(content: str | bytes) -> tuple[TableFault, ...]:
    """Return what is wrong with a roster; nothing if it can be used."""
    try:
        read_roster(content if isinstance(content, bytes) else content.encode(), KINDS)
    except FaultyTable as error:
        return error.faults
    return ()


def said(content: str | bytes) -> list[str]:
    return [str(fault) for fault in faults(content)]


def places(content: str | bytes) -> list[str]:
    return [f"{fault.line} {fault.column}".strip() for fault in faults(content)]


def described(read: Roster) -> list[tuple[object, ...]]:
    """A roster without its line numbers."""
    return [(u.name, u.parent, u.kind, u.people) for u in read.units]
