"""The figures of one unit, or of several pooled, on one orientation, and over all three."""

from collections.abc import Sequence
from fractions import Fraction
from math import fsum
from typing import TypedDict, Unpack

from pydantic import BaseModel, ConfigDict

from app.maturity import Level
from app.scoring.agreement import (
    SLIGHT_SKEW,
    UNIFORM,
    average_deviation,
    is_split,
    item_variances,
    lindell,
    median_deviation,
    rwg,
)
from app.scoring.level import band_between, level_reached, mean_of, progress
from app.scoring.moments import Moments
from app.scoring.response import is_sensitive, tipping_point, worst_case_mean
from app.scoring.rules import BAND_CONFIDENCE, INTERVAL_CONFIDENCE, K_FINE
from app.scoring.uncertainty import (
    degrees_of_freedom,
    interval,
    margin,
    standard_error,
    within_variance,
)

Four = tuple[float, float, float, float]


class Agreement(BaseModel):
    """How alike the members of one unit answer; None where an item lacks two answers."""

    model_config = ConfigDict(frozen=True)

    ad_mean: float | None
    ad_median: float | None
    rwg_uniform: float | None
    rwg_slight_skew: float | None
    lindell: float | None


class ItemFigure(BaseModel):
    """What a unit answered to one item: how many, their mean level, and the level reached.

    `most` is the anchor that at least half of them chose, if there is one.
    """

    model_config = ConfigDict(frozen=True)

    n: int
    mean: float
    level: Level
    most: int | None = None


class Profile(BaseModel):
    """Where a unit stands on one orientation, exact and unrounded; see `shown` for display.

    `shares` are p(2)..p(5), the shares of answers at that level or above, each respondent
    weighing the same; `mean` is 1 to 5. `se`, `interval` and `band` are None where they are
    not defined (one person per unit). `agreement` and `split` are of single units.
    `tipping_point`, `worst_case_mean` and `sensitive` tell what those who are silent could
    change. `items` follow the scale's items; None where an item may not be shown.
    """

    model_config = ConfigDict(frozen=True)

    n: int
    units: int
    mean: float
    se: float | None
    se_textbook: float | None
    interval: tuple[float, float] | None
    shares: tuple[Fraction, Fraction, Fraction, Fraction]
    share_se: Four | None
    level: Level
    band: tuple[int, int] | None
    progress: float | None
    agreement: Agreement | None = None
    split: bool = False
    #: Fewest people whose answers this figure and others of its release single out together;
    #: one, where all of a group have the same score: its figures are then each one's own.
    smallest: int | None = None
    #: Share of "cannot say" among all that was asked of everybody who sent a sheet.
    unsure: Fraction | None = None
    tipping_point: float | None = None
    worst_case_mean: tuple[float, float] | None = None
    sensitive: bool = False
    items: tuple[ItemFigure | None, ...] = ()

    @property
    def df(self) -> int:
        """Degrees of freedom: respondents less units."""
        return self.n - self.units

    @property
    def coarse(self) -> bool:
        """Whether the figure is given in steps: it, or what it singles out, is below ten.

        A unit of many is coarse too where one of its groups is small: else that group's
        figures could be worked out from its own and its neighbours'.
        """
        return min(self.n, self.smallest or self.n) < K_FINE


class Overall(BaseModel):
    """A unit's level over the three orientations, from its released figures only.

    P(L) is the mean of the three p(L). The error is the mean of the three errors: an upper
    bound, since it takes the orientations to be fully correlated.
    """

    model_config = ConfigDict(frozen=True)

    n: int
    mean: float
    se: float | None
    shares: tuple[Fraction, Fraction, Fraction, Fraction]
    level: Level
    band: tuple[int, int] | None
    df: int = 0
    smallest: int | None = None

    @property
    def coarse(self) -> bool:
        """Whether the figure is given in steps, as one of its orientations'."""
        return min(self.n, self.smallest or self.n) < K_FINE


class Beside(TypedDict, total=False):
    """What a profile carries that is not worked out from moments."""

    items: tuple[ItemFigure | None, ...]
    smallest: int
    unsure: Fraction


