"""What one unit's answers add up to: all that its figures, and its parents' figures, need."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.scoring.respondent import Integers, Scores


@dataclass(frozen=True)
class Moments:
    """Sums over the usable respondents of one unit on one orientation.

    Scores and shares are in units of 1/`weight`; `roster` is the number invited.
    `sum_at_least` and `sum_at_least_squared` hold the levels 2, 3, 4, 5 in this order.
    `counts[item][level - 1]` is how many of them gave that level to that item.
    `scores` are the respondents' scores in ascending order. `answered[m]` is how many of them
    gave an answer to exactly m items.
    """

    n: int
    roster: int
    weight: int
    sum_score: int
    sum_score_squared: int
    sum_at_least: tuple[int, ...]
    sum_at_least_squared: tuple[int, ...]
    counts: tuple[tuple[int, ...], ...]
    scores: tuple[int, ...]
    answered: tuple[int, ...] = ()

    @property
    def singled_out(self) -> int:
        """How many people's answers its figures tell only together; at least one respondent.

        One, where all have the same score: the figures are then each one's own.
        """
        return 1 if self.scores[0] == self.scores[-1] else self.n

    @property
    def coverage(self) -> float:
        """F = n / N, at most 1 (more answers than people means a faulty roster)."""
        return min(1.0, self.n / self.roster) if self.roster else 1.0


def merge(units: Sequence[Moments]) -> Moments:
    """Return several units as if they were one, so that nothing tells them apart."""
    if len(units) == 1:
        return units[0]
    return Moments(
        n=sum(unit.n for unit in units),
        roster=sum(unit.roster for unit in units),
        weight=units[0].weight,
        sum_score=sum(unit.sum_score for unit in units),
        sum_score_squared=sum(unit.sum_score_squared for unit in units),
        sum_at_least=_columns(unit.sum_at_least for unit in units),
        sum_at_least_squared=_columns(unit.sum_at_least_squared for unit in units),
        counts=tuple(_columns(items) for items in zip(*(u.counts for u in units), strict=True)),
        scores=tuple(sorted(score for unit in units for score in unit.scores)),
        answered=_columns(unit.answered for unit in units),
    )


def _columns(rows: Iterable[tuple[int, ...]]) -> tuple[int, ...]:
    return tuple(sum(column) for column in zip(*rows, strict=True))


def add_up(units: Integers, scores: Scores, rosters: Sequence[int]) -> list[Moments]:
    """Return the moments of every unit 0..len(rosters)-1; `units` says whose each row is."""
    order = np.lexsort((scores.score, units))
    bounds = np.searchsorted(units[order], np.arange(len(rosters) + 1))
    score, at_least = scores.score[order], scores.at_least[order]
    sums = _sums_between(bounds, np.column_stack([score, score**2, at_least, at_least**2]))
    items = scores.levels.T
    # The first column is of answers that are missing.
    given = [_tally(units, item, len(rosters), 6)[:, 1:] for item in items]
    counts = np.stack(given, axis=1)
    answered = _tally(units, sum(item > 0 for item in items), len(rosters), len(items) + 1)
    result = []
    for unit, roster in enumerate(rosters):
        row = [int(value) for value in sums[unit]]
        start, end = int(bounds[unit]), int(bounds[unit + 1])
        moments = Moments(
            n=end - start,
            roster=roster,
            weight=scores.weight,
            sum_score=row[0],
            sum_score_squared=row[1],
            sum_at_least=tuple(row[2:6]),
            sum_at_least_squared=tuple(row[6:10]),
            counts=tuple(tuple(item) for item in counts[unit].tolist()),
            scores=tuple(score[start:end].tolist()),
            answered=tuple(answered[unit].tolist()),
        )
        result.append(moments)
    return result


def _tally(units: Integers, values: NDArray[Any], rows: int, columns: int) -> Integers:
    """Count how often each unit has each value 0, 1, … `columns` - 1; shape (rows, columns)."""
    places = units * columns + values
    found = np.bincount(places, minlength=rows * columns)
    return found.reshape(rows, columns)


def _sums_between(bounds: Integers, values: NDArray[Any]) -> Integers:
    """Sum the rows of `values` between consecutive bounds; shape (units, columns)."""
    running = np.zeros((len(values) + 1, values.shape[1]), dtype=np.int64)
    np.cumsum(values, axis=0, dtype=np.int64, out=running[1:])
    return running[bounds[1:]] - running[bounds[:-1]]
