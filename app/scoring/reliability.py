"""How well the instrument tells groups apart, and how well its items hold together."""

from math import fsum

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict
from scipy.special import fdtrc, fdtri

from app.scoring.factor import omega
from app.scoring.moments import Moments
from app.scoring.respondent import Integers, LevelMatrix
from app.scoring.rules import INTERVAL_CONFIDENCE
from app.scoring.uncertainty import variance

Floats = NDArray[np.float64]


class Anova(BaseModel):
    """One-way analysis of variance of respondents' scores by group; None where undefined.

    `icc1` is the share of variance that groups explain, with n0 for the group size;
    `icc1_mean_n` the same with the arithmetic mean size, as R's `multilevel` does it; `icc2`
    the reliability of group means. Negative values are shown as they are.
    """

    model_config = ConfigDict(frozen=True)

    n: int
    groups: int
    msb: float | None = None
    msw: float | None = None
    f: float | None = None
    p_value: float | None = None
    icc1: float | None = None
    icc1_interval: tuple[float, float] | None = None
    icc1_mean_n: float | None = None
    icc2: float | None = None

    def as_shown(self) -> "Anova":
        """Return what is printed of it, to the digits that are printed."""
        kept = {
            name: _rounded(getattr(self, name), 2) for name in ("f", "icc1", "icc1_mean_n", "icc2")
        }
        ends = self.icc1_interval
        return Anova(
            n=self.n,
            groups=self.groups,
            p_value=_rounded(self.p_value, 3),
            icc1_interval=ends and (round(ends[0], 2), round(ends[1], 2)),
            **kept,
        )


class Consistency(BaseModel):
    """How the items of one scale hold together, from complete sheets; None where undefined.

    `item_total` and `alpha_if_dropped` follow the order of the items.
    """

    model_config = ConfigDict(frozen=True)

    n: int
    alpha: float | None = None
    alpha_within: float | None = None
    omega: float | None = None
    item_total: tuple[float | None, ...] = ()
    alpha_if_dropped: tuple[float | None, ...] = ()

    def as_shown(self) -> "Consistency":
        """Return what is printed of it, to the digits that are printed."""
        kept = {
            name: _rounded(getattr(self, name), 2) for name in ("alpha", "alpha_within", "omega")
        }
        return Consistency(n=self.n, **kept)


def _rounded(value: float | None, digits: int) -> float | None:
    return None if value is None else round(value, digits)


def anova(moments: Moments) -> Anova:
    """Return the analysis of variance of all respondents, by group.

    n0 = (n - sum n_g^2 / n) / (G - 1); ICC(1) = (MSB - MSW) / (MSB + (n0 - 1) MSW);
    ICC(2) = (MSB - MSW) / MSB. Shrout & Fleiss 1979; Searle 1971 for unequal groups; Bliese
    2000. Without two groups or a residual degree of freedom only the counts are given.
    """
    present = moments.where(moments.n > 0)
    n, groups = int(present.n.sum()), len(present)
    if groups < 2 or n <= groups:
        return Anova(n=n, groups=groups)
    weight = present.weight
    means = present.score / present.whole
    grand = int(present.score.sum()) / (n * weight)
    msb = fsum(present.n * (means - grand) ** 2) / (groups - 1)
    squares = variance(present.n, present.score, present.score_squared) * present.df
    msw = fsum(np.nan_to_num(squares)) / weight**2 / (n - groups)
    n0 = (n - int((present.n**2).sum()) / n) / (groups - 1)
    f = msb / msw if msw > 0 else None
    return Anova(
        n=n,
        groups=groups,
        msb=msb,
        msw=msw,
        f=f,
        p_value=None if f is None else float(fdtrc(groups - 1, n - groups, f)),
        icc1=_icc1(msb, msw, n0),
        icc1_interval=None if f is None else _icc1_interval(f, n, groups, n0),
        icc1_mean_n=_icc1(msb, msw, n / groups),
        icc2=(msb - msw) / msb if msb > 0 else None,
    )


def _icc1(msb: float, msw: float, size: float) -> float | None:
    total = msb + (size - 1) * msw
    return (msb - msw) / total if total > 0 else None


def _icc1_interval(f: float, n: int, groups: int, n0: float) -> tuple[float, float]:
    """Two-sided interval from quantiles of F (Searle 1971, ch. 9)."""
    tail = (1 + INTERVAL_CONFIDENCE) / 2
    low = f / float(fdtri(groups - 1, n - groups, tail))
    high = f * float(fdtri(n - groups, groups - 1, tail))
    return (low - 1) / (low + n0 - 1), (high - 1) / (high + n0 - 1)


def group_mean_reliability(icc1: float, n: int) -> float:
    """Return lambda_g = n ICC1 / (1 + (n - 1) ICC1) of a group of n, ICC(1) cut at 0."""
    positive = max(0.0, icc1)
    return n * positive / (1 + (n - 1) * positive)


def consistency(levels: LevelMatrix, owner: Integers) -> Consistency:
    """Return how the items (columns, at least two) hold together over complete sheets.

    `owner` says whose group each sheet is. alpha_within takes the groups' means out first:
    the reliability of what differs inside groups (Geldhof, Preacher & Zyphur 2014).
    """
    complete = np.all(levels > 0, axis=1)
    answers = levels[complete].astype(np.float64)
    n, items = answers.shape
    if n < 2:
        return Consistency(n=n)
    total = np.cov(answers, rowvar=False)
    within = np.cov(_centred(answers, owner[complete]), rowvar=False)
    others = [np.delete(np.arange(items), item) for item in range(items)]
    return Consistency(
        n=n,
        alpha=alpha(total),
        alpha_within=alpha(within),
        omega=omega(total),
        item_total=tuple(_item_total(total, item, rest) for item, rest in enumerate(others)),
        alpha_if_dropped=tuple(alpha(total[np.ix_(rest, rest)]) for rest in others),
    )


def alpha(covariance: Floats) -> float | None:
    """Return alpha = K / (K - 1) (1 - sum s_j^2 / s_total^2); None without any variance.

    Low and negative values are shown, not cut. Cronbach 1951.
    """
    items = len(covariance)
    whole = float(covariance.sum())
    if items < 2 or whole <= _TINY:
        return None
    return items / (items - 1) * (1 - float(np.trace(covariance)) / whole)


#: Variances below this come from rounding alone; answers are whole numbers.
_TINY = 1e-12


def _item_total(covariance: Floats, item: int, rest: Integers) -> float | None:
    """Corrected item-total correlation: the item with the sum of the others."""
    spread = float(covariance[item, item] * covariance[np.ix_(rest, rest)].sum())
    return float(covariance[item, rest].sum()) / spread**0.5 if spread > _TINY else None


def _centred(answers: Floats, owner: Integers) -> Floats:
    _, group = np.unique(owner, return_inverse=True)
    sums = np.stack([np.bincount(group, weights=item) for item in answers.T], axis=1)
    centred: Floats = answers - (sums / np.bincount(group)[:, None])[group]
    return centred
