"""Standard errors and bounds, checked against published examples and the definition."""

from dataclasses import replace
from math import isnan, sqrt
from statistics import stdev

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.scoring.moments import Floats, Moments
from app.scoring.rules import SPREAD_ASSUMED
from app.scoring.uncertainty import (
    Spread,
    pooled_spread,
    score_deviation,
    standard_error,
    t_quantile,
    variance,
)
from tests.scoring.builders import TYPICAL, groups_of, moments_of, people

GROUPS = st.lists(people(most=6), min_size=1, max_size=4)
FULL = 1.0


def errors(moments: Moments, rho: float = 0.6) -> Floats:
    return standard_error(score_deviation(moments), moments.n, moments.coverage, rho)


def one(values: Floats) -> float:
    (value,) = values.tolist()
    return float(value)


# Tables of Student's t as printed in any statistics book, to three decimals.
@pytest.mark.parametrize(
    ("df", "confidence", "t"),
    [
        (1, 0.975, 12.706),
        (4, 0.90, 1.533),
        (4, 0.975, 2.776),
        (7, 0.90, 1.415),
        (7, 0.975, 2.365),
        (11, 0.90, 1.363),
        (30, 0.975, 2.042),
        (120, 0.90, 1.289),
        (np.inf, 0.975, 1.960),
    ],
)
def test_bounds_take_the_t_quantile_of_the_printed_tables(
    df: float, confidence: float, t: float
) -> None:
    assert float(t_quantile(df, confidence)) == pytest.approx(t, abs=5e-4)
    assert t_quantile(np.array([df, 1.0]), confidence)[0] == pytest.approx(t, abs=5e-4)


def test_the_variance_of_many_sums_is_that_of_each() -> None:
    n, sums = np.array([6, 1, 3]), np.array([[30, 6], [7, 7], [3, 0]])
    squares = np.array([[166, 6], [49, 49], [9, 0]])
    # [6, 8, 4, 5, 3, 4] and six times 1; one person; [3, 0, 0] and three times 0.
    assert variance(n, sums, squares)[[0, 2]].tolist() == [[3.2, 0.0], [3.0, 0.0]]
    assert np.isnan(variance(n, sums, squares)[1]).all()


def test_the_pooled_spread_is_that_of_a_textbook_analysis_of_variance() -> None:
    groups = [[6, 8, 4, 5, 3, 4], [8, 12, 9, 11, 6, 8], [13, 9, 11, 8, 7, 12]] * 2
    units = replace(
        groups_of([["333333"] * 6] * 6),
        weight=1,
        score=np.array([sum(group) for group in groups]),
        score_squared=np.array([sum(value * value for value in group) for group in groups]),
    )
    spread = pooled_spread(units)
    assert spread.df == 30
    assert spread.sd**2 == pytest.approx(68 / 15)


@pytest.mark.parametrize(("size", "known"), [(29, False), (30, True)])
def test_the_pooled_spread_is_taken_to_be_a_level_below_thirty_people(
    size: int, known: bool
) -> None:
    three, rest = ["222222", "333333", "444444"] * 5, ["222222", "444444"] * 8
    spread = pooled_spread(groups_of([three, rest[: size - 15]]))
    assert (spread.sd == SPREAD_ASSUMED == 1.0) is not known
    assert spread.df == (size - 2 if known else None)


def test_thirty_people_in_groups_of_one_tell_no_spread() -> None:
    assert pooled_spread(groups_of([["333333"]] * 15 + [["444444"]] * 15)) == Spread()


def test_groups_without_respondents_count_nowhere() -> None:
    full = list(TYPICAL) * 4
    alone, among = groups_of([full]), groups_of([[], full, ["??????"] * 5], [9, 32, 5])
    assert pooled_spread(among) == pooled_spread(alone)
    assert pooled_spread(alone).df == 31
    assert errors(among)[1] == one(errors(alone))


@given(GROUPS)
def test_the_spread_between_groups_is_no_spread_within(groups: list[list[str]]) -> None:
    apart = [[str(1 + n % 5) * 6] * (len(group) + 15) for n, group in enumerate(groups)]
    spread = pooled_spread(groups_of(apart))
    assert spread.sd == (0.0 if sum(map(len, apart)) >= 30 else SPREAD_ASSUMED)


