"""The two-thirds rule: which level a group is at, in exact arithmetic."""

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise

import numpy as np

from app.maturity import LEVELS, Level
from app.scoring.moments import Floats
from app.scoring.respondent import Integers
from app.scoring.rules import TAU

#: Shares of answers at level 2, 3, 4 and 5 or above, each between 0 and 1, never rising.
Shares = Sequence[Fraction]


def level_reached(shares: Shares) -> Level:
    """Return the highest level L with p(L) >= 2/3; p(1) is 1.

    Exact fractions: as floats, shares that average to two thirds fall short by 1e-16.
    """
    reached = [level for level, p in zip(LEVELS[1:], shares, strict=True) if p >= TAU]
    return max(reached, default=Level.TECHNOLOGY)


def levels_reached(at_least: Integers, whole: Integers) -> Integers:
    """Return the level (G) of each of several groups by the same rule, in whole numbers.

    `at_least` (G, 4) are the answers at level 2 to 5 or above, out of `whole` (G).
    """
    reached = at_least * TAU.denominator >= TAU.numerator * whole[:, None]
    levels: Integers = 1 + reached.sum(axis=1)
    return levels


def progress(shares: Shares) -> float | None:
    """Return how near the next level is, 0 to 1: p(L+1) / (2/3); None at level 5."""
    level = level_reached(shares)
    if level == Level.VALUE_STREAM:
        return None
    return float(min(Fraction(1), shares[level - 1] / TAU))


def mean_of(shares: Shares) -> Fraction:
    """Return the mean score, 1 to 5, by the identity mean = 1 + p(2) + p(3) + p(4) + p(5)."""
    return 1 + sum(shares, Fraction(0))


def answer_mix(shares: Shares) -> tuple[Fraction, ...]:
    """Return the shares of answers exactly at level 1, 2, 3, 4 and 5; they add up to 1."""
    steps = [Fraction(1), *shares, Fraction(0)]
    return tuple(high - low for high, low in pairwise(steps))


def bands_between(lower: Floats, upper: Floats, level: Integers) -> Integers:
    """Return the lowest and highest level (G, 2) that the bounds of p(2)..p(5) leave possible.

    low = max{L : lower(l) >= 2/3 for every 2 <= l <= L}, high = max(level, max{L : upper(L)
    >= 2/3}), so low <= level <= high always. `lower`, `upper` have shape (G, 4).
    """
    tau = float(TAU)
    low = 1 + np.cumprod(lower >= tau, axis=1).sum(axis=1)
    high = ((upper >= tau) * np.arange(2, len(LEVELS) + 1)).max(axis=1)
    return np.stack([np.minimum(low, level), np.maximum(level, high)], axis=1)
