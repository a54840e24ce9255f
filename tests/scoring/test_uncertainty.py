"""Standard errors and bounds, checked against published examples and the definition."""

from math import sqrt
from statistics import stdev

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.scoring.moments import Moments
from app.scoring.uncertainty import (
    degrees_of_freedom,
    interval,
    margin,
    standard_error,
    within_variance,
)
from tests.scoring.builders import TYPICAL, moments_of, people

GROUPS = st.lists(people(most=6), min_size=1, max_size=4)


def unit_of(n: int, roster: int) -> Moments:
    """Make a unit of which only its size matters."""
    return moments_of(["333333"] * n, roster) if n else moments_of(["??????"], roster)


def squared_error(units: list[Moments]) -> float | None:
    return within_variance(
        units, [u.sum_score for u in units], [u.sum_score_squared for u in units]
    )


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
    ],
)
def test_the_margin_takes_the_t_quantile_of_the_printed_tables(
    df: int, confidence: float, t: float
) -> None:
    assert margin(1.0, df, confidence) == pytest.approx(t, abs=5e-4)
    assert margin(0.5, df, confidence) == pytest.approx(t / 2, abs=5e-4)


def test_the_within_mean_square_is_that_of_a_textbook_analysis_of_variance() -> None:
    groups = [[6, 8, 4, 5, 3, 4], [8, 12, 9, 11, 6, 8], [13, 9, 11, 8, 7, 12]]
    units = [unit_of(6, 6)] * 3
    squares = [sum(value * value for value in group) for group in groups]
    assert degrees_of_freedom(units) == 15
    assert within_variance(units, [sum(g) for g in groups], squares) == pytest.approx(68 / 15)


def test_units_without_respondents_count_nowhere() -> None:
    full, empty = moments_of(TYPICAL, 12), unit_of(0, 9)
    assert degrees_of_freedom([full, empty]) == degrees_of_freedom([full]) == 7
    assert squared_error([full, empty]) == squared_error([full])


@pytest.mark.parametrize("people_in_units", [[1], [1, 1, 1], [0, 1]])
def test_one_person_per_unit_has_no_error(people_in_units: list[int]) -> None:
    units = [unit_of(n, 5) for n in people_in_units]
    assert degrees_of_freedom(units) == 0
    assert squared_error(units) is None
    assert standard_error(units, None) is None


# Cochran (1977), Sampling Techniques, ch. 2: signatures on 50 of 676 sheets of a petition.
def test_rho_1_is_the_textbook_correction_of_cochran() -> None:
    petition = [unit_of(50, 676)]
    variance = within_variance(petition, [1471], [54_497])
    assert variance is not None
    assert variance == pytest.approx(229.0, abs=0.05)
    error = standard_error(petition, variance, rho=1)
    assert error is not None
    total = 676 * 1471 / 50
    assert total == pytest.approx(19_888, abs=0.5)
    assert total - 1.28 * 676 * error == pytest.approx(18_107, abs=2)
    assert total + 1.28 * 676 * error == pytest.approx(21_669, abs=2)


def test_at_full_response_only_the_textbook_claims_certainty() -> None:
    unit = [moments_of(TYPICAL, 8)]
    variance = squared_error(unit)
    assert standard_error(unit, variance, rho=1) == 0.0
    adjusted = standard_error(unit, variance)
    assert adjusted is not None
    assert adjusted / unit[0].weight == pytest.approx(0.108, abs=5e-4)


def test_more_answers_than_people_are_corrected_like_a_full_response() -> None:
    over, full = [moments_of(TYPICAL, 6)], [moments_of(TYPICAL, 8)]
    assert standard_error(over, squared_error(over)) == standard_error(full, squared_error(full))


def test_the_correction_of_pooled_units_weighs_each_by_its_answers() -> None:
    units = [unit_of(6, 6), unit_of(2, 8)]
    covered = (6 * 1.0 + 2 * 0.25) / 8
    error = standard_error(units, 2.0)
    assert error == pytest.approx(sqrt(2 / 8) * sqrt(1 - 0.6 * covered))


@given(people(least=2), st.integers(0, 30))
def test_the_error_of_one_unit_is_its_definition(group: list[str], silent: int) -> None:
    unit = moments_of(group, len(group) + silent)
    coverage = len(group) / (len(group) + silent)
    scores = [sum(map(int, answers)) / 6 for answers in group]
    expected = stdev(scores) / sqrt(len(group)) * sqrt(1 - 0.6 * coverage)
    error = standard_error([unit], squared_error([unit]))
    assert error is not None
    assert error / unit.weight == pytest.approx(expected, abs=1e-9)


@given(GROUPS, st.integers(0, 20))
def test_the_error_lies_between_the_textbook_and_none_at_all(
    groups: list[list[str]], silent: int
) -> None:
    units = [moments_of(group, len(group) + silent) for group in groups]
    variance = squared_error(units)
    errors = [standard_error(units, variance, rho) for rho in (1, 0.6, 0)]
    textbook, adjusted, uncorrected = [error for error in errors if error is not None] or [0.0] * 3
    assert standard_error(units, variance) == (None if variance is None else adjusted)
    assert 0 <= textbook <= adjusted <= uncorrected


@given(GROUPS)
def test_the_spread_between_units_is_no_error(groups: list[list[str]]) -> None:
    alike = [["333333"] * len(group) for group in groups]
    apart = [[str(1 + n % 5) * 6] * len(group) for n, group in enumerate(groups)]
    assert squared_error([moments_of(g) for g in apart]) == squared_error(
        [moments_of(g) for g in alike]
    )


def test_an_interval_lies_about_its_estimate_and_ends_with_the_scale() -> None:
    assert interval(3.0, 0.5, 1, 5) == (2.5, 3.5)
    assert interval(1.2, 0.5, 1, 5) == (1, 1.7)
    assert interval(4.8, 0.5, 1, 5) == (4.3, 5)
