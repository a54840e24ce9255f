"""The scope of a Lean project: choose topic, reach and groups; change what the advice says."""

from collections.abc import Mapping
from dataclasses import dataclass
from random import SystemRandom
from types import MappingProxyType
from typing import Annotated, ClassVar
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse, Response

from app.advice.scope import groups_of
from app.language import gettext as _
from app.language import speaking
from app.maturity import LEVELS
from app.reports.lines import ADDED
from app.reports.scope import AnswerView, ScopePages, answer_view
from app.usecases.access import Access
from app.usecases.advice import (
    LONGEST_LINE,
    LineGone,
    LineRefused,
    Question,
    add_line,
    advise,
    edit_added,
    edit_line,
    first_question,
    lines_of,
    restore_line,
    topics_of,
)
from app.usecases.errors import AccessDenied
from app.usecases.ledger import Channel
from app.usecases.members import Member
from app.usecases.results import Results, report_of, view_results
from app.web.ids import WaveId
from app.web.layout import FORM_STYLES, WebPage, respond
from app.web.session import CurrentAccess, current_session, member_form
from app.web.site import Site, site_of
from app.web.survey_form import whole_number

router = APIRouter(prefix="/waves/{wave_id}")
_chance = SystemRandom()
MOST_UNITS = 500


@dataclass(frozen=True)
class Choice:
    """Something to choose in the form."""

    value: str
    text: str
    chosen: bool


@dataclass(frozen=True, kw_only=True)
class ScopePage(WebPage):
    """A question answered, and below it the whole portfolio."""

    template: ClassVar[str] = "scope/scope.html"
    styles: ClassVar[tuple[str, ...]] = FORM_STYLES
    wide: ClassVar[bool] = True
    section: ClassVar[str] = "assessments"

    wave_id: str
    organisation: str
    topics: tuple[Choice, ...]
    reaches: tuple[Choice, ...]
    units: tuple[Choice, ...]
    answer: AnswerView
    pages: ScopePages
    #: Who is signed in; None for a reader with a link.
    member: Member | None
    is_consultant: bool
    question: Question
    #: What every form of this page carries; empty for a reader without an account.
    token: str = ""
    #: Words that were refused, and the line that they were for.
    typed_key: str = ""
    typed: str = ""
    problem: str = ""
    longest_line: int = LONGEST_LINE


@router.get("/scope")
def show_scope(
    request: Request,
    wave_id: WaveId,
    access: CurrentAccess,
    topic: str = "",
    reach: str = "",
    unit: Annotated[list[str], Query()] = [],  # noqa: B006 - FastAPI copies it
    chosen: str = "",
) -> Response:
    """Answer the question in the address; without one, show what is ranked first."""
    results = view_results(site_of(request).store, wave_id, Channel.SCREEN)
    asked = first_question(results.release)
    if topic:
        # Without the mark of the form, none named means those who usually take part.
        units = tuple(unit[:MOST_UNITS]) if unit or chosen else None
        asked = Question(topic[:60], whole_number(reach) or 0, units)
    return respond(_page(results, access, asked))


def _page(
    results: Results,
    access: Access,
    asked: Question,
    typed: Mapping[str, str] = MappingProxyType({}),
    problem: str = "",
) -> ScopePage:
    release, report = results.release, report_of(results)
    fit = advise(release, asked)
    chosen = {one.unit.id for one in fit.fits}
    with speaking(release.language):
        return ScopePage(
            title=_("Scope of a Lean project at %(name)s", name=results.organisation),
            language=release.language,
            wave_id=results.wave_id,
            organisation=results.organisation,
            topics=tuple(
                Choice(one.id, one.title, one.id == asked.topic) for one in topics_of(release)
            ),
            reaches=tuple(
                Choice(str(int(level)), fit.topic.at(level).stream, level == fit.reach)
                for level in LEVELS
            ),
            units=tuple(Choice(one.id, one.name, one.id in chosen) for one in groups_of(release)),
            answer=answer_view(fit, results.edits),
            pages=report.scope,
            member=access.member,
            is_consultant=access.may_change,
            question=Question(asked.topic, asked.reach, tuple(sorted(chosen))),
            token=access.form_token,
            typed_key=typed.get("key", ""),
            typed=typed.get("text", ""),
            problem=problem,
        )


@router.post("/scope/lines")
async def change_line(request: Request, wave_id: WaveId, access: CurrentAccess) -> Response:
    """Change, drop, restore or add a line of advice; only a consultant may."""
    member = access.member
    if member is None or not member.may_change:
        raise AccessDenied
    session = await run_in_threadpool(current_session, request)
    fields = await member_form(request, session)
    return await run_in_threadpool(_change, request, wave_id, access, member, fields)


def _change(
    request: Request, wave_id: str, access: Access, member: Member, fields: dict[str, str]
) -> Response:
    site = site_of(request)
    results = view_results(site.store, wave_id, Channel.SCREEN)
    units = tuple(filter(None, fields.get("units", "").split(",")))
    asked = Question(fields.get("topic", ""), whole_number(fields.get("reach", "")) or 0, units)
    try:
        _apply(site, results, asked, fields, member)
    except (LineRefused, LineGone) as error:
        gone = isinstance(error, LineGone)
        # The words for a line that is gone may become one of one's own.
        typed = fields | {"key": ""} if gone else fields
        return respond(_page(results, access, asked, typed, str(error)), 409 if gone else 422)
    query = urlencode(
        [
            ("topic", asked.topic),
            ("reach", asked.reach),
            ("chosen", 1),
            *(("unit", unit) for unit in units),
        ]
    )
    return RedirectResponse(f"/waves/{wave_id}/scope?{query}", status_code=303)


def _apply(
    site: Site, results: Results, asked: Question, fields: dict[str, str], member: Member
) -> None:
    key, action = fields.get("key", ""), fields.get("action", "")
    text = fields.get("text", "")
    wave_id, now = results.wave_id, site.now()
    lines = lines_of(results.release, asked)
    if action == "add":
        add_line(site.store, member, wave_id, text, now, _chance)
    elif key in results.edits and key.startswith(ADDED) and action in ("save", "drop"):
        edit_added(site.store, member, wave_id, key, text if action == "save" else None, now)
    elif action == "restore" and (key in lines or key in results.edits):
        restore_line(site.store, member, wave_id, key, now)
    elif action == "save" and key in lines:
        edit_line(site.store, member, wave_id, lines[key], text, now)
    elif action == "drop" and key in lines:
        edit_line(site.store, member, wave_id, lines[key], None, now)
    else:
        raise LineGone
