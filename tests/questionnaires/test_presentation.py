"""The order of items and the direction of statements: random, balanced, and always repeatable."""

from collections import Counter
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.maturity import ACCEPTANCE
from app.questionnaires.presentation import DRAWN_FROM, PATTERNS, Presentation
from app.questionnaires.questionnaire import PLACE
from tests.builders import instrument

NUMBERS = st.integers(0, DRAWN_FROM - 1)
PAGES = instrument("handoffs").for_kind("data").pages


@given(NUMBERS)
def test_both_directions_occur_in_every_questionnaire(number: int) -> None:
    shown = Presentation(number)
    assert {shown.is_rising(page) for page in range(3)} == {True, False}
    assert PATTERNS[int(shown.mark)] == tuple(shown.is_rising(page) for page in range(3))


def test_there_are_six_patterns_and_each_is_drawn_as_often_as_the_others() -> None:
    assert len(set(PATTERNS)) == 6
    assert all(sum(pattern[page] for pattern in PATTERNS) == 3 for page in range(3))
    counts = Counter(Presentation(number).pattern for number in range(DRAWN_FROM))
    assert set(counts.values()) == {DRAWN_FROM // 6}
    assert Presentation.draw(Random(1)).number in range(DRAWN_FROM)


@given(NUMBERS, st.integers(0, 3))
def test_every_item_of_a_page_is_shown_once_and_always_at_the_same_place(
    number: int, page: int
) -> None:
    shown = Presentation(number).shown(page, PAGES[page])
    assert sorted(item.id for item, _ in shown) == sorted(i.id for i in PAGES[page].all_items)
    assert shown == Presentation(number).shown(page, PAGES[page])


@given(NUMBERS)
def test_acceptance_comes_last_and_the_steps_of_a_path_keep_their_order(number: int) -> None:
    shown = Presentation(number)
    last = [item.scale for item, _ in shown.shown(2, PAGES[2])][-3:]
    assert last == [ACCEPTANCE] * 3
    assert all(up for item, up in shown.shown(3, PAGES[3]) if item.scale == PLACE)


def test_items_come_in_many_orders() -> None:
    orders = {tuple(i.id for i in Presentation(n).order(0, PAGES[0].items)) for n in range(300)}
    assert len(orders) > 150


@pytest.mark.parametrize("number", [DRAWN_FROM, 10**12])
def test_any_number_is_one_of_the_presentations(number: int) -> None:
    assert Presentation(number).number == number % DRAWN_FROM