def test_a_spread_is_shown_to_two_decimals() -> None:
    assert Spread(sd=0.6849, df=44).as_shown() == Spread(sd=0.68, df=44)


def test_one_person_has_no_error() -> None:
    assert np.isnan(errors(groups_of([["333333"], ["123451"]]))).all()


# Cochran (1977), Sampling Techniques, ch. 2: signatures on 50 of 676 sheets of a petition.
def test_rho_1_is_the_textbook_correction_of_cochran() -> None:
    n = np.array([50])
    found = variance(n, np.array([1471]), np.array([54_497]))
    assert one(found) == pytest.approx(229.0, abs=0.05)
    error = one(standard_error(np.sqrt(found), n, n / 676, rho=1))
    total = 676 * 1471 / 50
    assert total == pytest.approx(19_888, abs=0.5)
    assert total - 1.28 * 676 * error == pytest.approx(18_107, abs=2)
    assert total + 1.28 * 676 * error == pytest.approx(21_669, abs=2)


def test_at_full_response_only_the_textbook_claims_certainty() -> None:
    unit = moments_of(TYPICAL, 8)
    assert one(errors(unit, rho=1)) == 0.0
    assert one(errors(unit)) == pytest.approx(0.108, abs=5e-4)


def test_the_correction_is_of_the_standard_reliability_unless_told() -> None:
    deviation, n = np.array([0.5]), np.array([9])
    assert one(standard_error(deviation, n, np.array([FULL]))) == pytest.approx(0.5 / 3 * sqrt(0.4))


def test_more_answers_than_people_are_corrected_like_a_full_response() -> None:
    assert one(errors(moments_of(TYPICAL, 6))) == one(errors(moments_of(TYPICAL, 8)))


def test_the_errors_of_shares_are_those_of_each_share_by_itself() -> None:
    deviations, n = np.array([[0.1, 0.2, 0.3, 0.0], [0.4, 0.4, 0.0, 0.5]]), np.array([4, 25])
    found = standard_error(deviations, n, np.array([0.5, FULL]))
    for share in range(4):
        alone = standard_error(deviations[:, share], n, np.array([0.5, FULL]))
        assert found[:, share].tolist() == alone.tolist()


@given(people(least=2), st.integers(0, 30))
def test_the_error_of_one_group_is_its_definition(group: list[str], silent: int) -> None:
    unit = moments_of(group, len(group) + silent)
    coverage = len(group) / (len(group) + silent)
    scores = [sum(map(int, answers)) / 6 for answers in group]
    expected = stdev(scores) / sqrt(len(group)) * sqrt(1 - 0.6 * coverage)
    assert one(errors(unit)) == pytest.approx(expected, abs=1e-9)


@given(GROUPS, st.integers(0, 20))
def test_the_error_lies_between_the_textbook_and_none_at_all(
    groups: list[list[str]], silent: int
) -> None:
    units = groups_of(groups, [len(group) + silent for group in groups])
    for three in zip(*(errors(units, rho).tolist() for rho in (1, 0.6, 0)), strict=True):
        textbook, adjusted, uncorrected = three
        assert isnan(adjusted) or 0 <= textbook <= adjusted <= uncorrected


@given(GROUPS, st.integers(0, 20))
def test_the_errors_of_many_groups_are_those_of_each(groups: list[list[str]], silent: int) -> None:
    rosters = [len(group) + silent for group in groups]
    together = errors(groups_of(groups, rosters)).tolist()
    alone = [one(errors(moments_of(g, n))) for g, n in zip(groups, rosters, strict=True)]
    assert together == pytest.approx(alone, nan_ok=True, rel=0)


# Sums of squares over 15 items, in 1/60060, leave 64 bits beyond 25,000 people.
@pytest.mark.parametrize("size", [100, 40_000])
def test_the_spread_of_a_very_large_group_on_many_items_is_that_of_a_small_one(size: int) -> None:
    unit = groups_of([["1" * 15, "5" * 15] * (size // 2)], items=15)
    assert one(score_deviation(unit)) == pytest.approx(2 * sqrt(size / (size - 1)))
