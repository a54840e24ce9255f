"""The report as one value: what the CIO reads, before anything is laid out."""

from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from app.advice.levels import AdviceCatalogue
from app.advice.topics import load_topics
from app.language import gettext as _
from app.language import say_date, speaking
from app.reports.annex import Annex, build_annex
from app.reports.heatmap import Heatmap, build_heatmap
from app.reports.lines import Edits
from app.reports.mirrors import mirror_table
from app.reports.modules import module_tables
from app.reports.scope import ScopePages, scope_pages
from app.reports.summary import Summary, build_summary
from app.reports.tables import FigureTable
from app.reports.unit_page import UnitPage, build_unit_page
from app.scoring.change import asks_the_same
from app.scoring.release import Release


@dataclass(frozen=True)
class Report:
    """The whole report, in the order of its pages."""

    organisation: str
    language: str
    title: str
    wave: str
    date: str
    instrument: str
    advice_version: str
    summary: Summary
    heatmap: Heatmap
    units: tuple[UnitPage, ...]
    scope: ScopePages
    beside: tuple[FigureTable, ...]
    annex: Annex
    items: int
    leaves_out: bool
    k: int


def build_report(
    organisation: str,
    wave_number: int,
    closed_at: datetime,
    release: Release,
    advice: AdviceCatalogue,
    earlier: Release | None = None,
    edits: Edits = MappingProxyType({}),
) -> Report:
    """Return the report of a release, in its language. The same release gives the same report.

    `earlier` is the release of the wave before, to say what has changed; `edits` are what a
    consultant made of lines of advice.
    """
    with speaking(release.language):
        return _build(organisation, wave_number, closed_at, release, advice, earlier, edits)


def _build(
    organisation: str,
    wave_number: int,
    closed_at: datetime,
    release: Release,
    advice: AdviceCatalogue,
    earlier: Release | None,
    edits: Edits,
) -> Report:
    mirrors = {mirror.about: mirror for mirror in release.mirrors}
    scope = scope_pages(release, load_topics(language=release.language), advice, edits)
    return Report(
        organisation=organisation,
        language=release.language,
        title=_("Where IT groups stand, and which Lean work fits"),
        wave=_("Wave %(number)s", number=wave_number),
        date=say_date(closed_at.date()),
        instrument=release.instrument,
        advice_version=advice.version,
        summary=build_summary(
            organisation,
            release,
            advice,
            scope.ranked,
            scope.crossing,
            _comparable(earlier, release),
        ),
        heatmap=build_heatmap(release, advice),
        units=tuple(
            build_unit_page(unit, release, advice, mirrors.get(unit.id)) for unit in release.cells
        ),
        scope=scope,
        beside=_beside(release),
        annex=build_annex(release, _comparable(earlier, release)),
        items=release.core_items,
        leaves_out=release.is_part,
        k=release.k,
    )


def _comparable(earlier: Release | None, release: Release) -> Release | None:
    """The wave before, if it asked the same."""
    return earlier if earlier and asks_the_same(release, earlier) else None


def _beside(release: Release) -> tuple[FigureTable, ...]:
    """What was asked beside the levels: business partners, and modules."""
    mirrors = mirror_table(release)
    return (*((mirrors,) if mirrors.rows else ()), *module_tables(release))
