"""Our statistics against R (multilevel, psych, lavaan, stats) and against published figures.

`reference/reference.R` recomputes every number here; `reference/*.csv` hold what they rest on.
"""

import csv
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from app.scoring.agreement import (
    SLIGHT_SKEW,
    UNIFORM,
    average_deviation,
    item_variance,
    items_compared,
    lindell,
    median_deviation,
    rwg,
    rwg_of_random_answers,
)
from app.scoring.bootstrap import bootstrap_means
from app.scoring.difference import Estimate, benjamini_hochberg, difference, holm, welch_anova
from app.scoring.moments import Floats, Moments, add_up
from app.scoring.presentation import arms_of, direction_effect
from app.scoring.profile import profiles_of
from app.scoring.reliability import (
    alpha,
    anova,
    consistency,
    group_mean_reliability,
)
from app.scoring.respondent import score_respondents
from app.scoring.rules import K_FLOOR

REFERENCE = Path(__file__).parent / "reference"
CLOSE = 1e-9


def table(name: str) -> list[list[str]]:
    with (REFERENCE / name).open(newline="") as file:
        return list(csv.reader(file))[1:]


def numbers(text: str) -> list[float]:
    return [float(number) for number in text.split()]


OWN = table("answers.csv")
GROUPS = sorted({row[0] for row in OWN})
LEVELS = np.array([row[1:] for row in OWN], dtype=np.int8)
OWNER = np.array([GROUPS.index(row[0]) for row in OWN], dtype=np.int64)


@pytest.fixture(scope="module")
def groups() -> Moments:
    # On a roster without end nothing is corrected for a finite group, as in R.
    return add_up(OWNER, score_respondents(LEVELS)[1], [10**12] * len(GROUPS))


def sums(rows: Iterable[Sequence[float]]) -> Moments:
    """Groups of which only people, sums and sums of squares are known, as they were published."""
    n, total, squares = np.array([[float(cell) for cell in row] for row in rows]).T
    people, nobody = n.astype(np.int64), np.zeros((len(n), 0), dtype=np.int64)
    return Moments(
        n=people,
        roster=people,
        weight=1,
        score=total,
        score_squared=squares,
        at_least=nobody,
        at_least_squared=nobody,
        counts=nobody,
        answered=nobody,
        varied=people,
        scores=np.zeros(people.sum(), dtype=np.int64),
        starts=np.concatenate([[0], people.cumsum()]),
    )


def rwg_of(groups: Moments, null_variance: float) -> Floats:
    return rwg(item_variance(groups), items_compared(groups), null_variance)


def test_analysis_of_variance(groups: Moments) -> None:
    found = anova(groups)
    assert (found.n, found.groups) == (60, 6)
    assert found.msb == pytest.approx(9.636303912137, rel=CLOSE)
    assert found.msw == pytest.approx(0.295292504706, rel=CLOSE)
    assert found.f == pytest.approx(32.6330799413, rel=CLOSE)
    assert found.p_value == pytest.approx(3.59389116885e-15, rel=1e-6)
    assert found.icc1_mean_n == pytest.approx(0.759806384392, rel=CLOSE)
    assert found.icc2 == pytest.approx(0.969356248267, rel=CLOSE)
    n0 = (60 - sum(n * n for n in (7, 9, 12, 6, 15, 11)) / 60) / 5
    by_hand = (9.636303912137 - 0.295292504706) / (9.636303912137 + (n0 - 1) * 0.295292504706)
    assert found.icc1 == pytest.approx(by_hand, rel=CLOSE)
    assert found.icc1_interval is not None
    assert found.icc1_interval[0] < by_hand < found.icc1_interval[1]


def test_how_items_hold_together() -> None:
    found = consistency(LEVELS, OWNER)
    assert found.n == 60
    assert found.alpha == pytest.approx(0.922314550771, rel=CLOSE)
    assert found.alpha_within == pytest.approx(0.737592608839, rel=CLOSE)
    assert found.omega == pytest.approx(0.92470572061, abs=1e-5)
    dropped = numbers(
        "0.912055949377 0.907854813408 0.906903359110 0.917688378664 0.905616193491 0.897953867811"
    )
    assert found.alpha_if_dropped == pytest.approx(dropped, rel=CLOSE)
    total = numbers(
        "0.747712935859 0.779431699567 0.786514127981 0.704525142384 0.801972894182 0.850632648733"
    )
    assert found.item_total == pytest.approx(total, rel=CLOSE)


