"""What a response rate allows one to say."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.scoring.response import (
    ResponseClass,
    is_sensitive,
    response_class,
    tipping_point,
    worst_case_mean,
)

FROM_LOW_TO_FULL = list(reversed(ResponseClass))


@pytest.mark.parametrize(
    ("answered", "named"),
    [
        (100, ResponseClass.FULL),
        (80, ResponseClass.FULL),
        (79, ResponseClass.NOTED),
        (60, ResponseClass.NOTED),
        (59, ResponseClass.INDICATIVE),
        (40, ResponseClass.INDICATIVE),
        (39, ResponseClass.LOW),
        (0, ResponseClass.LOW),
    ],
)
def test_the_classes_of_the_method_begin_at_80_60_and_40_percent(
    answered: int, named: ResponseClass
) -> None:
    assert response_class(answered, 100) is named


def test_a_rate_that_rounds_up_to_a_threshold_does_not_reach_it() -> None:
    assert response_class(5999, 10_000) is ResponseClass.INDICATIVE
    assert response_class(3, 5) is ResponseClass.NOTED


def test_more_answers_than_people_are_a_full_response() -> None:
    assert response_class(9, 8) is ResponseClass.FULL


@given(st.integers(0, 300), st.integers(1, 300))
def test_one_more_answer_never_lowers_the_class(answered: int, invited: int) -> None:
    before, after = response_class(answered, invited), response_class(answered + 1, invited)
    assert FROM_LOW_TO_FULL.index(after) >= FROM_LOW_TO_FULL.index(before)


@given(st.integers(0, 300), st.integers(1, 300), st.integers(2, 9))
def test_only_the_rate_counts_not_the_size(answered: int, invited: int, times: int) -> None:
    assert response_class(answered * times, invited * times) is response_class(answered, invited)


# Method, 4: eight of twelve, three quarters at level 3 or above.
def test_the_worked_example_turns_at_one_half() -> None:
    assert tipping_point(Fraction(3, 4), 8, 12) == pytest.approx(0.5)
    assert is_sensitive(Fraction(3, 4), 0.5)


def test_a_full_response_hangs_on_nobody() -> None:
    assert tipping_point(Fraction(1), 8, 8) is None
    assert tipping_point(Fraction(1), 9, 8) is None
    assert not is_sensitive(Fraction(1), None)


def test_what_no_share_can_turn_is_not_sensitive() -> None:
    sure = tipping_point(Fraction(1), 11, 12)
    assert sure is not None
    assert sure < 0
    assert not is_sensitive(Fraction(1), sure)


@given(st.integers(1, 30), st.integers(0, 30), st.integers(0, 60))
def test_at_the_tipping_point_everybody_together_is_at_two_thirds(
    n: int, silent: int, reached: int
) -> None:
    share, roster = Fraction(min(reached, n), n), n + silent
    tips_at = tipping_point(share, n, roster)
    if tips_at is not None:
        assert (n * share + silent * tips_at) / roster == pytest.approx(2 / 3)


@given(st.integers(1, 20), st.integers(0, 20), st.floats(1, 5))
def test_the_extremes_hold_whatever_the_silent_would_say(n: int, silent: int, mean: float) -> None:
    low, high = worst_case_mean(mean, n, n + silent)
    assert low == pytest.approx((n * mean + silent * 1) / (n + silent))
    assert high == pytest.approx((n * mean + silent * 5) / (n + silent))
    assert low <= mean + 1e-9
    assert mean - 1e-9 <= high
    assert worst_case_mean(mean, n, n - 1) == pytest.approx((mean, mean))
