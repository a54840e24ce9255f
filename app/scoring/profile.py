"""Where groups stand on one orientation, exact and unrounded; `figure` makes them fit to leave."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from app.scoring.agreement import (
    SLIGHT_SKEW,
    UNIFORM,
    average_deviation,
    item_variance,
    items_compared,
    lindell,
    median_deviation,
    rwg,
    splits,
)
from app.scoring.level import bands_between, level_reached, levels_reached
from app.scoring.moments import Flags, Floats, Moments
from app.scoring.respondent import Integers
from app.scoring.rules import BAND_CONFIDENCE
from app.scoring.uncertainty import score_deviation, standard_error, t_quantile, variance

Band = tuple[int, int]
FourShares = tuple[Fraction, Fraction, Fraction, Fraction]


@dataclass(frozen=True)
class Agreement:
    """How alike the members of each group answer (G); NaN where no item has two answers."""

    ad_mean: Floats
    ad_median: Floats
    rwg_uniform: Floats
    rwg_slight_skew: Floats
    lindell: Floats

    def where(self, groups: Flags) -> "Agreement":
        """Return the figures of some groups, in the same order."""
        return Agreement(**{name: value[groups] for name, value in vars(self).items()})


@dataclass(frozen=True)
class Profiles:
    """G groups on one scale, exact: arrays by group, NaN where a figure is not defined.

    `mean`, `se`, `se_textbook` and `sd` (G) are in levels. `share` and `share_se` (G, 4) are
    p(2)..p(5), the shares of answers at that level or above, each respondent weighing the same,
    and their errors. `level` (G) follows the two-thirds rule, `band` (G, 2) the bounds of the
    shares; a group of one has no error, so its band spans all levels. `split`, `one_mind`,
    `few_minds` (G).
    """

    moments: Moments
    mean: Floats
    sd: Floats
    se: Floats
    se_textbook: Floats
    share: Floats
    share_se: Floats
    level: Integers
    band: Integers
    agreement: Agreement
    split: Flags
    one_mind: Flags
    few_minds: Flags

    def __len__(self) -> int:
        return len(self.mean)

    def where(self, groups: Flags) -> "Profiles":
        """Return the profiles of some groups, in the same order."""
        kept: dict[str, Any] = {}
        for name, value in vars(self).items():
            kept[name] = value[groups] if isinstance(value, np.ndarray) else value.where(groups)
        return Profiles(**kept)

    def shares_of(self, group: int) -> FourShares:
        """Return p(2)..p(5) of one group as exact fractions."""
        whole = int(self.moments.whole[group])
        two, three, four, five = (Fraction(n, whole) for n in self.moments.at_least[group].tolist())
        return two, three, four, five


def profiles_of(moments: Moments, k: int) -> Profiles:
    """Return the profiles of groups of one respondent or more, all at once."""
    whole = moments.whole.astype(np.float64)
    share = moments.at_least / whole[:, None]
    sd = score_deviation(moments)
    deviations = np.sqrt(variance(moments.n, moments.at_least, moments.at_least_squared))
    share_se = standard_error(deviations / moments.weight, moments.n, moments.coverage)
    level = levels_reached(moments.at_least, moments.whole)
    return Profiles(
        moments=moments,
        mean=moments.score / whole,
        sd=sd,
        se=standard_error(sd, moments.n, moments.coverage),
        se_textbook=standard_error(sd, moments.n, moments.coverage, rho=1),
        share=share,
        share_se=share_se,
        level=level,
        band=bands_of(share, share_se, moments.df, level),
        agreement=_agreement(moments),
        split=splits(moments),
        one_mind=moments.of_one_mind(k),
        few_minds=moments.of_few_minds(k),
    )


def bands_of(share: Floats, share_se: Floats, df: Integers, level: Integers) -> Integers:
    """Return the bands (G, 2) from one-sided 90 % bounds on p(2)..p(5), shapes (G, 4).

    Without an error all levels are possible.
    """
    margin = t_quantile(np.maximum(df, 1), BAND_CONFIDENCE)[:, None] * share_se
    lower = np.nan_to_num(share - margin, nan=0.0)
    upper = np.nan_to_num(np.minimum(1.0, share + margin), nan=1.0)
    return bands_between(lower, upper, level)


def _agreement(moments: Moments) -> Agreement:
    spread, items = item_variance(moments), items_compared(moments)
    return Agreement(
        ad_mean=average_deviation(moments),
        ad_median=median_deviation(moments),
        rwg_uniform=rwg(spread, items, UNIFORM),
        rwg_slight_skew=rwg(spread, items, SLIGHT_SKEW),
        lindell=lindell(spread),
    )


@dataclass(frozen=True)
class Overalls:
    """G groups over all three orientations, exact, from their figures on each of them.

    P(L) is the mean of the three p(L). The error is the mean of the three errors: an upper
    bound, since it takes the orientations to be fully correlated. Arrays as in `Profiles`.
    """

    n: Integers
    mean: Floats
    se: Floats
    level: Integers
    band: Integers
    df: Integers
    three: tuple[Profiles, ...]


def overalls_of(three: tuple[Profiles, ...]) -> Overalls:
    """Return the overall figures of groups from their profiles on every orientation (one or more).

    All profiles hold the same groups in the same order.
    """
    share = sum(p.share for p in three) / len(three)
    share_se = sum(p.share_se for p in three) / len(three)
    df = np.min([p.moments.df for p in three], axis=0)
    level = _levels(three, np.asarray(share))
    return Overalls(
        n=np.min([p.moments.n for p in three], axis=0),
        mean=np.asarray(sum(p.mean for p in three)) / len(three),
        se=np.asarray(sum(p.se for p in three)) / len(three),
        level=level,
        band=bands_of(np.asarray(share), np.asarray(share_se), df, level),
        df=df,
        three=three,
    )


#: Nearer to two thirds than this, a level is decided in exact fractions.
_NEAR = 1e-9


def _levels(three: tuple[Profiles, ...], share: Floats) -> Integers:
    levels: Integers = 1 + (share >= 2 / 3).sum(axis=1)
    for group in np.flatnonzero((abs(share - 2 / 3) < _NEAR).any(axis=1)):
        levels[group] = level_reached(overall_shares([p.shares_of(int(group)) for p in three]))
    return levels


def overall_shares(shares: list[FourShares]) -> FourShares:
    """Return P(2)..P(5), the means of several groups of four shares, exact."""
    columns = zip(*shares, strict=True)
    two, three, four, five = (sum(column, Fraction(0)) / len(shares) for column in columns)
    return two, three, four, five
