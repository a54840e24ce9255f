"""Whether two figures differ: between groups, between waves, between two sides of one group."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import fsum, inf, sqrt

import numpy as np
from pydantic import BaseModel, ConfigDict
from scipy.special import fdtrc, stdtr

from app.scoring.moments import Floats
from app.scoring.respondent import Integers
from app.scoring.rules import CLEAR_DIFFERENCE, INTERVAL_CONFIDENCE, SIGNIFICANT
from app.scoring.uncertainty import t_quantile


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
        return float(t_quantile(self.df, (1 + INTERVAL_CONFIDENCE) / 2)) * self.se

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

    def as_shown(self) -> "WelchAnova":
        """Return it to the digits that are printed."""
        rounded = {"f": round(self.f, 2), "df2": round(self.df2, 1)}
        return self.model_copy(update=rounded | {"p_value": round(self.p_value, 3)})


@dataclass(frozen=True)
class Estimate:
    """A mean in levels with its standard error (None where undefined) and degrees of freedom."""

    mean: float
    se: float | None
    df: float


def difference(a: Estimate, b: Estimate) -> Difference:
    """Return a - b with SE = sqrt(SE*_a^2 + SE*_b^2) and Welch-Satterthwaite df, two-sided t.

    Degrees of freedom may be infinite, where a spread is taken as known.
    """
    value = a.mean - b.mean
    if a.se is None or b.se is None or a.se + b.se == 0:
        return Difference(value=value)
    se = sqrt(a.se**2 + b.se**2)
    lost = fsum(x.se**4 / x.df for x in (a, b) if x.se)
    return tested(value, se, se**4 / lost if lost else inf)


def tested(value: float, se: float, df: float) -> Difference:
    """Return a difference with the two-sided t test that it is 0 and its 95 % interval."""
    t = value / se
    margin = float(t_quantile(df, (1 + INTERVAL_CONFIDENCE) / 2)) * se
    return Difference(
        value=value,
        se=se,
        df=df,
        t=t,
        p_value=2 * float(stdtr(df, -abs(t))),
        interval=(value - margin, value + margin),
    )


def welch_anova(mean: Floats, se: Floats, df: Integers) -> WelchAnova | None:
    """Return Welch's test that all means are equal; None for fewer than two or an error of 0.

    Weights are 1 / SE*^2, so the correction for finite groups carries over. Welch 1951.
    """
    if len(mean) < 2 or not np.all(se > 0):
        return None
    weights, k = 1 / se**2, len(mean)
    total = fsum(weights)
    centre = fsum(weights * mean) / total
    between = fsum(weights * (mean - centre) ** 2) / (k - 1)
    lost = fsum((1 - weights / total) ** 2 / df)
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


def compare_neighbours(
    pairs: Sequence[tuple[Estimate, Estimate]],
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
