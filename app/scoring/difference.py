"""Whether two figures differ: between groups, between waves, between two sides of one group."""

from collections.abc import Sequence
from math import fsum, sqrt
from typing import Protocol

from pydantic import BaseModel, ConfigDict
from scipy.special import fdtrc, stdtr, stdtrit

from app.scoring.profile import Overall, Profile
from app.scoring.rules import (
    CLEAR_CHANGE,
    CLEAR_DIFFERENCE,
    INTERVAL_CONFIDENCE,
    SIGNIFICANT,
)


class Difference(BaseModel):
    """A difference of two means in levels; without an error (both 0 or unknown) no test."""

    model_config = ConfigDict(frozen=True)

    value: float
    se: float | None = None
    df: float | None = None
    t: float | None = None
    p_value: float | None = None
    interval: tuple[float, float] | None = None

    @property
    def detectable(self) -> float | None:
        """The smallest difference that could be seen: t(.975) SE. Smaller moves cannot."""
        if self.se is None or self.df is None:
            return None
        return float(stdtrit(self.df, (1 + INTERVAL_CONFIDENCE) / 2)) * self.se

    @property
    def excludes_zero(self) -> bool:
        """Whether the 95 % interval leaves out 0."""
        return self.interval is not None and not self.interval[0] <= 0 <= self.interval[1]


class WelchAnova(BaseModel):
    """Whether any of several means differ, without assuming equal variances."""

    model_config = ConfigDict(frozen=True)

    f: float
    df1: int
    df2: float
    p_value: float


class Measured(Protocol):
    """A mean with its standard error (None where undefined) and degrees of freedom."""

    @property
    def mean(self) -> float:
        """In levels, 1 to 5."""
        ...

    @property
    def se(self) -> float | None:
        """SE* of the mean, in levels."""
        ...

    @property
    def df(self) -> int:
        """Respondents less units."""
        ...


def difference(a: Measured, b: Measured) -> Difference:
    """Return a - b with SE = sqrt(SE*_a^2 + SE*_b^2) and Welch-Satterthwaite df, two-sided t."""
    value = a.mean - b.mean
    if a.se is None or b.se is None or a.se + b.se == 0:
        return Difference(value=value)
    se = sqrt(a.se**2 + b.se**2)
    df = se**4 / fsum(x.se**4 / x.df for x in (a, b) if x.se)
    t = value / se
    margin = float(stdtrit(df, (1 + INTERVAL_CONFIDENCE) / 2)) * se
    return Difference(
        value=value,
        se=se,
        df=df,
        t=t,
        p_value=2 * float(stdtr(df, -abs(t))),
        interval=(value - margin, value + margin),
    )


def welch_anova(figures: Sequence[Measured]) -> WelchAnova | None:
    """Return Welch's test that all means are equal; None for fewer than two or an error of 0.

    Weights are 1 / SE*^2, so the correction for finite groups carries over. Welch 1951.
    """
    if len(figures) < 2 or not all(figure.se for figure in figures):
        return None
    weights = [1 / figure.se**2 for figure in figures if figure.se]
    total, k = fsum(weights), len(figures)
    centre = fsum(w * figure.mean for w, figure in zip(weights, figures, strict=True)) / total
    between = fsum(
        w * (figure.mean - centre) ** 2 for w, figure in zip(weights, figures, strict=True)
    ) / (k - 1)
    lost = fsum(
        (1 - w / total) ** 2 / figure.df for w, figure in zip(weights, figures, strict=True)
    )
    f = between / (1 + 2 * (k - 2) / (k**2 - 1) * lost)
    df2 = (k**2 - 1) / (3 * lost)
    return WelchAnova(f=f, df1=k - 1, df2=df2, p_value=float(fdtrc(k - 1, df2, f)))


def holm(p_values: Sequence[float]) -> list[float]:
    """Return p-values adjusted for the family-wise error, in the order given. Holm 1979."""
    order = sorted(range(len(p_values)), key=p_values.__getitem__)
    adjusted, largest = [0.0] * len(p_values), 0.0
    for rank, index in enumerate(order):
        largest = max(largest, (len(p_values) - rank) * p_values[index])
        adjusted[index] = min(1.0, largest)
    return adjusted


def benjamini_hochberg(p_values: Sequence[float]) -> list[float]:
    """Return p-values adjusted for the false discovery rate. Benjamini & Hochberg 1995."""
    order = sorted(range(len(p_values)), key=p_values.__getitem__, reverse=True)
    adjusted, smallest, n = [0.0] * len(p_values), 1.0, len(p_values)
    for position, index in enumerate(order):
        smallest = min(smallest, n / (n - position) * p_values[index])
        adjusted[index] = smallest
    return adjusted


def is_clear(value: float, adjusted_p: float) -> bool:
    """Return whether "clearly higher" or "lower" may be said: significant and >= 0.5 level."""
    return adjusted_p < SIGNIFICANT and abs(value) >= CLEAR_DIFFERENCE


def is_gap(self_view: Measured, partner_view: Measured) -> bool:
    """Return whether a group and its partners see it differently, on the same items.

    At least 0.5 level apart, and the interval leaves out 0. Whether each side is large enough
    to be released at all is decided before.
    """
    gap = difference(self_view, partner_view)
    return abs(gap.value) >= CLEAR_DIFFERENCE and gap.excludes_zero


def compare_neighbours(
    pairs: Sequence[tuple[Measured, Measured]],
) -> list[tuple[Difference, float | None]]:
    """Return the difference of each pair with its p-value adjusted by Holm over all pairs.

    For hand-off neighbours that were named before anybody answered; all pairs of all groups
    would be far too many tests. None where there is no test.
    """
    found = [difference(one, other) for one, other in pairs]
    tested = [n for n, each in enumerate(found) if each.p_value is not None]
    raw = [each.p_value for each in found if each.p_value is not None]
    adjusted = dict(zip(tested, holm(raw), strict=True))
    return [(each, adjusted.get(n)) for n, each in enumerate(found)]


def has_changed(before: Measured, after: Measured) -> bool:
    """Return whether a unit changed between waves: at least 0.3 level, interval without 0.

    Waves are not linked, so they are taken as independent: that errs on the careful side.
    """
    moved = difference(after, before)
    return abs(moved.value) >= CLEAR_CHANGE and moved.excludes_zero


def has_moved_level(before: Profile | Overall, after: Profile | Overall) -> bool:
    """Return whether a unit moved a level: its two bands do not overlap."""
    if before.band is None or after.band is None:
        return False
    return before.band[1] < after.band[0] or after.band[1] < before.band[0]
