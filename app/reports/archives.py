"""A release as it is shown, for programs: every figure as rounded as on the pages."""

from collections.abc import Sequence

from app.advice.response import is_unsettled, may_name_levels
from app.advice.scope import is_settled
from app.language import speaking
from app.maturity import ORIENTATIONS
from app.reports.annex import build_annex
from app.reports.mirrors import mirror_table
from app.reports.modules import module_tables
from app.reports.shown import shown_band, shown_mean, shown_mix
from app.reports.tables import FigureTable
from app.scoring.profile import Overall, Profile
from app.scoring.release import Release, UnitResult


def shown_release(release: Release) -> dict[str, object]:
    """Return the figures of a release as values for JSON, none finer than the pages show it.

    Means, shares and tables are the pages' texts; a level is None where none may be named or
    none describes the unit. The release itself holds exact fractions, from which the answers of
    a small group could be worked out.
    """
    with speaking(release.language):
        tables = [*build_annex(release).tables, mirror_table(release), *module_tables(release)]
    return {
        "instrument": release.instrument,
        "k": release.k,
        "invited": release.invited,
        "answered": release.answered,
        "answered_is_at_least": release.is_part,
        "units": [_unit(unit) for unit in release.units],
        "tables": [_table(table) for table in tables if table.rows],
    }


def _unit(unit: UnitResult) -> dict[str, object]:
    return {
        "name": unit.name,
        "kind": unit.kind,
        "depth": unit.depth,
        "invited": unit.invited,
        "answered": unit.answered,
        "overall": _figure(unit.overall, unit) if unit.overall else None,
        # What is beside the levels stands in the tables, as far as it is shown of a group.
        "orientations": {
            orientation: _figure(profile, unit)
            | {"shares": shown_mix(profile), "split": profile.split}
            for orientation in ORIENTATIONS
            if (profile := unit.profiles.get(orientation)) is not None
        },
    }


def _figure(figure: Profile | Overall, unit: UnitResult) -> dict[str, object]:
    open_ = figure.split if isinstance(figure, Profile) else not is_settled(unit)
    divided, named = open_ or is_unsettled(figure.band), may_name_levels(unit)
    return {
        "n": figure.n,
        "mean": shown_mean(figure),
        "level": int(figure.level) if named and not divided else None,
        "band": shown_band(figure.band) if named else None,
    }


def _table(table: FigureTable) -> dict[str, object]:
    rows: Sequence[Sequence[str]] = table.rows
    return {"title": table.title, "columns": list(table.columns), "rows": [list(r) for r in rows]}
