"""The operations page: queues, troubles, mail server, database, version."""

from dataclasses import dataclass
from typing import ClassVar

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.language import gettext as _
from app.usecases.operations import Operations, check_mail_server, view_operations
from app.usecases.sign_in import Session
from app.usecases.wave_keys import doubts_in_words, key_state, state_in_words
from app.web.layout import respond
from app.web.session import MemberForm, OperatorSession
from app.web.site import site_of
from app.web.workspace import WorkspacePage, go_to, said

router = APIRouter(prefix="/operations")


@dataclass(frozen=True, kw_only=True)
class OperationsPage(WorkspacePage):
    """How the installation does."""

    template: ClassVar[str] = "operations/operations.html"
    section: ClassVar[str] = "operations"

    operations: Operations
    mail_from: str
    public_url: str
    keys: tuple[str, ...]
    now: str


@router.get("")
def show_operations(request: Request, session: OperatorSession) -> Response:
    """Show how the installation does."""
    return respond(_page(request, session))


def _page(request: Request, session: Session, problem: str = "", note: str = "") -> OperationsPage:
    site = site_of(request)
    return OperationsPage(
        title=_("Operations"),
        session=session,
        operations=view_operations(site.store, site.office),
        mail_from=site.office.mail_from,
        public_url=site.public_url,
        keys=(
            *state_in_words(key_state(site.store)),
            *doubts_in_words(site.store.wave_keys.folder, site.data),
        ),
        problem=problem,
        note=note or said(request),
        now=f"{site.now():%Y-%m-%d %H:%M} UTC",
    )


@router.post("/clock")
def confirm_clock(request: Request, session: OperatorSession, _fields: MemberForm) -> Response:
    """Take the time of the server as right: what waited for it goes on."""
    office = site_of(request).office
    if office.clock is not None:
        office.clock.confirm(session.member.who)
    return go_to("/operations", "clock")


@router.post("/mail")
def check_mail(request: Request, session: OperatorSession, _fields: MemberForm) -> Response:
    """Talk to the mail server, without sending anything."""
    works, said = check_mail_server(site_of(request).office)
    if works:
        return respond(
            _page(request, session, note=_("The mail server answers: %(said)s", said=said))
        )
    return respond(_page(request, session, said))
