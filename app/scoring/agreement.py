"""Whether the members of a group see the same thing: deviation, rwg(j), Lindell's r*, split."""

from collections.abc import Callable, Sequence
from fractions import Fraction
from functools import lru_cache
from math import ceil, lcm
from typing import Final

import numpy as np

from app.maturity import LEVELS
from app.scoring.moments import Moments
from app.scoring.respondent import Integers
from app.scoring.rules import K_FLOOR, SPLIT_GAP, SPLIT_R2

#: Variance of answers given without agreement, five options: (A^2 - 1) / 12 if all are alike,
#: and less if most people lean one way (LeBreton & Senter 2008, table 2).
UNIFORM: Final = 2.0
SLIGHT_SKEW: Final = 1.34
#: Largest variance that five options allow: half the answers at each end (Lindell 1997).
MAXIMUM_DISSENSUS: Final = 4.0

_LEVELS: Final = np.array(LEVELS)

#: How many made-up groups the critical value of rwg(j) is read from, and their seed.
_REPLICATES, _SEED = 20_000, 1984
#: Answers that are drawn at a time.
_MOST_ANSWERS = 2_500_000


def average_deviation(unit: Moments) -> float | None:
    """Return AD_M(J): the mean over items of the mean absolute deviation from the item mean.

    In scale points; 0 is full agreement. Items with fewer than two answers are left out;
    None if that leaves none. Exact until the end: summed as floats, an average deviation of
    0.80 can come out above it. Source: Burke, Finkelstein & Dusig 1999.
    """
    return _mean_deviation(unit, _from_mean)


def median_deviation(unit: Moments) -> float | None:
    """Return AD_Md(J): the mean over items of the mean absolute deviation from the median.

    In scale points; None without an item that has two answers. Burke, Finkelstein & Dusig 1999.
    """
    return _mean_deviation(unit, _from_median)


def _mean_deviation(
    unit: Moments, deviation: Callable[[Integers, Integers], tuple[Integers, Integers]]
) -> float | None:
    counts, n = _items_compared(unit)
    if not n.size:
        return None
    parts, wholes = (values.tolist() for values in deviation(counts, n))
    whole = lcm(*wholes)
    apart: int = sum(part * (whole // of) for part, of in zip(parts, wholes, strict=True))
    return apart / (whole * n.size)


def _items_compared(unit: Moments) -> tuple[Integers, Integers]:
    """The items that have at least two answers: counts (items, 5), and answers (items)."""
    counts = np.array(unit.counts)
    n = counts.sum(axis=1)
    return counts[n >= 2], n[n >= 2]


def _from_mean(counts: Integers, n: Integers) -> tuple[Integers, Integers]:
    total = (counts @ _LEVELS)[:, None]
    return (counts * abs(_LEVELS * n[:, None] - total)).sum(axis=1), n * n


def _from_median(counts: Integers, n: Integers) -> tuple[Integers, Integers]:
    twice = _levels_at(counts, (n - 1) // 2) + _levels_at(counts, n // 2)
    return (counts * abs(2 * _LEVELS - twice[:, None])).sum(axis=1), 2 * n


def _levels_at(counts: Integers, places: Integers) -> Integers:
    """The level of each item's answer at a place, counted from 0, when all stand in order."""
    levels: Integers = 1 + (counts.cumsum(axis=1) <= places[:, None]).sum(axis=1)
    return levels


def item_variances(unit: Moments) -> list[float]:
    """Return s_j^2 with n_j - 1 for each item that has at least two answers."""
    counts, n = _items_compared(unit)
    total, squares = counts @ _LEVELS, counts @ _LEVELS**2
    variances: list[float] = ((n * squares - total * total) / (n * (n - 1))).tolist()
    return variances


def rwg(variances: Sequence[float], null_variance: float) -> float | None:
    """Return how much less a unit's items vary than answers without agreement would.

    rwg(j) = J (1 - q) / (J (1 - q) + q) over J items, q = min(1, mean s_j^2 / null variance).
    Between 0 and 1; None for no items. James, Demaree & Wolf 1984.
    """
    if not variances:
        return None
    items = len(variances)
    q = min(1.0, sum(variances) / items / null_variance)
    return items * (1 - q) / (items * (1 - q) + q)


def lindell(variances: Sequence[float]) -> float | None:
    """Return r* = 1 - mean s_j^2 / 4, negative beyond maximum dissensus; None for no items.

    Unlike rwg(j) it does not rise with the number of items. Lindell & Brandt 1997.
    """
    return 1 - sum(variances) / len(variances) / MAXIMUM_DISSENSUS if variances else None


@lru_cache(maxsize=1024)
def rwg_of_random_answers(n: int, items: int) -> float:
    """Return the 95th percentile of rwg(j) of n >= 2 people who answer at random.

    Uniform null, independent items; simulated with a fixed seed. What lies below proves
    nothing: five people reach .75 by chance. Cohen, Doveh & Nahum-Shani 2009.
    """
    chance = np.random.default_rng(_SEED)
    # In parts: all answers of a large group at once would take a gigabyte.
    part = max(1, _MOST_ANSWERS // (n * items))
    variances = np.concatenate(
        [
            chance.integers(1, 6, (min(part, _REPLICATES - start), n, items), dtype=np.int8)
            .var(axis=1, ddof=1)
            .mean(axis=1)
            for start in range(0, _REPLICATES, part)
        ]
    )
    q = np.minimum(1.0, variances / UNIFORM)
    return float(np.quantile(items * (1 - q) / (items * (1 - q) + q), 0.95))


def is_split(scores: Sequence[int], weight: int) -> bool:
    """Return whether a unit's ascending scores (in 1/weight) fall into two camps.

    Over cuts that leave max(2, ceil(n/4)) on each side and fall between different scores:
    split if the cut that explains most of the spread explains >= .80 of it and its camps'
    means are >= 1.5 apart. Two camps of 2s and 4s reach rwg(j) = .82, so agreement alone
    cannot tell them. In exact fractions: as floats, an R2 of .80 falls short by 1e-16.
    """
    n = len(scores)
    if n < K_FLOOR:
        return False
    values = np.array(scores, dtype=np.int64)
    running = values.cumsum()
    total = int(running[-1])
    # n * sum of squares - (sum)^2 is n times the total sum of squares, in whole numbers.
    spread = n * int(values @ values) - total * total
    smallest = max(2, ceil(n / 4))
    cuts = np.arange(smallest, n - smallest + 1)
    cuts = cuts[values[cuts - 1] < values[cuts]]
    if not cuts.size:
        return False
    best, best_pairs = 0, 1
    for cut in _best_cuts(cuts, running):
        # The gap of the camps is apart / pairs; the cut explains apart^2 / pairs of the spread.
        apart, pairs = total * cut - n * int(running[cut - 1]), cut * (n - cut)
        if apart * apart * best_pairs > best * best * pairs:
            best, best_pairs = apart, pairs
    explained = Fraction(best * best, best_pairs * spread)
    return explained >= SPLIT_R2 and Fraction(best, best_pairs * weight) >= SPLIT_GAP


def _best_cuts(cuts: Integers, running: Integers) -> list[int]:
    """The cuts that may explain most, as far as rounding can tell; `running` sums up scores."""
    n = len(running)
    apart = running[-1] * (cuts / n) - running[cuts - 1]
    explained = apart * apart / (cuts * (n - cuts))
    best: list[int] = cuts[explained >= explained.max() * (1 - 1e-6)].tolist()
    return best
