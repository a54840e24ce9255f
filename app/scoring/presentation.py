"""Whether it mattered which way the statements ran, and whom the quality flags left out."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.maturity import ORIENTATIONS, Orientation
from app.questionnaires.questionnaire import Scale
from app.scoring.respondent import (
    Integers,
    LevelMatrix,
    columns_of,
    score_respondents,
    usable_rows,
)
from app.scoring.rounding import hundredths
from app.scoring.rules import K_ITEMS
from app.scoring.scales import ScoredWave, UnitAnswers
from app.scoring.sheets import read_sheets

#: Answers that each direction needs before an item's effect is told (method, 3).
FEWEST_AN_ARM = 30

Effects = dict[Orientation, tuple[float | None, ...]]


@dataclass(frozen=True)
class Arm:
    """One item's answers shown one way, by group: how many, and the sum of their levels."""

    answers: Integers
    levels: Integers


def direction_effects(wave: ScoredWave, scales: Sequence[Scale], k: int) -> Effects:
    """Return, by orientation and item, the mean shown rising less that shown falling, in cells.

    Over everybody who stands in a figure, to two decimals. None for an item with under 30
    answers an arm, and where the arms, laid over the cells' own figures, could single out
    fewer than k people: in the worst case those in the smaller arm of every cell. An
    orientation without any is absent.
    """
    effects: Effects = {}
    for page, orientation in enumerate(ORIENTATIONS):
        levels = wave.table.levels[:, columns_of(orientation, scales)]
        up, down = wave.table.rose(page)
        known = usable_rows(levels) & (up | down)
        arms = arms_of(levels[known], up[known], wave.cell[known], len(wave.cells))
        found = tuple(
            hundredths(direction_effect(*pair)) if _is_large(*pair, k) else None for pair in arms
        )
        if any(effect is not None for effect in found):
            effects[orientation] = found
    return effects


def arms_of(
    levels: LevelMatrix, ascending: NDArray[np.bool_], owner: Integers, groups: int
) -> list[tuple[Arm, Arm]]:
    """Return for each item (column) the answers shown ascending, and those shown descending.

    `ascending` and `owner` say of each sheet how it was shown and whose of 0..groups-1 it is.
    """
    place = 2 * owner + ascending

    def tally(values: NDArray[Any]) -> Integers:
        both: Integers = np.bincount(place, weights=values, minlength=2 * groups).astype(np.int64)
        return both.reshape(-1, 2)

    def arms(item: NDArray[np.int8]) -> tuple[Arm, Arm]:
        answers, sums = tally(item > 0), tally(item)
        return Arm(answers[:, 1], sums[:, 1]), Arm(answers[:, 0], sums[:, 0])

    return [arms(item) for item in levels.T]


def direction_effect(up: Arm, down: Arm) -> float | None:
    """Return an item's mean level shown ascending less that shown descending, within groups.

    Each group's difference counts by n_up n_down / (n_up + n_down), the weight of a two-way
    layout without interaction, so that groups at different levels that chance put on different
    sides are no effect. None where no group has answers of both kinds.
    """
    both = (up.answers > 0) & (down.answers > 0)
    if not both.any():
        return None
    n_up, n_down = up.answers[both], down.answers[both]
    weights = n_up * n_down / (n_up + n_down)
    differences = up.levels[both] / n_up - down.levels[both] / n_down
    return float(np.dot(weights, differences) / weights.sum())


def _is_large(up: Arm, down: Arm, k: int) -> bool:
    arms = np.stack([up.answers, down.answers])
    return bool(arms.sum(axis=1).min() >= FEWEST_AN_ARM and arms.min(axis=0).sum() >= k)


def shifts_by_careless(
    units: Sequence[UnitAnswers], scales: Sequence[Scale], wave: ScoredWave, k: int
) -> dict[Orientation, float]:
    """Return by how much the mean of all cells would move if careless sheets counted, to 0.1.

    Only where ten of them would count: the difference is their mean, as fine as any ten
    people's. Not those of groups that stand in no figure.
    """
    if wave.careless.sum() < max(k, K_ITEMS):
        return {}
    known = {member for cell in wave.cells for member in cell.members}
    everything = read_sheets([unit.sheets for unit in units], len(scales))
    inside = np.array([unit.id in known for unit in units], dtype=np.bool_)
    table = everything.where(inside[everything.owner])
    shifts = {}
    for orientation in ORIENTATIONS:
        usable, scores = score_respondents(table.levels[:, columns_of(orientation, scales)])
        careless = table.careless[usable]
        if int(careless.sum()) >= max(k, K_ITEMS):
            shift = (scores.score.mean() - scores.score[~careless].mean()) / scores.weight
            shifts[orientation] = round(float(shift), 1)
    return shifts
