"""The respondent's way: open the link, pages of questions, send. A GET changes nothing."""

from collections.abc import Mapping
from functools import lru_cache

from fastapi import Request
from fastapi.responses import HTMLResponse, Response
from sqlalchemy.exc import SQLAlchemyError
from starlette.routing import BaseRoute, Route

from app.language import gettext as _
from app.language import speaking
from app.questionnaires.answers import LONGEST_COMMENT
from app.rendering import render
from app.storage.database import in_words
from app.storage.wave_keys import KeysMissing
from app.usecases.ballots import tidy_code
from app.usecases.errors import (
    BallotUsed,
    CommentTooLong,
    NothingAnswered,
    SeatsTaken,
    SurveyOver,
    UnknownCode,
)
from app.usecases.responses import Invited
from app.web.doors import lead_out_of_query, say_cut
from app.web.forms import read_form
from app.web.layout import preferred_language, respond
from app.web.response_pages import (
    AgainPage,
    EntryPage,
    hidden_fields,
    write_questions,
    write_thanks,
    write_welcome,
)
from app.web.security import FORGOTTEN, GONE_BACK_TO, headers_to_go_back
from app.web.short_way import Handler
from app.web.site import site_of
from app.web.survey_form import SurveyForm, read_survey_form, shown_at, whole_number
from app.web.troubles import TROUBLES


@lru_cache
def _entry(language: str) -> str:
    with speaking(language):
        return render(EntryPage(title=_("Open your survey"), language=language))


async def enter_code(request: Request) -> Response:
    """Show where to type a code; a script takes it from the link's fragment by itself."""
    if request.scope["query_string"] and (way := lead_out_of_query(request)):
        return way
    return HTMLResponse(_entry(preferred_language(request)))


async def open_survey(request: Request) -> HTMLResponse:
    """Open the survey with a code. Nothing is recorded, so a mail scanner may do this too."""
    site, fields = site_of(request), await read_form(request)
    code = fields.get("code", "")
    try:
        ballot = await site.desk.open_ballot(code, site.now())
    except UnknownCode:
        page = _unknown_code(preferred_language(request), code)
        return respond(page, 404, headers_to_go_back(fields))
    with speaking(ballot.invited.language):
        return HTMLResponse(
            write_welcome(ballot, tidy_code(code)), headers=headers_to_go_back(fields)
        )


def _unknown_code(language: str, code: str) -> EntryPage:
    with speaking(language):
        problem = say_cut(code) or _(
            "This code is not known. Compare it with your invitation: it has 26 letters and "
            "digits. If it was cut off in your mail, copy the whole link."
        )
        return EntryPage(
            title=_("Open your survey"), language=language, code=code[:200], problem=problem
        )


async def answer_questions(request: Request) -> HTMLResponse:
    """Show a page of questions. The answers so far are in the form; nothing is stored."""
    site, fields = site_of(request), await read_form(request)
    try:
        invited = await site.desk.recall(fields.get("code", ""))
    except SQLAlchemyError as error:
        TROUBLES.note(in_words(error))
        return _again(request, "/s/questions", fields)
    form, unreadable = read_survey_form(fields, invited, site.now())
    number = _page_number(fields, invited)
    with speaking(invited.language):
        if unreadable:
            return _unreadable(request, invited, form, unreadable.item_id)
        return _questions(request, invited, form, number)


async def send_answers(request: Request) -> HTMLResponse:
    """Store the answers, once. Whatever goes wrong, they come back in the form."""
    site, fields = site_of(request), await read_form(request)
    try:
        invited = await site.desk.recall(fields.get("code", ""))
    except SQLAlchemyError as error:
        TROUBLES.note(in_words(error))
        return _again(request, "/s/send", fields)
    form, unreadable = read_survey_form(fields, invited, site.now())
    with speaking(invited.language):
        if unreadable:
            return _unreadable(request, invited, form, unreadable.item_id)
        if form.is_to_be_asked(invited):
            return _questions(request, invited, form, len(invited.questionnaire.pages), ask=True)
        return await _send(request, invited, form)


