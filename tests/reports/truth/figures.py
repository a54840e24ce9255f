"""Released figures beside the exact ones: every field of a release has its check here."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from app.questionnaires.questionnaire import Scale
from app.scoring.figure import Bound, Figure, ItemFigure, Mean, Overall
from tests.reports.truth.exact import Exact, item_mean, of_one_mind
from tests.reports.truth.waves import Row
from tests.reports.truth.words import (
    DASH,
    HALF_TENTH,
    Told,
    error_holds,
    mean_holds,
    near,
    percent_words,
    share_holds,
)


@dataclass(frozen=True)
class Pair:
    """A row on one scale as it was released, and as it is."""

    figure: Figure
    row: Row
    scale: Scale

    @property
    def exact(self) -> Exact:
        return self.row.scales[self.scale]

    @property
    def is_coarse(self) -> bool:
        return self.row.is_coarse(self.scale)

    @property
    def is_closed(self) -> bool:
        """A scale of one or two items, or a coarse group in two camps: no mean, no shares."""
        return self.exact.is_closed

    @property
    def is_told_alike(self) -> bool:
        """Whether it is told how alike people answer: not where a question is of one mind."""
        k = self.row.wave.k
        closed = self.is_coarse or self.is_closed
        return not closed and not any(of_one_mind(item, k) for item in self.exact.counts)

    def holds_mean(self, text: str) -> bool:
        return own_mean_holds(text, self.exact)

    def holds_share(self, text: str, exact: Fraction) -> bool:
        return share_holds(text, exact, self.exact.least)


def own_mean_holds(text: str, exact: Exact) -> bool:
    """Whether a mean on a scale is so; of one at an end no more is told than the end."""
    if exact.is_closed:
        return text == DASH
    if exact.is_bound:
        value, bound = exact.shown_mean, "or less" if exact.mean < 3 else "or more"
        return text == f"{float(value):.1f} {bound}"
    return " or " not in text and mean_holds(text, exact.mean, exact.half_step)


def mean_words(mean: Mean | None) -> str:
    """Return how a released mean reads."""
    return f"{mean.value:.1f} {mean.bound.value}".strip() if mean else DASH


def hidden_by(mean: Mean, exact: Fraction) -> float:
    """Return how far a shown mean lies from the exact one: half a tenth, or what a bound hides.

    Differences of means are said to be of means as shown.
    """
    if mean.bound is Bound.ABOUT:
        return HALF_TENTH
    return abs(float(exact) - mean.value)


def question_holds(text: str, counts: Mapping[int, int], *, has_mean: bool) -> bool:
    """Whether a question's mean is so, and a dash stands where it has none."""
    return has_mean and mean_holds(text, item_mean(counts)) if text != DASH else not has_mean


def _mean(pair: Pair) -> bool:
    return pair.holds_mean(mean_words(pair.figure.mean))


def _shares(name: str) -> Callable[[Pair], bool]:
    def hold(pair: Pair) -> bool:
        told, exact = getattr(pair.figure, name), getattr(pair.exact, name)
        if pair.is_closed or told is None:
            return pair.is_closed and told is None
        pairs = zip(told, exact, strict=True)
        return all(pair.holds_share(percent_words(t, pair.exact.least), e) for t, e in pairs)

    return hold


def _reached_se(pair: Pair) -> bool:
    """An error stands where the share is not capped, and only in a group that is not coarse."""
    told, shares = pair.figure.reached_se, pair.figure.reached
    if pair.is_coarse or pair.is_closed or told is None or shares is None:
        return (pair.is_coarse or pair.is_closed) and told is None
    return all(
        error is None if share in (0, 100) else error is not None and error_holds(f"{error}", e)
        for error, share, e in zip(told, shares, pair.exact.reached_se, strict=True)
    )


def _se(pair: Pair) -> bool:
    told, hidden = pair.figure.se, pair.is_coarse or pair.is_closed
    if hidden or told is None:
        return hidden and told is None
    return error_holds(f"{told:.2f}", pair.exact.se)


#: Each statistic of how alike people answer, exactly.
ALIKE: Mapping[str, Callable[[Exact], Fraction]] = {
    "ad_mean": lambda exact: exact.ad_mean,
    "ad_median": lambda exact: exact.ad_median,
    "rwg_uniform": lambda exact: exact.rwg(Fraction(2)),
    "rwg_slight_skew": lambda exact: exact.rwg(Fraction(134, 100)),
    "lindell": lambda exact: exact.lindell,
}


