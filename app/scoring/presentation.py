"""Whether it mattered which way the statements ran, and whom the quality flags left out."""

from collections.abc import Mapping, Sequence
from fractions import Fraction

import numpy as np

from app.maturity import ORIENTATIONS, Orientation
from app.questionnaires.questionnaire import Scale
from app.scoring.reliability import direction_effect
from app.scoring.respondent import columns_of, score_respondents
from app.scoring.scales import ScoredScale, UnitAnswers
from app.scoring.sheets import SheetTable, read_sheets
from app.scoring.suppression import ORGANISATION

#: Answers that each direction needs before an item's effect is told (method, 3).
FEWEST_AN_ARM = 30

Effects = dict[Orientation, tuple[float | None, ...]]


def direction_effects(
    units: Sequence[UnitAnswers],
    scales: Sequence[Scale],
    scored: Mapping[Scale, ScoredScale],
    k: int,
) -> Effects:
    """Return, by orientation and item, the mean shown rising less the mean shown falling.

    Over everybody who stands in the organisation's figures. None for an item with under 30
    answers an arm. An orientation is absent where the arms, laid over the groups' own figures,
    could single out fewer than k people: in the worst case the smaller arm of every group.
    """
    table = read_sheets([unit.sheets for unit in units], len(scales)).careful
    effects: Effects = {}
    for page, orientation in enumerate(ORIENTATIONS):
        shown = scored[orientation].carried.released.get(ORGANISATION, ())
        kept = table.where(_owned_by(table, units, shown))
        up, down = kept.rose(page)
        count = len(units)
        arms = np.stack([np.bincount(kept.owner[arm], minlength=count) for arm in (up, down)])
        if arms.min(axis=0).sum() >= k:
            known = kept.where(up | down)
            levels = known.levels[:, columns_of(orientation, scales)]
            rising = known.rose(page)[0]
            found = direction_effect(levels, rising)
            fewest = np.minimum((levels[rising] > 0).sum(axis=0), (levels[~rising] > 0).sum(axis=0))
            effects[orientation] = tuple(
                effect if count >= FEWEST_AN_ARM else None
                for effect, count in zip(found, fewest.tolist(), strict=True)
            )
    return effects


def means_with_careless(
    units: Sequence[UnitAnswers],
    scales: Sequence[Scale],
    scored: Mapping[Scale, ScoredScale],
    k: int,
) -> dict[Orientation, float]:
    """Return the organisation's means if careless sheets counted; only where k of them would.

    Over the groups of the organisation's released figures, so that the difference is theirs.
    """
    table = read_sheets([unit.sheets for unit in units], len(scales))
    means = {}
    for orientation in ORIENTATIONS:
        shown = scored[orientation].carried.released.get(ORGANISATION, ())
        kept = table.where(_owned_by(table, units, shown))
        places = columns_of(orientation, scales)
        usable, scores = score_respondents(kept.levels[:, places])
        if int((usable & kept.careless).sum()) >= k:
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
