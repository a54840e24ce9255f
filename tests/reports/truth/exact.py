"""The exact figures of a set of people, straight from the method's definitions.

Written anew from the raw answers, with whole numbers and fractions up to the square roots;
nothing of it is the code that is tested.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from fractions import Fraction
from functools import cached_property, lru_cache
from itertools import pairwise
from math import ceil, lcm, sqrt

from scipy.special import stdtrit

TWO_THIRDS = Fraction(2, 3)
Band = tuple[int, int]


@lru_cache(maxsize=100_000)
def usable(answers: str) -> tuple[int, tuple[int, ...]] | None:
    """Return a person's mean and shares at level 1 to 5 or above, in units of 1/`unit_of`.

    None with fewer than two thirds of the items answered. y is the mean of the valid answers,
    s(L) the share of them at level L or above.
    """
    levels = [int(code) for code in answers if code.isdigit()]
    if 3 * len(levels) < 2 * len(answers):
        return None
    each = unit_of(len(answers)) // len(levels)
    return each * sum(levels), tuple(each * sum(x >= at for x in levels) for at in range(1, 6))


@lru_cache
def unit_of(items: int) -> int:
    """Return a number that every possible count of valid answers divides."""
    return lcm(*range(1, items + 1))


@lru_cache
def t_quantile(df: float, confidence: float) -> float:
    """Return Student's t for a one-sided bound."""
    return float(stdtrit(df, confidence))


class Exact:
    """The usable people among some sheets on one scale; `invited` is the roster.

    `least` is the smallest share that is told, in percent, `least_mean` the smallest mean, and
    `half_step` how far a mean may lie from what is told of it.
    """

    least, least_mean, half_step = 10, Fraction(12, 10), Fraction(1, 20)

    def __init__(self, answers: Sequence[str], invited: int) -> None:
        found = [(text, usable(text)) for text in answers]
        self.answers = [text for text, score in found if score is not None]
        self._people = [score for _text, score in found if score is not None]
        self.n = len(self._people)
        self.items = len(answers[0]) if answers else 0
        self.unit = unit_of(self.items) if self.items else 1
        self.scores = sorted(score for score, _shares in self._people)
        self.coverage = min(1.0, self.n / invited) if invited else 1.0

    @property
    def is_told(self) -> bool:
        """Whether the scale has figures of its own; else only its questions have."""
        return self.items >= 3

    @property
    def is_closed(self) -> bool:
        """Whether neither mean nor shares are told."""
        return not self.is_told

    @cached_property
    def mean(self) -> Fraction:
        return Fraction(sum(self.scores), self.n * self.unit)

    @cached_property
    def _columns(self) -> list[tuple[int, ...]]:
        """The shares at level 1 to 5 or above, person by person."""
        return list(zip(*(shares for _score, shares in self._people), strict=True))

    @cached_property
    def at_least(self) -> tuple[Fraction, ...]:
        """p(1)..p(5): each person weighs the same."""
        return tuple(Fraction(sum(column), self.n * self.unit) for column in self._columns)

    @property
    def reached(self) -> tuple[Fraction, ...]:
        return self.at_least[1:]

    @cached_property
    def mix(self) -> tuple[Fraction, ...]:
        sums = [*map(sum, self._columns), 0]
        return tuple(Fraction(high - low, self.n * self.unit) for high, low in pairwise(sums))

    @cached_property
    def level(self) -> int:
        return level_of(self.at_least)

    @cached_property
    def sd(self) -> float:
        return sqrt(variance(self.scores)) / self.unit

    def _error(self, deviation: float, rho: float = 0.6) -> float:
        """SE* = s / sqrt(n) sqrt(1 - rho f)."""
        return deviation / sqrt(self.n) * sqrt(1 - rho * self.coverage)

    @cached_property
    def se(self) -> float:
        return self._error(self.sd)

    @cached_property
    def reached_se(self) -> tuple[float, ...]:
        columns = self._columns[1:]
        return tuple(self._error(sqrt(variance(column)) / self.unit) for column in columns)

    @cached_property
    def band(self) -> Band:
        return band_of(self.reached, self.reached_se, self.n - 1, self.level)

    @cached_property
    def counts(self) -> list[Counter[int]]:
        """How many usable people chose each level, item by item."""
        columns = map("".join, zip(*self.answers, strict=True))
        return [Counter({x: column.count(str(x)) for x in range(1, 6)}) for column in columns]

    @property
    def is_bound(self) -> bool:
        """Whether the mean is told as a bound only."""
        return not (self.is_closed or self.least_mean < self.mean < 6 - self.least_mean)

    @property
    def shown_mean(self) -> Fraction:
        """The mean as it is told, halves up, or the end of what is told."""
        if self.is_bound:
            return self.least_mean if self.mean < 3 else 6 - self.least_mean
        step = 2 * self.half_step
        return step * int(self.mean / step + Fraction(1, 2))

    @cached_property
    def fewest(self) -> int:
        """How many answered the question that fewest did."""
        return min(map(Counter.total, self.counts))

    @cached_property
    def apart(self) -> int:
        """How many did not answer the most common number of items."""
        numbers = Counter(sum(map(str.isdigit, text)) for text in self.answers)
        return self.n - max(numbers.values())

    def shows_questions(self, k: int) -> bool:
        """Whether single questions are told: ten answers each, and nobody stands out by gaps."""
        return self.fewest >= 10 and not 0 < self.apart < k

    @cached_property
    def _compared(self) -> list[Counter[int]]:
        """The items with two answers or more."""
        return [item for item in self.counts if item.total() > 1]

    @cached_property
    def ad_mean(self) -> Fraction:
        """Mean over items of the average distance from the item's mean."""
        return _over([_distance(item, item_mean(item)) for item in self._compared])

    @cached_property
    def ad_median(self) -> Fraction:
        return _over([_distance(item, _median(item)) for item in self._compared])

    @cached_property
    def item_variance(self) -> Fraction:
        """Mean of s_j^2, with n_j - 1."""
        return _over([_item_variance(item) for item in self._compared])

    def rwg(self, null: Fraction) -> Fraction:
        """rwg(j) = J (1 - q) / (J (1 - q) + q), q the observed by the null variance."""
        items, q = len(self._compared), min(Fraction(1), self.item_variance / null)
        return items * (1 - q) / (items * (1 - q) + q)

    @property
    def lindell(self) -> Fraction:
        return 1 - self.item_variance / 4

    @cached_property
    def is_split(self) -> bool:
        """Whether there are two camps; not told of scales of fewer than three items."""
        return self.is_told and camps(self.scores, self.unit)


