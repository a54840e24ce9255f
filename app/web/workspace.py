"""What the pages of the workspace share: who is signed in, and the token of their forms."""

from dataclasses import dataclass, field

from fastapi.responses import RedirectResponse, Response

from app.usecases.sign_in import Session
from app.web.layout import WebPage
from app.web.session import form_token


@dataclass(frozen=True, kw_only=True)
class WorkspacePage(WebPage):
    """Base of all pages behind a sign-in. `problem` is what was wrong with a form."""

    session: Session
    problem: str = ""
    #: What was done just now.
    note: str = ""

    @property
    def token(self) -> str:
        """What every form of this page carries."""
        return form_token(self.session)


@dataclass(frozen=True)
class Typed:
    """What somebody typed into a form, to be shown again when it was refused."""

    fields: dict[str, str] = field(default_factory=dict)

    def __getitem__(self, name: str) -> str:
        return self.fields.get(name, "")


def go_to(path: str) -> Response:
    """Lead the browser to another page after a form, so that a reload repeats nothing."""
    return RedirectResponse(path, status_code=303)
