"""Who is signed in: the one place where a page learns for which organisation it works."""

import hashlib
from contextlib import suppress
from typing import Annotated

from fastapi import Depends, Request
from fastapi.responses import Response

from app.usecases.access import Access, check_access
from app.usecases.errors import AccessDenied, NotSignedIn, SiloscopeError, UnknownWave
from app.usecases.members import Role, wave_of
from app.usecases.sign_in import (
    SecondFactorNeeded,
    Session,
    find_session,
)
from app.web.forms import read_form
from app.web.ids import WaveId
from app.web.site import site_of

#: A prefix that browsers bind to this host; it needs HTTPS, so not on a plain local address.
_PREFIX = "__Host-"
SESSION, KEY = "siloscope-session", "siloscope"


class NoClientChosen(SiloscopeError):
    """The session works for no organisation yet."""


class ForeignForm(SiloscopeError):
    """A form that another site sent, or an old page of ours."""


def cookie_name(request: Request, name: str) -> str:
    """Return the name of a cookie on this site."""
    secure = site_of(request).public_url.startswith("https:")
    return f"{_PREFIX}{name}" if secure else name


def set_cookie(request: Request, answer: Response, name: str, value: str) -> None:
    """Give the browser a cookie that no script reads and no other site sends."""
    full = cookie_name(request, name)
    secure = full.startswith(_PREFIX)
    answer.set_cookie(full, value, httponly=True, samesite="lax", secure=secure)


def drop_cookie(request: Request, answer: Response, name: str) -> None:
    """Take a cookie back."""
    full = cookie_name(request, name)
    secure = full.startswith(_PREFIX)
    answer.delete_cookie(full, httponly=True, samesite="lax", secure=secure)


def cookie(request: Request, name: str) -> str:
    """Return the value of a cookie, or nothing."""
    return request.cookies.get(cookie_name(request, name), "")


def any_session(request: Request) -> Session:
    """Return the session of a request, even if a second factor must still be set up.

    Raises NotSignedIn, or ForeignForm for a form that another site sent.
    """
    check_origin(request)
    site = site_of(request)
    token = cookie(request, SESSION)
    return find_session(site.store, token, site.now(), required=site.second_factor)


def check_origin(request: Request) -> None:
    """Refuse a form that a browser sent from another site. Raises ForeignForm."""
    if request.method in ("GET", "HEAD"):
        return
    # Pages without a referrer send “null” as the origin of their own forms.
    origin = request.headers.get("origin", "null")
    fetch_site = request.headers.get("sec-fetch-site", "same-origin")
    if origin not in ("null", site_of(request).public_url) or fetch_site not in (
        "same-origin",
        "none",
    ):
        raise ForeignForm


def current_session(request: Request) -> Session:
    """Return the session of a request. Raises NotSignedIn or SecondFactorNeeded."""
    session = any_session(request)
    if session.needs_second_factor:
        raise SecondFactorNeeded
    return session


CurrentSession = Annotated[Session, Depends(current_session)]


def member_session(session: CurrentSession) -> Session:
    """Return the session of somebody who works for an organisation. Raises NoClientChosen."""
    if session.member.role is None:
        raise NoClientChosen
    return session


MemberSession = Annotated[Session, Depends(member_session)]


def consultant_session(session: MemberSession) -> Session:
    """Return the session if it may change things. Raises AccessDenied."""
    if not session.member.may_change:
        raise AccessDenied
    return session


def owner_session(session: MemberSession) -> Session:
    """Return the session of an owner of the organisation. Raises AccessDenied."""
    if session.member.role is not Role.OWNER:
        raise AccessDenied
    return session


def operator_session(session: CurrentSession) -> Session:
    """Return the session of whoever runs the installation. Raises AccessDenied."""
    if not session.member.is_operator:
        raise AccessDenied
    return session


ConsultantSession = Annotated[Session, Depends(consultant_session)]
OwnerSession = Annotated[Session, Depends(owner_session)]
OperatorSession = Annotated[Session, Depends(operator_session)]


def form_token(session: Session) -> str:
    """Return what every form of a session carries: a page of another site cannot know it."""
    return hashlib.sha256(b"form " + session.token_hash).hexdigest()[:32]


async def member_form(request: Request, session: CurrentSession) -> dict[str, str]:
    """Return the fields of a form of this session. Raises UnreadableForm or ForeignForm."""
    return check_token(session, await read_form(request))


def check_token(session: Session, fields: dict[str, str]) -> dict[str, str]:
    """Return the fields of a form that carries the session's token. Raises ForeignForm."""
    if fields.pop("token", "") != form_token(session):
        raise ForeignForm
    return fields


MemberForm = Annotated[dict[str, str], Depends(member_form)]


def current_access(request: Request, wave_id: WaveId) -> Access:
    """Return who reads the results of a wave: a member, or the holder of a link to it.

    Raises AccessDenied; UnknownWave for a member of another organisation.
    """
    site, session = site_of(request), None
    with suppress(NotSignedIn):
        session = current_session(request)
    if session is not None and session.member.role is not None:
        with site.store.reading() as work, suppress(UnknownWave):
            wave_of(work, session.member, wave_id)
            return Access(wave_id, session.member, form_token(session))
    with suppress(AccessDenied):
        access = check_access(site.store, cookie(request, KEY), site.now())
        if access.wave_id == wave_id:
            return access
    if session is not None and session.member.role is not None:
        raise UnknownWave(wave_id)
    raise AccessDenied


CurrentAccess = Annotated[Access, Depends(current_access)]
