"""Answers what went wrong with its page; what each error says is in `explanations`."""

import errno
import logging
from collections.abc import Awaitable, Callable
from functools import lru_cache

from fastapi import FastAPI, Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy.exc import SQLAlchemyError
from starlette.exceptions import HTTPException
from starlette.middleware import body_limit
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.language import ENGLISH, speaking
from app.language import gettext as _
from app.storage.database import in_words, is_full
from app.storage.wave_keys import KeysMissing
from app.usecases.errors import NotSignedIn
from app.usecases.sign_in import Session
from app.web.doors import lead_on
from app.web.explanations import (
    BY_STATUS,
    DATABASE_AWAY,
    FIRST,
    KEYS_MISSING,
    SIGNED_OUT,
    TABLE,
    UNEXPECTED,
    UNWRITABLE,
    Explanation,
)
from app.web.given_back import ErrorPage, GivenBackPage, fields_back, session_of
from app.web.layout import preferred_language, respond
from app.web.troubles import TROUBLES

log = logging.getLogger(__name__)

TOO_LARGE = 413
#: What a disk or a folder says that cannot be used; other faults of files are our own.
_NO_ROOM = {
    errno.ENOSPC,
    errno.EDQUOT,
    errno.EROFS,
    errno.EACCES,
    errno.EPERM,
    errno.EIO,
    errno.EMFILE,
}

ErrorHandler = Callable[[Request, Exception], Awaitable[Response]]


#: How Starlette tells its own layers that a body was too large, and answered for.
_ANSWERED_ELSEWHERE = tuple(
    kind
    for kind in vars(body_limit).values()
    if isinstance(kind, type)
    and issubclass(kind, Exception)
    and kind.__module__ == body_limit.__name__
)


def add_error_pages(app: FastAPI) -> None:
    """Give every error of the table its page, and all others a page that tells nothing."""
    for kind, handler in _handlers().items():
        app.add_exception_handler(kind, handler)


async def answer_error(request: Request, error: Exception) -> Response:
    """Return the answer to an error as the application with these pages gives it."""
    known = _handlers()
    handler = next((known[kind] for kind in type(error).__mro__ if kind in known), _unexpected)
    return await handler(request, error)


@lru_cache
def _handlers() -> dict[type[Exception], ErrorHandler]:
    handlers: dict[type[Exception], ErrorHandler] = dict.fromkeys(TABLE, _explain)
    handlers |= dict.fromkeys(FIRST, _lead)
    return handlers | {
        HTTPException: _by_status,
        ClientDisconnect: _gone,
        OSError: _unwritable,
        SQLAlchemyError: _database_away,
        KeysMissing: _keys_missing,
    }


async def _explain(request: Request, error: Exception) -> Response:
    explanation = next(TABLE[kind] for kind in type(error).__mro__ if kind in TABLE)
    language = getattr(error, "language", "") or preferred_language(request)
    detail = str(error) if explanation.own else ""
    session = await session_of(request)
    return await _given_back(request, explanation, session, detail, language)


async def _database_away(request: Request, error: Exception) -> Response:
    if not isinstance(error, SQLAlchemyError):
        return await _unexpected(request, error)
    TROUBLES.note(in_words(error))
    told = UNWRITABLE if is_full(error) else DATABASE_AWAY
    return await _given_back(request, told, language=preferred_language(request))


async def _keys_missing(request: Request, error: Exception) -> Response:
    TROUBLES.note(str(error))
    return await _given_back(request, KEYS_MISSING, language=preferred_language(request))


async def _lead(request: Request, error: Exception) -> Response:
    if isinstance(error, NotSignedIn) and await fields_back(request):
        return await _given_back(request, SIGNED_OUT)
    return RedirectResponse(FIRST[type(error)], status_code=303)


async def _given_back(
    request: Request,
    explanation: Explanation,
    session: Session | None = None,
    detail: str = "",
    language: str = ENGLISH,
) -> Response:
    """Answer with the form that could not be taken, if one was typed into."""
    fields = await fields_back(request)
    if not fields:
        return _page(explanation, detail, language, session)
    title, text = _in_words(explanation, language)
    page = GivenBackPage(
        title=title,
        text=text,
        detail=detail,
        language=language,
        session=session,
        fields=fields,
        path=request.url.path,
    )
    return respond(page, explanation.status)


async def _by_status(request: Request, error: Exception) -> Response:
    if way := lead_on(request):
        return way
    status = error.status_code if isinstance(error, HTTPException) else 500
    other = Explanation(status, "That did not work", "Start again from the link you were given.")
    return _page(BY_STATUS.get(status, other), session=await session_of(request))


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


class TooLargeExplained:
    """ASGI middleware: where the framework refuses a body in words of its own, ours take over."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and put our page in place of a bare 413."""
        explained = False

        async def explain(message: Message) -> None:
            nonlocal explained
            if message["type"] == "http.response.start" and message["status"] == TOO_LARGE:
                kind = dict(message["headers"]).get(b"content-type", b"")
                if not kind.startswith(b"text/html"):
                    explained = True
                    await _page(BY_STATUS[TOO_LARGE])(scope, receive, send)
            if not explained:
                await send(message)

        await self._app(scope, receive, explain)


async def _gone(_request: Request, _error: Exception) -> Response:
    # A phone that lost its connection: nobody is there to read an answer.
    return Response(status_code=400)


async def _unwritable(request: Request, error: Exception) -> Response:
    if getattr(error, "errno", None) not in _NO_ROOM:
        return await _unexpected(request, error)
    TROUBLES.note(f"a file cannot be used: {getattr(error, 'strerror', '')}")
    return await _given_back(request, UNWRITABLE, language=preferred_language(request))


async def _unexpected(_request: Request, error: Exception) -> Response:
    # The type and the place, never the message: it could quote a token or an answer.
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    place = f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}" if trace else "?"
    log.error("unexpected %s at %s", type(error).__name__, place)
    return _page(UNEXPECTED)


def _page(
    explanation: Explanation,
    detail: str = "",
    language: str = ENGLISH,
    session: Session | None = None,
) -> Response:
    title, text = _in_words(explanation, language)
    page = ErrorPage(title=title, text=text, detail=detail, language=language, session=session)
    return respond(page, explanation.status)


def _in_words(explanation: Explanation, language: str) -> tuple[str, str]:
    with speaking(language):
        return _(explanation.title), _(explanation.text) if explanation.text else ""
