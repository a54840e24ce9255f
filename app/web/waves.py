"""The consultant's page: assessments, their waves, and how many answered so far."""

from dataclasses import dataclass
from typing import ClassVar

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.language import N_, say_date
from app.language import gettext as _
from app.reports.shown import shown_rate
from app.usecases.errors import AccessDenied
from app.usecases.results import AssessmentState, WaveState, list_assessments
from app.web.access import CurrentAccess
from app.web.layout import WebPage, respond
from app.web.site import site_of

router = APIRouter()


@dataclass(frozen=True)
class GroupLine:
    """One group's response in counts; words where the count is below k."""

    name: str
    invited: int
    answered: str
    rate: str


@dataclass(frozen=True)
class WaveView:
    """A wave with the response of its groups."""

    id: str
    number: int
    state: str
    is_closed: bool
    response: str
    groups: tuple[GroupLine, ...]


@dataclass(frozen=True)
class AssessmentView:
    """An assessment and its waves, the latest first."""

    name: str
    waves: tuple[WaveView, ...]


@dataclass(frozen=True, kw_only=True)
class WavesPage(WebPage):
    """All assessments of this installation."""

    template: ClassVar[str] = "waves/waves.html"
    wide: ClassVar[bool] = True

    assessments: tuple[AssessmentView, ...]


@router.get("/waves")
def show_waves(request: Request, access: CurrentAccess) -> Response:
    """Show all waves with their response so far. Who is missing is never shown."""
    if access.wave_id is not None:
        raise AccessDenied
    views = tuple(_assessment(state) for state in list_assessments(site_of(request).store))
    return respond(WavesPage(title=_("Assessments"), assessments=views))


def _assessment(state: AssessmentState) -> AssessmentView:
    return AssessmentView(state.name, tuple(_wave(wave) for wave in reversed(state.waves)))


def _wave(wave: WaveState) -> WaveView:
    groups = tuple(
        GroupLine(
            name=_("Partners of %(group)s", group=group.name) if group.partners else group.name,
            invited=group.invited,
            answered=_("under %(k)s", k=wave.k) if group.answered is None else str(group.answered),
            rate="" if group.answered is None else shown_rate(group.answered, group.invited),
        )
        for group in wave.groups
    )
    hidden = any(group.answered is None and not group.partners for group in wave.groups)
    said = N_("%(answered)s of %(invited)s (%(rate)s)")
    at_least = N_("At least %(answered)s of %(invited)s (%(rate)s)")
    response = _(
        at_least if hidden else said,
        answered=wave.answered,
        invited=wave.invited,
        rate=shown_rate(wave.answered, wave.invited),
    )
    return WaveView(wave.id, wave.number, _when(wave), wave.closed_at is not None, response, groups)


def _when(wave: WaveState) -> str:
    if wave.closed_at is not None:
        return _("closed %(day)s", day=say_date(wave.closed_at.date()))
    if wave.closes_at is not None:
        return _("open until %(day)s", day=say_date(wave.closes_at.date()))
    return _("open since %(day)s", day=say_date(wave.opened_at.date()))
