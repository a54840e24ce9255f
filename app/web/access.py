"""Signing in with a key, and out again."""

from dataclasses import dataclass
from typing import Annotated, ClassVar

from fastapi import APIRouter, Depends, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse, Response

from app.language import gettext as _
from app.usecases.access import Access, check_access
from app.usecases.ballots import tidy_code
from app.usecases.errors import AccessDenied
from app.web.forms import read_form
from app.web.layout import WebPage, respond
from app.web.site import site_of

router = APIRouter()

#: A prefix that browsers bind to this host; it needs HTTPS, so not on a plain local address.
COOKIE, LOCAL_COOKIE = "__Host-siloscope", "siloscope"


@dataclass(frozen=True, kw_only=True)
class SignInPage(WebPage):
    """Where a key is typed, or comes in by a link's fragment."""

    template: ClassVar[str] = "access/sign_in.html"
    scripts: ClassVar[tuple[str, ...]] = ("entry.js",)

    problem: str = ""


def _cookie(request: Request) -> str:
    return COOKIE if site_of(request).public_url.startswith("https:") else LOCAL_COOKIE


def current_access(request: Request) -> Access:
    """Return what the key in the request's cookie opens. Raises AccessDenied."""
    return check_access(site_of(request).store, request.cookies.get(_cookie(request), ""))


CurrentAccess = Annotated[Access, Depends(current_access)]


@router.get("/enter")
def show_sign_in() -> Response:
    """Show the sign-in page."""
    return respond(SignInPage(title=_("Sign in")))


@router.post("/enter")
async def sign_in(request: Request) -> Response:
    """Take a key, and lead to what it opens."""
    fields = await read_form(request)
    key = fields.get("code", "")
    try:
        access = await run_in_threadpool(check_access, site_of(request).store, key)
    except AccessDenied:
        problem = _("This key opens nothing here. Copy the whole link, or all 26 characters.")
        return respond(SignInPage(title=_("Sign in"), problem=problem), 403)
    target = f"/waves/{access.wave_id}/results" if access.wave_id else "/waves"
    answer = RedirectResponse(target, status_code=303)
    cookie = _cookie(request)
    answer.set_cookie(
        cookie, tidy_code(key), httponly=True, samesite="lax", secure=cookie == COOKIE
    )
    return answer


@router.post("/leave")
async def sign_out(request: Request) -> Response:
    """Forget the key in this browser."""
    answer = RedirectResponse("/enter", status_code=303)
    cookie = _cookie(request)
    answer.delete_cookie(cookie, httponly=True, samesite="lax", secure=cookie == COOKIE)
    return answer
