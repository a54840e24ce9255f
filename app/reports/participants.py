"""The participant's sheet: what is asked for, kept and shown, from the wave as it is."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import ClassVar

from markupsafe import Markup

from app.language import say_date, speaking
from app.rendering import Page, render
from app.reports.pdf import render_html
from app.resources import resource


@dataclass(frozen=True)
class ParticipantSheet:
    """What a wave is, for those who are asked. Every figure is the one that the wave works with."""

    organisation: str
    sender: str
    contact: str
    language: str
    items: int
    minutes: int
    k: int
    k_fine: int
    k_comments: int
    closes: date | None
    closed: date | None
    reminders: int
    has_comments: bool
    has_partners: bool
    has_shared_codes: bool
    retention_days: int | None
    version: str
    #: Whether reminders go to everybody, or to links that were not used.
    reminds_everybody: bool = False
    #: What tells the key pair that seals the answers from every other; empty before the launch.
    fingerprint: str = ""

    @property
    def last_day(self) -> str:
        """The last day in words, in the language spoken."""
        return say_date(self.closes) if self.closes else ""

    @property
    def closed_day(self) -> str:
        """The day of the close in words, in the language spoken; empty while it is open."""
        return say_date(self.closed) if self.closed else ""


@dataclass(frozen=True, kw_only=True)
class PrintedSheet(Page):
    """The sheet on paper."""

    template: ClassVar[str] = "reports/participants.html"

    sheet: ParticipantSheet
    css: Markup
    language: str


def sheet_pdf(sheet: ParticipantSheet, folder: Path) -> Path:
    """Return the sheet as a PDF, kept in `folder`. Raises ReportFailed."""
    css = (resource("templates") / "reports" / "letters.css").read_text(encoding="utf-8")
    with speaking(sheet.language):
        page = PrintedSheet(sheet=sheet, css=Markup(css), language=sheet.language)  # noqa: S704 - our own file
        html = render(page)
    return render_html(html, folder)
