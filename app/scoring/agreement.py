"""Whether the members of a group see the same thing: deviation, rwg(j), Lindell's r*, split."""

from collections.abc import Sequence
from fractions import Fraction
from functools import lru_cache
from math import ceil
from typing import Final

import numpy as np

from app.maturity import LEVELS
from app.scoring.moments import Flags, Floats, Moments
from app.scoring.respondent import Integers
from app.scoring.rules import K_FLOOR, SPLIT_GAP, SPLIT_R2
from app.scoring.uncertainty import score_deviation

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


def average_deviation(moments: Moments) -> Floats:
    """Return AD_M(J) of each group (G): mean over items of the mean deviation from the mean.

    In scale points; 0 is full agreement. Items with fewer than two answers are left out; NaN if
    that leaves none. To twelve digits: summed as floats, a deviation of 0.80 can come out above
    it. Source: Burke, Finkelstein & Dusig 1999.
    """
    n = moments.counts.sum(axis=2)
    total = (moments.counts @ _LEVELS)[:, :, None]
    apart = (moments.counts * abs(_LEVELS * n[:, :, None] - total)).sum(axis=2)
    return _over_items(apart, n * n, n)


def median_deviation(moments: Moments) -> Floats:
    """Return AD_Md(J) of each group (G): mean over items of the mean deviation from the median.

    In scale points; NaN without an item that has two answers. Burke, Finkelstein & Dusig 1999.
    """
    n = moments.counts.sum(axis=2)
    twice = _levels_at(moments.counts, np.maximum(n - 1, 0) // 2) + _levels_at(
        moments.counts, n // 2
    )
    apart = (moments.counts * abs(2 * _LEVELS - twice[:, :, None])).sum(axis=2)
    return _over_items(apart, 2 * n, n)


def _levels_at(counts: Integers, places: Integers) -> Integers:
    """The level of each item's answer at a place, counted from 0, when all stand in order."""
    levels: Integers = 1 + (counts.cumsum(axis=2) <= places[:, :, None]).sum(axis=2)
    return levels


def item_variance(moments: Moments) -> Floats:
    """Return the mean of s_j^2 (with n_j - 1) over the items of each group (G); NaN if none.

    Items with fewer than two answers are left out.
    """
    n = moments.counts.sum(axis=2)
    total, squares = moments.counts @ _LEVELS, moments.counts @ _LEVELS**2
    return _over_items(n * squares - total * total, n * (n - 1), n)


def items_compared(moments: Moments) -> Integers:
    """Return how many items of each group (G) have two answers at least."""
    compared: Integers = (moments.counts.sum(axis=2) >= 2).sum(axis=1)
    return compared


def _over_items(part: Integers, whole: Integers, answers: Integers) -> Floats:
    """The mean of part / whole over each group's items that have two answers."""
    known = answers >= 2
    each = np.divide(part, whole, out=np.zeros(part.shape), where=known)
    counted = known.sum(axis=1)
    mean: Floats = np.full(len(part), np.nan)
    np.divide(each.sum(axis=1), counted, out=mean, where=counted > 0)
    return np.round(mean, 12)


def rwg(variance: Floats, items: Integers, null_variance: float) -> Floats:
    """Return how much less each group's items vary (G) than answers without agreement would.

    rwg(j) = J (1 - q) / (J (1 - q) + q) over J items, q = min(1, mean s_j^2 / null variance).
    Between 0 and 1; NaN for no items. James, Demaree & Wolf 1984.
    """
    q = np.minimum(1.0, variance / null_variance)
    result: Floats = items * (1 - q) / (items * (1 - q) + q)
    return result


def lindell(variance: Floats) -> Floats:
    """Return r* = 1 - mean s_j^2 / 4 (G), negative beyond maximum dissensus; NaN for no items.

    Unlike rwg(j) it does not rise with the number of items. Lindell & Brandt 1997.
    """
    result: Floats = 1 - variance / MAXIMUM_DISSENSUS
    return result


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


def splits(moments: Moments) -> Flags:
    """Return which groups (G) fall into two camps; see `is_split`.

    Only those are looked at one by one whose whole spread could hold two camps: a camp of at
    least a quarter, 1.5 levels from the other, makes a variance of 3/16 of 1.5^2.
    """
    spread = np.nan_to_num(score_deviation(moments)) ** 2 * moments.df / np.maximum(moments.n, 1)
    found = np.zeros(len(moments), dtype=np.bool_)
    least = 3 / 16 * float(SPLIT_GAP) ** 2
    for group in np.flatnonzero(spread > least - 1e-9):
        found[group] = is_split(moments.scores_of(int(group)), moments.weight)
    return found


def is_split(scores: Sequence[int] | Integers, weight: int) -> bool:
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
