"""How sure a figure is: standard errors with the reliability-adjusted correction, bounds."""

import numpy as np
from numpy.typing import ArrayLike
from pydantic import BaseModel, ConfigDict
from scipy.special import stdtrit

from app.scoring.moments import Floats, Moments
from app.scoring.respondent import Integers
from app.scoring.rules import RHO, SPREAD_ASSUMED, SPREAD_FROM


class Spread(BaseModel):
    """How far people of one group lie apart (levels), over the groups that tell it together.

    `df` is None where too few people tell it, and the spread is assumed.
    """

    model_config = ConfigDict(frozen=True)

    sd: float = SPREAD_ASSUMED
    df: int | None = None

    def as_shown(self) -> "Spread":
        """Return it to two decimals, as it is printed."""
        return self.model_copy(update={"sd": round(self.sd, 2)})


def variance(n: Integers, sums: Integers, squares: Integers) -> Floats:
    """Return each group's variance with n - 1, in the square of the sums' unit; NaN below two.

    Whole numbers up to the divisions, so a group without spread has exactly 0; taken about one
    near the mean, as squares of the sums of large groups leave 64 bits. Shapes of `sums` and
    `squares` are alike; their first axis is that of `n`.
    """
    people = np.maximum(n, 1).reshape(-1, *[1] * (sums.ndim - 1))
    near = sums // people
    rest = sums - near * people
    apart = squares - near * (sums + rest)
    result: Floats = np.full(sums.shape, np.nan)
    np.divide(apart - rest * rest / people, people - 1, out=result, where=people > 1)
    return result


def score_deviation(moments: Moments) -> Floats:
    """Return s of each group (G), the standard deviation of its scores with n - 1, in levels."""
    spread: Floats = np.sqrt(variance(moments.n, moments.score, moments.score_squared))
    return spread / moments.weight


def standard_error(deviation: Floats, n: Integers, coverage: Floats, rho: float = RHO) -> Floats:
    """Return SE* = s / sqrt(n) sqrt(1 - rho f), in the unit of the deviation.

    The finite-population correction applies only to the part of the spread that would not
    vary if people answered again: Var = (1 - f) S_true^2 / n + S_error^2 / n (Hansen,
    Hurwitz & Bershad 1961; Sarndal, Swensson & Wretman 1992, ch. 16), with rho = S_true^2 /
    (S_true^2 + S_error^2). rho = 1 is the textbook correction (Cochran 1977), 0 at f = 1.
    """
    corrected = np.sqrt(np.maximum(0.0, 1 - rho * coverage) / np.maximum(n, 1))
    error: Floats = deviation * corrected.reshape(-1, *[1] * (deviation.ndim - 1))
    return error


def pooled_spread(moments: Moments) -> Spread:
    """Return the within-group spread: the square root of the within mean square over groups.

    From thirty people on; below that it is taken to be a whole level.
    """
    present = moments.n > 0
    people, df = int(moments.n.sum()), int(moments.n.sum() - present.sum())
    if people < SPREAD_FROM or df < 1:
        return Spread()
    squares = variance(moments.n, moments.score, moments.score_squared)
    within = float(np.nansum(squares * moments.df)) / df
    return Spread(sd=within**0.5 / moments.weight, df=df)


def t_quantile(df: ArrayLike, confidence: float) -> Floats:
    """Return t(df, confidence): by how many errors a one-sided bound lies from its estimate."""
    quantile: Floats = stdtrit(df, confidence)
    return quantile