def _alike(pair: Pair) -> bool:
    told, hidden = pair.figure.alike, not pair.is_told_alike
    if hidden or told is None:
        return hidden and told is None
    return all(near(f"{getattr(told, n):.2f}", e(pair.exact), 0.005) for n, e in ALIKE.items())


def _views(pair: Pair) -> bool:
    """Of a coarse group nothing tells how alike people answer but that it is split."""
    if pair.figure.views is None:
        return pair.is_coarse or pair.is_closed or pair.exact.is_split
    if pair.is_coarse:
        return False
    return (pair.figure.views == "differ") is (pair.exact.ad_mean > Fraction(4, 5))


def _level(pair: Pair) -> bool:
    told = pair.figure.level
    return told == (None if pair.is_closed else pair.row.level_on(pair.scale))


def _band(pair: Pair) -> bool:
    hidden = pair.is_closed or not pair.row.is_named
    return pair.figure.band == (None if hidden else pair.exact.band)


def _unsure(pair: Pair) -> bool:
    return share_holds(percent_words(pair.figure.unsure), pair.row.unsure[pair.scale])


def _items(pair: Pair) -> bool:
    told, k = pair.figure.items, pair.row.wave.k
    pairs = zip(told, pair.exact.counts, strict=True)
    if not pair.exact.shows_questions(k):
        return all(item is None for item, _counts in pairs)
    return all(
        item is not None and item_holds(item, counts, has_mean=not of_one_mind(counts, k))
        for item, counts in pairs
    )


def item_holds(item: ItemFigure, counts: Mapping[int, int], *, has_mean: bool) -> bool:
    """Whether what is told of one question is so."""
    n = sum(counts.values())
    reached = [3 * sum(counts[x] for x in range(at, 6)) >= 2 * n for at in range(1, 6)]
    common = max(range(1, 6), key=lambda level: counts[level])
    return (
        item.n == n >= 10
        and question_holds(mean_words(item.mean), counts, has_mean=has_mean)
        and item.level == sum(reached)
        and item.most == (common if 2 * counts[common] >= n else None)
    )


#: Every field of a figure; one that is new has no check, and the test says so.
FIGURE: Mapping[str, Callable[[Pair], bool]] = {
    "n": lambda pair: pair.figure.n == pair.exact.n,
    "least": lambda pair: pair.is_closed or pair.figure.least == pair.exact.least,
    "coarse": lambda pair: pair.figure.coarse is pair.is_coarse,
    "split": lambda pair: pair.figure.split is pair.exact.is_split,
    "level": _level,
    "band": _band,
    "mean": _mean,
    "mix": _shares("mix"),
    "reached": _shares("reached"),
    "reached_se": _reached_se,
    "se": _se,
    "alike": _alike,
    "views": _views,
    "unsure": _unsure,
    "items": _items,
}


def _overall_mean(told: Overall, row: Row) -> bool:
    """None where an orientation has none, or one is "or less" and another one "or more"."""
    ends = {one.mean > 3 for one in row.three if one.is_bound}
    if told.mean is None or row.is_closed or len(ends) > 1:
        return told.mean is None and (row.is_closed or len(ends) > 1)
    return bool(ends) is bool(told.mean.bound) and mean_holds(mean_words(told.mean), row.mean)


def _overall_se(told: Overall, row: Row) -> bool:
    if row.is_any_coarse or told.se is None:
        return row.is_any_coarse and told.se is None
    return error_holds(f"{told.se:.2f}", row.se)


OVERALL: Mapping[str, Callable[[Overall, Row], bool]] = {
    "n": lambda told, row: told.n == row.n,
    "coarse": lambda told, row: told.coarse is row.is_any_coarse,
    "level": lambda told, row: told.level == (row.level if row.is_settled else None),
    "band": lambda told, row: (
        told.band == (row.band if row.is_named and not row.is_closed else None)
    ),
    "mean": _overall_mean,
    "se": _overall_se,
}


def check_figures(told: Told, row: Row, profiles: Mapping[Scale, Figure], overall: Overall) -> None:
    """Check every released figure of one row; a scale is there if k people are usable on it."""
    told.check("scales", set(profiles), set(row.scales), true=set(profiles) == set(row.scales))
    for scale, figure in profiles.items():
        pair = Pair(figure, row, scale)
        for name, holds in FIGURE.items():
            true = holds(pair)
            exact = "" if true else (scale, getattr(pair.exact, name, ""))
            told.check(f"figure.{name}", getattr(figure, name), exact, true=true)
    for name, is_so in OVERALL.items():
        true = is_so(overall, row)
        so = "" if true else getattr(row, name, None)
        told.check(f"overall.{name}", getattr(overall, name), so, true=true)
