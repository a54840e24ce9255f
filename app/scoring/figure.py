"""Figures as they leave: rounded to the digits that pages print, before they are frozen.

Nothing finer is kept, so whoever holds a release holds what its readers see. What follows from
a figure (interval, tipping point, extremes) is worked out from the figure as shown.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
from pydantic import BaseModel, ConfigDict

from app.maturity import Level
from app.scoring import rounding
from app.scoring.coarse import Coarse, coarse_of, coarse_splits
from app.scoring.moments import Flags
from app.scoring.profile import Profiles
from app.scoring.respondent import Integers
from app.scoring.rounding import LEAST, OVER, STEP, UNDER, Percent
from app.scoring.rules import AD_SHARED, K_FINE, K_FLOOR, MEAN_LEAST, MEAN_MOST

#: Scales of fewer items have no figure of their own, only those of single questions.
FEWEST_ITEMS = 3

Band = tuple[int, int]


class Bound(StrEnum):
    """How a mean is meant."""

    ABOUT = ""
    OR_LESS = "or less"
    OR_MORE = "or more"


class Mean(BaseModel):
    """A mean in levels to one decimal; at the ends it says "or less", "or more"."""

    model_config = ConfigDict(frozen=True)

    value: float
    bound: Bound = Bound.ABOUT


class Views(StrEnum):
    """Whether the members of a group see the same: an average deviation up to 0.80, or not."""

    CLOSE = "close"
    DIFFER = "differ"


class Alike(BaseModel):
    """How alike the members of a group answer, to two decimals; never of a coarse group."""

    model_config = ConfigDict(frozen=True)

    ad_mean: float | None
    ad_median: float | None
    rwg_uniform: float | None
    rwg_slight_skew: float | None
    lindell: float | None


class ItemFigure(BaseModel):
    """What a group answered to one item: how many, their mean, and the level reached.

    `most` is the statement that at least half of them chose, if there is one. `mean` is None
    where all but fewer than k chose it.
    """

    model_config = ConfigDict(frozen=True)

    n: int
    mean: Mean | None
    level: Level
    most: int | None = None


class Figure(BaseModel):
    """Where a group, or a pool of groups, stands on one scale, as it is shown.

    `level` is None where no level describes it: two camps, a band of three levels or more, or
    under 40 % response (then `band` is None too). `mix` are the shares of answers at level 1
    to 5, `reached` those at level 2 to 5 or above, none below `least`; `unsure` is that of
    "cannot say". A coarse group (under fifteen people, or of one mind or two) has a band worked out
    from its shares as told, no items, and nothing that tells its spread; if it is split, neither
    mean, shares nor items. `se` is SE* of the mean in levels. `items` follow the items of the
    scale, None where one may not be shown.
    """

    model_config = ConfigDict(frozen=True)

    n: int
    coarse: bool
    split: bool = False
    level: Level | None = None
    band: Band | None = None
    mean: Mean | None = None
    mix: tuple[Percent, ...] | None = None
    reached: tuple[Percent, ...] | None = None
    least: Percent = LEAST
    reached_se: tuple[float | None, ...] | None = None
    se: float | None = None
    alike: Alike | None = None
    views: Views | None = None
    unsure: Percent = UNDER
    items: tuple[ItemFigure | None, ...] = ()

    @property
    def df(self) -> int:
        """Degrees of freedom of its own spread: one less than people."""
        return self.n - 1


class Overall(BaseModel):
    """Where a group stands over all three orientations; None as in `Figure`."""

    model_config = ConfigDict(frozen=True)

    n: int
    coarse: bool
    level: Level | None = None
    band: Band | None = None
    mean: Mean | None = None
    se: float | None = None

    @property
    def df(self) -> int:
        """Degrees of freedom of its own spread: one less than people."""
        return self.n - 1


#: A band over this many levels or more settles nothing.
UNSETTLED_WIDTH = 3


def means_of(total: Integers, whole: Integers) -> list[Mean]:
    """Return the means total / whole as shown, capped at both ends by the mean itself."""
    low, high = bounds_of(total, whole)
    rows = zip(rounding.tenths(total, whole).tolist(), low.tolist(), high.tolist(), strict=True)
    return [_mean(value, low=is_low, high=is_high) for value, is_low, is_high in rows]


def bounds_of(total: Integers, whole: Integers) -> tuple[Flags, Flags]:
    """Return which means total / whole are only told as "or less", and which as "or more"."""
    low: Flags = total * MEAN_LEAST.denominator <= MEAN_LEAST.numerator * whole
    high: Flags = total * MEAN_MOST.denominator >= MEAN_MOST.numerator * whole
    return low, high


def _mean(in_tenths: int, *, low: bool, high: bool) -> Mean:
    if low:
        return _LOWEST
    return _HIGHEST if high else _ABOUT[in_tenths]


_LOWEST = Mean(value=float(MEAN_LEAST), bound=Bound.OR_LESS)
_HIGHEST = Mean(value=float(MEAN_MOST), bound=Bound.OR_MORE)
_ABOUT = [Mean(value=value / 10) for value in range(51)]


def is_coarse(profiles: Profiles) -> Flags:
    """Return which groups (G) are coarse: under fifteen people, or of one mind or two."""
    coarse: Flags = (profiles.moments.n < K_FINE) | profiles.few_minds
    return coarse


def figures_of(
    profiles: Profiles,
    named: Flags,
    unsure: Sequence[Percent],
    items: Sequence[tuple[ItemFigure | None, ...]],
    k: int = K_FLOOR,
) -> list[Figure]:
    """Return G groups' figures as they may leave.

    `named` (G) says where enough answered for a level, `unsure` and `items` go into the figures.
    """
    coarse = is_coarse(profiles)
    small, fine = (_Rows(profiles.where(kept), k) for kept in (coarse, ~coarse))
    small_rows, fine_rows = iter(small.coarse()), iter(fine.fine())
    told = profiles.moments.counts.shape[1] >= FEWEST_ITEMS
    found = []
    for g, n in enumerate(profiles.moments.n.tolist()):
        row, band = next(small_rows if coarse[g] else fine_rows)
        known: dict[str, Any] = {"n": n, "coarse": bool(coarse[g]), "unsure": unsure[g]}
        known["items"] = (None,) * len(items[g]) if coarse[g] else items[g]
        if told:
            known |= row
            if band:
                known |= placed(*band, named=bool(named[g]), split=row["split"])
        found.append(Figure(**known))
    return found


#: What is told of a group, and its exact level with its band, if there is one.
_Row = tuple[dict[str, Any], tuple[int, Band] | None]


@dataclass(frozen=True)
class _Rows:
    """Groups that are all coarse, or all not."""

    profiles: Profiles
    k: int

    def coarse(self) -> list[_Row]:
        moments = self.profiles.moments
        found, splits = coarse_of(moments), coarse_splits(moments).tolist()
        means, mix, reached = _coarse_means(found), found.mix.tolist(), found.reached.tolist()
        columns = (found.least.tolist(), found.level.tolist(), found.band.tolist())
        rows: list[_Row] = []
        for g, (least, level, band) in enumerate(zip(*columns, strict=True)):
            if splits[g]:
                rows.append(({"split": True}, None))
                continue
            row: dict[str, Any] = {"split": False, "mean": means[g], "mix": mix[g]}
            rows.append(
                (row | {"reached": reached[g], "least": least}, (level, (band[0], band[1])))
            )
        return rows

    def fine(self) -> list[_Row]:
        profiles, moments = self.profiles, self.profiles.moments
        whole = moments.whole[:, None]
        edges = np.concatenate([whole, moments.at_least, np.zeros_like(whole)], axis=1)
        mix = rounding.percents(edges[:, :-1] - edges[:, 1:], whole, STEP).tolist()
        reached = rounding.percents(moments.at_least, whole, STEP).tolist()
        means = means_of(moments.score, moments.whole)
        se, share_se = rounding.errors_of(profiles.se), rounding.errors_of(profiles.share_se)
        levels, bands = profiles.level.tolist(), profiles.band.tolist()
        # Where nearly all answer a question alike, how alike they are could tell who does not.
        one_mind = np.any(questions_of_one_mind(moments.counts, self.k), axis=1).tolist()
        rows, row = list[_Row](), dict[str, Any]()
        for g, split in enumerate(profiles.split.tolist()):
            row = {"split": split, "mean": means[g], "mix": mix[g], "reached": reached[g]}
            # The error of a share that is capped would undo the cap.
            row["reached_se"] = _told_errors(reached[g], share_se[g])
            row |= {"se": se[g], "alike": None if one_mind[g] else _alike(profiles, g)}
            row["views"] = None if split else _views(float(profiles.agreement.ad_mean[g]))
            rows.append((row, (levels[g], (bands[g][0], bands[g][1]))))
        return rows


def _coarse_means(found: Coarse) -> list[Mean]:
    columns = (found.mean, found.least_mean, found.low, found.high)
    rows = zip(*(column.tolist() for column in columns), strict=True)
    return [
        Mean(value=least / 10, bound=Bound.OR_LESS)
        if low
        else Mean(value=(60 - least) / 10, bound=Bound.OR_MORE)
        if high
        else _ABOUT[value]
        for value, least, low, high in rows
    ]


def questions_of_one_mind(counts: Integers, k: int) -> Flags:
    """Return to which questions all but fewer than k gave one answer; counts (..., 5)."""
    alike: Flags = (counts.sum(axis=-1) - counts.max(axis=-1)) < k
    return alike


def _told_errors(shares: list[Percent], errors: list[float]) -> tuple[float | None, ...]:
    """The errors of shares; that of one that is capped would undo the cap."""
    pairs = zip(shares, errors, strict=True)
    return tuple(None if share in (UNDER, OVER) else error for share, error in pairs)


def placed(level: int, band: Band, *, named: bool, split: bool) -> dict[str, object]:
    """Return level and band, as far as they describe a group."""
    if not named:
        return {}
    settled = not split and band[1] - band[0] + 1 < UNSETTLED_WIDTH
    return {"band": band, "level": Level(level) if settled else None}


def _views(deviation: float) -> Views | None:
    if np.isnan(deviation):
        return None
    return Views.DIFFER if deviation > AD_SHARED else Views.CLOSE


def _alike(profiles: Profiles, group: int) -> Alike:
    return Alike(
        **{
            name: rounding.hundredths(float(getattr(profiles.agreement, name)[group]))
            for name in Alike.model_fields
        }
    )
