"""The clients that somebody works for: choosing one turns the session to it."""

from dataclasses import dataclass
from typing import ClassVar

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.language import gettext as _
from app.usecases.errors import AccessDenied
from app.usecases.members import BadName, clients_of, create_client
from app.usecases.sign_in import Session, work_for
from app.web.ids import OrganisationId
from app.web.layout import respond
from app.web.session import CurrentSession, MemberForm
from app.web.site import site_of
from app.web.workspace import WorkspacePage, go_to

router = APIRouter(prefix="/clients")


@dataclass(frozen=True)
class ClientLine:
    """A client, and what one is there."""

    id: str
    name: str
    role: str


@dataclass(frozen=True, kw_only=True)
class ClientsPage(WorkspacePage):
    """The clients of whoever is signed in."""

    template: ClassVar[str] = "clients/clients.html"
    section: ClassVar[str] = "clients"

    clients: tuple[ClientLine, ...]
    typed: str = ""


@router.get("")
def show_clients(request: Request, session: CurrentSession) -> Response:
    """Show the clients to choose from."""
    return respond(_page(request, session))


def _page(request: Request, session: Session, typed: str = "", problem: str = "") -> ClientsPage:
    found = clients_of(site_of(request).store, session.member.account_id)
    lines = tuple(ClientLine(one.id, one.name, role) for one, role in found)
    return ClientsPage(
        title=_("Clients"), session=session, clients=lines, typed=typed, problem=problem
    )


@router.post("")
def make_client(request: Request, session: CurrentSession, fields: MemberForm) -> Response:
    """Make a client, and turn to it; only whoever runs the installation may."""
    site, name = site_of(request), fields.get("name", "")
    if not session.member.is_operator:
        raise AccessDenied
    try:
        made = create_client(site.store, session.member, name, site.now(), site.chance)
    except BadName as error:
        return respond(_page(request, session, name[:200], str(error)), 422)
    work_for(site.store, session, made)
    return go_to("/assessments")


@router.post("/{organisation_id}/open")
def open_client(
    request: Request, organisation_id: OrganisationId, session: CurrentSession, _fields: MemberForm
) -> Response:
    """Turn the session to a client."""
    work_for(site_of(request).store, session, organisation_id)
    return go_to("/assessments")
