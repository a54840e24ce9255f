"""Whether it mattered which way the statements ran, and whom the quality flags left out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
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
from app.scoring.rules import K_FINE
from app.scoring.scales import ScoredScale, UnitAnswers
from app.scoring.sheets import SheetTable, read_sheets
from app.scoring.suppression import ORGANISATION

#: Answers that each direction needs before an item's effect is told (method, 3).
FEWEST_AN_ARM = 30

Effects = dict[Orientation, tuple[float | None, ...]]


@dataclass(frozen=True)
class Arm:
    """One item's answers shown one way, by group: how many, and the sum of their levels."""

    answers: Integers
    levels: Integers


def direction_effects(
    units: Sequence[UnitAnswers],
    scales: Sequence[Scale],
    scored: Mapping[Scale, ScoredScale],
    k: int,
) -> Effects:
    """Return, by orientation and item, the mean shown rising less that shown falling, in groups.

    Over everybody who counts in the organisation's figures. None for an item with under 30
    answers an arm, and where the arms, laid over the groups' own figures, could single out
    fewer than k people: in the worst case those in the smaller arm of every group. An
    orientation without any is absent.
    """
    table = read_sheets([unit.sheets for unit in units], len(scales)).careful
    effects: Effects = {}
    for page, orientation in enumerate(ORIENTATIONS):
        shown = scored[orientation].carried.released.get(ORGANISATION, ())
        levels = table.levels[:, columns_of(orientation, scales)]
        up, down = table.rose(page)
        known = _owned_by(table, units, shown) & usable_rows(levels) & (up | down)
        arms = arms_of(levels[known], up[known], table.owner[known], len(units))
        found = tuple(direction_effect(*pair) if _is_large(*pair, k) else None for pair in arms)
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


def means_with_careless(
    units: Sequence[UnitAnswers],
    scales: Sequence[Scale],
    scored: Mapping[Scale, ScoredScale],
    k: int,
) -> dict[Orientation, float]:
    """Return the organisation's means if careless sheets counted; only where ten of them would.

    Over the groups of the organisation's released figures, so that the difference is theirs.
    """
    table = read_sheets([unit.sheets for unit in units], len(scales))
    means = {}
    for orientation in ORIENTATIONS:
        shown = scored[orientation].carried.released.get(ORGANISATION, ())
        kept = table.where(_owned_by(table, units, shown))
        places = columns_of(orientation, scales)
        usable, scores = score_respondents(kept.levels[:, places])
        # The difference is the mean of the careless: as fine as that of any ten people.
        if int((usable & kept.careless).sum()) >= max(k, K_FINE):
            total = int(scores.score.sum())
            means[orientation] = float(Fraction(total, scores.weight * len(scores.score)))
    return means


def careless_sheets(units: Sequence[UnitAnswers], scales: Sequence[Scale]) -> int:
    """Return how many sheets bear both flags."""
    return int(read_sheets([unit.sheets for unit in units], len(scales)).careless.sum())


def _owned_by(
    table: SheetTable, units: Sequence[UnitAnswers], shown: Sequence[str]
) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    places = [place for place, unit in enumerate(units) if unit.id in set(shown)]
    rows: np.ndarray[tuple[int], np.dtype[np.bool_]] = np.isin(table.owner, places)
    return rows
