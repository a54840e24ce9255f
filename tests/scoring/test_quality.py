"""Careless sheets: told by where answers stand and how fast they came, not by what they say."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.questionnaires.answers import write_sheet
from app.scoring.quality import is_hasty, is_straight_line
from app.scoring.sheets import read_sheets

UP, DOWN = True, False


def test_the_same_place_on_rising_and_falling_pages_is_a_line() -> None:
    # The top statement everywhere: level 1 where they rise, 5 where they fall.
    assert is_straight_line([([1] * 6, UP), ([5] * 6, DOWN), ([1] * 6, UP)])
    assert is_straight_line([([2] * 6, UP), ([4] * 6, DOWN)])


@pytest.mark.parametrize(
    "pages",
    [
        [([1] * 6, UP), ([1] * 6, DOWN), ([1] * 6, UP)],
        [([3] * 6, UP), ([3] * 6, DOWN), ([3] * 6, UP)],
        [([1] * 6, UP), ([1] * 6, UP), ([1] * 6, UP)],
        [([1] * 6, UP), ([5] * 5, DOWN)],
        [([1] * 6, UP), ([5] * 5 + [4], DOWN), ([1] * 6, UP)],
        [([0] * 6, UP), ([0] * 6, DOWN)],
        [([1] * 12, UP), ([0] * 6, DOWN)],
    ],
    ids=["one level", "the middle", "one direction", "eleven", "one differs", "empty", "one page"],
)
def test_what_may_be_meant_is_no_line(pages: list[tuple[list[int], bool]]) -> None:
    assert not is_straight_line(pages)


def test_two_pages_under_two_seconds_an_item_are_hasty() -> None:
    assert is_hasty([(11.9, 6), (11.9, 6), (60, 6)])
    assert not is_hasty([(11.9, 6), (12.0, 6), (60, 6)])


@given(st.booleans(), st.booleans())
def test_one_flag_alone_leaves_nobody_out(straight_line: bool, hasty: bool) -> None:
    sheet = write_sheet({"VS1": "3"}, ["VS1"], straight_line=straight_line, hasty=hasty)
    assert read_sheets([sheet], 1).careless.tolist() == [straight_line and hasty]
