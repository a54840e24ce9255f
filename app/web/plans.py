"""The plan of a wave: what it asks, when, in which words; previews, checklist, launch."""

import re
from dataclasses import dataclass
from typing import ClassVar

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from app.language import gettext as _
from app.mailing.mail_page import html_of
from app.questionnaires.loader import languages, load_instrument
from app.questionnaires.timing import expected_minutes
from app.reports.questionnaires import screen_preview
from app.usecases.assessments import AssessmentView, view_assessment
from app.usecases.checklist import Check, asked_units
from app.usecases.errors import UnknownWave
from app.usecases.invitations import INVITATION, REMINDER, sample_mail
from app.usecases.participants import planned_sheet
from app.usecases.planning import (
    PlanLocked,
    change_plan,
    drop_plan,
    find_plan,
    instrument_of,
    send_test_mail,
    test_mails,
)
from app.usecases.plans import MailText, Plan
from app.usecases.sign_in import Session
from app.usecases.visible_moves import VisibleMoves, visible_moves
from app.web.assessments import kind_titles
from app.web.assets import stylesheet
from app.web.forms import LARGE_FORM
from app.web.ids import WaveId
from app.web.launches import checks_of
from app.web.layout import respond
from app.web.participants import sheet_page
from app.web.plan_form import read_plan
from app.web.session import ConsultantSession, MemberForm
from app.web.site import Site, site_of
from app.web.workspace import WorkspacePage, go_to, said

router = APIRouter(prefix="/waves/{wave_id}/plan")

#: What can be looked at once the plan is saved: a button leads there, so that nothing is lost.
SEEN = re.compile(r"see (sheet|mail/(?:invitation|reminder)|questionnaire/[a-z-]{1,40})")
#: A preview stands alone, in a frame of ours or a tab of its own: nothing in it runs.
PREVIEW_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'none'"
)


@dataclass(frozen=True)
class ModuleLine:
    """A module that a wave may ask."""

    id: str
    title: str
    items: int
    is_chosen: bool


@dataclass(frozen=True)
class KindLine:
    """A kind among the groups, and how long its people answer."""

    kind: str
    title: str
    groups: int
    minutes: int
    is_asked: bool


@dataclass(frozen=True, kw_only=True)
class PlanPage(WorkspacePage):
    """The plan as a form, and below it what stands against a launch."""

    template: ClassVar[str] = "plans/plan.html"

    wave_id: str
    view: AssessmentView
    plan: Plan
    #: The digest of the plan as it is kept, which is not `plan` where something typed was refused.
    seen: str
    languages: tuple[str, ...]
    modules: tuple[ModuleLine, ...]
    kinds: tuple[KindLine, ...]
    checks: tuple[Check, ...]
    moves: VisibleMoves
    has_mail: bool
    problems: tuple[str, ...] = ()
    waiting_tests: int = 0
    failed_tests: tuple[str, ...] = ()
    #: What was typed and cannot be used, so that it can be mended.
    typed: tuple[tuple[str, str], ...] = ()

    @property
    def may_launch(self) -> bool:
        """Return whether nothing stands against a launch."""
        return not any(check.is_blocking for check in self.checks)

    def value(self, name: str, planned: object) -> object:
        """Return what a field shows: what was typed just now, else what is planned."""
        return dict(self.typed).get(name, planned)


@router.get("")
def show_plan(request: Request, wave_id: WaveId, session: ConsultantSession) -> Response:
    """Show the plan of a wave; one that was launched leads to its page."""
    assessment_id, plan = find_plan(site_of(request).store, session.member, wave_id)
    if plan.launched_by:
        return go_to(f"/waves/{wave_id}")
    return respond(_page(request, session, wave_id, assessment_id, plan))


def _page(
    request: Request,
    session: Session,
    wave_id: str,
    assessment_id: str,
    plan: Plan,
    problems: tuple[str, ...] = (),
    typed: tuple[tuple[str, str], ...] = (),
    kept: Plan | None = None,
) -> PlanPage:
    site = site_of(request)
    view = view_assessment(site.store, session.member, assessment_id)
    waiting, failed = test_mails(site.store, session.member, wave_id)
    return PlanPage(
        title=_("Plan of a wave"),
        session=session,
        wave_id=wave_id,
        view=view,
        plan=plan,
        seen=(kept or plan).digest,
        languages=languages(),
        modules=_modules(plan),
        kinds=_kinds(view, plan),
        checks=checks_of(site, view, plan, wave_id),
        moves=visible_moves(site.store, view, plan),
        has_mail=site.has_mail,
        problems=problems,
        note=said(request),
        waiting_tests=waiting,
        failed_tests=failed,
        typed=typed,
    )


def _modules(plan: Plan) -> tuple[ModuleLine, ...]:
    whole = load_instrument()
    asked = whole.questionnaires[0].items
    return tuple(
        ModuleLine(
            module.id,
            module.title,
            sum(1 for item in asked if item.module == module.id),
            module.id in plan.modules,
        )
        for module in whole.modules
    )


