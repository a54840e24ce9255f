"""Statistics over the groups of a wave, written anew from the method's formulas."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from itertools import product
from math import inf, sqrt

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import fdtrc, fdtri, stdtr

from app.maturity import ORIENTATIONS, Orientation
from app.questionnaires.questionnaire import Scale
from tests.reports.truth.coarse import Coarse
from tests.reports.truth.exact import Exact, item_mean, of_one_mind, t_quantile, usable
from tests.reports.truth.waves import Row, Truth

Floats = NDArray[np.float64]

#: Which of the three core pages rise, by the mark of a sheet.
RISING = [ways for ways in product((False, True), repeat=3) if len(set(ways)) == 2]


#: Figures of one wave are asked for by many cells of its tables.
_remembered = lru_cache(maxsize=32)


@_remembered
def everybody(truth: Truth, scale: Scale) -> Exact:
    """Return the usable people of all rows that show a scale, as one."""
    texts = [text for row in truth.with_scale(scale) for text in row.scales[scale].answers]
    return Exact(texts, 0)


@_remembered
def questions(truth: Truth, scale: Scale) -> list[tuple[Counter[int], bool]]:
    """Return all answers to each question of a scale, and whether its mean is told; [] if hidden.

    Fifteen answers each, whoever shows none of its own numbers ten and no few stand out, and
    rows whose mean is a bound are a twentieth at most. No mean where all, or a part of over a
    twentieth that could be told from the rest, are of one mind or at an end.
    """
    rows, k = [row.scales[scale] for row in truth.with_scale(scale)], truth.k
    whole, bound = everybody(truth, scale), sum(one.n for one in rows if one.is_bound)
    if not rows or whole.fewest < 15 or 20 * bound > whole.n:
        return []
    parts = [one for one in rows if one.shows_questions(k)]
    if rest := [one for one in rows if not one.shows_questions(k)]:
        block = Exact([text for one in rest for text in one.answers], 0)
        if 0 < sum(one.apart for one in rest) < k or block.fewest < 10:
            return []
        parts.append(block)
    found = []
    for place, counts in enumerate(whole.counts):
        large = [p.counts[place] for p in parts if 20 * p.counts[place].total() > counts.total()]
        hidden = any(of_one_mind(one, k) or not 1.2 < item_mean(one) < 4.8 for one in large)
        found.append((counts, not hidden and not of_one_mind(counts, k)))
    return found


@_remembered
def fine(truth: Truth, scale: Scale) -> list[Exact]:
    """Return the rows that are not coarse on a scale."""
    return [row.scales[scale] for row in truth.with_scale(scale) if not row.is_coarse(scale)]


def spread(groups: Sequence[Exact]) -> tuple[float, int | None]:
    """Return the root of the within mean square and its df; a level and None under 30 people."""
    people = sum(one.n for one in groups)
    df = people - len(groups)
    if people < 30:
        return 1.0, None
    return sqrt(sum(one.sd**2 * (one.n - 1) for one in groups) / df), df


@dataclass(frozen=True)
class Between:
    """One-way analysis of variance of people's scores by group."""

    n: int
    groups: int
    f: float | None = None
    p: float | None = None
    icc1: float | None = None
    ends: tuple[float, float] | None = None
    icc1_mean_n: float | None = None
    icc2: float | None = None


@_remembered
def between(truth: Truth, scale: Scale) -> Between:
    """Return F, ICC(1) with n0 and its 95 % interval, with the mean size, and ICC(2)."""
    groups = fine(truth, scale)
    n, count = sum(one.n for one in groups), len(groups)
    if count < 2:
        return Between(n, count)
    grand = float(sum((one.mean * one.n for one in groups), Fraction(0)) / n)
    msb = sum(one.n * (float(one.mean) - grand) ** 2 for one in groups) / (count - 1)
    msw = sum(one.sd**2 * (one.n - 1) for one in groups) / (n - count)
    n0 = (n - sum(one.n**2 for one in groups) / n) / (count - 1)
    f = msb / msw
    low, high = f / fdtri(count - 1, n - count, 0.975), f * fdtri(n - count, count - 1, 0.975)
    return Between(
        n,
        count,
        f,
        float(fdtrc(count - 1, n - count, f)),
        (f - 1) / (f + n0 - 1),
        ((low - 1) / (low + n0 - 1), (high - 1) / (high + n0 - 1)),
        (f - 1) / (f + n / count - 1),
        (f - 1) / f if f else None,
    )


def welch(rows: Sequence[Row]) -> tuple[float, float, float]:
    """Return F, df2 and p of Welch's test that all overall means are equal."""
    weights = [1 / row.se**2 for row in rows]
    total, k = sum(weights), len(rows)
    centre = sum(w * float(row.mean) for w, row in zip(weights, rows, strict=True)) / total
    apart = [w * (float(row.mean) - centre) ** 2 for w, row in zip(weights, rows, strict=True)]
    lost = sum((1 - w / total) ** 2 / (row.n - 1) for w, row in zip(weights, rows, strict=True))
    f = sum(apart) / (k - 1) / (1 + 2 * (k - 2) / (k**2 - 1) * lost)
    df2 = (k**2 - 1) / (3 * lost)
    return f, df2, float(fdtrc(k - 1, df2, f))


