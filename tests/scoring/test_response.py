"""What a response rate allows one to say."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.scoring.response import ResponseClass, response_class

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
