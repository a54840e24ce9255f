"""The front door: what this is, and where to go."""

from dataclasses import dataclass
from typing import ClassVar

from fastapi import APIRouter, Request
from fastapi.responses import Response
from sqlalchemy.exc import SQLAlchemyError

from app.storage.database import in_words
from app.usecases.wave_keys import key_state
from app.web.layout import WebPage, respond
from app.web.site import site_of
from app.web.troubles import TROUBLES

router = APIRouter()


@dataclass(frozen=True, kw_only=True)
class HomePage(WebPage):
    """Two doors: one for respondents, one for consultants and CIOs."""

    template: ClassVar[str] = "home.html"
    scripts: ClassVar[tuple[str, ...]] = ("entry.js",)


@router.get("/")
def show_home() -> Response:
    """Show the front door."""
    return respond(HomePage(title="Siloscope"))


@router.get("/health/live")
def live() -> Response:
    """Say that the process answers."""
    return Response("ok\n", media_type="text/plain")


@router.get("/health")
@router.get("/health/ready")
def ready(request: Request) -> Response:
    """Say whether people can be served: the database answers, and no open wave lacks its keys."""
    try:
        lost = key_state(site_of(request).store).lost
    except SQLAlchemyError as error:
        TROUBLES.note(in_words(error))
        return Response("the database cannot be used\n", 503, media_type="text/plain")
    if lost:
        return Response("keys of open waves are missing\n", 503, media_type="text/plain")
    return Response("ok\n", media_type="text/plain")