def camps(y: Sequence[int], unit: int) -> bool:
    """Return whether ascending scores, in 1/`unit`, fall into two camps.

    The best cut explains 80 % of the spread, and its parts lie 1.5 levels apart.
    """
    n, total = len(y), sum(y)
    least = max(2, ceil(n / 4))
    whole, best = n * sum(x * x for x in y) - total**2, (Fraction(0), Fraction(0))
    low = sum(y[:least])
    for cut in range(least, n - least + 1):
        if n >= 5 and y[cut - 1] < y[cut]:
            gap = Fraction(total - low, n - cut) - Fraction(low, cut)
            best = max(best, (gap * gap * cut * (n - cut) / whole, gap))
        low += y[cut] if cut < n else 0
    return best[0] >= Fraction(4, 5) and best[1] >= Fraction(3, 2) * unit


def level_of(at_least: Sequence[Fraction]) -> int:
    """Return max{L : p(L) >= 2/3} of p(1)..p(5)."""
    return max(at for at, p in enumerate(at_least, 1) if 3 * p.numerator >= 2 * p.denominator)


def band_of(reached: Sequence[Fraction], errors: Sequence[float], df: int, level: int) -> Band:
    """Return the levels that one-sided 90 % bounds of p(2)..p(5) leave possible."""
    t = t_quantile(df, 0.90)
    low, high, sure = 1, level, True
    for at, (p, error) in enumerate(zip(reached, errors, strict=True), start=2):
        # Without an error the bounds are the share itself, which is compared exactly.
        below, beyond = (p - t * error, p + t * error) if error else (p, p)
        sure = sure and below >= TWO_THIRDS
        low = at if sure else low
        high = max(high, at) if beyond >= TWO_THIRDS else high
    return low, high


def variance(values: Sequence[int]) -> Fraction:
    """Return the variance with n - 1; 0 of one value."""
    n, total = len(values), sum(values)
    return Fraction(n * sum(x * x for x in values) - total * total, n * max(1, n - 1))


def _item_variance(item: Mapping[int, int]) -> Fraction:
    n = sum(item.values())
    total = sum(level * times for level, times in item.items())
    squares = sum(level * level * times for level, times in item.items())
    return Fraction(n * squares - total * total, n * (n - 1))


def of_one_mind(item: Mapping[int, int], k: int) -> bool:
    """Whether all but fewer than k chose the same."""
    return sum(item.values()) - max(item.values()) < k


def item_mean(item: Mapping[int, int]) -> Fraction:
    """Return the mean of the answers to one item."""
    return Fraction(sum(level * times for level, times in item.items()), sum(item.values()))


def _distance(item: Mapping[int, int], centre: Fraction) -> Fraction:
    """The average distance of the answers from a centre."""
    whole, at = centre.denominator, centre.numerator
    apart = sum(abs(level * whole - at) * times for level, times in item.items())
    return Fraction(apart, whole * sum(item.values()))


def _median(item: Counter[int]) -> Fraction:
    answers = sorted(item.elements())
    return Fraction(answers[(len(answers) - 1) // 2] + answers[len(answers) // 2], 2)


def _over(values: Sequence[Fraction]) -> Fraction:
    whole = lcm(*(value.denominator for value in values))
    total = sum(value.numerator * (whole // value.denominator) for value in values)
    return Fraction(total, whole * len(values))
