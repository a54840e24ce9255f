"""A release as it is shown, for programs: every figure as rounded as on the pages."""

from collections.abc import Sequence

from app.advice.response import is_unsettled
from app.advice.willingness import willingness_in_words
from app.language import speaking
from app.maturity import ORIENTATIONS
from app.reports.annex import build_annex
from app.reports.heatmap import counted
from app.reports.mirrors import mirror_table
from app.reports.modules import module_tables
from app.reports.shown import shown_band, shown_mean, shown_mix
from app.reports.tables import FigureTable
from app.scoring.figure import Figure, Overall
from app.scoring.release import Release, UnitResult


def shown_release(release: Release) -> dict[str, object]:
    """Return the figures of a release as values for JSON, none finer than the pages show it.

    Means, shares and tables are the pages' texts; a level is None where none may be named or
    none describes the unit.
    """
    with speaking(release.language):
        tables = [*build_annex(release).tables, mirror_table(release), *module_tables(release)]
        units = [_unit(unit, release) for unit in release.units]
    return {
        "instrument": release.instrument,
        "k": release.k,
        "invited": release.invited,
        "answered": release.answered,
        "answered_is_at_least": release.is_part,
        "units": units,
        "tables": [_table(table) for table in tables if table.rows],
    }


def _unit(unit: UnitResult, release: Release) -> dict[str, object]:
    """A frame holds only how many groups and pools stand at each level below it."""
    about: dict[str, object] = {
        "name": unit.name,
        "kind": unit.kind,
        "depth": unit.depth,
        "groups": [release.unit(member).name for member in unit.members],
        "invited": unit.invited,
        "answered": unit.answered,
    }
    if unit.is_parent:
        return about | {"levels": counted(unit, release)}
    return about | {
        "overall": _figure(unit.overall) if unit.overall else None,
        # What is beside the levels stands in the tables, as far as it is shown of a group.
        "orientations": {
            orientation: _figure(figure)
            | {"shares": list(shown_mix(figure)), "split": figure.split}
            for orientation in ORIENTATIONS
            if (figure := unit.profiles.get(orientation)) is not None
        },
        "willing": willingness_in_words(unit) if unit.is_cell else None,
    }


def _figure(figure: Figure | Overall) -> dict[str, object]:
    divided = is_unsettled(figure.band)
    return {
        "n": figure.n,
        "mean": shown_mean(figure) if figure.mean else None,
        "level": int(figure.level) if figure.level and not divided else None,
        "band": shown_band(figure.band) if figure.band else None,
    }


def _table(table: FigureTable) -> dict[str, object]:
    rows: Sequence[Sequence[str]] = table.rows
    return {"title": table.title, "columns": list(table.columns), "rows": [list(r) for r in rows]}
