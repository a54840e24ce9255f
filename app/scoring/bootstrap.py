"""A second way to the standard error, to check the first one against."""

from math import sqrt

import numpy as np
from numpy.typing import NDArray

from app.scoring.moments import Moments
from app.scoring.rules import RHO

REPLICATES, _SEED = 2_000, 1988


def bootstrap_means(group: Moments, rho: float = RHO) -> NDArray[np.float64] | None:
    """Return 2,000 rescaled bootstrap means of one group's scores, 1 to 5; None below two people.

    y* = mean + sqrt(1 - rho f) sqrt(n / (n - 1)) (mean_b - mean): their standard deviation
    reproduces SE*. Rao & Wu 1988. Not the method of the report: with 5 to 8 people it is no
    better than t, and harder to explain.
    """
    n, coverage = int(group.n[0]), float(group.coverage[0])
    if n < 2:
        return None
    scores = group.scores_of(0) / group.weight
    chance = np.random.default_rng(_SEED)
    means = scores[chance.integers(0, n, (REPLICATES, n))].mean(axis=1)
    stretch = sqrt(1 - rho * coverage) * sqrt(n / (n - 1))
    rescaled: NDArray[np.float64] = scores.mean() + stretch * (means - scores.mean())
    return rescaled
