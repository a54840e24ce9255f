"""The figures of an analysis that may leave: those of a release, to the digits it prints."""

from fractions import Fraction
from math import sqrt

from app.maturity import LEVELS
from app.scoring.analysis_exact import interval
from app.scoring.analysis_figures import OverallFigures
from app.scoring.figure import Bound, Figure, figures_of
from app.scoring.moments import Flags, Moments
from app.scoring.overall_figure import overall_figures
from app.scoring.profile import Profiles, overalls_of
from app.scoring.response import extremes_of, tipping_point_of
from app.scoring.rounding import OVER, UNDER, Percent, hundredths
from app.scoring.rules import RHO, TAU


def shown_figures(profiles: Profiles, named: Flags) -> list[dict[str, object]]:
    """Return what may be told of each group, by the names of `Figures`; the rest is absent.

    `named` says where enough answered for a level. What follows from a figure (interval,
    deviation, extremes) is worked out from the figure as shown, and is not told of coarse groups.
    """
    moments = profiles.moments
    return [
        _told(figure) | ({} if figure.coarse else _following(figure, moments, group))
        for group, figure in enumerate(_released(profiles, named))
    ]


def shown_overalls(three: tuple[Profiles, ...], named: Flags) -> list[OverallFigures]:
    """Return what may be told of each group over all orientations."""
    own = [_released(profiles, named) for profiles in three]
    return [
        OverallFigures(
            mean=found.mean and found.mean.value,
            se=found.se,
            level=found.level and int(found.level),
            band=found.band,
            bound=found.mean.bound if found.mean else Bound.ABOUT,
        )
        for found in overall_figures(overalls_of(three), own, named)
    ]


def _released(profiles: Profiles, named: Flags) -> list[Figure]:
    groups = len(profiles)
    return figures_of(profiles, named, [UNDER] * groups, [()] * groups)


def _told(figure: Figure) -> dict[str, object]:
    told: dict[str, object] = {"split": figure.split, "se": figure.se, "band": figure.band}
    told["level"] = figure.level and int(figure.level)
    if figure.mean:
        told |= {"mean": figure.mean.value, "bound": figure.mean.bound}
    if figure.reached:
        texts = (_text(share, figure.least) for share in figure.reached)
        told["p"] = dict(zip("2345", texts, strict=True))
    if figure.reached_se:
        told["p_se"] = dict(zip("2345", figure.reached_se, strict=True))
    return told | (figure.alike.model_dump() if figure.alike else {})


def _text(share: Percent, least: Percent) -> str:
    """A share as text: a fraction, or beyond which fraction it lies."""
    if share == UNDER:
        return f"<{Fraction(least, 100)}"
    return f">{1 - Fraction(least, 100)}" if share == OVER else str(Fraction(share, 100))


def _following(figure: Figure, moments: Moments, group: int) -> dict[str, object]:
    """What follows from the figures of a group that is not coarse, to two decimals."""
    invited, coverage = int(moments.roster[group]), float(moments.coverage[group])
    found: dict[str, object] = {
        "tipping_point": hundredths(tipping_point_of(figure, invited)),
        "worst_case_mean": _both(extremes_of(figure, invited)),
        "progress": _progress(figure),
    }
    if figure.se is not None:
        deviation = figure.se * sqrt(figure.n / (1 - RHO * coverage))
        found["sd"] = hundredths(deviation)
        found["se_textbook"] = hundredths(deviation * sqrt((1 - coverage) / figure.n))
        if figure.mean and figure.mean.bound is Bound.ABOUT:
            found["ci95"] = _both(interval(figure.mean.value, figure.se, figure.df))
    return found


def _progress(figure: Figure) -> float | None:
    """How near the next level is; None where it is not told, or only as a bound."""
    if figure.level is None or figure.level == LEVELS[-1] or figure.reached is None:
        return None
    share = figure.reached[figure.level - 1]
    return None if share == UNDER else hundredths(min(1.0, float(Fraction(share, 100) / TAU)))


def _both(ends: tuple[float, float] | None) -> tuple[float | None, float | None] | None:
    return ends and (hundredths(ends[0]), hundredths(ends[1]))
