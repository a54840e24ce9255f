"""Overall figures as they leave: over all three orientations, from what is told on each."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from app.scoring.coarse import coarse_of
from app.scoring.figure import Bound, Figure, Mean, Overall, placed
from app.scoring.moments import Flags
from app.scoring.profile import Overalls, bands_of
from app.scoring.respondent import Integers
from app.scoring.rounding import errors_of


def overall_figures(
    overalls: Overalls, three: Sequence[Sequence[Figure]], named: Flags
) -> list[Overall]:
    """Return G groups' overall figures as they may leave, beside those on each orientation."""
    errors = errors_of(overalls.se)
    coarse_bands = _coarse_bands(overalls)
    found = []
    for g, own in enumerate(zip(*three, strict=True)):
        bands = coarse_bands if any(figure.coarse for figure in own) else overalls.band
        low, high = bands[g].tolist()
        coarse = any(figure.coarse for figure in own)
        known: dict[str, Any] = {"n": int(overalls.n[g]), "coarse": coarse}
        known["se"] = None if coarse else errors[g]
        means = [figure.mean for figure in own if figure.mean is not None]
        if len(means) == len(own):
            split = any(figure.split for figure in own)
            known |= placed(int(overalls.level[g]), (low, high), named=bool(named[g]), split=split)
            known["mean"] = _overall_mean(means, float(overalls.mean[g]))
        found.append(Overall(**known))
    return found


def _coarse_bands(overalls: Overalls) -> Integers:
    """The bands over all orientations from the shares as they are told of coarse groups."""
    known = [coarse_of(profiles.moments) for profiles in overalls.three]
    share, error = (
        np.asarray(sum(getattr(one, name) for one in known)) / len(known)
        for name in ("share", "share_se")
    )
    return bands_of(share, error, overalls.df, overalls.level)


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
