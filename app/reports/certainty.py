"""How sure the figures of each group are: tables of the annex, one row a group or pool."""

from collections.abc import Callable
from functools import partial

from app.advice.willingness import WORDS, willingness_of
from app.language import N_
from app.language import gettext as _
from app.maturity import ACCEPTANCE, LEVELS, ORIENTATIONS, Orientation
from app.reports.shown import (
    EN_DASH,
    shown_band,
    shown_interval,
    shown_mean,
    shown_percent,
    shown_range,
    shown_spread,
)
from app.reports.tables import FigureTable
from app.scoring.agreement import rwg_of_random_answers
from app.scoring.figure import Figure
from app.scoring.release import Release, UnitResult
from app.scoring.response import extremes_of, tipping_point_of


def certainty_tables(release: Release) -> tuple[FigureTable, ...]:
    """Return what stands behind each group's levels; figures of small groups are dashes."""
    return (
        _certainty(release),
        _reached(release),
        _left_open(release),
        _agreement(release),
        _willing(release),
    )


def _three(note: str) -> str:
    """Say before a note what three figures in a cell are."""
    three = _("Three figures are value stream · customer · measurement.")
    return f"{three} {note}"


#: What is said where a table leaves out coarse groups.
_COARSE = N_("Groups of under fifteen people, or of one mind or two, have no such figure.")


def _certainty(release: Release) -> FigureTable:
    return FigureTable(
        _("How sure each level is"),
        _three(
            _(
                "SE counts that the same people would not answer exactly alike twice; the interval "
                "follows from the mean and the SE as shown."
            )
        )
        + " "
        + _(_COARSE),
        (_("Group"), "n", _("mean"), "SE", _("95 %% interval of the mean")),
        tuple(
            (
                unit.name,
                _each(unit, lambda f: str(f.n)),
                _each(unit, shown_mean),
                _each(unit, lambda f: shown_spread(f.se)),
                _each(unit, shown_interval),
            )
            for unit in release.cells
        ),
    )


def _reached(release: Release) -> FigureTable:
    """The shares at a level or above, with their errors, that the two-thirds rule reads."""
    return FigureTable(
        _("Answers at a level or above"),
        _three(
            _(
                "In percent of all answers; a level is reached at two thirds. Beside it the SE in "
                "percent, where one is told."
            )
        ),
        (_("Group"), *(_("at %(level)s or above", level=int(level)) for level in LEVELS[1:])),
        tuple(
            (unit.name, *(_each(unit, partial(_share, place)) for place in range(4)))
            for unit in release.cells
            if any(unit.profiles[o].reached for o in ORIENTATIONS)
        ),
    )


def _share(place: int, figure: Figure) -> str:
    if figure.reached is None:
        return EN_DASH
    share = shown_percent(figure.reached[place], figure.least)
    error = figure.reached_se[place] if figure.reached_se else None
    return share if error is None else f"{share} ± {100 * error:.0f}"


def _left_open(release: Release) -> FigureTable:
    return FigureTable(
        _("What the silent and the undecided leave open"),
        _three(
            _(
                "“Turns at” is the share of the silent people’s answers at which the level would "
                "be a lower one (below 0 or above 1: never). “Extremes” are the means if all of "
                "them were at level 1, or at 5. Both follow from the figures as shown. “Cannot "
                "say” is a share of all that was asked, in steps of 5 %%."
            )
        ),
        (_("Group"), _("turns at"), _("extremes"), _("cannot say")),
        tuple(
            (
                unit.name,
                _each(unit, partial(_turns, unit)),
                _each(unit, partial(_extremes, unit)),
                _each(unit, lambda f: shown_percent(f.unsure)),
            )
            for unit in release.cells
        ),
    )


def _turns(unit: UnitResult, figure: Figure) -> str:
    return shown_spread(tipping_point_of(figure, unit.invited))


def _extremes(unit: UnitResult, figure: Figure) -> str:
    return shown_range(extremes_of(figure, unit.invited))


def _agreement(release: Release) -> FigureTable:
    return FigureTable(
        _("How alike members of a group answer"),
        _three(
            _(
                "AD is the average deviation in levels; up to 0.80 a group shares one view. "
                "rwg(j) compares with answers spread evenly, or leaning one way; “by chance” is "
                "what one in twenty groups of this size reaches with random answers. Nor has a "
                "group such a figure that answers a question nearly all alike."
            )
        )
        + " "
        + _(_COARSE),
        (
            _("Group"),
            _("AD mean"),
            _("AD median"),
            _("rwg(j) even"),
            _("rwg(j) skew"),
            _("by chance"),
            "r*",
        ),
        tuple(
            (
                unit.name,
                _each(unit, partial(_alike, "ad_mean")),
                _each(unit, partial(_alike, "ad_median")),
                _each(unit, partial(_alike, "rwg_uniform")),
                _each(unit, partial(_alike, "rwg_slight_skew")),
                _each(unit, partial(_by_chance, release)),
                _each(unit, partial(_alike, "lindell")),
            )
            for unit in release.cells
            if any(unit.profiles[o].alike for o in ORIENTATIONS)
        ),
    )


def _alike(statistic: str, figure: Figure) -> str:
    return shown_spread(getattr(figure.alike, statistic, None))


def _by_chance(release: Release, figure: Figure) -> str:
    items = len(release.facets.get(Orientation.VALUE_STREAM, ()))
    if figure.alike is None or not items:
        return EN_DASH
    return f"{rwg_of_random_answers(figure.n, items):.2f}"


def _willing(release: Release) -> FigureTable:
    """What the states of willingness rest on."""
    rows = []
    for unit in release.cells:
        figure = unit.profiles.get(ACCEPTANCE)
        if figure is not None:
            band = shown_band(figure.band) if figure.band else EN_DASH
            row = (str(figure.n), shown_mean(figure), shown_spread(figure.se), band)
            rows.append((unit.name, *row, _(WORDS[willingness_of(unit)])))
    return FigureTable(
        _("Willing to take part"),
        _(
            "Read like a level: “would take part” where the band begins at 3 (“would try it out”) "
            "or above, “not yet” where it ends below, “open” in between; “two camps” whatever the "
            "band. Of under fifteen people, or of one mind or two, camps cannot be told: there "
            "“not yet” also needs under a third of the answers at 3 or above. It counts in no "
            "level."
        ),
        (_("Group"), "n", _("mean"), "SE", _("band"), _("reading")),
        tuple(rows),
    )


def _each(unit: UnitResult, shown: Callable[[Figure], str]) -> str:
    """One figure of each orientation, in their order; alike ones once."""
    figures = [unit.profiles.get(orientation) for orientation in ORIENTATIONS]
    found = [EN_DASH if figure is None else shown(figure) for figure in figures]
    return found[0] if len(set(found)) == 1 else " · ".join(found)
