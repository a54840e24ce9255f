"""A respondent's score: the mean of the valid answers, if two thirds of them are there."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.maturity import ACCEPTANCE, LEVELS, Orientation
from app.scoring.respondent import (
    columns_of,
    common_denominator,
    minimum_valid,
    read_levels,
    score_respondents,
)
from tests.scoring.builders import SCALES, fractions_of

LEAST_VALID = {3: 2, 4: 3, 5: 4, 6: 4, 7: 5, 8: 6}
LENGTHS_AND_VALID = [(k, v) for k, least in LEAST_VALID.items() for v in range(least, k + 1)]


@pytest.mark.parametrize("level", LEVELS)
def test_a_level_code_reads_as_its_level(level: int) -> None:
    assert read_levels(str(level) * 3, 3).tolist() == [[level] * 3]


@pytest.mark.parametrize("code", ["?", "x", "-"])
def test_cannot_say_not_applicable_and_open_all_read_as_missing(code: str) -> None:
    assert read_levels(f"1{code}5", 3).tolist() == [[1, 0, 5]]


def test_sheets_are_read_one_person_a_row() -> None:
    assert read_levels("123451", 3).tolist() == [[1, 2, 3], [4, 5, 1]]


def test_no_sheets_are_no_rows() -> None:
    assert read_levels("", 6).shape == (0, 6)


@pytest.mark.parametrize("sheets", ["1234", "é23"])
def test_text_that_is_not_whole_sheets_is_refused(sheets: str) -> None:
    with pytest.raises(ValueError, match=r"reshape|ascii"):
        read_levels(sheets, 3)


@pytest.mark.parametrize(("items", "least"), LEAST_VALID.items())
def test_two_thirds_of_the_items_rounded_up_make_a_respondent_usable(
    items: int, least: int
) -> None:
    enough = "3" * least + "?" * (items - least)
    too_few = "3" * (least - 1) + "?" * (items - least + 1)
    usable, scores = score_respondents(read_levels(enough + too_few, items))
    assert minimum_valid(items) == least
    assert usable.tolist() == [True, False]
    assert len(scores.score) == 1


@pytest.mark.parametrize(("items", "valid"), LENGTHS_AND_VALID)
def test_every_usable_number_of_answers_divides_the_common_denominator(
    items: int, valid: int
) -> None:
    assert common_denominator(items) % valid == 0


@pytest.mark.parametrize(("items", "denominator"), [(3, 6), (5, 20), (6, 60), (8, 168)])
def test_the_common_denominator_is_the_smallest(items: int, denominator: int) -> None:
    assert common_denominator(items) == denominator


@pytest.mark.parametrize(("items", "valid"), LENGTHS_AND_VALID)
def test_a_score_is_the_mean_of_the_valid_answers_only(items: int, valid: int) -> None:
    answers = "5" + "2" * (valid - 1) + "x" * (items - valid)
    _, scores = score_respondents(read_levels(answers, items))
    assert Fraction(int(scores.score[0]), scores.weight) == Fraction(5 + 2 * (valid - 1), valid)


@given(st.data(), st.integers(3, 8))
def test_scores_and_shares_are_exact_for_any_answers(data: st.DataObject, items: int) -> None:
    answers = data.draw(st.text(alphabet="12345?x-", min_size=items, max_size=items))
    valid = fractions_of(answers)
    usable, scores = score_respondents(read_levels(answers, items))
    assert usable.tolist() == [3 * len(valid) >= 2 * items]
    for score, at_least in zip(scores.score, scores.at_least, strict=True):
        assert Fraction(int(score), scores.weight) == sum(valid) / len(valid)
        assert [Fraction(int(reached), scores.weight) for reached in at_least] == [
            Fraction(sum(answer >= level for answer in valid), len(valid)) for level in LEVELS[1:]
        ]


@given(st.lists(st.text(alphabet="12345?", min_size=6, max_size=6), min_size=1, max_size=8))
def test_a_score_does_not_depend_on_who_else_answered(people: list[str]) -> None:
    together = score_respondents(read_levels("".join(people), 6))[1]
    alone = [score_respondents(read_levels(person, 6))[1] for person in people]
    assert together.score.tolist() == [int(s) for one in alone for s in one.score]
    assert np.array_equal(together.levels, np.concatenate([one.levels for one in alone]))


def test_an_orientation_reads_its_own_positions_of_a_sheet() -> None:
    assert columns_of(Orientation.CUSTOMER, SCALES) == [6, 7, 8, 9, 10, 11]
    assert columns_of(ACCEPTANCE, SCALES) == [18, 19, 20]
