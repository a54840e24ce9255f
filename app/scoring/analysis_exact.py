"""The exact figures of an analysis, for whoever holds the answers: nothing is rounded."""

from collections.abc import Sequence
from fractions import Fraction
from math import fsum, sqrt
from statistics import median

import numpy as np

from app.scoring.analysis_figures import Interval, OverallFigures, PooledFigures
from app.scoring.level import level_reached, progress
from app.scoring.moments import Moments
from app.scoring.profile import Overalls, Profiles
from app.scoring.response import tipping_point, worst_case_mean
from app.scoring.rules import INTERVAL_CONFIDENCE, RHO
from app.scoring.uncertainty import t_quantile, variance


def exact_figures(profiles: Profiles) -> list[dict[str, object]]:
    """Return what is worked out of each group, by the names of `Figures`; undefined is None."""
    return [_figures(profiles, group) for group in range(len(profiles))]


def _figures(profiles: Profiles, group: int) -> dict[str, object]:
    moments = profiles.moments
    n, roster = int(moments.n[group]), int(moments.roster[group])
    shares, level = profiles.shares_of(group), int(profiles.level[group])
    mean, se = float(profiles.mean[group]), _known(profiles.se[group])
    errors = [float(error) for error in profiles.share_se[group]]
    reached_by = shares[level - 2] if level > 1 else Fraction(1)
    agreement = profiles.agreement
    return {
        "mean": mean,
        "median": float(median(moments.scores_of(group).tolist()) / moments.weight),
        "sd": _known(profiles.sd[group]),
        "se": se,
        "se_textbook": _known(profiles.se_textbook[group]),
        "ci95": None if se is None else interval(mean, se, n - 1),
        "p": _texts(shares),
        # One person has neither errors nor, by them, a band.
        "p_se": dict(zip("2345", errors, strict=True)) if n > 1 else None,
        "level": level,
        "band": tuple(profiles.band[group].tolist()) if n > 1 else None,
        "progress": progress(shares),
        "split": bool(profiles.split[group]),
        "ad_mean": _known(agreement.ad_mean[group]),
        "ad_median": _known(agreement.ad_median[group]),
        "rwg_uniform": _known(agreement.rwg_uniform[group]),
        "rwg_slight_skew": _known(agreement.rwg_slight_skew[group]),
        "lindell": _known(agreement.lindell[group]),
        "tipping_point": tipping_point(reached_by, n, roster),
        "worst_case_mean": worst_case_mean(mean, n, roster),
    }


def exact_overalls(overalls: Overalls) -> list[OverallFigures]:
    """Return the overall figures of each group; a group of one has neither error nor band."""
    return [
        OverallFigures(
            mean=float(overalls.mean[group]),
            se=_known(overalls.se[group]),
            level=int(overalls.level[group]),
            band=(int(low), int(high)) if overalls.df[group] else None,
        )
        for group, (low, high) in enumerate(overalls.band)
    ]


def pooled(moments: Moments) -> PooledFigures | None:
    """Return the figures of the respondents of all groups together; None without respondents.

    SE* = s_w / sqrt(n) sqrt(1 - rho sum n_g f_g / n), where s_w^2 is the within mean square over
    the G groups, with n - G degrees of freedom: the mean of groups that differ is no less sure.
    """
    n = int(moments.n.sum())
    if not n:
        return None
    whole = n * moments.weight
    two, three, four, five = (Fraction(of, whole) for of in moments.at_least.sum(axis=0).tolist())
    shares = (two, three, four, five)
    return PooledFigures(
        n=n,
        mean=int(moments.score.sum()) / whole,
        se=_pooled_error(moments, n),
        p=_texts(shares),
        level=int(level_reached(shares)),
    )


def _pooled_error(moments: Moments, n: int) -> float | None:
    df = int(moments.df.sum())
    if not df:
        return None
    squares = variance(moments.n, moments.score, moments.score_squared) * moments.df
    within = fsum(np.nan_to_num(squares)) / df / moments.weight**2
    covered = fsum(moments.n * moments.coverage) / n
    return sqrt(within / n) * sqrt(max(0.0, 1 - RHO * covered))


def interval(mean: float, se: float, df: int) -> Interval:
    """Return the 95 % interval of a mean, cut to the levels that there are."""
    margin = float(t_quantile(df, (1 + INTERVAL_CONFIDENCE) / 2)) * se
    return max(1.0, mean - margin), min(5.0, mean + margin)


def _texts(shares: Sequence[Fraction]) -> dict[str, str]:
    return {str(level): str(share) for level, share in enumerate(shares, start=2)}


def _known(value: float) -> float | None:
    return None if np.isnan(value) else float(value)
