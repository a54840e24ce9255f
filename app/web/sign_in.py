"""Signing in with password and second factor; joining by a link; a new password."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, ClassVar

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from app.language import gettext as _
from app.usecases.accounts import (
    LinkEnded,
    accept_link,
    find_link,
    request_reset,
)
from app.usecases.ballots import tidy_code
from app.usecases.errors import NotSignedIn
from app.usecases.passwords import SHORTEST, PasswordTooWeak
from app.usecases.second_factor import WrongCode
from app.usecases.sign_in import (
    SignInRefused,
    account_of,
    give_second_factor,
    sign_in,
    sign_out,
    start_session,
)
from app.web.doors import lead_out_of_query, say_cut
from app.web.forms import read_form
from app.web.layout import FORM_STYLES, WebPage, respond
from app.web.limits import FailureLimit, TooManyFailures
from app.web.security import headers_to_go_back
from app.web.session import KEY, SESSION, check_origin, cookie, drop_cookie, set_cookie
from app.web.site import site_of
from app.web.workspace import go_to

router = APIRouter()

#: An account, and an address of the network, that failed so often has to wait.
ACCOUNT_LIMIT, ADDRESS_LIMIT = 8, 30
WITHIN = timedelta(minutes=10)


@dataclass(frozen=True, kw_only=True)
class PasswordPage(WebPage):
    """Where address and password are typed."""

    template: ClassVar[str] = "sign_in/password.html"
    styles: ClassVar[tuple[str, ...]] = FORM_STYLES

    email: str = ""
    problem: str = ""


@dataclass(frozen=True, kw_only=True)
class CodePage(WebPage):
    """Where the second factor is typed."""

    template: ClassVar[str] = "sign_in/code.html"
    styles: ClassVar[tuple[str, ...]] = FORM_STYLES

    problem: str = ""


@dataclass(frozen=True, kw_only=True)
class LinkPage(WebPage):
    """Where a link to an account comes in by its fragment."""

    template: ClassVar[str] = "sign_in/link.html"
    scripts: ClassVar[tuple[str, ...]] = ("entry.js",)

    problem: str = ""


@dataclass(frozen=True, kw_only=True)
class JoinPage(WebPage):
    """Where the holder of a link chooses a password."""

    template: ClassVar[str] = "sign_in/join.html"
    scripts: ClassVar[tuple[str, ...]] = ("entry.js",)
    styles: ClassVar[tuple[str, ...]] = FORM_STYLES

    code: str
    email: str
    name: str
    shortest: int = SHORTEST
    problem: str = ""


@dataclass(frozen=True, kw_only=True)
class ForgotPage(WebPage):
    """Where a new password is asked for; says the same whether the address is known or not."""

    template: ClassVar[str] = "sign_in/forgot.html"
    styles: ClassVar[tuple[str, ...]] = FORM_STYLES

    is_sent: bool = False
    is_mute: bool = False


class SignInLimits:
    """What this process remembers of wrong passwords and codes."""

    def __init__(self) -> None:
        #: By account and network: nobody can keep another one from signing in elsewhere.
        self.passwords = FailureLimit(ACCOUNT_LIMIT, WITHIN)
        #: By account, whatever the session: the password was right before.
        self.codes = FailureLimit(ACCOUNT_LIMIT, WITHIN)
        self.resets = FailureLimit(ACCOUNT_LIMIT, WITHIN)
        self.networks = FailureLimit(ADDRESS_LIMIT, WITHIN)


async def own_form(request: Request) -> dict[str, str]:
    """Return the fields of a form of this site. Raises ForeignForm or UnreadableForm."""
    check_origin(request)
    return await read_form(request)


OwnForm = Annotated[dict[str, str], Depends(own_form)]


def _limits(request: Request) -> SignInLimits:
    found: SignInLimits = request.app.state.sign_in_limits
    return found


def _network(request: Request) -> str:
    return request.client.host if request.client else ""


@router.get("/sign-in")
def show_sign_in() -> Response:
    """Show where to sign in."""
    return respond(PasswordPage(title=_("Sign in")))


@router.post("/sign-in")
def take_password(request: Request, fields: OwnForm) -> Response:
    """Take address and password; the second factor comes next."""
    site, email = site_of(request), fields.get("email", "")[:254]
    limits, now = _limits(request), site.now()
    name = f"{email.strip().casefold()} {_network(request)}"
    try:
        with limits.passwords.attempt(name, now, failing=SignInRefused):
            token = sign_in(site.store, email, fields.get("password", ""), now, site.chance)
    except TooManyFailures as error:
        return respond(PasswordPage(title=_("Sign in"), email=email, problem=str(error)), 429)
    except SignInRefused as error:
        return _refused(request, PasswordPage(title=_("Sign in"), email=email, problem=str(error)))
    answer = go_to("/assessments")
    drop_cookie(request, answer, KEY)
    set_cookie(request, answer, SESSION, token)
    return answer


def _refused(request: Request, page: WebPage, headers: Mapping[str, str] | None = None) -> Response:
    """Answer a failure; a network with very many of them is told to wait, once it fails again."""
    limits, now = _limits(request), site_of(request).now()
    limits.networks.note(_network(request), now)
    try:
        limits.networks.check(_network(request), now)
    except TooManyFailures:
        return respond(page, 429, headers)
    return respond(page, 403, headers)


@router.get("/sign-in/code")
def show_code() -> Response:
    """Show where the second factor is typed."""
    return respond(CodePage(title=_("Second step")))


@router.post("/sign-in/code")
def take_code(request: Request, fields: OwnForm) -> Response:
    """Take a code of the authenticator, or a recovery code."""
    site, token = site_of(request), cookie(request, SESSION)
    limits, now = _limits(request), site.now()
    try:
        account = account_of(site.store, token, now)
        # Codes are short: whoever has the password may not go through all of them.
        with limits.codes.attempt(account, now, failing=WrongCode):
            new = give_second_factor(site.store, token, fields.get("code", ""), now, site.chance)
    except TooManyFailures as error:
        return respond(CodePage(title=_("Second step"), problem=str(error)), 429)
    except WrongCode as error:
        return _refused(request, CodePage(title=_("Second step"), problem=str(error)))
    except NotSignedIn:
        return go_to("/sign-in")
    answer = go_to("/assessments")
    set_cookie(request, answer, SESSION, new)
    return answer


@router.post("/leave")
def leave(request: Request, _fields: OwnForm) -> Response:
    """Sign out, and forget the key of a link in this browser."""
    sign_out(site_of(request).store, cookie(request, SESSION))
    answer = go_to("/")
    drop_cookie(request, answer, SESSION)
    drop_cookie(request, answer, KEY)
    return answer


@router.get("/join")
def show_link(request: Request) -> Response:
    """Show where a link's code comes in; a script takes it from the fragment by itself."""
    return lead_out_of_query(request) or respond(LinkPage(title=_("Open your account")))


