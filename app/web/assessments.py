"""The assessments of a client, and one of them: its groups, and its waves."""

from dataclasses import dataclass
from typing import ClassVar

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.language import gettext as _
from app.questionnaires.loader import load_instrument
from app.scoring.rules import K_FLOOR
from app.usecases.assessments import (
    AssessmentView,
    assessments_for,
    create_assessment,
    plan_wave,
    remove_assessment,
    view_assessment,
)
from app.usecases.members import BadName
from app.usecases.results import AssessmentState
from app.usecases.sign_in import Session
from app.web.ids import AssessmentId
from app.web.layout import respond
from app.web.session import ConsultantSession, MemberForm, MemberSession
from app.web.site import site_of
from app.web.wave_counts import when
from app.web.workspace import WorkspacePage, go_to, said

router = APIRouter(prefix="/assessments")


@dataclass(frozen=True)
class WaveLine:
    """A wave, and where it leads."""

    id: str
    title: str
    state: str
    link: str


@dataclass(frozen=True)
class AssessmentLine:
    """An assessment with its waves, the latest first."""

    id: str
    name: str
    waves: tuple[WaveLine, ...]


@dataclass(frozen=True, kw_only=True)
class AssessmentsPage(WorkspacePage):
    """All assessments of the client."""

    template: ClassVar[str] = "assessments/assessments.html"

    assessments: tuple[AssessmentLine, ...]
    typed: str = ""


@dataclass(frozen=True, kw_only=True)
class AssessmentPage(WorkspacePage):
    """One assessment: the tree of its groups, and its waves."""

    template: ClassVar[str] = "assessments/assessment.html"
    wide: ClassVar[bool] = True

    view: AssessmentView
    kinds: dict[str, str]
    waves: tuple[WaveLine, ...]
    k: int = K_FLOOR


@router.get("")
def show_assessments(request: Request, session: MemberSession) -> Response:
    """Show the assessments of the client."""
    return respond(_list(request, session))


def _list(
    request: Request, session: Session, typed: str = "", problem: str = ""
) -> AssessmentsPage:
    found = assessments_for(site_of(request).store, session.member)
    return AssessmentsPage(
        title=_("Assessments of %(client)s", client=session.member.organisation),
        session=session,
        assessments=tuple(_line(state, session) for state in found),
        typed=typed,
        problem=problem,
        note=said(request),
    )


def _line(state: AssessmentState, session: Session) -> AssessmentLine:
    return AssessmentLine(state.id, state.name, wave_lines(state.waves, session))


def wave_lines(waves, session: Session) -> tuple[WaveLine, ...]:  # type: ignore[no-untyped-def]
    """Return waves as a list shows them, the latest first; viewers are led to results."""
    lines = []
    for wave in reversed(waves):
        closed = wave.closed_at is not None
        way = "results" if closed else ""
        link = f"/waves/{wave.id}/{way}".rstrip("/") if closed or session.member.may_change else ""
        title = _("Wave %(number)s", number=wave.number)
        lines.append(WaveLine(wave.id, title, when(wave), link))
    return tuple(lines)


@router.post("")
def make_assessment(request: Request, session: ConsultantSession, fields: MemberForm) -> Response:
    """Make an assessment."""
    site, name = site_of(request), fields.get("name", "")
    try:
        made = create_assessment(site.store, session.member, name, site.now(), site.chance)
    except BadName as error:
        return respond(_list(request, session, name[:200], str(error)), 422)
    return go_to(f"/assessments/{made}")


@router.get("/{assessment_id}")
def show_assessment(
    request: Request, assessment_id: AssessmentId, session: ConsultantSession
) -> Response:
    """Show an assessment as it is set up."""
    return respond(assessment_page(request, session, assessment_id))


def assessment_page(request: Request, session: Session, assessment_id: str) -> AssessmentPage:
    """Return the page of an assessment."""
    view = view_assessment(site_of(request).store, session.member, assessment_id)
    return AssessmentPage(
        title=view.name,
        session=session,
        view=view,
        kinds=kind_titles(),
        waves=wave_lines(view.waves, session),
        note=said(request),
    )


@router.post("/{assessment_id}/remove")
def remove(
    request: Request, assessment_id: AssessmentId, session: ConsultantSession, fields: MemberForm
) -> Response:
    """Remove an assessment with its people, once its waves are erased."""
    site = site_of(request)
    if not fields.get("sure"):
        return respond(assessment_page(request, session, assessment_id), 422)
    remove_assessment(site.store, session.member, assessment_id, site.now())
    return go_to("/assessments", "removed")


@router.post("/{assessment_id}/waves")
def make_plan(
    request: Request, assessment_id: AssessmentId, session: ConsultantSession, _fields: MemberForm
) -> Response:
    """Plan a wave, with the usual texts."""
    site = site_of(request)
    made = plan_wave(site.store, session.member, assessment_id, "en", site.now(), site.chance)
    return go_to(f"/waves/{made}/plan")


def kind_titles() -> dict[str, str]:
    """Return the kinds of groups with their titles."""
    return {q.kind: q.title for q in load_instrument().questionnaires}
