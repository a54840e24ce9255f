"""What the pages of the workspace share: who is signed in, and the token of their forms."""

from dataclasses import dataclass
from typing import ClassVar

from fastapi import Request
from fastapi.responses import RedirectResponse, Response

from app.language import N_
from app.language import gettext as _
from app.usecases.sign_in import Session
from app.web.layout import FORM_STYLES, WebPage
from app.web.session import form_token


@dataclass(frozen=True, kw_only=True)
class WorkspacePage(WebPage):
    """Base of all pages behind a sign-in. `problem` is what was wrong with a form."""

    styles: ClassVar[tuple[str, ...]] = FORM_STYLES
    section: ClassVar[str] = "assessments"

    session: Session
    problem: str = ""
    #: What was done just now.
    note: str = ""

    @property
    def token(self) -> str:
        """What every form of this page carries."""
        return form_token(self.session)


#: What was done just now, by the word that the address of the next page carries.
NOTES = {
    "kept": N_("The plan is saved."),
    "tested": N_("The plan is saved, and a test mail is on its way to you."),
    "unready": N_("The plan is saved. What is marked “Must” stands against the launch."),
    "moved": N_("The plan was changed meanwhile. This is what it says now."),
    "launched": N_("The wave is launched."),
    "reminding": N_("The reminder is on its way."),
    "extended": N_("The last day is changed."),
    "closing": N_("The wave is being closed."),
    "again": N_("What was refused is sent again."),
    "imported": N_("The roster is imported."),
    "corrected": N_("The address is corrected, and the invitation is on its way."),
    "invited": N_("The invitation is on its way."),
    "removed": N_("The assessment is removed, with its groups and people."),
    "changed": N_("The change is made."),
    "password": N_("The new password is set, and all other sessions have ended."),
    "clock": N_("The time of the server is taken as right; what waited for it goes on."),
    "day": N_("The day of erasure is set."),
}


def go_to(path: str, done: str = "") -> Response:
    """Lead the browser to another page after a form, so that a reload or “Back” repeats nothing.

    `done` is one of NOTES, which the next page says.
    """
    return RedirectResponse(f"{path}?done={done}" if done else path, status_code=303)


def said(request: Request) -> str:
    """Return what the page has to say about what was done just now."""
    note = NOTES.get(request.query_params.get("done", ""), "")
    return _(note) if note else ""
