"""How figures are written: the words and digits of what a release holds, and nothing finer."""

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from app.language import gettext as _
from app.scoring.figure import Bound, Figure, ItemFigure, Mean, Overall
from app.scoring.rounding import LEAST, OVER, UNDER, Percent
from app.scoring.rules import INTERVAL_CONFIDENCE
from app.scoring.uncertainty import t_quantile

EN_DASH, MINUS = "–", "−"


def shown_mean(figure: Figure | Overall) -> str:
    """Return a mean to one decimal, "1.2 or less" and "4.8 or more" at the ends; or a dash."""
    return EN_DASH if figure.mean is None else mean_in_words(figure.mean)


def mean_in_words(mean: Mean) -> str:
    """Return a mean as it is meant: about a value, or a bound."""
    if mean.bound is Bound.OR_LESS:
        return _("%(mean)s or less", mean=f"{mean.value:.1f}")
    if mean.bound is Bound.OR_MORE:
        return _("%(mean)s or more", mean=f"{mean.value:.1f}")
    return f"{mean.value:.1f}"


def item_mean(item: ItemFigure) -> str:
    """Return the mean of a single question; a dash where nearly all chose the same."""
    return EN_DASH if item.mean is None else mean_in_words(item.mean)


def shown_percent(share: Percent, least: Percent = LEAST) -> str:
    """Return a share with a percent sign; "under 10 %" and "over 90 %" at the ends.

    `least` is the smallest share that is told.
    """
    if share == UNDER:
        return _("under %(share)s %%", share=least)
    return _("over %(share)s %%", share=100 - least) if share == OVER else f"{share} %"


def shown_mix(figure: Figure) -> tuple[str, ...]:
    """Return the shares of answers at levels 1 to 5, as text; empty where none is told."""
    return tuple(shown_percent(share, figure.least) for share in figure.mix or ())


def drawn_mix(figure: Figure) -> tuple[float, ...]:
    """Return the shares to draw for levels 1 to 5, adding up to 1; empty where none is told.

    One height for all shares that have the same text: of those that are only told as under, or
    over, some share the middle of what they may be.
    """
    shares = [_drawn(share, figure.least) for share in figure.mix or ()]
    return tuple(share / sum(shares) for share in shares)


def _drawn(share: Percent, least: Percent) -> float:
    if share == UNDER:
        return least / 200
    return 1 - least / 200 if share == OVER else share / 100


def shown_interval(figure: Figure) -> str:
    """Return the 95 % interval of a mean, from the mean and the error as shown; or a dash."""
    if figure.mean is None or figure.mean.bound is not Bound.ABOUT or figure.se is None:
        return EN_DASH
    margin = float(t_quantile(figure.df, (1 + INTERVAL_CONFIDENCE) / 2)) * figure.se
    low, high = max(1.0, figure.mean.value - margin), min(5.0, figure.mean.value + margin)
    return shown_range((low, high))


def shown_range(ends: tuple[float, float] | None) -> str:
    """Return two ends to one decimal, or a dash."""
    return EN_DASH if ends is None else f"{_tenth(ends[0])}{EN_DASH}{_tenth(ends[1])}"


def _tenth(value: float) -> Decimal:
    return Decimal(repr(value)).quantize(Decimal("0.1"), ROUND_HALF_UP)


def _round(value: Fraction) -> int:
    return int(value + Fraction(1, 2))


def shown_spread(value: float | None) -> str:
    """Return a spread or a coefficient to two decimals; a dash where it is not told."""
    return EN_DASH if value is None else f"{value:.2f}".replace("-", MINUS)


def shown_rate(answered: int, invited: int) -> str:
    """Return a response rate in whole percent."""
    return f"{_round(Fraction(100 * answered, invited))} %" if invited else EN_DASH


def shown_band(band: tuple[int, int] | None) -> str:
    """Return a band as one level or two with a dash; all five where it is not defined."""
    low, high = band or (1, 5)
    return str(low) if low == high else f"{low}{EN_DASH}{high}"


def shown_p(value: float | None) -> str:
    """Return a p-value to three decimals, without the zero before the point."""
    if value is None:
        return EN_DASH
    return "< .001" if value < 0.001 else f"{value:.3f}".lstrip("0")


def signed(value: float, digits: int = 2) -> str:
    """Return a difference with its sign, a true minus where it is negative."""
    if not round(value, digits):
        return f"{0:.{digits}f}"
    return f"{value:+.{digits}f}".replace("-", MINUS)
