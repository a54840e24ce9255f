"""A questionnaire to look at before it is asked: as on screen, and as a paper form."""

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, TypeVar

from markupsafe import Markup

from app.language import gettext as _
from app.language import speaking
from app.maturity import Orientation
from app.questionnaires.presentation import Presentation
from app.questionnaires.questionnaire import Instrument, Item, Questionnaire, QuestionnairePage
from app.questionnaires.timing import expected_minutes
from app.rendering import Page, render
from app.reports.pdf import render_html
from app.resources import resource

#: A question with its choices, in the order in which they are shown.
Asked = tuple[Item, tuple[tuple[int, str], ...]]


@dataclass(frozen=True)
class PreviewPart:
    """One page of the questionnaire."""

    heading: str
    items: tuple[Asked, ...]
    acceptance: tuple[Asked, ...]
    comment: str


@dataclass(frozen=True, kw_only=True)
class _Preview(Page):
    language: str
    title: str
    version: str
    form: int
    minutes: int
    mirror: bool
    parts: tuple[PreviewPart, ...]
    css: Markup


@dataclass(frozen=True, kw_only=True)
class ScreenPreview(_Preview):
    """All pages below each other, as a respondent sees them one by one."""

    template: ClassVar[str] = "questionnaires/screen.html"


@dataclass(frozen=True, kw_only=True)
class PaperPreview(_Preview):
    """A form to print and tick."""

    template: ClassVar[str] = "questionnaires/paper.html"


Preview = TypeVar("Preview", bound=_Preview)


def screen_preview(instrument: Instrument, kind: str, form: int, css: str) -> str:
    """Return the questionnaire of a kind as one HTML file; `css` is the site's own stylesheet.

    `form` from 1 to 6 says which way the statements run, 0 as 6. Raises KeyError for an unknown
    kind.
    """
    return render(_preview(ScreenPreview, instrument, kind, form, css))


def paper_preview(instrument: Instrument, kind: str, form: int, folder: Path) -> Path:
    """Return the questionnaire of a kind as a PDF to print, kept in `folder`.

    Raises KeyError for an unknown kind, or ReportFailed.
    """
    css = (resource("templates") / "questionnaires" / "paper.css").read_text(encoding="utf-8")
    return render_html(render(_preview(PaperPreview, instrument, kind, form, css)), folder)


def _preview(
    shape: type[Preview], instrument: Instrument, kind: str, form: int, css: str
) -> Preview:
    questionnaire = instrument.for_kind(kind)
    presentation = Presentation(form - 1)
    with speaking(instrument.language):
        return shape(
            language=instrument.language,
            title=questionnaire.title,
            version=instrument.version,
            form=form,
            minutes=expected_minutes(questionnaire),
            mirror=questionnaire.mirror,
            parts=_parts(questionnaire, presentation),
            css=Markup(css),  # noqa: S704 - our own file
        )


def _parts(questionnaire: Questionnaire, presentation: Presentation) -> tuple[PreviewPart, ...]:
    parts = []
    for number, page in enumerate(questionnaire.pages):
        rising = dict(presentation.shown(number, page))
        comment = page.module.comment if page.module else None
        parts.append(
            PreviewPart(
                heading=heading_of(page),
                items=tuple((i, choices_of(i, rising=rising[i])) for i in page.items),
                acceptance=tuple((i, choices_of(i, rising=rising[i])) for i in page.acceptance),
                comment=comment.prompt if comment else "",
            )
        )
    return tuple(parts)


def heading_of(page: QuestionnairePage) -> str:
    """Return what is asked at the head of a page, in the language spoken."""
    match page.orientation:
        case Orientation.VALUE_STREAM:
            return _("How work flows")
        case Orientation.CUSTOMER:
            return _("Whom the work is for")
        case Orientation.MEASUREMENT:
            return _("What is measured")
    return page.module.question if page.module else ""


def choices_of(item: Item, *, rising: bool) -> tuple[tuple[int, str], ...]:
    """Return the levels with their statements, in the order in which they are shown."""
    choices = tuple(enumerate(item.anchors, start=1))
    return choices if rising else choices[::-1]