@router.post("/join")
def open_link(request: Request, fields: OwnForm) -> Response:
    """Show the holder of a link where to choose a password. Uses nothing up."""
    try:
        return _join(request, fields)
    except LinkEnded as error:
        problem = say_cut(fields.get("code", "")) or str(error)
        page = LinkPage(title=_("Open your account"), problem=problem)
        return _refused(request, page, headers_to_go_back(fields))


def _join(request: Request, fields: Mapping[str, str], problem: str = "") -> Response:
    site, code, name = site_of(request), fields.get("code", ""), fields.get("name", "")[:120]
    holder = find_link(site.store, code, site.now())
    page = JoinPage(
        title=_("Choose a password"),
        code=tidy_code(code),
        email=holder.email,
        name=name or holder.name,
        problem=problem,
    )
    return respond(page, 422 if problem else 200, headers_to_go_back(fields))


@router.post("/join/password")
def set_password(request: Request, fields: OwnForm) -> Response:
    """Set the password by a link, and sign in."""
    site, code, now = site_of(request), fields.get("code", ""), site_of(request).now()
    name = fields.get("name", "")[:120]
    try:
        account = accept_link(site.store, code, name, fields.get("password", ""), now)
    except PasswordTooWeak as error:
        return _join(request, fields, str(error))
    token = start_session(site.store, account, now, site.chance)
    answer = go_to("/assessments")
    set_cookie(request, answer, SESSION, token)
    return answer


@router.get("/forgot")
def show_forgot() -> Response:
    """Show where a new password is asked for."""
    return respond(ForgotPage(title=_("Forgot your password?")))


@router.post("/forgot")
def take_forgot(request: Request, fields: OwnForm) -> Response:
    """Mail a link if the address has an account."""
    site, limits = site_of(request), _limits(request)
    try:
        limits.resets.count(_network(request), site.now())
        if site.has_mail:
            request_reset(site.store, fields.get("email", ""), site.now())
    except TooManyFailures:
        pass  # the page says the same: nobody learns which addresses are known
    page = ForgotPage(
        title=_("Forgot your password?"), is_sent=site.has_mail, is_mute=not site.has_mail
    )
    return respond(page)
