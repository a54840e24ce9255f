"""Figures as they leave: rounded to the digits that pages print, before they are frozen.

Nothing finer is kept, so whoever holds a release holds what its readers see. What follows from
a figure (interval, tipping point, extremes) is worked out from the figure as shown.
"""

from collections.abc import Sequence
from enum import StrEnum
from typing import Any

import numpy as np
from pydantic import BaseModel, ConfigDict

from app.maturity import Level
from app.scoring.moments import Flags, Floats
from app.scoring.profile import Overalls, Profiles
from app.scoring.respondent import Integers
from app.scoring.rules import AD_SHARED, K_FINE, MEAN_LEAST, MEAN_MOST, SHARE_LEAST, SHARE_MOST

Band = tuple[int, int]

#: A share in whole percent. UNDER says less than a tenth, OVER more than nine tenths.
Percent = int
UNDER, OVER = 0, 100


class Bound(StrEnum):
    """How a mean is meant."""

    ABOUT = ""
    OR_LESS = "or less"
    OR_MORE = "or more"


class Mean(BaseModel):
    """A mean in levels to one decimal, 1.2 to 4.8; at the ends it says "or less", "or more"."""

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

    `most` is the statement that at least half of them chose, if there is one.
    """

    model_config = ConfigDict(frozen=True)

    n: int
    mean: Mean
    level: Level
    most: int | None = None


class Figure(BaseModel):
    """Where a group, or a pool of groups, stands on one scale, as it is shown.

    `level` is None where no level describes it: two camps, a band of three levels or more, or
    under 40 % response (then `band` is None too). `mix` are the shares of answers at level 1
    to 5, `reached` those at level 2 to 5 or above, `unsure` that of "cannot say". A coarse
    group (under ten people, or of one mind) has shares in steps of 5 % and nothing that tells
    its spread but `views`; if it is split, neither mean, shares nor items. `se` is SE* of the
    mean in levels. `items` follow the items of the scale, None where one may not be shown.
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


def tenths(part: Integers, whole: Integers) -> Integers:
    """Return part / whole in tenths, halves up; exact."""
    rounded: Integers = (20 * part + whole) // (2 * whole)
    return rounded


def means_of(total: Integers, whole: Integers) -> list[Mean]:
    """Return the means total / whole as shown, capped at both ends by the mean itself."""
    low = total * MEAN_LEAST.denominator <= MEAN_LEAST.numerator * whole
    high = total * MEAN_MOST.denominator >= MEAN_MOST.numerator * whole
    rows = zip(tenths(total, whole).tolist(), low.tolist(), high.tolist(), strict=True)
    return [_mean(value, low=is_low, high=is_high) for value, is_low, is_high in rows]


def _mean(in_tenths: int, *, low: bool, high: bool) -> Mean:
    if low:
        return _LOWEST
    return _HIGHEST if high else _ABOUT[in_tenths]


_LOWEST = Mean(value=float(MEAN_LEAST), bound=Bound.OR_LESS)
_HIGHEST = Mean(value=float(MEAN_MOST), bound=Bound.OR_MORE)
_ABOUT = [Mean(value=value / 10) for value in range(51)]


