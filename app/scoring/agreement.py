"""Whether the members of a group see the same thing: average deviation and the split rule."""

from collections.abc import Sequence
from fractions import Fraction
from math import ceil

from app.scoring.moments import Moments
from app.scoring.rules import K_FLOOR, SPLIT_GAP, SPLIT_R2


def average_deviation(unit: Moments) -> float | None:
    """Return AD_M(J): the mean over items of the mean absolute deviation from the item mean.

    In scale points; 0 is full agreement. Items with fewer than two answers are left out;
    None if that leaves none. Exact until the end: summed as floats, an average deviation of
    0.80 can come out above it. Source: Burke, Finkelstein & Dusig 1999.
    """
    deviations = []
    for counts in unit.counts:
        n = sum(counts)
        if n >= 2:
            total = sum(level * count for level, count in enumerate(counts, start=1))
            apart = sum(c * abs(level * n - total) for level, c in enumerate(counts, start=1))
            deviations.append(Fraction(apart, n * n))
    return float(sum(deviations, Fraction(0)) / len(deviations)) if deviations else None


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
    total = sum(scores)
    # n * sum of squares - (sum)^2 is n times the total sum of squares, in whole numbers.
    spread = n * sum(score * score for score in scores) - total * total
    if spread == 0:
        return False
    smallest = max(2, ceil(n / 4))
    best, best_pairs = 0, 1
    below = sum(scores[: smallest - 1])
    for cut in range(smallest, n - smallest + 1):
        below += scores[cut - 1]
        if scores[cut - 1] == scores[cut]:
            continue
        # The gap of the camps is apart / pairs; the cut explains apart^2 / pairs of the spread.
        apart, pairs = total * cut - n * below, cut * (n - cut)
        if apart * apart * best_pairs > best * best * pairs:
            best, best_pairs = apart, pairs
    explained = Fraction(best * best, best_pairs * spread)
    return explained >= SPLIT_R2 and Fraction(best, best_pairs * weight) >= SPLIT_GAP
