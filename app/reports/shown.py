"""How figures are written. Every number that leaves passes here: small groups are coarse."""

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from app.language import gettext as _
from app.scoring.level import answer_mix
from app.scoring.profile import Overall, Profile

EN_DASH, MINUS = "–", "−"
#: Coarse shares are not told apart below and above these.
_SMALLEST = 0.1
_LOW, _HIGH = Fraction(1, 10), Fraction(9, 10)


def shown_mean(figure: Profile | Overall) -> str:
    """Return a mean to one decimal; below ten people never beyond 1.2 and 4.8.

    A mean of exactly 1 or 5 would tell everybody's answers.
    """
    mean = figure.mean
    if figure.coarse:
        mean = min(4.8, max(1.2, mean))
    return str(Decimal(repr(mean)).quantize(Decimal("0.1"), ROUND_HALF_UP))


def shown_mix(profile: Profile) -> tuple[str, ...]:
    """Return the shares of answers at levels 1 to 5, as text with a percent sign.

    Below ten people in steps of 5 %, and "under 10 %" or "over 90 %" at the ends.
    """
    coarse = profile.coarse
    return tuple(_share(share, coarse=coarse) for share in answer_mix(profile.shares))


def drawn_mix(profile: Profile) -> tuple[float, ...]:
    """Return the shares to draw for levels 1 to 5, adding up to 1, as coarse as their text."""
    shares = answer_mix(profile.shares)
    drawn = [_drawn(share) if profile.coarse else float(share) for share in shares]
    return tuple(share / sum(drawn) for share in drawn)


def _drawn(share: Fraction) -> float:
    """One height for all shares that have the same text."""
    if share < _LOW:
        return 0.05
    return 0.95 if share > _HIGH else _step(share) / 100


def _share(share: Fraction, *, coarse: bool) -> str:
    if not coarse:
        return f"{_round(share * 100)} %"
    if share < _LOW:
        return _("under 10 %%")
    if share > _HIGH:
        return _("over 90 %%")
    return f"{_step(share)} %"


def _step(share: Fraction) -> int:
    return 5 * _round(share * 20)


def _round(value: Fraction) -> int:
    return int(value + Fraction(1, 2))


def shown_spread(value: float | None, *, coarse: bool) -> str:
    """Return a spread or a coefficient to two decimals; a dash where it is not defined.

    A coarse one is never so small that it says that all answered alike.
    """
    if value is None:
        return EN_DASH
    return f"< {_SMALLEST:.2f}" if coarse and value < _SMALLEST else f"{value:.2f}"


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
    return f"{value:+.{digits}f}".replace("-", MINUS)
