"""What all pages share: the frame, its stylesheet, its scripts."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from babel import negotiate_locale
from fastapi import Request
from fastapi.responses import HTMLResponse

from app.language import ENGLISH, translations
from app.rendering import Page, render
from app.web.assets import asset_url


@dataclass(frozen=True, kw_only=True)
class WebPage(Page):
    """Base of all pages on screen. `scripts` are files of ours, loaded as modules."""

    scripts: ClassVar[tuple[str, ...]] = ()
    styles: ClassVar[tuple[str, ...]] = ("siloscope.css",)
    #: Whether the page has the width of a table rather than of a text.
    wide: ClassVar[bool] = False
    #: The item of the menu under which the page stands.
    section: ClassVar[str] = ""

    title: str
    language: str = "en"

    @property
    def style_urls(self) -> list[str]:
        """Addresses of the stylesheets."""
        return [asset_url(name) for name in self.styles]

    @property
    def script_urls(self) -> list[str]:
        """Addresses of the scripts."""
        return [asset_url(name) for name in self.scripts]


#: Stylesheets of pages with forms, which respondents never load.
FORM_STYLES = ("siloscope.css", "workspace.css")


def preferred_language(request: Request) -> str:
    """Return the language for a page of no wave: what the browser asks for, if there is one."""
    known = translations()
    if len(known) == 1:
        return ENGLISH
    asked = request.headers.get("accept-language", "")[:200].split(",")
    names = [name.partition(";")[0].strip() for name in asked]
    return negotiate_locale(names, known, sep="-") or ENGLISH


def respond(
    page: Page, status: int = 200, headers: Mapping[str, str] | None = None
) -> HTMLResponse:
    """Return a page as an HTTP answer."""
    return HTMLResponse(render(page), status_code=status, headers=headers)