@_remembered
def complete(truth: Truth, scale: Scale) -> tuple[Floats, list[int]]:
    """Return the complete answers on a scale in all rows that show it, and whose they are."""
    found = [
        ([int(code) for code in text], number)
        for number, row in enumerate(truth.with_scale(scale))
        for text in row.scales[scale].answers
        if text.isdigit()
    ]
    return np.array([levels for levels, _ in found], dtype=float), [row for _, row in found]


def alpha(answers: Floats) -> float:
    """Return Cronbach's alpha; NaN where nobody differs."""
    items = answers.shape[1]
    whole = answers.sum(axis=1).var(ddof=1)
    own = answers.var(axis=0, ddof=1).sum()
    return float(items / (items - 1) * (1 - own / whole)) if whole > 1e-12 else float("nan")


def within(answers: Floats, owner: Sequence[int]) -> Floats:
    """Return answers less the means of their groups."""
    owners = np.array(owner)
    centred = answers.copy()
    for one in set(owner):
        centred[owners == one] -= answers[owners == one].mean(axis=0)
    return centred


def omega(answers: Floats) -> float:
    """Return (sum l)^2 / ((sum l)^2 + sum psi) of one factor by maximum likelihood."""
    observed = np.cov(answers, rowvar=False)
    items = len(observed)

    def misfit(x: Floats) -> float:
        loads, psi = x[:items], np.exp(x[items:])
        model = np.outer(loads, loads) + np.diag(psi)
        return float(np.linalg.slogdet(model)[1] + np.trace(np.linalg.solve(model, observed)))

    own = np.diag(observed)
    start = np.concatenate([np.sqrt(own / 2), np.log(own / 2)])
    best = minimize(misfit, start, method="BFGS", options={"gtol": 1e-7}).x
    common = float(best[:items].sum()) ** 2
    return common / (common + float(np.exp(best[items:]).sum()))


@_remembered
def direction(truth: Truth, orientation: Orientation, item: int) -> float:
    """Return an item's mean shown rising less that shown falling, inside rows.

    Each row counts by n_up n_down / (n_up + n_down).
    """
    page, places = list(ORIENTATIONS).index(orientation), truth.places[orientation]
    total = weight = 0.0
    for row in truth.rows:
        arms: dict[bool, list[int]] = {True: [], False: []}
        for sheet in row.sheets.careful:
            answers, mark = sheet[places], sheet[-2]
            if mark != "-" and usable(answers) and answers[item].isdigit():
                arms[RISING[int(mark)][page]].append(int(answers[item]))
        up, down = arms[True], arms[False]
        if up and down:
            weighs = len(up) * len(down) / (len(up) + len(down))
            total += weighs * (sum(up) / len(up) - sum(down) / len(down))
            weight += weighs
    return total / weight


@_remembered
def careless_shift(truth: Truth, orientation: Orientation) -> Fraction:
    """Return how far the mean of all rows would move if careless sheets counted."""
    places = truth.places[orientation]
    careful = [text for row in truth.rows for text in row.sheets.on(places)]
    careless = [sheet[places] for row in truth.rows for sheet in row.sheets.careless]
    return Exact(careful + careless, 0).mean - Exact(careful, 0).mean


@dataclass(frozen=True)
class Side:
    """One side of a comparison: its mean, error and degrees of freedom, exact."""

    mean: float
    se: float
    df: float

    def margin(self, other: "Side") -> float:
        """Half the 95 % interval of the difference to another side (Welch-Satterthwaite)."""
        se, df = self._both(other)
        return t_quantile(df, 0.975) * se if se else 0.0

    def p(self, other: "Side") -> float:
        """That both are the same, two-sided; 1 where nothing is known of either spread."""
        se, df = self._both(other)
        return 2 * float(stdtr(df, -abs(self.mean - other.mean) / se)) if se else 1.0

    def _both(self, other: "Side") -> tuple[float, float]:
        """The error of the difference and its degrees of freedom."""
        se = sqrt(self.se**2 + other.se**2)
        lost = sum(one.se**4 / one.df for one in (self, other) if one.se)
        return se, se**4 / lost if lost else inf


def side(exact: Exact, pooled: tuple[float, int | None]) -> Side:
    """Return a side with its own spread, or with the pooled one where it is coarse."""
    if not isinstance(exact, Coarse):
        return Side(float(exact.mean), exact.se, exact.n - 1)
    sd, df = pooled
    error = sd / sqrt(exact.n) * sqrt(1 - 0.6 * exact.coverage)
    return Side(float(exact.mean), error, inf if df is None else df)


def holm(p_values: Sequence[float]) -> list[float]:
    """Return p-values adjusted step down: the smallest by all, the next by one less, …"""
    order = sorted(range(len(p_values)), key=lambda at: p_values[at])
    found = dict.fromkeys(order, 0.0)
    for rank, at in enumerate(order):
        steps = [(len(order) - r) * p_values[one] for r, one in enumerate(order[: rank + 1])]
        found[at] = min(1.0, max(steps))
    return [found[at] for at in range(len(p_values))]


def benjamini_hochberg(p_values: Sequence[float], share: float) -> list[bool]:
    """Return which of several are found where at most such a share of them is false."""
    ordered, m = sorted(p_values), len(p_values)
    passed = [p for rank, p in enumerate(ordered, 1) if p <= share * rank / m]
    return [p <= max(passed, default=-1.0) for p in p_values]
