"""One table: what each error of the domain says to a person, and its HTTP status."""

import logging
from dataclasses import dataclass
from typing import ClassVar

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from sqlalchemy.exc import SQLAlchemyError
from starlette.exceptions import HTTPException
from starlette.middleware import body_limit
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.language import ENGLISH, N_, speaking
from app.language import gettext as _
from app.reports.pdf import ReportFailed
from app.usecases import errors
from app.usecases.advice import LineGone, UnknownTopic
from app.web.forms import UnreadableForm
from app.web.layout import WebPage, preferred_language, respond

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Explanation:
    """A status with what happened and what to do next; `own` adds the error's own text."""

    status: int
    title: str
    text: str
    own: bool = False


TABLE: dict[type[Exception], Explanation] = {
    errors.UnknownCode: Explanation(
        404,
        N_("This link is not known"),
        N_(
            "Compare it with your invitation; part of it may be missing. You can also type the "
            "code."
        ),
    ),
    errors.BallotUsed: Explanation(
        409,
        N_("Answers were sent with this link already"),
        N_(
            "Each link counts once, and what was sent is safely stored. There is nothing left "
            "to do."
        ),
    ),
    errors.WaveClosed: Explanation(
        410,
        N_("This survey is closed"),
        N_(
            "Answers can no longer be sent. The results go to the people named in your invitation; "
            "they show groups, never single persons."
        ),
    ),
    errors.AccessDenied: Explanation(
        403,
        N_("This page needs a key"),
        N_("Open it with the link you were given, or type the key at “Sign in”."),
    ),
    errors.UnknownWave: Explanation(404, N_("There is no such wave"), "", own=True),
    errors.UnknownUnit: Explanation(404, N_("There is no such group"), "", own=True),
    LineGone: Explanation(409, N_("That line is gone"), "", own=True),
    UnknownTopic: Explanation(404, N_("There is no such project"), "", own=True),
    errors.NoReleaseYet: Explanation(
        409,
        N_("No results yet"),
        N_(
            "Results exist only after the wave is closed, all at once, so that nobody can watch "
            "single answers arrive."
        ),
    ),
    errors.SubtractionPossible: Explanation(409, N_("These figures cannot be shown"), "", own=True),
    ReportFailed: Explanation(503, N_("The report cannot be made here"), "", own=True),
    UnreadableForm: Explanation(
        400, N_("The form could not be read"), N_("Go back, reload the page and send it again.")
    ),
    RequestValidationError: Explanation(
        404, N_("There is no such page"), N_("Check the address, or use your own link.")
    ),
    SQLAlchemyError: Explanation(
        503,
        N_("Just a moment"),
        N_("The database does not answer. Nothing you entered was stored or lost; try again soon."),
    ),
}

#: How Starlette tells its own layers that a body was too large, and answered for.
_ANSWERED_ELSEWHERE = tuple(
    kind
    for kind in vars(body_limit).values()
    if isinstance(kind, type)
    and issubclass(kind, Exception)
    and kind.__module__ == body_limit.__name__
)

BY_STATUS = {
    404: Explanation(
        404, N_("There is no such page"), N_("Check the address, or use your own link.")
    ),
    405: Explanation(
        405, N_("This page cannot be used that way"), N_("Start again from your link.")
    ),
    413: Explanation(
        413, N_("That is too much"), N_("The form is larger than any of our pages sends.")
    ),
}
UNEXPECTED = Explanation(
    500,
    N_("Something went wrong on our side"),
    N_("It was noted without your answers. Try again soon."),
)


@dataclass(frozen=True, kw_only=True)
class ErrorPage(WebPage):
    """What happened, and what to do next."""

    template: ClassVar[str] = "errors/error.html"

    text: str
    detail: str = ""


def add_error_pages(app: FastAPI) -> None:
    """Give every error of the table its page, and all others a page that tells nothing."""
    for kind in TABLE:
        app.add_exception_handler(kind, _explain)
    app.add_exception_handler(HTTPException, _by_status)
    app.add_exception_handler(ClientDisconnect, _gone)


async def _explain(request: Request, error: Exception) -> Response:
    explanation = next(TABLE[kind] for kind in type(error).__mro__ if kind in TABLE)
    language = getattr(error, "language", "") or preferred_language(request)
    return _page(explanation, str(error) if explanation.own else "", language)


async def _by_status(_request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    other = Explanation(status, "That did not work", "Start again from the link you were given.")
    return _page(BY_STATUS.get(status, other))


class ErrorsAnswered:
    """ASGI middleware: whatever nobody expected gets its page here, inside all other layers.

    Starlette's own handler stands outside of them: its answer has none of our headers, and the
    server then logs a traceback, which can quote what somebody entered.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on; answer for it if that fails before anything was answered."""
        started = False

        async def note(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            await self._app(scope, receive, note)
        except Exception as error:
            if started or scope["type"] != "http" or isinstance(error, _ANSWERED_ELSEWHERE):
                raise
            await (await _unexpected(Request(scope), error))(scope, receive, send)


async def _gone(_request: Request, _error: Exception) -> Response:
    # A phone that lost its connection: nobody is there to read an answer.
    return Response(status_code=400)


async def _unexpected(_request: Request, error: Exception) -> Response:
    # The type and the place, never the message: it could quote a token or an answer.
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    place = f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}" if trace else "?"
    log.error("unexpected %s at %s", type(error).__name__, place)
    return _page(UNEXPECTED)


def _page(explanation: Explanation, detail: str = "", language: str = ENGLISH) -> Response:
    with speaking(language):
        title, text = _(explanation.title), _(explanation.text) if explanation.text else ""
    page = ErrorPage(title=title, text=text, detail=detail, language=language)
    return respond(page, explanation.status)
