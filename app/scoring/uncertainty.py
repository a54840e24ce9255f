"""How sure a figure is: standard errors with the reliability-adjusted correction, bounds."""

from collections.abc import Sequence
from math import fsum, sqrt

from scipy.special import stdtrit

from app.scoring.moments import Moments
from app.scoring.rules import RHO


def degrees_of_freedom(units: Sequence[Moments]) -> int:
    """Return n - G: respondents less units, as each unit has a mean of its own."""
    return sum(unit.n for unit in units) - sum(1 for unit in units if unit.n)


def within_variance(
    units: Sequence[Moments], sums: Sequence[int], squares: Sequence[int]
) -> float | None:
    """Return the within-unit mean square from each unit's sum and sum of squares.

    In the square of the sums' unit; None without a residual degree of freedom. Whole numbers
    up to one division for each unit, so a unit without spread has exactly 0.
    """
    df = degrees_of_freedom(units)
    if df < 1:
        return None
    present = [row for row in zip(units, sums, squares, strict=True) if row[0].n]
    return fsum((u.n * square - total * total) / u.n for u, total, square in present) / df


def score_deviation(unit: Moments) -> float | None:
    """Return s, the standard deviation of a unit's scores with n - 1, in scale points."""
    variance = within_variance([unit], [unit.sum_score], [unit.sum_score_squared])
    return None if variance is None else sqrt(variance) / unit.weight


def standard_error(
    units: Sequence[Moments], variance: float | None, rho: float = RHO
) -> float | None:
    """Return SE* = sqrt(s_w^2 / n) sqrt(1 - rho sum n_g f_g / n); None if undefined.

    The finite-population correction applies only to the part of the spread that would not
    vary if people answered again: Var = (1 - f) S_true^2 / n + S_error^2 / n (Hansen,
    Hurwitz & Bershad 1961; Sarndal, Swensson & Wretman 1992, ch. 16), with rho = S_true^2 /
    (S_true^2 + S_error^2). rho = 1 is the textbook correction (Cochran 1977), 0 at f = 1.
    """
    if variance is None:
        return None
    n = sum(unit.n for unit in units)
    covered = fsum(unit.n * unit.coverage for unit in units) / n
    return sqrt(variance / n) * sqrt(max(0.0, 1 - rho * covered))


def margin(se: float, df: int, confidence: float) -> float:
    """Return t(df, confidence) * se: the distance of a one-sided bound from its estimate."""
    return float(stdtrit(df, confidence)) * se


def interval(
    estimate: float, half_width: float, lowest: float, highest: float
) -> tuple[float, float]:
    """Return estimate -/+ half_width, cut to the range the figure can have."""
    return max(lowest, estimate - half_width), min(highest, estimate + half_width)
