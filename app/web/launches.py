"""The launch of a wave: what it will do, once more in a few lines, and then for good."""

from dataclasses import dataclass
from typing import ClassVar

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.language import gettext as _
from app.usecases.assessments import AssessmentView, view_assessment
from app.usecases.checklist import Check, asked_units, check_launch
from app.usecases.planning import NotReady, PlanLocked, PlanMoved, find_plan, launch_wave
from app.usecases.plans import Plan
from app.web.ids import WaveId
from app.web.layout import respond
from app.web.session import ConsultantSession, MemberForm
from app.web.site import Site, site_of
from app.web.workspace import WorkspacePage, go_to, said

router = APIRouter(prefix="/waves/{wave_id}/plan/launch")

LOCAL = ("127.0.0.1", "localhost")


@dataclass(frozen=True, kw_only=True)
class LaunchPage(WorkspacePage):
    """What the launch will do, and what is worth knowing before."""

    template: ClassVar[str] = "launches/launch.html"

    wave_id: str
    view: AssessmentView
    plan: Plan
    advice: tuple[Check, ...]

    @property
    def people(self) -> int:
        """How many the wave will ask."""
        return sum(one.invited for one in asked_units(self.view, self.plan))

    @property
    def groups(self) -> int:
        """How many groups the wave will ask."""
        return len(asked_units(self.view, self.plan))


def checks_of(site: Site, view: AssessmentView, plan: Plan, wave_id: str) -> tuple[Check, ...]:
    """Return what stands against the launch of a plan, and what is worth knowing."""
    is_local = site.public_url.split("//")[1].split(":")[0] in LOCAL
    return check_launch(view, plan, wave_id, site.now(), has_mail=site.has_mail, is_local=is_local)


@router.get("")
def show_launch(request: Request, wave_id: WaveId, session: ConsultantSession) -> Response:
    """Ask once more; a plan that is not ready leads back to its checklist."""
    site = site_of(request)
    assessment_id, plan = find_plan(site.store, session.member, wave_id)
    if plan.launched_by:
        return go_to(f"/waves/{wave_id}")
    view = view_assessment(site.store, session.member, assessment_id)
    checks = checks_of(site, view, plan, wave_id)
    if any(check.is_blocking for check in checks):
        return go_to(f"/waves/{wave_id}/plan", "unready")
    return respond(
        LaunchPage(
            title=_("Launch the wave"),
            session=session,
            wave_id=wave_id,
            view=view,
            plan=plan,
            advice=checks,
            note=said(request),
        )
    )


@router.post("")
def launch(
    request: Request, wave_id: WaveId, session: ConsultantSession, fields: MemberForm
) -> Response:
    """Launch the wave, if nothing stands against it. Sent twice, it is launched once."""
    site = site_of(request)
    _assessment, plan = find_plan(site.store, session.member, wave_id)
    # Whatever is kept by then, only the plan that was looked at and checked is launched.
    seen = fields.get("seen", plan.digest)
    if seen != plan.digest and not plan.launched_by:
        return go_to(f"/waves/{wave_id}/plan/launch", "moved")
    try:
        launch_wave(
            site.store,
            session.member,
            wave_id,
            site.now(),
            site.chance,
            has_mail=site.has_mail,
            seen=seen,
        )
    except NotReady:
        return go_to(f"/waves/{wave_id}/plan", "unready")
    except PlanMoved:
        return go_to(f"/waves/{wave_id}/plan/launch", "moved")
    except PlanLocked:
        return go_to(f"/waves/{wave_id}")
    return go_to(f"/waves/{wave_id}", "launched")
