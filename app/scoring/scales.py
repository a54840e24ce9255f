"""Every scale of a wave, scored for all cells at once: what a release is made of."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from pydantic import BaseModel, ConfigDict

from app.maturity import ACCEPTANCE, ORIENTATIONS
from app.questionnaires.questionnaire import Scale
from app.scoring.figure import Bound, Figure, figures_of, is_coarse
from app.scoring.items import Items, all_together, item_figures
from app.scoring.moments import Flags, Moments, add_up
from app.scoring.profile import Profiles, profiles_of
from app.scoring.reliability import Anova, Consistency, anova, consistency
from app.scoring.respondent import (
    Integers,
    LevelMatrix,
    columns_of,
    score_respondents,
    usable_rows,
)
from app.scoring.response import ResponseClass, response_class
from app.scoring.rounding import percents
from app.scoring.rules import K_FLOOR, RELIABLE_FROM
from app.scoring.sheets import SheetTable, read_sheets
from app.scoring.suppression import Cell, cells_of
from app.scoring.uncertainty import Spread, pooled_spread

SCALES: tuple[Scale, ...] = (*ORIENTATIONS, ACCEPTANCE)

#: Fewest items of a scale for which it makes sense to ask how they hold together.
FEWEST_TOGETHER = 3

#: The owner of a sheet that stands in no cell.
NOWHERE = -1


def scales_among(scales: Sequence[Scale]) -> tuple[Scale, ...]:
    """Return each scale once: the four of the core, then those of modules as they come."""
    return tuple(dict.fromkeys((*SCALES, *scales)))


@dataclass(frozen=True)
class UnitAnswers:
    """A unit of the tree with all its answer sheets, written one after the other.

    Parents come before their children; `invited` is 0 for a unit that only holds others.
    `about` is the group that business partners answer about; they stand outside the tree.
    `places` are the steps from demand to run where whoever set it up placed the group.
    `overlap` is the share of its people who were invited in the wave before; None: unknown.
    """

    id: str
    name: str
    parent: str | None
    kind: str | None
    invited: int
    sheets: str
    about: str | None = None
    places: tuple[str, ...] = ()
    overlap: float | None = None

    @staticmethod
    def overlap_of(units: Sequence["UnitAnswers"]) -> float | None:
        """Return the share of all their people who were asked before, in steps of 5 %."""
        known = [unit.overlap * unit.invited for unit in units if unit.overlap is not None]
        invited = sum(unit.invited for unit in units)
        if not invited or len(known) < len(units):
            return None
        return round(20 * sum(known) / invited) / 20


class Reliability(BaseModel):
    """How well one scale tells groups apart, over those that are not coarse, and its items.

    How items hold together is told only from 60 complete sheets on.
    """

    model_config = ConfigDict(frozen=True)

    groups: Anova
    items: Consistency | None


@dataclass(frozen=True)
class ScoredScale:
    """One scale of a wave, by cell (C) in the order of the cells.

    `shown` (C) says which cells number k; `profiles` and their moments are of those only, exact.
    `figures` are what may leave, None where nothing may; `together` the items of all of them.
    `spread` is how far people of one group lie apart. `sizes` counts the usable respondents of
    every group that was asked, for the audit.
    """

    shown: Flags
    profiles: Profiles
    figures: tuple[Figure | None, ...]
    together: Items
    reliability: Reliability
    spread: Spread
    sizes: Mapping[str, int]


@dataclass(frozen=True)
class ScoredWave:
    """All scales of a wave over one set of cells.

    `table` holds the sheets that count and stand in a cell, `cell` (n) says in which.
    `answered` (C) counts all sheets of a cell, also those filled in without care, which
    `careless` (C) counts.
    """

    cells: tuple[Cell, ...]
    invited: Integers
    answered: Integers
    careless: Integers
    named: Flags
    table: SheetTable
    cell: Integers
    scales: Mapping[Scale, ScoredScale]


def score_wave(
    units: Sequence[UnitAnswers], scales: Sequence[Scale], k: int = K_FLOOR
) -> ScoredWave:
    """Score all answers of a wave; `scales` gives the scale of each item of a sheet.

    The three orientations decide once which groups stand alone, and which pools others form.
    Sheets that were filled in without care count nowhere. Raises ThresholdTooLow for k below 5.
    """
    everything = read_sheets([unit.sheets for unit in units], len(scales))
    careful = everything.careful
    columns = {scale: columns_of(scale, scales) for scale in scales_among(scales)}
    sizes = {s: _usable(careful, places, len(units)) for s, places in columns.items()}
    asked = [n for n, unit in enumerate(units) if unit.invited or unit.sheets]
    usable = np.stack([sizes[orientation] for orientation in ORIENTATIONS], axis=1)
    counts = {units[n].id: usable[n].tolist() for n in asked}
    people = {unit.id: unit.invited for unit in units}
    cells = cells_of({unit.id: unit.parent for unit in units}, counts, k, people)
    places = _places_of(units, cells)
    invited = _totals(places, np.array([u.invited for u in units], dtype=np.int64), len(cells))
    sheets = np.bincount(everything.owner, minlength=len(units))
    answered = _totals(places, sheets, len(cells))
    left_out = np.bincount(everything.owner[everything.careless], minlength=len(units))
    named = _may_be_named(_totals(places, usable.T, len(cells)), answered, invited)
    table = careful.where(places[careful.owner] != NOWHERE)
    cell = places[table.owner]
    ids = [unit.id for unit in units]
    scored = {}
    for scale, at in columns.items():
        by_unit = dict(zip(ids, sizes[scale].tolist(), strict=True))
        answers = _Answers(table.levels[:, at], table.unsure[:, at], cell)
        scored[scale] = _score(answers, invited, named, by_unit, k)
    return ScoredWave(
        cells=cells,
        invited=invited,
        answered=answered,
        careless=_totals(places, left_out, len(cells)),
        named=named,
        table=table,
        cell=cell,
        scales=scored,
    )


def _usable(table: SheetTable, places: Sequence[int], units: int) -> Integers:
    """How many usable respondents each unit has on one scale."""
    return np.bincount(table.owner[usable_rows(table.levels[:, places])], minlength=units)


def _places_of(units: Sequence[UnitAnswers], cells: Sequence[Cell]) -> Integers:
    """The number of the cell in which each unit stands."""
    numbers = {member: n for n, cell in enumerate(cells) for member in cell.members}
    return np.array([numbers.get(unit.id, NOWHERE) for unit in units], dtype=np.int64)


def _totals(places: Integers, values: Integers, cells: int) -> Integers:
    """Add up a value of each unit by cell; `values` may have rows of units."""
    known = places != NOWHERE
    rows = [
        np.bincount(places[known], weights=row[known], minlength=cells).astype(np.int64)
        for row in np.atleast_2d(values)
    ]
    return rows[0] if values.ndim == 1 else np.stack(rows)


def _may_be_named(usable: Integers, answered: Integers, invited: Integers) -> Flags:
    """Where 40 % gave usable answers on every orientation, so that a level may be named."""
    fewest = np.minimum(answered, usable.min(axis=0))
    pairs = zip(fewest.tolist(), invited.tolist(), strict=True)
    return np.array([response_class(*pair) is not ResponseClass.LOW for pair in pairs], dtype=bool)


@dataclass(frozen=True)
class _Answers:
    """The answers on one scale, with the cell of each sheet; shapes (n, items) and (n)."""

    levels: LevelMatrix
    unsure: Flags
    cell: Integers


def _score(
    answers: _Answers, invited: Integers, named: Flags, sizes: Mapping[str, int], k: int
) -> ScoredScale:
    levels, cell = answers.levels, answers.cell
    usable, scores = score_respondents(levels)
    everything = add_up(cell[usable], scores, invited.tolist())
    shown = everything.n >= k
    moments = everything.where(shown)
    profiles = profiles_of(moments, k)
    fine = moments.where(~is_coarse(profiles))
    told = figures_of(profiles, named[shown], _unsure(answers, shown), item_figures(moments, k), k)
    figures = iter(told)
    rows = shown[cell]
    complete = int((levels[rows] > 0).all(axis=1).sum())
    enough = complete >= RELIABLE_FROM and levels.shape[1] >= FEWEST_TOGETHER
    items = consistency(levels[rows], cell[rows]) if enough else None
    return ScoredScale(
        shown=shown,
        profiles=profiles,
        figures=tuple(next(figures) if is_shown else None for is_shown in shown),
        together=_together(moments, told, k),
        reliability=Reliability(
            # Of one mind, or in a small group, a variance within would tell people's scores.
            groups=anova(fine).as_shown(),
            items=items and items.as_shown(),
        ),
        spread=pooled_spread(fine).as_shown(),
        sizes=sizes,
    )


def _together(moments: Moments, told: Sequence[Figure], k: int) -> Items:
    shown = np.array([any(figure.items) for figure in told], dtype=bool)
    capped = [bool(figure.mean and figure.mean.bound is not Bound.ABOUT) for figure in told]
    return all_together(moments, shown, np.array(capped, dtype=bool), k)


def _unsure(answers: _Answers, shown: Flags) -> list[int]:
    """The share of "cannot say" among all that each cell was asked, in percent, in steps of 5."""
    cell, cells = answers.cell, len(shown)
    chosen = np.bincount(cell, weights=answers.unsure.sum(axis=1), minlength=cells)
    asked = np.bincount(cell, minlength=cells) * answers.unsure.shape[1]
    told: list[int] = percents(chosen[shown].astype(np.int64), asked[shown], 5).tolist()
    return told
