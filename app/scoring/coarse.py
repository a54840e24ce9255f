"""What is told of a coarse group: figures that rest on how often each level was chosen, no more.

None of them tells how the answers are spread over people, but that a group is split. The
smallest share that is told, and the smallest mean, leave room for all answers of one person
and some of another: whoever is one of the group and knows that learns nothing for sure of the
others. All of it follows from counts of people and items.
"""

from dataclasses import dataclass
from math import ceil

import numpy as np

from app.scoring.agreement import is_split
from app.scoring.level import levels_reached
from app.scoring.moments import Flags, Floats, Moments
from app.scoring.profile import bands_of
from app.scoring.respondent import Integers
from app.scoring.rounding import LEAST, OVER, STEP, UNDER, percents
from app.scoring.rules import K_FINE, MEAN_LEAST, SPLIT_GAP, SPLIT_R2
from app.scoring.uncertainty import standard_error

#: Means are told in tenths from so many answers on, and in fifths below.
ANSWERS_OF_TENTHS = 30

#: Whether a group is split is told on scales of so many items or more.
ITEMS_OF_SPLIT = 6

#: How alike one person's answers to two items are taken to be (intraclass correlation): of
#: p (1 - p), (1 + (K - 1) ALIKE) / K is then spread between people, .6 on six items.
ALIKE = 0.52


@dataclass(frozen=True)
class Coarse:
    """Figures of G coarse groups: arrays by group.

    `least` is the smallest share told and `least_mean` the smallest mean (tenths); `mix` (G, 5)
    and `reached` (G, 4) are in percent, `mean` in tenths; `low` and `high` say which means are
    bounds. `share` and `share_se` (G, 4) are what the shares as told stand for, `band` (G, 2)
    what follows from them.
    """

    least: Integers
    least_mean: Integers
    mix: Integers
    reached: Integers
    mean: Integers
    low: Flags
    high: Flags
    share: Floats
    share_se: Floats
    level: Integers
    band: Integers


def coarse_of(moments: Moments) -> Coarse:
    """Return what may be told of groups that are coarse and not split."""
    whole, least, least_mean = moments.whole[:, None], _least(moments), _least_mean(moments)
    edges = np.concatenate([whole, moments.at_least, np.zeros_like(whole)], axis=1)
    reached = percents(moments.at_least, whole, STEP, least[:, None])
    share = _meant(reached, least[:, None])
    items = moments.counts.shape[1]
    between = (1 + (items - 1) * ALIKE) / items
    deviation = np.sqrt(between * share * (1 - share))
    share_se = standard_error(deviation, moments.n, moments.coverage)
    level = levels_reached(moments.at_least, moments.whole)
    score = 10 * moments.score
    return Coarse(
        least=least,
        least_mean=least_mean,
        mix=percents(edges[:, :-1] - edges[:, 1:], whole, STEP, least[:, None]),
        reached=reached,
        mean=_means(moments),
        low=score <= least_mean * moments.whole,
        high=score >= (60 - least_mean) * moments.whole,
        share=share,
        share_se=share_se,
        level=level,
        band=bands_of(share, share_se, moments.df, level),
    )


def _least(moments: Moments) -> Integers:
    """One person's answers and three more, in percent, up to the next step; a tenth at least.

    Two more are enough on three items.
    """
    items = moments.counts.shape[1]
    answers = np.maximum(moments.n, 1) * items
    steps = -(-(items + min(3, items - 1)) * (100 // STEP) // answers)
    least: Integers = np.clip(steps * STEP, LEAST, 50)
    return least


def _least_mean(moments: Moments) -> Integers:
    """The mean of ones but for one person's fives and three steps of others', in tenths, up."""
    items = moments.counts.shape[1]
    answers = np.maximum(moments.n, 1) * items
    rounded = -(-10 * (answers + 4 * items + 3) // answers)
    least: Integers = np.clip(rounded, ceil(10 * MEAN_LEAST), 30)
    return least


def _means(moments: Moments) -> Integers:
    """Means in tenths, of few answers in fifths; halves up."""
    few = moments.n * moments.counts.shape[1] < ANSWERS_OF_TENTHS
    step = 1 + few.astype(np.int64)
    means: Integers = (20 * moments.score + step * moments.whole) // (2 * step * moments.whole)
    means *= step
    return means


def _meant(shares: Integers, least: Integers) -> Floats:
    """What shares as told stand for: the middle of what is under, or over, what is told."""
    middle = least / 200
    meant: Floats = np.where(shares == UNDER, middle, shares / 100)
    return np.where(shares == OVER, 1 - middle, meant).astype(np.float64)


def coarse_splits(moments: Moments) -> Flags:
    """Return which coarse groups (G) are told to be split: judged on scores in half levels.

    A score at an end then has a neighbour that is judged alike. Not on fewer than six items.
    """
    found = np.zeros(len(moments), dtype=np.bool_)
    if moments.counts.shape[1] < ITEMS_OF_SPLIT:
        return found
    halves = (4 * moments.scores + moments.weight) // (2 * moments.weight)
    for n in np.unique(moments.n[moments.n > 0]).tolist():
        groups = np.flatnonzero(moments.n == n)
        scores = halves[moments.starts[groups][:, None] + np.arange(n)]
        if n < K_FINE:
            found[groups] = _splits(scores)
        else:
            found[groups] = [is_split(row, 2) for row in scores]
    return found


def _splits(scores: Integers) -> Flags:
    """`is_split` of many groups of one size, on ascending scores in half levels."""
    groups, n = scores.shape
    running = scores.cumsum(axis=1)
    spread = n * (scores**2).sum(axis=1) - running[:, -1] ** 2
    best, pairs = np.zeros(groups, dtype=np.int64), np.ones(groups, dtype=np.int64)
    smallest = max(2, ceil(n / 4))
    for cut in range(smallest, n - smallest + 1):
        apart, both = running[:, -1] * cut - n * running[:, cut - 1], cut * (n - cut)
        better = scores[:, cut - 1] < scores[:, cut]
        better &= apart**2 * pairs > best**2 * both
        best, pairs = np.where(better, apart, best), np.where(better, both, pairs)
    explained = SPLIT_R2.denominator * best**2 >= SPLIT_R2.numerator * pairs * spread
    wide = SPLIT_GAP.denominator * best >= SPLIT_GAP.numerator * pairs * 2
    split: Flags = (best > 0) & explained & wide
    return split