@pytest.mark.parametrize(
    ("statistic", "expected"),
    [
        (
            lambda groups: rwg_of(groups, UNIFORM),
            numbers(
                "0.965034965035 0.898078043098 0.904109589041"
                " 0.868965517241 0.933097969991 0.925476603120"
            ),
        ),
        (
            lambda groups: rwg_of(groups, SLIGHT_SKEW),
            numbers(
                "0.942896299680 0.796898936911 0.812633832976"
                " 0.711246200608 0.880449183017 0.863768850589"
            ),
        ),
        (
            lambda groups: lindell(item_variance(groups)),
            numbers(
                "0.910714285714 0.797453703704 0.805555555556"
                " 0.762500000000 0.849603174603 0.837121212121"
            ),
        ),
        (
            average_deviation,
            numbers(
                "0.455782312925 0.691358024691 0.650462962963"
                " 0.703703703704 0.614814814815 0.628099173554"
            ),
        ),
        (
            median_deviation,
            numbers(
                "0.333333333333 0.648148148148 0.611111111111"
                " 0.694444444444 0.566666666667 0.545454545455"
            ),
        ),
    ],
    ids=["rwg uniform", "rwg slight skew", "r*", "AD mean", "AD median"],
)
def test_agreement(
    groups: Moments, statistic: Callable[[Moments], Floats], expected: list[float]
) -> None:
    assert statistic(groups).tolist() == pytest.approx(expected, abs=1e-11)


def test_welch(groups: Moments) -> None:
    exact = profiles_of(groups, K_FLOOR)
    found = welch_anova(exact.mean, exact.se, groups.df)
    assert found is not None
    assert found.f == pytest.approx(36.3591259982, rel=1e-6)
    assert found.df2 == pytest.approx(21.3666135419, rel=1e-6)
    assert found.p_value == pytest.approx(9.46217952024e-10, rel=1e-5)
    one, other = (
        Estimate(float(exact.mean[g]), float(exact.se[g]), float(groups.df[g])) for g in (0, 2)
    )
    pair = difference(one, other)
    assert pair.t == pytest.approx(-5.83720745440, rel=1e-6)
    assert pair.df == pytest.approx(15.7646321339, rel=1e-6)
    assert pair.p_value == pytest.approx(2.67858781007e-05, rel=1e-6)


def test_adjusted_p_values() -> None:
    raw = [0.01, 0.04, 0.03, 0.005, 0.2]
    assert holm(raw) == pytest.approx([0.04, 0.09, 0.09, 0.025, 0.2])
    assert benjamini_hochberg(raw) == pytest.approx([0.025, 0.05, 0.05, 0.025, 0.2])


# Bliese's data sets, as the tutorial of R's multilevel package publishes them.
def test_published_icc_of_work_hours() -> None:
    found = anova(sums(numbers(" ".join(row[1:])) for row in table("bhr2000_hrs.csv")))
    assert found.icc1_mean_n == pytest.approx(0.1741, abs=5e-5)
    assert found.icc2 == pytest.approx(0.9200, abs=5e-5)


def test_published_icc_of_well_being() -> None:
    found = anova(sums(numbers(" ".join(row[1:])) for row in table("bh1996_wbeing.csv")))
    assert found.icc1_mean_n == pytest.approx(0.0434, abs=5e-5)


def test_published_agreement_on_leadership() -> None:
    spread = np.array([float(row[0]) for row in table("bhr2000_leadership.csv")])
    found = rwg(spread, np.full(len(spread), 11), UNIFORM)
    assert len(found) == 99
    assert found.mean() == pytest.approx(0.888, abs=5e-4)
    assert (found.min(), found.max()) == pytest.approx((0.786, 0.944), abs=5e-4)


