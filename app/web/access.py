"""Opening the results of a wave with a link's key, without an account."""

from dataclasses import dataclass
from typing import ClassVar

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.language import gettext as _
from app.usecases.access import check_access
from app.usecases.ballots import tidy_code
from app.usecases.errors import AccessDenied
from app.web.doors import lead_out_of_query, say_cut
from app.web.layout import WebPage, respond
from app.web.security import headers_to_go_back
from app.web.session import KEY, set_cookie
from app.web.sign_in import OwnForm
from app.web.site import site_of
from app.web.workspace import go_to

router = APIRouter()


@dataclass(frozen=True, kw_only=True)
class KeyPage(WebPage):
    """Where a key is typed, or comes in by a link's fragment; somebody has to press “Open”."""

    template: ClassVar[str] = "access/key.html"
    scripts: ClassVar[tuple[str, ...]] = ("key.js",)

    problem: str = ""


@router.get("/enter")
def show_key(request: Request) -> Response:
    """Show where a key is typed."""
    return lead_out_of_query(request) or respond(KeyPage(title=_("Open results")))


@router.post("/enter")
def take_key(request: Request, fields: OwnForm) -> Response:
    """Take a key, and lead to the results that it opens."""
    site, key = site_of(request), fields.get("code", "")
    try:
        access = check_access(site.store, key, site.now())
    except AccessDenied:
        problem = say_cut(key) or _(
            "This key opens nothing here: part of it may be missing, or its time is over. Copy "
            "the whole link, or ask whoever gave it to you for a new one."
        )
        page = KeyPage(title=_("Open results"), problem=problem)
        return respond(page, 403, headers_to_go_back(fields))
    answer = go_to(f"/waves/{access.wave_id}/results")
    set_cookie(request, answer, KEY, tidy_code(key))
    return answer
