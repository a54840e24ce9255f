"""Gives a form back that could not be taken: its fields by their labels, to be sent once more."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from fastapi import Request
from fastapi.concurrency import run_in_threadpool
from sqlalchemy.exc import SQLAlchemyError

from app.language import N_
from app.language import gettext as _
from app.usecases.errors import SiloscopeError
from app.usecases.sign_in import Session
from app.web.assets import asset_url
from app.web.forms import UnreadableForm, read_form
from app.web.layout import FORM_STYLES, WebPage
from app.web.session import SESSION, ForeignForm, check_origin, cookie, current_session, form_token

#: Where people type at length.
_WORK = ("/assessments", "/waves")
#: What a form holds only for the moment in which it was made, or to be sure of a deed.
_LEFT_OUT = ("token", "typed", "sure")
#: Deeds of a form that are done again at a press; others need the form's own page.
_DEEDS = ("save", "add", "")

#: What people type, by field; what they choose goes back unseen.
_LABELS = {
    "name": N_("Name"),
    "people": N_("People"),
    "head": N_("Head"),
    "head_email": N_("Address of the head"),
    "expected": N_("Head count"),
    "seats": N_("Answers by shared code"),
    "sender": N_("Signed by"),
    "contact": N_("Questions go to"),
    "closes": N_("Last day"),
    "zone": N_("Time zone"),
    "reminders": N_("Reminders, in days after the launch"),
    "retention": N_("Erase everything, in days after the close"),
    "invitation-subject": N_("Subject of the invitation"),
    "invitation-text": N_("Text of the invitation"),
    "reminder-subject": N_("Subject of the reminder"),
    "reminder-text": N_("Text of the reminder"),
    "old": N_("Address that does not work"),
    "new": N_("Right address"),
    "label": N_("Reader"),
    "days": N_("Ends after days"),
    "text": N_("Your words"),
}
_HEAD_OF = re.compile(r"head-[0-9a-f]+")
_CELL = re.compile(r"(\d{1,8})-(.+)")


@dataclass(frozen=True)
class FieldBack:
    """A field of a form that is given back; without a label nobody sees it."""

    name: str
    value: str
    label: str

    @property
    def is_long(self) -> bool:
        """Return whether the field has several lines."""
        return self.name in ("people", "text") or self.name.endswith("-text") or "\n" in self.value


@dataclass(frozen=True, kw_only=True)
class ErrorPage(WebPage):
    """What happened, and what to do next."""

    template: ClassVar[str] = "errors/error.html"
    scripts: ClassVar[tuple[str, ...]] = ("entry.js",)

    text: str
    detail: str = ""
    #: Who is signed in, if anybody is.
    session: Session | None = None

    @property
    def style_urls(self) -> list[str]:
        """Addresses of the stylesheets; those of the menu where there is one."""
        return [asset_url(name) for name in (FORM_STYLES if self.session else self.styles)]


@dataclass(frozen=True, kw_only=True)
class GivenBackPage(ErrorPage):
    """The same above the form that could not be taken."""

    template: ClassVar[str] = "errors/given_back.html"
    styles: ClassVar[tuple[str, ...]] = FORM_STYLES
    section: ClassVar[str] = "assessments"

    fields: tuple[FieldBack, ...]
    path: str

    @property
    def token(self) -> str:
        """What every form of the session carries; empty while nobody is signed in."""
        return form_token(self.session) if self.session else ""


async def fields_back(request: Request) -> tuple[FieldBack, ...]:
    """Return the fields of a form of the workspace into which somebody typed; else nothing.

    Nothing of what another site sends.
    """
    if request.method != "POST" or not request.url.path.startswith(_WORK):
        return ()
    try:
        check_origin(request)
        fields = await read_form(request)
    except (ForeignForm, UnreadableForm, RuntimeError):  # the last: it was read as an upload
        return ()
    if fields.get("action", "") not in _DEEDS:
        fields.pop("action")
    return _labelled(fields)


def _labelled(fields: Mapping[str, str]) -> tuple[FieldBack, ...]:
    found = tuple(
        FieldBack(name, value, _label(name))
        for name, value in fields.items()
        if name not in _LEFT_OUT
    )
    typed = any(one.label and one.value.strip() for one in found)
    return found if typed else ()


def _label(name: str) -> str:
    if name in _LABELS:
        return _(_LABELS[name])
    if _HEAD_OF.fullmatch(name):
        return _("Head")
    if cell := _CELL.fullmatch(name):
        return _("Line %(line)s: %(column)s", line=cell[1], column=cell[2])
    return ""


async def session_of(request: Request) -> Session | None:
    """Return the session of a request, if there is one; an error page asks nobody to sign in."""
    if not cookie(request, SESSION):
        return None
    try:
        return await run_in_threadpool(current_session, request)
    except (SiloscopeError, SQLAlchemyError):
        return None
