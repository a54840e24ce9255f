"""Differences between groups, between waves and between two sides, and what may be said of them."""

from math import inf, sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.scoring.difference import (
    Estimate,
    benjamini_hochberg,
    compare_neighbours,
    difference,
    holm,
    is_clear,
    welch_anova,
)
from app.scoring.difference import tested as with_a_test

P_VALUES = st.lists(st.floats(0, 1), min_size=1, max_size=12)


def estimate(mean: float, se: float | None = 0.1, df: float = 7) -> Estimate:
    return Estimate(mean, se, df)


def test_without_any_error_there_is_a_difference_but_no_test() -> None:
    found = difference(estimate(3, 0), estimate(2, 0))
    assert (found.value, found.p_value, found.interval, found.detectable) == (1, None, None, None)
    assert difference(estimate(3, None), estimate(2)).p_value is None


# Method, 4: eight of twelve twice, s = .68: moves below .56 of a level cannot be seen.
def test_the_smallest_change_that_can_be_seen_is_told() -> None:
    se = 0.68 / 8**0.5 * (1 - 0.6 * 8 / 12) ** 0.5
    found = difference(estimate(3.1, se), estimate(2.9, se))
    assert found.detectable == pytest.approx(0.56, abs=0.005)
    assert not found.excludes_zero


def test_a_difference_has_the_degrees_of_freedom_of_welch_and_satterthwaite() -> None:
    found = difference(estimate(3.0, 0.1, 7), estimate(2.5, 0.2, 11))
    assert found.se == pytest.approx(sqrt(0.05))
    assert found.df == pytest.approx(0.05**2 / (0.1**4 / 7 + 0.2**4 / 11))
    assert found.t == pytest.approx(0.5 / sqrt(0.05))


# Where the spread is taken as known, a difference is normal: 1.96 errors.
def test_a_spread_that_is_taken_as_known_has_no_end_of_degrees_of_freedom() -> None:
    both = difference(estimate(3.0, 0.1, inf), estimate(2.8, 0.1, inf))
    assert both.df == inf
    assert both.detectable == pytest.approx(1.95996 * sqrt(0.02), abs=1e-6)
    one = difference(estimate(3.0, 0.1, inf), estimate(2.8, 0.1, 9))
    assert one.df == pytest.approx(0.02**2 / (0.1**4 / 9))
    certain = difference(estimate(3.0, 0, 7), estimate(2.8, 0.1, 9))
    assert certain.df == pytest.approx(9)


@pytest.mark.parametrize(
    ("value", "excludes"), [(0.30, True), (-0.30, True), (0.23, False), (-0.23, False), (0, False)]
)
def test_an_interval_says_whether_a_difference_is_beyond_the_noise(
    value: float, excludes: bool
) -> None:
    # t(7, .975) is 2.365, so that 0.2365 is the least.
    found = with_a_test(value, 0.1, 7)
    assert found.interval == pytest.approx((value - 0.2365, value + 0.2365), abs=1e-4)
    assert found.excludes_zero is excludes
    assert found.p_value is not None
    assert (found.p_value < 0.05) is excludes


def test_what_has_no_interval_excludes_nothing() -> None:
    assert not difference(estimate(3, 0), estimate(2, 0)).excludes_zero


def test_clearly_needs_both_size_and_significance() -> None:
    assert is_clear(-0.5, 0.049)
    assert not is_clear(0.49, 0.001)
    assert not is_clear(1.0, 0.05)


@pytest.mark.parametrize(("means", "errors"), [([], []), ([3], [0.1]), ([3, 2], [0.1, 0])])
def test_one_mean_or_one_without_error_cannot_be_compared(
    means: list[float], errors: list[float]
) -> None:
    assert welch_anova(np.array(means), np.array(errors), np.full(len(means), 7)) is None


def test_of_two_means_welchs_test_is_that_of_their_difference() -> None:
    found = welch_anova(np.array([3.0, 2.5]), np.array([0.1, 0.2]), np.array([7, 11]))
    pair = difference(estimate(3.0, 0.1, 7), estimate(2.5, 0.2, 11))
    assert found is not None
    assert pair.t is not None
    assert found.f == pytest.approx(pair.t**2)
    assert found.df1 == 1
    assert found.df2 == pytest.approx(pair.df)
    assert found.p_value == pytest.approx(pair.p_value)


def test_welchs_test_is_shown_to_the_digits_that_are_printed() -> None:
    found = welch_anova(np.array([3.0, 2.5, 2.8]), np.array([0.1, 0.2, 0.15]), np.array([7, 11, 9]))
    assert found is not None
    shown = found.as_shown()
    assert shown.df1 == 2
    assert shown.f == round(found.f, 2)
    assert shown.df2 == round(found.df2, 1)
    assert shown.p_value == round(found.p_value, 3)
    assert shown != found


def test_neighbours_share_one_family_of_tests() -> None:
    near, far, sure = estimate(3.0), estimate(2.6), estimate(2.0, 0)
    found = compare_neighbours([(near, far), (far, near), (sure, sure)])
    (first, adjusted), (_, other), (_, none) = found
    assert first.p_value is not None
    assert adjusted == pytest.approx(2 * first.p_value)
    assert other == adjusted
    assert none is None


@given(P_VALUES)
def test_adjusting_never_makes_a_result_look_surer(p_values: list[float]) -> None:
    for adjusted in (holm(p_values), benjamini_hochberg(p_values)):
        assert all(raw <= new <= 1 for raw, new in zip(p_values, adjusted, strict=True))
        order = sorted(range(len(p_values)), key=p_values.__getitem__)
        ranked = [adjusted[index] for index in order]
        assert ranked == sorted(ranked)
    both = zip(holm(p_values), benjamini_hochberg(p_values), strict=True)
    assert all(family_wise >= discovery - 1e-12 for family_wise, discovery in both)
