"""The report as one value: what the CIO reads, before anything is laid out."""

from dataclasses import dataclass
from datetime import datetime

from app.advice.levels import AdviceCatalogue
from app.maturity import ORIENTATIONS
from app.reports.annex import Annex, build_annex
from app.reports.heatmap import Heatmap, build_heatmap
from app.reports.summary import Summary, build_summary
from app.reports.unit_page import UnitPage, build_unit_page
from app.scoring.release import Release


@dataclass(frozen=True)
class Report:
    """The whole report, in the order of its pages."""

    organisation: str
    title: str
    wave: str
    date: str
    instrument: str
    advice_version: str
    summary: Summary
    heatmap: Heatmap
    units: tuple[UnitPage, ...]
    annex: Annex
    left_out: int
    k: int


def build_report(
    organisation: str,
    wave_number: int,
    closed_at: datetime,
    release: Release,
    advice: AdviceCatalogue,
    earlier: Release | None = None,
) -> Report:
    """Return the report of a release. The same release gives the same report.

    `earlier` is the release of the wave before, to say what has changed.
    """
    shown = [
        unit
        for unit in release.units
        if unit.same_as is None and any(o in unit.profiles for o in ORIENTATIONS)
    ]
    return Report(
        organisation=organisation,
        title="Where IT groups stand, and which Lean work fits",
        wave=f"Wave {wave_number}",
        date=f"{closed_at.day} {closed_at:%B %Y}",
        instrument=release.instrument,
        advice_version=advice.version,
        summary=build_summary(organisation, release, advice),
        heatmap=build_heatmap(release, advice),
        units=tuple(build_unit_page(unit, release, advice) for unit in shown),
        annex=build_annex(release, earlier),
        left_out=max(release.left_out.values()),
        k=release.k,
    )
