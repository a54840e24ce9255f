"""What a form may hold, and the sheet it becomes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.questionnaires.answers import (
    CODES,
    MARKS,
    OPEN,
    UnreadableAnswer,
    read_answers,
    write_sheet,
)

ITEMS = ("VS1", "VS2", "VS3")
ANSWERS = st.dictionaries(st.sampled_from(ITEMS), st.sampled_from(CODES))


@pytest.mark.parametrize("code", ["1", "2", "3", "4", "5", "?", "x"])
def test_every_choice_on_the_page_is_read(code: str) -> None:
    assert read_answers({"VS1": code}, ITEMS) == {"VS1": code}


def test_items_left_open_are_absent() -> None:
    assert read_answers({"VS1": "", "VS3": "4"}, ITEMS) == {"VS3": "4"}


def test_fields_that_are_no_item_are_passed_over() -> None:
    assert read_answers({"page": "2", "VS2": "1"}, ITEMS) == {"VS2": "1"}


@pytest.mark.parametrize("value", ["0", "6", "-", "12", " 3", "X", "٣"])
def test_a_value_the_page_never_offers_is_refused_and_its_item_named(value: str) -> None:
    with pytest.raises(UnreadableAnswer, match="VS2") as caught:
        read_answers({"VS1": "3", "VS2": value}, ITEMS)
    assert caught.value.item_id == "VS2"


def test_a_sheet_has_one_code_per_item_in_the_order_of_the_instrument() -> None:
    assert write_sheet({"VS3": "x", "VS1": "5"}, ITEMS) == "5-x-0"


@given(ANSWERS)
def test_a_sheet_tells_exactly_what_was_answered(answers: dict[str, str]) -> None:
    sheet = write_sheet(read_answers(answers, ITEMS), ITEMS)
    assert {i: c for i, c in zip(ITEMS, sheet[:-MARKS], strict=True) if c != OPEN} == answers


@pytest.mark.parametrize(
    ("line", "hasty", "mark"),
    [(False, False, "0"), (True, False, "1"), (False, True, "2"), (True, True, "3")],
)
def test_two_marks_follow_the_pattern_and_the_flags(line: bool, hasty: bool, mark: str) -> None:
    assert write_sheet({}, ITEMS, "4", straight_line=line, hasty=hasty) == f"---4{mark}"
