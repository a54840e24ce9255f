"""The participant's sheet: public, in the language of the wave, on screen and as PDF."""

from dataclasses import dataclass
from typing import ClassVar

from fastapi import APIRouter, Request
from fastapi.responses import FileResponse, Response

from app.language import gettext as _
from app.language import speaking
from app.reports.participants import ParticipantSheet, sheet_pdf
from app.usecases.participants import participant_sheet
from app.web.ids import WaveId
from app.web.layout import FORM_STYLES, WebPage, respond
from app.web.site import site_of

router = APIRouter(prefix="/sheet/{wave_id}")


@dataclass(frozen=True, kw_only=True)
class SheetPage(WebPage):
    """What happens to the answers."""

    template: ClassVar[str] = "participants/sheet.html"
    styles: ClassVar[tuple[str, ...]] = FORM_STYLES

    sheet: ParticipantSheet
    wave_id: str
    is_planned: bool = False


def sheet_page(sheet: ParticipantSheet, wave_id: str, *, is_planned: bool = False) -> SheetPage:
    """Return the page of a sheet."""
    with speaking(sheet.language):
        title = _("What happens to your answers")
    return SheetPage(
        title=title, language=sheet.language, sheet=sheet, wave_id=wave_id, is_planned=is_planned
    )


@router.get("")
def show_sheet(request: Request, wave_id: WaveId) -> Response:
    """Show the sheet to anybody who has its address."""
    return respond(sheet_page(participant_sheet(site_of(request).store, wave_id), wave_id))


@router.get("/sheet.pdf")
def download_sheet(request: Request, wave_id: WaveId) -> Response:
    """Return the sheet as PDF."""
    site = site_of(request)
    file = sheet_pdf(participant_sheet(site.store, wave_id), site.reports)
    return FileResponse(file, media_type="application/pdf", filename=f"participants-{wave_id}.pdf")
