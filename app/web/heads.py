"""The heads of all groups, on one page."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import ClassVar

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.language import gettext as _
from app.usecases.assessments import AssessmentView, WaveRunning, view_assessment
from app.usecases.heads import LONGEST_HEAD, name_heads
from app.usecases.sign_in import Session
from app.web.forms import LARGE_FORM
from app.web.ids import AssessmentId
from app.web.layout import respond
from app.web.session import ConsultantSession, MemberForm
from app.web.site import site_of
from app.web.workspace import WorkspacePage, go_to

router = APIRouter(prefix="/assessments/{assessment_id}/heads")


@dataclass(frozen=True, kw_only=True)
class HeadsPage(WorkspacePage):
    """A field for the head of each group."""

    template: ClassVar[str] = "heads/heads.html"

    view: AssessmentView
    longest: int = LONGEST_HEAD
    #: What was typed just now, by group.
    typed: Mapping[str, str] = field(default_factory=dict)


@router.get("")
def show_heads(
    request: Request, assessment_id: AssessmentId, session: ConsultantSession
) -> Response:
    """Show who leads each group."""
    return respond(_page(request, session, assessment_id))


def _page(
    request: Request,
    session: Session,
    assessment_id: str,
    typed: Mapping[str, str] = MappingProxyType({}),
    problem: str = "",
) -> HeadsPage:
    view = view_assessment(site_of(request).store, session.member, assessment_id)
    title = _("Who leads the groups")
    return HeadsPage(title=title, session=session, view=view, typed=typed, problem=problem)


@router.post("", max_body_size=LARGE_FORM)
def take_heads(
    request: Request,
    assessment_id: AssessmentId,
    session: ConsultantSession,
    fields: MemberForm,
) -> Response:
    """Keep who leads each group, and go on to the plan if there is just one."""
    site = site_of(request)
    heads = {
        name.removeprefix("head-"): text
        for name, text in fields.items()
        if name.startswith("head-")
    }
    try:
        name_heads(site.store, session.member, assessment_id, heads, site.now())
    except WaveRunning as error:
        return respond(_page(request, session, assessment_id, heads, str(error)), 409)
    planned = view_assessment(site.store, session.member, assessment_id).planned
    if len(planned) == 1:
        return go_to(f"/waves/{planned[0].id}/plan", "changed")
    return go_to(f"/assessments/{assessment_id}", "changed")
