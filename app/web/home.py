"""The front door: what this is, and where to go."""

from dataclasses import dataclass
from typing import ClassVar

from fastapi import APIRouter
from fastapi.responses import Response

from app.web.layout import WebPage, respond

router = APIRouter()


@dataclass(frozen=True, kw_only=True)
class HomePage(WebPage):
    """Two doors: one for respondents, one for consultants and CIOs."""

    template: ClassVar[str] = "home.html"


@router.get("/")
def show_home() -> Response:
    """Show the front door."""
    return respond(HomePage(title="Siloscope"))


@router.get("/health")
def health() -> Response:
    """Say that the process answers."""
    return Response("ok\n", media_type="text/plain")
