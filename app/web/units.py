"""Groups typed in: a form for each, and what happens to one that is too small."""

from dataclasses import dataclass
from typing import ClassVar

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.advice.topics import STEPS
from app.language import gettext as _
from app.questionnaires.loader import load_instrument
from app.scoring.rules import K_FLOOR
from app.usecases.assessments import UnitState, WaveRunning, view_assessment
from app.usecases.errors import UnknownUnit
from app.usecases.members import BadName
from app.usecases.sign_in import Session
from app.usecases.units import (
    UnitForm,
    UnitRefused,
    merge_unit,
    people_in,
    remove_unit,
    save_unit,
    set_route,
)
from app.web.assessments import kind_titles
from app.web.forms import LARGE_FORM
from app.web.ids import AssessmentId, UnitId
from app.web.layout import respond
from app.web.session import ConsultantSession, MemberForm
from app.web.site import site_of
from app.web.workspace import WorkspacePage, go_to

router = APIRouter(prefix="/assessments/{assessment_id}/units")


@dataclass(frozen=True, kw_only=True)
class UnitPage(WorkspacePage):
    """A group, to be typed in or changed."""

    template: ClassVar[str] = "units/unit.html"

    assessment_id: str
    assessment: str
    unit_id: str
    form: UnitForm
    others: tuple[UnitState, ...]
    kinds: dict[str, str]
    steps: tuple[str, ...] = STEPS
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class RoutePage(WorkspacePage):
    """What can happen to a group that is too small to be shown, and what each way means."""

    template: ClassVar[str] = "units/route.html"

    assessment_id: str
    one: UnitState
    neighbours: tuple[UnitState, ...]
    k: int = K_FLOOR


@router.get("/new")
def show_new_unit(
    request: Request, assessment_id: AssessmentId, session: ConsultantSession
) -> Response:
    """Show the form for a new group."""
    return respond(_page(request, session, assessment_id, "", UnitForm("")))


@router.get("/{unit_id}")
def show_unit(
    request: Request, assessment_id: AssessmentId, unit_id: UnitId, session: ConsultantSession
) -> Response:
    """Show a group as it is."""
    view = view_assessment(site_of(request).store, session.member, assessment_id)
    found = _find(view.units, unit_id)
    unit = found.unit
    form = UnitForm(
        name=unit.name,
        parent=unit.parent_id or "",
        kind=unit.kind or "",
        about=unit.about_id or "",
        place=unit.places or "",
        head=unit.head_name or "",
        head_email=unit.head_email or "",
        expected=str(unit.expected or ""),
        seats=str(unit.seats or ""),
        people=people_in(site_of(request).store, session.member, assessment_id, unit_id),
    )
    return respond(_page(request, session, assessment_id, unit_id, form))


def _find(units: tuple[UnitState, ...], unit_id: str) -> UnitState:
    for one in units:
        if one.unit.id == unit_id:
            return one
    raise UnknownUnit("There is no such group in this assessment.")


def _page(
    request: Request,
    session: Session,
    assessment_id: str,
    unit_id: str,
    form: UnitForm,
    problems: tuple[str, ...] = (),
) -> UnitPage:
    view = view_assessment(site_of(request).store, session.member, assessment_id)
    return UnitPage(
        title=form.name or _("New group"),
        session=session,
        assessment_id=assessment_id,
        assessment=view.name,
        unit_id=unit_id,
        form=form,
        others=tuple(one for one in view.units if one.unit.id != unit_id),
        kinds=kind_titles(),
        problems=problems,
    )


@router.post("/new", max_body_size=LARGE_FORM)
def add_unit(
    request: Request, assessment_id: AssessmentId, session: ConsultantSession, fields: MemberForm
) -> Response:
    """Add a group."""
    return _save(request, session, assessment_id, "", fields)


@router.post("/{unit_id}", max_body_size=LARGE_FORM)
def change_unit(
    request: Request,
    assessment_id: AssessmentId,
    unit_id: UnitId,
    session: ConsultantSession,
    fields: MemberForm,
) -> Response:
    """Change a group, or remove it."""
    site = site_of(request)
    if fields.get("action") == "remove":
        try:
            remove_unit(site.store, session.member, assessment_id, unit_id, site.now())
        except WaveRunning as error:
            page = _page(request, session, assessment_id, unit_id, _typed(fields), (str(error),))
            return respond(page, 409)
        return go_to(f"/assessments/{assessment_id}", "changed")
    return _save(request, session, assessment_id, unit_id, fields)


def _typed(fields: dict[str, str]) -> UnitForm:
    names = ("name", "parent", "kind", "about", "head", "head_email", "expected", "seats", "people")
    place = " ".join(step for step in STEPS if fields.get(f"place-{step}"))
    return UnitForm(**{name: fields.get(name, "") for name in names}, place=place)


def _save(
    request: Request, session: Session, assessment_id: str, unit_id: str, fields: dict[str, str]
) -> Response:
    site, form = site_of(request), _typed(fields)
    mirrors = {q.kind: q.mirror for q in load_instrument().questionnaires}
    try:
        save_unit(
            site.store,
            session.member,
            assessment_id,
            unit_id or None,
            form,
            mirrors,
            site.now(),
            site.chance,
        )
    except (UnitRefused, BadName, WaveRunning) as error:
        status = 409 if isinstance(error, WaveRunning) else 422
        problems = tuple(str(error).splitlines())
        return respond(_page(request, session, assessment_id, unit_id, form, problems), status)
    return go_to(f"/assessments/{assessment_id}", "changed")


@router.get("/{unit_id}/route")
def show_route(
    request: Request, assessment_id: AssessmentId, unit_id: UnitId, session: ConsultantSession
) -> Response:
    """Show what can happen to a small group."""
    return respond(_route(request, session, assessment_id, unit_id))


def _route(
    request: Request, session: Session, assessment_id: str, unit_id: str, problem: str = ""
) -> RoutePage:
    view = view_assessment(site_of(request).store, session.member, assessment_id)
    one = _find(view.units, unit_id)
    neighbours = [
        other
        for other in view.units
        if other.is_group and not other.unit.about_id and other.unit.id != unit_id
    ]
    # Those beside it come first.
    neighbours.sort(key=lambda other: other.unit.parent_id != one.unit.parent_id)
    return RoutePage(
        title=_("%(name)s is small", name=one.unit.name),
        session=session,
        assessment_id=assessment_id,
        one=one,
        neighbours=tuple(neighbours),
        problem=problem,
    )


@router.post("/{unit_id}/route")
def take_route(
    request: Request,
    assessment_id: AssessmentId,
    unit_id: UnitId,
    session: ConsultantSession,
    fields: MemberForm,
) -> Response:
    """Take a way for a small group."""
    site, route, into = site_of(request), fields.get("route", ""), fields.get("into", "")
    try:
        if route == "merge":
            merge_unit(site.store, session.member, assessment_id, unit_id, into, site.now())
        else:
            set_route(site.store, session.member, assessment_id, unit_id, route, site.now())
    except (UnitRefused, UnknownUnit):
        problem = _("Choose the group whose questions its people will answer.")
        return respond(_route(request, session, assessment_id, unit_id, problem), 422)
    except WaveRunning as error:
        return respond(_route(request, session, assessment_id, unit_id, str(error)), 409)
    return go_to(f"/assessments/{assessment_id}", "changed")