async def _send(request: Request, invited: Invited, form: SurveyForm) -> HTMLResponse:
    site, last = site_of(request), len(invited.questionnaire.pages)
    try:
        await site.desk.submit_response(invited, form.filled, site.now())
    except NothingAnswered:
        problem = _(
            "Nothing is answered yet. Answer at least one question; the others may stay open."
        )
        return _questions(request, invited, form, last, problem, status=422)
    except CommentTooLong as error:
        problem = _(
            "Your comment has %(length)s characters; shorten it to %(longest)s.",
            length=error.length,
            longest=LONGEST_COMMENT,
        )
        return _questions(request, invited, form, _comment_page(invited), problem, status=422)
    except (BallotUsed, SeatsTaken) as error:
        return _questions(request, invited, form, last, _say_spent(error), status=409)
    except KeysMissing as error:
        TROUBLES.note(str(error))
        problem = _(
            "The survey cannot take answers at this moment. Yours are still here: send them again "
            "later, or tell whoever invited you."
        )
        return _questions(request, invited, form, last, problem, status=503)
    except SQLAlchemyError as error:
        TROUBLES.note(in_words(error))
        problem = _(
            "It is not certain that your answers were stored. They are still here: send them "
            "again; they count once."
        )
        return _questions(request, invited, form, last, problem, status=503)
    # What the browser kept by itself, to go back to, has no use any more.
    headers = None if form.is_kept else FORGOTTEN
    return HTMLResponse(write_thanks(invited, form.code), headers=headers)


def _say_spent(error: SurveyOver) -> str:
    if isinstance(error, SeatsTaken):
        return _(
            "All answers that this code takes were given. Yours are not sent; they are still here. "
            "Ask whoever gave you the code for another one."
        )
    return _(
        "Answers were sent with this link already, and each link counts once. What is on this "
        "page is not sent. If it was not you who sent them, ask whoever invited you."
    )


def _again(request: Request, action: str, fields: Mapping[str, str]) -> HTMLResponse:
    # Without the database nobody knows which wave it is.
    language = preferred_language(request)
    with speaking(language):
        page = AgainPage(
            title=_("Just a moment"),
            language=language,
            action=action,
            fields=hidden_fields(fields.items()),
        )
    return respond(page, 503, headers_to_go_back(fields))


def _page_number(fields: Mapping[str, str], invited: Invited) -> int:
    number = whole_number(fields.get("go", ""))
    return number if number and number <= len(invited.questionnaire.pages) else 1


def _comment_page(invited: Invited) -> int:
    pages = invited.questionnaire.pages
    return next(n for n, page in enumerate(pages, 1) if page.module and page.module.comment)


def _unreadable(request: Request, invited: Invited, form: SurveyForm, item_id: str) -> HTMLResponse:
    """The page with the question whose answer was none of its choices."""
    pages = enumerate(invited.questionnaire.pages, 1)
    number = next(n for n, page in pages if any(i.id == item_id for i in page.all_items))
    problem = _("The answer to %(item)s is not one of the choices on the page.", item=item_id)
    return _questions(request, invited, form, number, problem, status=422)


def _questions(
    request: Request,
    invited: Invited,
    form: SurveyForm,
    number: int,
    problem: str = "",
    *,
    ask: bool = False,
    status: int = 200,
) -> HTMLResponse:
    shown = shown_at(site_of(request).now())
    page = write_questions(invited, form, number, shown, problem, ask=ask)
    return HTMLResponse(page, status, None if form.is_kept else GONE_BACK_TO)


HANDLERS: Mapping[tuple[str, str], Handler] = {
    ("GET", "/s"): enter_code,
    ("POST", "/s"): open_survey,
    ("POST", "/s/questions"): answer_questions,
    ("POST", "/s/send"): send_answers,
}
#: Plain routes: what FastAPI adds to read parameters would cost half as much as the work itself.
ROUTES: list[BaseRoute] = [
    Route(path, handler, methods=[method]) for (method, path), handler in HANDLERS.items()
]