def test_published_alpha_of_leadership() -> None:
    covariance = np.array(table("bhr2000_covariance.csv"), dtype=np.float64)
    assert alpha(covariance) == pytest.approx(0.891, abs=5e-4)


#: Four judges rate six targets (Shrout & Fleiss 1979, table 2).
SHROUT_FLEISS = (
    (9, 2, 5, 8),
    (6, 1, 3, 2),
    (8, 4, 6, 8),
    (7, 1, 2, 6),
    (10, 5, 6, 9),
    (6, 2, 4, 7),
)


def test_published_icc_of_shrout_and_fleiss() -> None:
    found = anova(
        sums((4, sum(row), sum(rating * rating for rating in row)) for row in SHROUT_FLEISS)
    )
    assert found.icc1 == pytest.approx(0.17, abs=5e-3)
    assert found.icc2 == pytest.approx(0.44, abs=5e-3)


# The 95th percentile of rwg.j.sim (multilevel), six independent items, five options.
@pytest.mark.parametrize(
    ("n", "critical"), [(5, 0.75), (8, 0.64), (10, 0.61), (15, 0.52), (20, 0.49)]
)
def test_random_answers_agree_more_the_fewer_people_give_them(n: int, critical: float) -> None:
    assert rwg_of_random_answers(n, 6) == pytest.approx(critical, abs=0.02)


@pytest.mark.parametrize("roster", [60, 120])
def test_the_bootstrap_finds_the_same_standard_error(roster: int) -> None:
    everybody = np.zeros(len(OWN), dtype=np.int64)
    group = add_up(everybody, score_respondents(LEVELS)[1], [roster])
    means, expected = bootstrap_means(group), float(profiles_of(group, K_FLOOR).se[0])
    assert means is not None
    assert means.std(ddof=1) == pytest.approx(expected, rel=0.05)
    # The control: without the correction for a finite group it is not the same.
    uncorrected = bootstrap_means(group, rho=0)
    assert uncorrected is not None
    assert uncorrected.std(ddof=1) > means.std(ddof=1) * 1.1


# LeBreton & Senter 2008: proportions of the null distributions, recomputed.
@pytest.mark.parametrize(
    ("proportions", "variance"),
    [((0.2,) * 5, UNIFORM), ((0.05, 0.15, 0.2, 0.35, 0.25), SLIGHT_SKEW)],
)
def test_null_variances(proportions: tuple[float, ...], variance: float) -> None:
    levels = np.arange(1, 6)
    mean = np.dot(levels, proportions)
    assert np.dot((levels - mean) ** 2, proportions) == pytest.approx(variance, abs=0.005)


def test_the_mean_of_a_larger_group_is_the_surer_one() -> None:
    # lambda = n ICC1 / (1 + (n - 1) ICC1): Spearman-Brown; below 0 nothing is shared.
    assert group_mean_reliability(0.25, 8) == pytest.approx(8 * 0.25 / (1 + 7 * 0.25))
    assert group_mean_reliability(0.25, 1) == 0.25
    assert group_mean_reliability(-0.1, 8) == 0


def effect_of(
    levels: NDArray[np.int8], rising: NDArray[np.bool_], groups: NDArray[np.int64]
) -> float | None:
    (arms,) = arms_of(levels[:, None], rising, groups, int(groups.max()) + 1)
    return direction_effect(*arms)


def test_an_effect_of_the_direction_is_the_difference_of_the_arms() -> None:
    levels = np.array([2, 4, 1, 2], dtype=np.int8)
    rising = np.array([True, True, False, False])
    assert effect_of(levels, rising, np.zeros(4, dtype=np.int64)) == 1.5
    assert effect_of(levels[:2], rising[:2], np.zeros(2, dtype=np.int64)) is None


def test_groups_that_chance_put_on_different_sides_are_no_effect() -> None:
    # The high group mostly rising, the low one mostly falling; within each nothing differs.
    levels = np.array([5] * 10 + [1] * 10, dtype=np.int8)
    rising = np.array([True] * 8 + [False] * 2 + [True] * 2 + [False] * 8)
    groups = np.array([0] * 10 + [1] * 10)
    assert effect_of(levels, rising, groups) == 0
