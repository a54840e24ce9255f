"""Who else works for the client: inviting, changing, removing members."""

from dataclasses import dataclass
from typing import ClassVar

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.language import gettext as _
from app.usecases.accounts import BadAddress, NotConfirmed
from app.usecases.members import (
    LastOwner,
    MemberLine,
    Role,
    change_member,
    invite_member,
    list_members,
)
from app.usecases.sign_in import Session
from app.web.ids import AccountId
from app.web.layout import respond
from app.web.session import MemberForm, OwnerSession
from app.web.site import site_of
from app.web.workspace import WorkspacePage, go_to, said

router = APIRouter(prefix="/members")


@dataclass(frozen=True, kw_only=True)
class MembersPage(WorkspacePage):
    """The members of the client, and where another one is invited."""

    template: ClassVar[str] = "members/members.html"
    section: ClassVar[str] = "members"

    members: tuple[MemberLine, ...]
    typed: str = ""
    #: A link to hand over where no mail leaves.
    link: str = ""


@router.get("")
def show_members(request: Request, session: OwnerSession) -> Response:
    """Show who works for the client."""
    return respond(_page(request, session))


def _page(
    request: Request,
    session: Session,
    problem: str = "",
    typed: str = "",
    note: str = "",
    link: str = "",
) -> MembersPage:
    return MembersPage(
        title=_("Members"),
        session=session,
        members=list_members(site_of(request).store, session.member),
        problem=problem,
        typed=typed,
        note=note or said(request),
        link=link,
    )


@router.post("")
def invite(request: Request, session: OwnerSession, fields: MemberForm) -> Response:
    """Invite somebody by mail; without a mail server the link is shown."""
    site, email = site_of(request), fields.get("email", "")
    role = _role(fields) or Role.VIEWER
    try:
        code = invite_member(
            site.store,
            session.member,
            email,
            role,
            site.now(),
            site.chance,
            has_mail=site.has_mail,
        )
    except (BadAddress, LastOwner, NotConfirmed) as error:
        return respond(_page(request, session, str(error), email[:254]), 422)
    if code:
        note = _("No mail leaves this installation. Hand this link over yourself; it works once:")
        link = f"{site.public_url}/join#{code}"
        return respond(_page(request, session, note=note, link=link))
    return go_to("/members", "invited")


@router.post("/{account_id}")
def change(
    request: Request, account_id: AccountId, session: OwnerSession, fields: MemberForm
) -> Response:
    """Change what a member may do, or remove them."""
    site = site_of(request)
    try:
        change_member(site.store, session.member, account_id, _role(fields), site.now())
    except LastOwner as error:
        return respond(_page(request, session, str(error)), 422)
    return go_to("/members", "changed")


def _role(fields: dict[str, str]) -> Role | None:
    try:
        return Role(fields.get("role", ""))
    except ValueError:
        return None
