"""How far the people of one group lie apart, as far as a release tells it."""

from math import inf, sqrt

from app.scoring.difference import Estimate
from app.scoring.figure import Overall
from app.scoring.release import Release, UnitResult
from app.scoring.rules import RHO, SPREAD_ASSUMED


def coverage_of(unit: UnitResult, figure: Overall) -> float:
    """Return f = n / N, at most 1."""
    return min(1.0, figure.n / unit.invited) if unit.invited else 1.0


def spread_of(unit: UnitResult, release: Release) -> tuple[float, float]:
    """Return the spread of a cell's people over all orientations in levels, and its df.

    Its own, s = SE* sqrt(n) / sqrt(1 - rho f), where it is not coarse; else the wave's pooled
    within-group spread, the mean of the three orientations', which says nothing of the cell.
    """
    overall = unit.overall
    if overall is not None and overall.se is not None:
        corrected = sqrt(max(0.0, 1 - RHO * coverage_of(unit, overall)))
        return overall.se * sqrt(overall.n) / corrected, overall.df
    known = list(release.spread.values())
    if not known:
        return SPREAD_ASSUMED, inf
    df = min(inf if one.df is None else one.df for one in known)
    return sum(one.sd for one in known) / len(known), df


def estimate_of(unit: UnitResult, release: Release, kept: float = 1.0) -> Estimate | None:
    """Return the overall mean of a cell as shown, with SE = s / sqrt(n) sqrt(1 - rho f c).

    `kept` is c, the share of people that the other side of a comparison asked too. None
    without a mean.
    """
    overall = unit.overall
    if overall is None or overall.mean is None:
        return None
    sd, df = spread_of(unit, release)
    corrected = sqrt(max(0.0, 1 - RHO * coverage_of(unit, overall) * kept))
    return Estimate(overall.mean.value, sd / sqrt(overall.n) * corrected, df)
