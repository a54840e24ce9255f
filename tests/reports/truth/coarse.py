"""What may be told of a coarse group: worked out anew from how often each level was chosen."""

from collections import Counter
from collections.abc import Sequence
from fractions import Fraction
from functools import cached_property
from math import ceil, sqrt

from app.scoring.coarse import ALIKE
from app.scoring.rules import K_FINE
from tests.reports.truth.exact import Band, Exact, band_of, camps


class Coarse(Exact):
    """A group of under fifteen people, or of one mind or two, as its rules let it be seen.

    Shares are told in steps of 5 %, never below `least` percent, and means never below
    `least_mean` (tenths); the band follows from the shares as told, and a split is judged on
    scores in half levels.
    """

    def __init__(self, exact: Exact) -> None:
        vars(self).update({n: v for n, v in vars(exact).items() if n not in ("band", "is_split")})
        asked = self.n * self.items
        people = self.items + min(3, self.items - 1)
        self.least = min(50, max(10, 5 * ceil(Fraction(20 * people, asked))))
        tenths = ceil(Fraction(10 * (asked + 4 * self.items + 3), asked))
        self.least_mean = Fraction(min(30, max(12, tenths)), 10)
        self.half_step = Fraction(1, 10) if asked < 30 else Fraction(1, 20)

    @property
    def is_closed(self) -> bool:
        """Of two camps only that is told."""
        return not self.is_told or self.is_split

    def shows_questions(self, k: int) -> bool:
        """Never."""
        return False

    @cached_property
    def is_split(self) -> bool:
        """Only on six items or more, and on scores in halves, halves up."""
        if self.items < 6:
            return False
        halves = [(4 * score + self.unit) // (2 * self.unit) for score in self.scores]
        return camps(halves, 2)

    @cached_property
    def meant(self) -> list[Fraction]:
        """What the shares at level 2 to 5 or above stand for, as they are told."""
        return [self._meant(share) for share in self.reached]

    def _meant(self, share: Fraction) -> Fraction:
        least = Fraction(self.least, 100)
        if share < least:
            return least / 2
        return (
            1 - least / 2 if 1 - share < least else Fraction(int(20 * share + Fraction(1, 2)), 20)
        )

    @cached_property
    def meant_se(self) -> list[float]:
        """As if answers of one person were so alike: 60 % of the spread of six between people."""
        between = (1 + (self.items - 1) * ALIKE) / self.items
        return [self._error(sqrt(between * float(p * (1 - p)))) for p in self.meant]

    @cached_property
    def band(self) -> Band:
        return band_of(self.meant, self.meant_se, self.n - 1, self.level)


def is_coarse(exact: Exact, k: int) -> bool:
    """Under fifteen people; or without some k - 1 two scores are left, or one-level sheets only.

    One answer is always of one level.
    """
    two = sum(times for _score, times in Counter(exact.scores).most_common(2))
    varied = sum(len(set(text) & set("12345")) > 1 for text in exact.answers)
    one_level = varied < k and len(exact.counts) > 1
    return exact.n < K_FINE or exact.n - two < k or one_level


def seen(exact: Exact, k: int) -> Exact:
    """Return a group as it may be seen."""
    return Coarse(exact) if is_coarse(exact, k) else exact


def overall_band(three: Sequence[Exact], df: int, level: int) -> Band:
    """The band over all orientations where one of them is coarse: all as if they were."""
    views = [one if isinstance(one, Coarse) else Coarse(one) for one in three]
    shares = [
        sum(column, Fraction(0)) / 3 for column in zip(*(v.meant for v in views), strict=True)
    ]
    errors = [sum(column) / 3 for column in zip(*(v.meant_se for v in views), strict=True)]
    return band_of(shares, errors, df, level)
