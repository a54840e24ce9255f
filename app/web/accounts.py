"""One's own account: password, second factor, sessions."""

from dataclasses import dataclass
from typing import Annotated, ClassVar

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from app.language import gettext as _
from app.usecases.accounts import (
    change_password,
)
from app.usecases.passwords import SHORTEST, PasswordTooWeak, WrongPassword
from app.usecases.second_factor import (
    WrongCode,
    has_second_factor,
    offered_secret,
    set_second_factor,
    totp_picture,
)
from app.usecases.sign_in import Session, sign_out_everywhere
from app.web.forms import read_form
from app.web.layout import respond
from app.web.session import (
    SESSION,
    CurrentSession,
    MemberForm,
    any_session,
    check_token,
    drop_cookie,
)
from app.web.site import site_of
from app.web.workspace import WorkspacePage, go_to, said

router = APIRouter(prefix="/account")

AnySession = Annotated[Session, Depends(any_session)]


@dataclass(frozen=True, kw_only=True)
class AccountPage(WorkspacePage):
    """Who is signed in, and what they can change about it."""

    template: ClassVar[str] = "accounts/account.html"
    section: ClassVar[str] = "account"

    shortest: int = SHORTEST


@dataclass(frozen=True, kw_only=True)
class SecondFactorPage(WorkspacePage):
    """A secret to take into an authenticator app, and where its first code is typed."""

    template: ClassVar[str] = "accounts/second_factor.html"
    section: ClassVar[str] = "account"

    picture: str
    secret: str
    is_set: bool


@dataclass(frozen=True, kw_only=True)
class RecoveryCodesPage(WorkspacePage):
    """The recovery codes, shown once."""

    template: ClassVar[str] = "accounts/recovery_codes.html"
    section: ClassVar[str] = "account"

    codes: tuple[str, ...]


@router.get("")
def show_account(request: Request, session: CurrentSession) -> Response:
    """Show one's own account."""
    return respond(AccountPage(title=_("Your account"), session=session, note=said(request)))


@router.post("/password")
def take_new_password(request: Request, session: CurrentSession, fields: MemberForm) -> Response:
    """Change the password; other sessions end."""
    site, known, new = site_of(request), fields.get("known", ""), fields.get("password", "")
    try:
        change_password(
            site.store, session.member.account_id, known, new, session.token_hash, site.now()
        )
    except (WrongPassword, PasswordTooWeak) as error:
        page = AccountPage(title=_("Your account"), session=session, problem=str(error))
        return respond(page, 422)
    return go_to("/account", "password")


@router.post("/sign-out-everywhere")
def end_sessions(request: Request, session: CurrentSession, _fields: MemberForm) -> Response:
    """End all sessions of the account, this one too."""
    site = site_of(request)
    sign_out_everywhere(site.store, session.member, site.now())
    answer = go_to("/sign-in")
    drop_cookie(request, answer, SESSION)
    return answer


@router.get("/second-factor")
def show_second_factor(request: Request, session: AnySession) -> Response:
    """Show the secret for an authenticator app."""
    return respond(_second_factor(request, session))


def _second_factor(request: Request, session: Session, problem: str = "") -> SecondFactorPage:
    secret, email = offered_secret(site_of(request).store, session.member.account_id)
    return SecondFactorPage(
        title=_("Second factor"),
        session=session,
        picture=totp_picture(secret, email),
        is_set=has_second_factor(site_of(request).store, session.member.account_id),
        secret=" ".join(secret[start : start + 4] for start in range(0, len(secret), 4)),
        problem=problem,
    )


async def any_session_form(request: Request, session: AnySession) -> dict[str, str]:
    """Return the fields of a form of a session that may lack its second factor."""
    return check_token(session, await read_form(request))


@router.post("/second-factor")
def take_second_factor(
    request: Request,
    session: AnySession,
    fields: Annotated[dict[str, str], Depends(any_session_form)],
) -> Response:
    """Take the secret once a code of it is right, and show the recovery codes."""
    site, code = site_of(request), fields.get("code", "")
    try:
        codes = set_second_factor(
            site.store,
            session.member.account_id,
            fields.get("known", ""),
            code,
            session.token_hash,
            site.now(),
            site.chance,
        )
    except (WrongCode, WrongPassword) as error:
        return respond(_second_factor(request, session, str(error)), 422)
    page = RecoveryCodesPage(title=_("Recovery codes"), session=session, codes=codes)
    return respond(page)
