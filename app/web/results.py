"""The results of a closed wave: the heatmap, its interactive chart, and the report."""

import re
from dataclasses import dataclass
from typing import ClassVar

from fastapi import APIRouter, Request
from fastapi.responses import FileResponse, JSONResponse, Response

from app.language import gettext as _
from app.language import speaking
from app.reports.charts import heatmap_plotly
from app.reports.report import Report
from app.storage.wave_keys import KeysMissing
from app.usecases.access import note_view
from app.usecases.ledger import Channel
from app.usecases.members import Member
from app.usecases.report_jobs import report_state, request_report
from app.usecases.results import is_report_written, report_of, view_results, write_report
from app.usecases.waves import read_comments
from app.web.assets import asset_url
from app.web.ids import WaveId
from app.web.layout import FORM_STYLES, WebPage, respond
from app.web.security import CHART_POLICY
from app.web.session import KEY, CurrentAccess, cookie
from app.web.sign_in import OwnForm
from app.web.site import Site, site_of
from app.web.troubles import TROUBLES
from app.web.workspace import go_to

router = APIRouter(prefix="/waves/{wave_id}")


@dataclass(frozen=True, kw_only=True)
class ResultsPage(WebPage):
    """The heatmap as a table, with the chart beside it."""

    template: ClassVar[str] = "results/results.html"
    scripts: ClassVar[tuple[str, ...]] = ("chart.js",)
    styles: ClassVar[tuple[str, ...]] = FORM_STYLES
    wide: ClassVar[bool] = True
    section: ClassVar[str] = "assessments"

    wave_id: str
    report: Report
    #: Who is signed in; None for a reader with a link.
    member: Member | None
    is_consultant: bool
    comment_prompt: str = ""
    comments: tuple[str, ...] = ()
    #: Whether there are some that nobody can open, since their key is not there.
    are_comments_lost: bool = False

    @property
    def plotly_url(self) -> str:
        """Where the chart library is."""
        return asset_url("plotly.js")


@dataclass(frozen=True, kw_only=True)
class ReportPage(WebPage):
    """Where the report is, or that it is being made."""

    template: ClassVar[str] = "results/report.html"
    scripts: ClassVar[tuple[str, ...]] = ("look_again.js",)
    styles: ClassVar[tuple[str, ...]] = FORM_STYLES
    section: ClassVar[str] = "assessments"

    wave_id: str
    member: Member | None
    is_ready: bool
    is_busy: bool
    problem: str


@router.get("/results")
def show_results(request: Request, wave_id: WaveId, access: CurrentAccess) -> Response:
    """Show what was released of a wave."""
    site = site_of(request)
    results = view_results(site.store, wave_id)
    report, consultant = report_of(results), access.may_change
    if access.member is None:
        note_view(site.store, cookie(request, KEY), site.now(), site.chance)
    # Whoever got the key of one wave is not the one who reads comments for names first.
    comments = _comments(site, wave_id) if consultant else ()
    with speaking(report.language):
        title = _("Results of %(organisation)s", organisation=report.organisation)
    page = ResultsPage(
        title=title,
        language=report.language,
        wave_id=wave_id,
        report=report,
        is_consultant=consultant,
        member=access.member,
        comment_prompt=results.release.comment_prompt if consultant else "",
        comments=comments or (),
        are_comments_lost=comments is None,
    )
    answer = respond(page)
    answer.headers["Content-Security-Policy"] = CHART_POLICY
    return answer


def _comments(site: Site, wave_id: str) -> tuple[str, ...] | None:
    try:
        return read_comments(site.store, wave_id)
    except KeysMissing as error:
        TROUBLES.note(str(error))
        return None


@router.get("/results/chart.json")
def heatmap_chart(request: Request, access: CurrentAccess) -> Response:
    """Return the heatmap as a Plotly figure: the same released figures, nothing more."""
    results = view_results(site_of(request).store, access.wave_id, Channel.INTERFACE)
    return JSONResponse(heatmap_plotly(report_of(results).heatmap))


@router.get("/report")
def show_report(request: Request, access: CurrentAccess) -> Response:
    """Show whether the report is there, on its way, or can be made."""
    site = site_of(request)
    results = view_results(site.store, access.wave_id, Channel.PDF)
    is_busy, problem = report_state(site.store, access.wave_id)
    with speaking(results.release.language):
        title = _("Report as PDF")
    page = ReportPage(
        title=title,
        language=results.release.language,
        wave_id=access.wave_id,
        member=access.member,
        is_ready=is_report_written(results, site.reports),
        is_busy=is_busy,
        problem=problem,
    )
    return respond(page)


@router.post("/report")
def make_report(request: Request, access: CurrentAccess, _fields: OwnForm) -> Response:
    """Have the report made; its page shows when it is there."""
    site = site_of(request)
    view_results(site.store, access.wave_id, Channel.PDF)
    request_report(site.store, access.wave_id, site.now())
    return go_to(f"/waves/{access.wave_id}/report")


@router.get("/report.pdf")
def download_report(request: Request, access: CurrentAccess) -> Response:
    """Return the report, rendered on first demand."""
    site = site_of(request)
    results = view_results(site.store, access.wave_id, Channel.PDF)
    file = write_report(site.store, results, site.reports)
    name = f"{results.organisation} {results.closed_at:%Y-%m-%d} wave {results.wave_number}.pdf"
    tidy = re.sub(r'[\\/:*?"<>|\x00-\x1f]', " ", name)
    return FileResponse(file, media_type="application/pdf", filename=tidy)
