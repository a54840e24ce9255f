"""Tables of the annex on each group's figures: what every column claims of the exact ones."""

from collections.abc import Mapping
from fractions import Fraction
from math import sqrt

from app.maturity import ACCEPTANCE
from app.scoring.release import UnitResult
from tests.reports.truth.exact import t_quantile
from tests.reports.truth.figures import ALIKE, Pair
from tests.reports.truth.page import Cell, Column, is_name
from tests.reports.truth.words import (
    DASH,
    band_words,
    error_holds,
    near,
    share_holds,
)


def _mean(text: str, pair: Pair) -> bool:
    return pair.holds_mean(text)


def _se(text: str, pair: Pair) -> bool:
    return text == DASH if pair.is_coarse else error_holds(text, pair.exact.se)


def _ends_hold(text: str, ends: tuple[float, float], within: float) -> bool:
    low, _dash, high = text.partition(DASH)
    return near(low, ends[0], within + 0.05) and near(high, ends[1], within + 0.05)


def _interval(text: str, pair: Pair) -> bool:
    exact = pair.exact
    if pair.is_coarse or exact.is_bound:
        return text == DASH
    t = t_quantile(exact.n - 1, 0.975)
    margin, mean = t * exact.se, float(exact.mean)
    ends = max(1.0, mean - margin), min(5.0, mean + margin)
    # An error of under 0.01 is told as 0.01.
    return _ends_hold(text, ends, 0.05 + t * (0.005 if exact.se > 0.005 else 0.01))


def _reached(level: int) -> Column:
    def holds(text: str, pair: Pair) -> bool:
        if pair.is_closed:
            return text == DASH
        share, _sign, error = text.partition(" ± ")
        exact, so = pair.exact.reached[level - 2], pair.exact.reached_se[level - 2]
        told = not pair.is_coarse and share[-1] == "%" and share[0].isdigit()
        # A whole percent, where one that is not 0 is told as 1 at least.
        right = near(error, 100 * so, 0.5 if so > 0.005 else 1.0) if told else not error
        return right and pair.holds_share(share, exact)

    return lambda cell: cell.each("share", holds)


def _turns(text: str, pair: Pair) -> bool:
    """(2/3 - f p) / (1 - f), where p is told in steps of 5 % and all reach level 1."""
    level, invited = pair.row.level_on(pair.scale), pair.row.invited
    share, least = pair.exact.at_least[(level or 1) - 1], Fraction(pair.exact.least, 100)
    capped = level != 1 and not least <= share <= 1 - least
    if level is None or capped or pair.exact.n >= invited:
        return text == DASH
    f = Fraction(pair.exact.n, invited)
    loose = 0.025 * float(f / (1 - f)) if level > 1 else 0.0
    return near(text, (Fraction(2, 3) - f * share) / (1 - f), loose + 0.005)


def _extremes(text: str, pair: Pair) -> bool:
    exact, invited = pair.exact, pair.row.invited
    if pair.is_closed or exact.is_bound:
        return text == DASH
    silent = max(0, invited - exact.n)
    low, high = ((exact.n * exact.mean + at * silent) / (exact.n + silent) for at in (1, 5))
    return _ends_hold(text, (float(low), float(high)), float(exact.half_step))


def _unsure(text: str, pair: Pair) -> bool:
    return share_holds(text, pair.row.unsure[pair.scale])


def _alike(name: str) -> Column:
    def holds(text: str, pair: Pair) -> bool:
        if not pair.is_told_alike:
            return text == DASH
        return near(text, ALIKE[name](pair.exact), 0.005)

    return lambda cell: cell.each("agreement", holds)


def _by_chance(text: str, pair: Pair) -> bool:
    """rwg(j) at the 5th percentile of the mean variance of random answers, taken as normal.

    A variance of n answers spread evenly over five levels has mean 2 and variance
    (6.8 - 4 (n - 3) / (n - 1)) / n.
    """
    n, items = pair.exact.n, pair.exact.items
    if not pair.is_told_alike:
        return text == DASH
    deviation = sqrt((6.8 - 4 * (n - 3) / (n - 1)) / n / items)
    q = (2 - 1.645 * deviation) / 2
    return near(text, items * (1 - q) / (items * (1 - q) + q), 0.025)


def _of_acceptance(cell: Cell) -> Pair:
    unit: UnitResult = cell.page.results[cell.head]
    return Pair(unit.profiles[ACCEPTANCE], cell.row, ACCEPTANCE)


def _willing_n(cell: Cell) -> None:
    exact = _of_acceptance(cell).exact.n
    cell.check("n", exact, true=cell.text == str(exact))


def _willing_mean(cell: Cell) -> None:
    pair = _of_acceptance(cell)
    cell.check("mean", pair.exact.mean, true=_mean(cell.text, pair))


def _willing_se(cell: Cell) -> None:
    pair = _of_acceptance(cell)
    cell.check("se", pair.exact.se, true=_se(cell.text, pair))


def _willing_band(cell: Cell) -> None:
    pair = _of_acceptance(cell)
    told = DASH if pair.is_closed or not cell.row.is_named else band_words(pair.exact.band)
    cell.check("band", pair.exact.band, true=cell.text == told)


def _willing_reading(cell: Cell) -> None:
    cell.check("willing", cell.row.willing, true=cell.text == cell.row.willing)


#: By title and column: what each cell has to be.
GROUP_TABLES: Mapping[str, Mapping[str, Column]] = {
    "How sure each level is": {
        "Group": is_name,
        "n": lambda cell: cell.each("n", lambda text, pair: text == str(pair.exact.n)),
        "mean": lambda cell: cell.each("mean", _mean),
        "SE": lambda cell: cell.each("se", _se),
        "95 % interval of the mean": lambda cell: cell.each("interval", _interval),
    },
    "Answers at a level or above": {
        "Group": is_name,
        **{f"at {level} or above": _reached(level) for level in range(2, 6)},
    },
    "What the silent and the undecided leave open": {
        "Group": is_name,
        "turns at": lambda cell: cell.each("turns at", _turns),
        "extremes": lambda cell: cell.each("extremes", _extremes),
        "cannot say": lambda cell: cell.each("cannot say", _unsure),
    },
    "How alike members of a group answer": {
        "Group": is_name,
        "AD mean": _alike("ad_mean"),
        "AD median": _alike("ad_median"),
        "rwg(j) even": _alike("rwg_uniform"),
        "rwg(j) skew": _alike("rwg_slight_skew"),
        "by chance": lambda cell: cell.each("by chance", _by_chance),
        "r*": _alike("lindell"),
    },
    "Willing to take part": {
        "Group": is_name,
        "n": _willing_n,
        "mean": _willing_mean,
        "SE": _willing_se,
        "band": _willing_band,
        "reading": _willing_reading,
    },
}