def profile_of(
    units: Sequence[Moments], *, single: bool = True, **beside: Unpack[Beside]
) -> Profile:
    """Return the profile of all respondents of `units` together; at least one respondent.

    Parents pool respondents (never a mean of means) and take the spread within units. `single`
    says that the only unit is a group, and not several that nothing may tell apart.
    """
    n = sum(unit.n for unit in units)
    whole = n * units[0].weight
    sums = [unit.sum_at_least for unit in units]
    reached = [Fraction(sum(row[i] for row in sums), whole) for i in range(4)]
    shares = (reached[0], reached[1], reached[2], reached[3])
    level = level_reached(shares)
    errors, share_se = _errors(units), _share_errors(units)
    df = degrees_of_freedom(units)
    # mean = 1 + p(2) + p(3) + p(4) + p(5), over whole numbers to the last division.
    mean = (whole + sum(map(sum, sums))) / whole
    alone = units[0] if len(units) == 1 and single else None
    reached_by = shares[level - 2] if level > 1 else Fraction(1)
    roster = sum(unit.roster for unit in units)
    tips_at = tipping_point(reached_by, n, roster)
    return Profile(
        n=n,
        units=len(units),
        mean=mean,
        se=errors and errors[0],
        se_textbook=errors and errors[1],
        interval=errors and _interval(mean, errors[0], df),
        shares=shares,
        share_se=share_se,
        level=level,
        band=_band(shares, share_se, df, level),
        progress=progress(shares),
        agreement=_agreement(alone) if alone else None,
        split=is_split(alone.scores, alone.weight) if alone else False,
        tipping_point=tips_at,
        worst_case_mean=worst_case_mean(mean, n, roster),
        sensitive=is_sensitive(reached_by, tips_at),
        **beside,
    )


def _interval(mean: float, se: float, df: int) -> tuple[float, float]:
    return interval(mean, margin(se, df, (1 + INTERVAL_CONFIDENCE) / 2), 1, 5)


def _agreement(unit: Moments) -> Agreement:
    variances = item_variances(unit)
    return Agreement(
        ad_mean=average_deviation(unit),
        ad_median=median_deviation(unit),
        rwg_uniform=rwg(variances, UNIFORM),
        rwg_slight_skew=rwg(variances, SLIGHT_SKEW),
        lindell=lindell(variances),
    )


def overall_of(profiles: Sequence[Profile]) -> Overall:
    """Return the overall figure of a unit from the profiles of its three orientations."""
    mean_shares = [sum((p.shares[i] for p in profiles), Fraction(0)) / 3 for i in range(4)]
    shares = (mean_shares[0], mean_shares[1], mean_shares[2], mean_shares[3])
    level = level_reached(shares)
    errors = [p.share_se for p in profiles if p.share_se is not None]
    known = len(errors) == len(profiles)
    joint = [fsum(e[i] for e in errors) / 3 for i in range(4)] if known else []
    df = min(p.df for p in profiles)
    return Overall(
        n=min(p.n for p in profiles),
        mean=float(mean_of(shares)),
        se=fsum(p.se for p in profiles if p.se is not None) / 3 if known else None,
        shares=shares,
        level=level,
        band=_band(shares, (joint[0], joint[1], joint[2], joint[3]) if known else None, df, level),
        df=df,
        smallest=min((p.smallest for p in profiles if p.smallest is not None), default=None),
    )


def _errors(units: Sequence[Moments]) -> tuple[float, float] | None:
    """SE* of the mean and its textbook neighbour, in scale points."""
    weight = units[0].weight
    variance = within_variance(
        units, [u.sum_score for u in units], [u.sum_score_squared for u in units]
    )
    adjusted = standard_error(units, variance)
    textbook = standard_error(units, variance, rho=1)
    if adjusted is None or textbook is None:
        return None
    return adjusted / weight, textbook / weight


def _share_errors(units: Sequence[Moments]) -> Four | None:
    weight = units[0].weight
    errors = []
    for i in range(4):
        variance = within_variance(
            units,
            [u.sum_at_least[i] for u in units],
            [u.sum_at_least_squared[i] for u in units],
        )
        error = standard_error(units, variance)
        if error is None:
            return None
        errors.append(error / weight)
    return errors[0], errors[1], errors[2], errors[3]


def _band(
    shares: Sequence[Fraction], errors: Four | None, df: int, level: Level
) -> tuple[int, int] | None:
    """Band from one-sided 90 % bounds on p(2)..p(5)."""
    if errors is None:
        return None
    bounds = [
        interval(float(p), margin(error, df, BAND_CONFIDENCE), 0, 1)
        for p, error in zip(shares, errors, strict=True)
    ]
    return band_between([low for low, _ in bounds], [high for _, high in bounds], level)