def _kinds(view: AssessmentView, plan: Plan) -> tuple[KindLine, ...]:
    instrument, titles = instrument_of(plan), kind_titles()
    counts: dict[str, int] = {}
    # A translation may lack a kind; the checklist says so.
    known = {questionnaire.kind for questionnaire in instrument.questionnaires}
    for one in view.units:
        if one.unit.kind in known and one.unit.kind:
            counts[one.unit.kind] = counts.get(one.unit.kind, 0) + 1
    return tuple(
        KindLine(
            kind,
            titles.get(kind, kind),
            count,
            expected_minutes(instrument.for_kind(kind)),
            kind not in plan.left_out,
        )
        for kind, count in counts.items()
    )


@router.post("", max_body_size=LARGE_FORM)
def take_plan(
    request: Request, wave_id: WaveId, session: ConsultantSession, fields: MemberForm
) -> Response:
    """Keep a changed plan; what cannot be used is named, and stays as it was."""
    site = site_of(request)
    assessment_id, known = find_plan(site.store, session.member, wave_id)
    view = view_assessment(site.store, session.member, assessment_id)
    kinds = {one.unit.kind for one in view.units if one.unit.kind}
    plan, problems = read_plan(known, fields, kinds)
    if fields.get("seen", known.digest) != known.digest:
        problems.append(
            _(
                "The plan was changed meanwhile, perhaps in another tab. Below is what you typed; "
                "save once more to put it in place of that."
            )
        )
    action = fields.get("action", "")
    problems = problems or _keep(site, session, wave_id, plan, known)
    if problems:
        typed = tuple(fields.items())
        faults = tuple(problems)
        page = _page(request, session, wave_id, assessment_id, plan, faults, typed, known)
        return respond(page, 422)
    if action == "launch":
        return go_to(f"/waves/{wave_id}/plan/launch")
    if seen := SEEN.fullmatch(action):
        return go_to(f"/waves/{wave_id}/plan/{seen[1]}")
    if action in {f"mend {check.where}" for check in checks_of(site, view, plan, wave_id)}:
        return go_to(action.removeprefix("mend "))
    done = "kept"
    if action in (f"test-{INVITATION}", f"test-{REMINDER}") and site.has_mail:
        group, minutes = _example(view, plan)
        text = action.removeprefix("test-")
        send_test_mail(site.store, session.member, wave_id, text, group, minutes, site.now())
        done = "tested"
    return go_to(f"/waves/{wave_id}/plan", done)


def _keep(site: Site, session: Session, wave_id: str, plan: Plan, known: Plan) -> list[str]:
    """Keep a plan if it was changed; return why it cannot be."""
    try:
        if plan != known:
            change_plan(site.store, session.member, wave_id, plan, site.now())
    except PlanLocked as error:
        return [str(error)]
    return []


def _example(view: AssessmentView, plan: Plan) -> tuple[str, int]:
    for one in asked_units(view, plan):
        if one.unit.kind and not one.unit.about_id:
            questionnaire = instrument_of(plan).for_kind(one.unit.kind)
            return one.unit.name, expected_minutes(questionnaire)
    return _("your group"), 10


@router.post("/drop")
def drop(
    request: Request, wave_id: WaveId, session: ConsultantSession, _fields: MemberForm
) -> Response:
    """Forget the plan."""
    site = site_of(request)
    assessment_id = drop_plan(site.store, session.member, wave_id, site.now())
    return go_to(f"/assessments/{assessment_id}")


@router.get("/mail/{text}")
def preview_mail(
    request: Request, wave_id: WaveId, text: str, session: ConsultantSession
) -> Response:
    """Show a mail as its recipients will see it."""
    site = site_of(request)
    assessment_id, plan = find_plan(site.store, session.member, wave_id)
    view = view_assessment(site.store, session.member, assessment_id)
    texts: dict[str, MailText] = {INVITATION: plan.invitation, REMINDER: plan.reminder}
    if text not in texts:
        raise UnknownWave(wave_id)
    group, minutes = _example(view, plan)
    organisation = session.member.organisation
    mail = sample_mail(plan, texts[text], site.public_url, organisation, group, minutes)
    return HTMLResponse(html_of(mail), headers={"Content-Security-Policy": PREVIEW_POLICY})


@router.get("/questionnaire/{kind}")
def preview_questionnaire(
    request: Request, wave_id: WaveId, kind: str, session: ConsultantSession
) -> Response:
    """Show what a kind of group is asked."""
    _assessment, plan = find_plan(site_of(request).store, session.member, wave_id)
    instrument = instrument_of(plan)
    if not any(questionnaire.kind == kind for questionnaire in instrument.questionnaires):
        raise UnknownWave(wave_id)
    html = screen_preview(instrument, kind, 0, stylesheet())
    return HTMLResponse(html, headers={"Content-Security-Policy": PREVIEW_POLICY})


@router.get("/sheet")
def preview_sheet(request: Request, wave_id: WaveId, session: ConsultantSession) -> Response:
    """Show the participant's sheet as the wave would have it."""
    store = site_of(request).store
    assessment_id, plan = find_plan(store, session.member, wave_id)
    asked = asked_units(view_assessment(store, session.member, assessment_id), plan)
    kinds = {one.unit.kind for one in asked if one.unit.kind}
    instrument = instrument_of(plan)
    sheet = planned_sheet(
        plan,
        instrument.only(kinds) if kinds else instrument,
        session.member.organisation,
        partners=any(one.unit.about_id for one in asked),
        shared=any(one.unit.seats for one in asked),
    )
    return respond(sheet_page(sheet, wave_id, is_planned=True))
