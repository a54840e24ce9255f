"""The page values of the report's templates."""

from dataclasses import dataclass
from typing import ClassVar

from markupsafe import Markup

from app.rendering import Page
from app.reports.report import Report


@dataclass(frozen=True)
class ReportPage(Page):
    """The whole report as one document for print."""

    template: ClassVar[str] = "reports/report.html"

    report: Report
    css: Markup
    language: str