def percents(part: Integers, whole: Integers, step: Integers | int = 1) -> Integers:
    """Return the shares part / whole in percent, in steps, capped by the share itself.

    Shapes are broadcast. Exact: halves of a step go up.
    """
    steps = 100 // np.asarray(step)
    shown = step * ((2 * steps * part + whole) // (2 * whole))
    low = part * SHARE_LEAST.denominator < SHARE_LEAST.numerator * whole
    high = part * SHARE_MOST.denominator > SHARE_MOST.numerator * whole
    capped: Integers = np.where(low, UNDER, np.where(high, OVER, shown))
    return capped


def is_coarse(profiles: Profiles) -> Flags:
    """Return which groups (G) are coarse: under ten people, or of one mind."""
    coarse: Flags = (profiles.moments.n < K_FINE) | profiles.one_mind
    return coarse


def figures_of(
    profiles: Profiles,
    named: Flags,
    unsure: Sequence[Percent],
    items: Sequence[tuple[ItemFigure | None, ...]],
) -> list[Figure]:
    """Return G groups' figures as they may leave.

    `named` (G) says where enough answered for a level, `unsure` and `items` go into the figures.
    """
    moments, coarse = profiles.moments, is_coarse(profiles)
    whole = moments.whole[:, None]
    edges = np.concatenate([whole, moments.at_least, np.zeros_like(whole)], axis=1)
    step = np.where(coarse, 5, 1)[:, None]
    mix = percents(edges[:, :-1] - edges[:, 1:], whole, step)
    reached = percents(moments.at_least, whole, step)
    means = means_of(moments.score, moments.whole)
    se, share_se = _errors(profiles.se), _errors(profiles.share_se)
    found = []
    levels, bands = profiles.level.tolist(), profiles.band.tolist()
    for g, n in enumerate(moments.n.tolist()):
        known: dict[str, Any] = {"n": n, "coarse": bool(coarse[g])}
        known["unsure"] = unsure[g]
        split = bool(profiles.split[g])
        if not (split and coarse[g]):
            known |= {"mean": means[g], "mix": tuple(mix[g].tolist()), "items": items[g]}
            known["reached"] = tuple(reached[g].tolist())
            band = (bands[g][0], bands[g][1])
            known |= _placed(levels[g], band, named=bool(named[g]), split=split)
            known["views"] = None if split else _views(float(profiles.agreement.ad_mean[g]))
        if not coarse[g]:
            known |= {
                "se": se[g],
                # The error of a share that is capped would undo the cap.
                "reached_se": _told_errors(reached[g].tolist(), share_se[g]),
                "alike": _alike(profiles, g),
            }
        found.append(Figure(split=split, **known))
    return found


def _told_errors(shares: list[Percent], errors: list[float]) -> tuple[float | None, ...]:
    """The errors of shares; that of one that is capped would undo the cap."""
    pairs = zip(shares, errors, strict=True)
    return tuple(None if share in (UNDER, OVER) else error for share, error in pairs)


def _placed(level: int, band: Band, *, named: bool, split: bool) -> dict[str, object]:
    """Level and band, as far as they describe a group."""
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
            name: hundredths(float(getattr(profiles.agreement, name)[group]))
            for name in Alike.model_fields
        }
    )


def hundredths(value: float | None) -> float | None:
    """Return a figure to two decimals, halves up; None where it is not defined."""
    if value is None or np.isnan(value):
        return None
    return float(np.floor(value * 100 + 0.5 + 1e-9)) / 100


def _errors(values: Floats) -> list[Any]:
    """Errors to two decimals; one that is not 0 is never told as 0."""
    rounded = np.floor(values * 100 + 0.5 + 1e-9) / 100
    told: list[Any] = np.where(values > 0, np.maximum(rounded, 0.01), rounded).tolist()
    return told


def overall_figures(
    overalls: Overalls, three: Sequence[Sequence[Figure]], named: Flags
) -> list[Overall]:
    """Return G groups' overall figures as they may leave, beside those on each orientation."""
    errors = _errors(overalls.se)
    found = []
    for g, own in enumerate(zip(*three, strict=True)):
        low, high = overalls.band[g].tolist()
        coarse = any(figure.coarse for figure in own)
        known: dict[str, Any] = {"n": int(overalls.n[g]), "coarse": coarse}
        known["se"] = None if coarse else errors[g]
        means = [figure.mean for figure in own if figure.mean is not None]
        if len(means) == len(own):
            split = any(figure.split for figure in own)
            known |= _placed(int(overalls.level[g]), (low, high), named=bool(named[g]), split=split)
            known["mean"] = _overall_mean(means, float(overalls.mean[g]))
        found.append(Overall(**known))
    return found


def _overall_mean(means: Sequence[Mean], exact: float) -> Mean | None:
    """The mean of several; where some are bounds, a bound too, so that it undoes none of them."""
    bounds = {mean.bound for mean in means} - {Bound.ABOUT}
    if not bounds:
        return Mean(value=int(exact * 10 + 0.5 + 1e-9) / 10)
    if len(bounds) > 1:
        return None
    bound, whole = bounds.pop(), 2 * len(means)
    # In half tenths: a mean that is no bound may lie half a tenth beyond what is told of it.
    told = sum(2 * round(mean.value * 10) for mean in means)
    loose = sum(mean.bound is Bound.ABOUT for mean in means)
    value = (told - loose) // whole if bound is Bound.OR_MORE else -(-(told + loose) // whole)
    return Mean(value=value / 10, bound=bound)
