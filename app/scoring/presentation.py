"""Whether it mattered which way the statements ran, and whom the quality flags left out."""

from collections.abc import Mapping, Sequence
from fractions import Fraction

import numpy as np

from app.maturity import ORIENTATIONS, Orientation
from app.questionnaires.questionnaire import Scale
from app.scoring.reliability import direction_effect
from app.scoring.respondent import columns_of, score_respondents
from app.scoring.rules import K_FINE
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
        kept = table.where(_owned_by(table, units, shown))
        places = columns_of(orientation, scales)
        usable, _ = score_respondents(kept.levels[:, places])
        up, down = kept.rose(page)
        known = kept.where(usable & (up | down))
        if len(known.owner):
            found = _effects(known, page, places, len(units), k)
            if any(effect is not None for effect in found):
                effects[orientation] = found
    return effects


def _effects(
    known: SheetTable, page: int, places: Sequence[int], units: int, k: int
) -> tuple[float | None, ...]:
    levels, (rising, falling) = known.levels[:, places], known.rose(page)
    effects: list[float | None] = []
    for column in range(levels.shape[1]):
        answered = levels[:, column] > 0
        effect = direction_effect(levels[answered, column], rising[answered], known.owner[answered])
        arms = np.stack(
            [np.bincount(known.owner[arm & answered], minlength=units) for arm in (rising, falling)]
        )
        enough = arms.sum(axis=1).min() >= FEWEST_AN_ARM and arms.min(axis=0).sum() >= k
        effects.append(effect if enough else None)
    return tuple(effects)


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
