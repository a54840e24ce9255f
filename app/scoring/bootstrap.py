"""A second way to the standard error, to check the first one against."""

from math import sqrt

import numpy as np
from numpy.typing import NDArray

from app.scoring.moments import Moments
from app.scoring.rules import RHO

REPLICATES, _SEED = 2_000, 1988


def bootstrap_means(unit: Moments, rho: float = RHO) -> NDArray[np.float64] | None:
    """Return 2,000 rescaled bootstrap means of a unit's scores, 1 to 5; None below two people.

    y* = mean + sqrt(1 - rho f) sqrt(n / (n - 1)) (mean_b - mean): their standard deviation
    reproduces SE*. Rao & Wu 1988. Not the method of the report: with 5 to 8 people it is no
    better than t, and harder to explain.
    """
    if unit.n < 2:
        return None
    scores = np.array(unit.scores) / unit.weight
    chance = np.random.default_rng(_SEED)
    means = scores[chance.integers(0, unit.n, (REPLICATES, unit.n))].mean(axis=1)
    stretch = sqrt(1 - rho * unit.coverage) * sqrt(unit.n / (unit.n - 1))
    rescaled: NDArray[np.float64] = scores.mean() + stretch * (means - scores.mean())
    return rescaled
