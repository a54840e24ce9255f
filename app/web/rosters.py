"""Importing a roster: choose a file, mend what is faulty on the page, see what would change."""

from dataclasses import dataclass
from typing import ClassVar

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response
from starlette.datastructures import UploadFile

from app.language import gettext as _
from app.questionnaires.loader import load_instrument
from app.usecases.assessments import WaveRunning
from app.usecases.imports import apply_import
from app.usecases.roster_drafts import (
    FaultyRow,
    ImportState,
    Kinds,
    NoDraft,
    drop_import,
    mend_rows,
    start_import,
    view_import,
)
from app.usecases.roster_units import ALL_COLUMNS, COLUMNS
from app.usecases.sign_in import Session
from app.usecases.table_rows import FaultyTable
from app.web.assessments import assessment_page, kind_titles
from app.web.assets import asset_url
from app.web.forms import UnreadableForm
from app.web.ids import AssessmentId
from app.web.layout import respond
from app.web.session import ConsultantSession, MemberForm, check_token
from app.web.site import site_of
from app.web.workspace import WorkspacePage, go_to

router = APIRouter(prefix="/assessments/{assessment_id}/roster")

#: Larger than any roster, smaller than what hurts.
MOST_BYTES = 5 * 1024 * 1024
#: Columns of which every row to mend shows a field.
_ALWAYS = COLUMNS


@dataclass(frozen=True, kw_only=True)
class RosterPage(WorkspacePage):
    """Where a file is chosen, and what a dry run of it found."""

    template: ClassVar[str] = "rosters/roster.html"
    wide: ClassVar[bool] = True

    assessment_id: str
    assessment: str
    kinds: dict[str, str]
    state: ImportState | None = None
    faults: tuple[str, ...] = ()

    @property
    def example(self) -> str:
        """The address of a roster to begin with."""
        return asset_url("roster.csv")

    def columns(self, row: FaultyRow) -> tuple[str, ...]:
        """Return the columns of a row to mend: the usual ones, those it fills, those at fault."""
        faulty = {fault.column for fault in row.faults}
        more = [c for c in ALL_COLUMNS if c not in _ALWAYS and (row.cells.get(c) or c in faulty)]
        return (*_ALWAYS, *more)


def _kinds() -> Kinds:
    mirrors = {q.kind for q in load_instrument().questionnaires if q.mirror}
    return Kinds(kind_titles(), mirrors)


@router.get("")
def show_roster(
    request: Request, assessment_id: AssessmentId, session: ConsultantSession
) -> Response:
    """Show the import as it stands."""
    return respond(_page(request, session, assessment_id))


def _page(
    request: Request,
    session: Session,
    assessment_id: str,
    faults: tuple[str, ...] = (),
    problem: str = "",
) -> RosterPage:
    store = site_of(request).store
    name = assessment_page(request, session, assessment_id).view.name
    try:
        state = view_import(store, session.member, assessment_id, _kinds())
    except NoDraft:
        state = None
    return RosterPage(
        title=_("Import a roster"),
        session=session,
        assessment_id=assessment_id,
        assessment=name,
        kinds=kind_titles(),
        state=state,
        faults=faults,
        problem=problem,
    )


@router.post("", max_body_size=MOST_BYTES)
async def take_file(
    request: Request, assessment_id: AssessmentId, session: ConsultantSession
) -> Response:
    """Read a file into a draft; nothing else changes."""
    try:
        async with request.form(max_files=1, max_fields=5) as form:
            token, file = form.get("token"), form.get("file")
            check_token(session, {"token": token if isinstance(token, str) else ""})
            content = await file.read() if isinstance(file, UploadFile) else b""
            name = (file.filename or "") if isinstance(file, UploadFile) else ""
    except UnicodeError as error:  # a charset that reads nothing
        raise UnreadableForm from error
    # A charset can make halves of letters, which no database takes.
    name = name.encode("utf-8", "replace").decode()
    return await run_in_threadpool(_read, request, session, assessment_id, name, content)


def _read(
    request: Request, session: Session, assessment_id: str, name: str, content: bytes
) -> Response:
    store = site_of(request).store
    try:
        start_import(store, session.member, assessment_id, name, content)
    except FaultyTable as error:
        faults = tuple(str(fault) for fault in error.faults)
        return respond(_page(request, session, assessment_id, faults), 422)
    return go_to(f"/assessments/{assessment_id}/roster")


@router.post("/rows", max_body_size=MOST_BYTES)
def mend(
    request: Request, assessment_id: AssessmentId, session: ConsultantSession, fields: MemberForm
) -> Response:
    """Put new text into faulty rows, and look again."""
    cells, kinds = {}, {}
    for name, value in fields.items():
        if name.startswith("kind:"):
            kinds[name.removeprefix("kind:")] = value
        line, _dash, column = name.partition("-")
        if line.isascii() and line.isdigit() and len(line) < 9:
            cells[int(line), column] = value
    mend_rows(site_of(request).store, session.member, assessment_id, cells, kinds, kind_titles())
    return go_to(f"/assessments/{assessment_id}/roster")


@router.post("/apply")
def apply(
    request: Request, assessment_id: AssessmentId, session: ConsultantSession, fields: MemberForm
) -> Response:
    """Make groups and people what the roster says; those it lacks go only if told so."""
    site = site_of(request)
    try:
        apply_import(
            site.store,
            session.member,
            assessment_id,
            _kinds(),
            site.now(),
            site.chance,
            removing=fields.get("others") == "remove",
        )
    except FaultyTable as error:
        faults = tuple(str(fault) for fault in error.faults)
        return respond(_page(request, session, assessment_id, faults), 422)
    except WaveRunning as error:
        return respond(_page(request, session, assessment_id, problem=str(error)), 409)
    return go_to(f"/assessments/{assessment_id}", "imported")


@router.post("/drop")
def drop(
    request: Request, assessment_id: AssessmentId, session: ConsultantSession, _fields: MemberForm
) -> Response:
    """Forget the draft."""
    drop_import(site_of(request).store, session.member, assessment_id)
    return go_to(f"/assessments/{assessment_id}/roster")
