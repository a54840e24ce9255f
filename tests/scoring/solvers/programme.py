"""Which scores a group can have behind a print, by integer programming over kinds of sheets.

Exact where the search finds nothing: a score that everybody's least and most often agree on is
known. The conditions are wider than the print, so what is certain here is certain.
"""

from dataclasses import dataclass
from itertools import product
from math import ceil

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

from app.scoring.moments import Floats

_INSIDE = 1e-9


@dataclass(frozen=True)
class Told:
    """What is printed: people, the mean and the five shares as (least, most), and the deviation."""

    people: int
    mean: tuple[float, float]
    mix: tuple[tuple[float, float], ...]
    deviation: tuple[float, float]


def sheets(items: int) -> Floats:
    """Return every kind of usable sheet: how many answers at each level; shape (kinds, 5)."""
    few = ceil(2 * items / 3)
    kinds = [k for k in product(range(items + 1), repeat=5) if few <= sum(k) <= items]
    return np.array(kinds, dtype=np.float64)


def people_with(told: Told, score: float, items: int) -> tuple[int, int]:
    """Return how many people have a score, at the least and at the most, in all that fits."""
    kinds = sheets(items)
    shares = kinds / kinds.sum(axis=1, keepdims=True)
    scores = shares @ np.arange(1, 6)
    people = told.people
    rows = [np.ones(len(kinds)), scores, scores**2, *shares.T]
    lows = [people, people * told.mean[0], _squares(told, 0), *(people * a for a, _ in told.mix)]
    highs = [people, people * told.mean[1], _squares(told, 1), *(people * b for _, b in told.mix)]
    fits = LinearConstraint(np.array(rows), np.array(lows) - _INSIDE, np.array(highs) + _INSIDE)
    wanted = (abs(scores - score) < _INSIDE).astype(np.float64)
    least, most = (
        milp(way * wanted, constraints=fits, integrality=np.ones(len(kinds)), bounds=Bounds(0))
        for way in (1, -1)
    )
    return round(least.fun), round(-most.fun)


def _squares(told: Told, end: int) -> float:
    """The least, or the most, that the squares of all scores add up to."""
    return (told.people - 1) * told.deviation[end] ** 2 + told.people * told.mean[end] ** 2
