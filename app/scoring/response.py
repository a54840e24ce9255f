"""What the response rate lets one say (non-response rules of the method)."""

from enum import StrEnum
from fractions import Fraction

from app.maturity import Level
from app.scoring.figure import Bound, Figure
from app.scoring.rounding import OVER, UNDER
from app.scoring.rules import SENSITIVE_WITHIN, TAU


class ResponseClass(StrEnum):
    """How far a result stands, given how many answered."""

    FULL = "full"  # 80 % or more: nothing to add
    NOTED = "noted"  # 60 to 79 %
    INDICATIVE = "indicative"  # 40 to 59 %
    LOW = "low"  # under 40 %: no headline level


def response_class(answered: int, invited: int) -> ResponseClass:
    """Return the class of a response rate; whole numbers, so 60 % is exactly 60 %."""
    for least, named in (
        (80, ResponseClass.FULL),
        (60, ResponseClass.NOTED),
        (40, ResponseClass.INDICATIVE),
    ):
        if 100 * answered >= least * invited:
            return named
    return ResponseClass.LOW


def tipping_point(share: Fraction, n: int, roster: int) -> float | None:
    """Return q* = (2/3 - f p(L)) / (1 - f): where the silent would turn the verdict at L.

    The verdict flips if the share of the non-respondents' answers at L or above passes q*.
    Below 0 or above 1 no answers of theirs could turn it; None if nobody is silent.
    """
    if n >= roster:
        return None
    f = Fraction(n, roster)
    return float((TAU - f * share) / (1 - f))


def is_sensitive(share: Fraction, tips_at: float | None) -> bool:
    """Return whether silent people only somewhat unlike the others would turn the verdict.

    True if the tipping point is a possible share and within .25 of the share that answered so.
    """
    return tips_at is not None and 0 <= tips_at <= 1 and abs(tips_at - share) <= SENSITIVE_WITHIN


def worst_case_mean(mean: float, n: int, roster: int) -> tuple[float, float]:
    """Return the mean if all silent people were at level 1, and if all were at 5."""
    silent = max(0, roster - n)
    everybody = n + silent
    return (n * mean + silent) / everybody, (n * mean + 5 * silent) / everybody


def tipping_point_of(figure: Figure, invited: int) -> float | None:
    """Return the tipping point of the level of a figure, from its share as shown.

    None without a level, where nobody is silent, and where the share is only told as a bound.
    """
    share = _share_at_level(figure)
    return None if share is None else tipping_point(share, figure.n, invited)


def hangs_on_silent(figure: Figure, invited: int) -> bool:
    """Return whether a figure's level is sensitive to those who are silent, as shown."""
    share = _share_at_level(figure)
    return share is not None and is_sensitive(share, tipping_point(share, figure.n, invited))


def extremes_of(figure: Figure, invited: int) -> tuple[float, float] | None:
    """Return the mean as shown if all silent people were at level 1, and if all were at 5.

    None where the mean is only told as a bound, or not at all.
    """
    if figure.mean is None or figure.mean.bound is not Bound.ABOUT:
        return None
    return worst_case_mean(figure.mean.value, figure.n, invited)


def _share_at_level(figure: Figure) -> Fraction | None:
    """The share of answers at the level or above; all of them reach level 1."""
    if figure.level is None or figure.reached is None:
        return None
    if figure.level == Level.TECHNOLOGY:
        return Fraction(1)
    share = figure.reached[figure.level - 2]
    return None if share in (UNDER, OVER) else Fraction(share, 100)
