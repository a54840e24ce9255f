"""Letters with a code to answer: a page each, rendered and handed over, never kept."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import ClassVar

from markupsafe import Markup

from app.language import say_date, speaking
from app.rendering import Page, render
from app.reports.pdf import render_unkept
from app.resources import resource


@dataclass(frozen=True)
class Letter:
    """What one letter says. With `seats` it is a notice for a whole unit, without a name."""

    organisation: str
    unit: str
    name: str
    code: str
    address: str
    picture: str
    sheet: str
    closes: date | None
    minutes: int
    k: int
    seats: int = 0
    #: The group that is asked about, where it is not the unit itself: of business partners.
    about: str = ""

    @property
    def last_day(self) -> str:
        """The last day in words, in the language spoken."""
        return say_date(self.closes) if self.closes else ""


@dataclass(frozen=True, kw_only=True)
class LettersPage(Page):
    """All letters, one a page."""

    template: ClassVar[str] = "reports/letters.html"

    letters: tuple[Letter, ...]
    css: Markup
    language: str


def letters_pdf(letters: tuple[Letter, ...], language: str, folder: Path) -> bytes:
    """Return the letters as a PDF; codes are nowhere but in what is returned.

    `folder` has the fonts. Raises ReportFailed.
    """
    css = (resource("templates") / "reports" / "letters.css").read_text(encoding="utf-8")
    with speaking(language):
        html = render(LettersPage(letters=letters, css=Markup(css), language=language))  # noqa: S704 - our own file
    return render_unkept(html, folder)
