"""Item results: given where they expose nobody (rule R3), with the attacks A7 and A8."""

from collections.abc import Mapping, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.scoring.audit import smallest_support
from app.scoring.items import item_figures
from app.scoring.moments import Moments
from app.scoring.suppression import ORGANISATION, carry_up
from tests.scoring.builders import moments_of

FULL = "333333"


def shown(groups: Mapping[str, Sequence[str]], parents: dict[str, str | None], k: int = 5):  # type: ignore[no-untyped-def]
    moments = {name: moments_of(people) for name, people in groups.items()}
    carried = carry_up(parents, {name: unit.n for name, unit in moments.items()}, k)
    return item_figures(parents, carried.released, moments, k), carried, moments


def told(groups: Mapping[str, Sequence[str]], unit: str = "a") -> list[bool]:
    figures, _, _ = shown(groups, dict.fromkeys(groups))
    return [item is not None for item in figures[unit]]


def test_items_need_ten_answers() -> None:
    assert told({"a": [FULL] * 10}) == [True] * 6
    assert told({"a": [FULL] * 9}) == [False] * 6
    # Six of twelve people left one item open, so no number of answers points at few of them.
    assert told({"a": [FULL] * 6 + ["3333?3"] * 6}) == [True] * 4 + [False] + [True]


def test_an_item_says_what_was_answered() -> None:
    figures, _, _ = shown({"a": ["133335"] * 4 + ["333335"] * 8}, {"a": None})
    first, last = figures["a"][0], figures["a"][5]
    assert first is not None
    assert last is not None
    # Two thirds of twelve answers describe level 3 or more: exactly eight.
    assert (first.n, first.level, first.mean) == (12, 3, pytest.approx(28 / 12))
    assert (last.n, last.level, last.mean) == (12, 5, 5.0)


# A7: item means beside the scale's mean expose the one person with an item open.
def test_one_incomplete_person_hides_all_items() -> None:
    assert told({"a": [FULL] * 11 + ["33333?"]}) == [False] * 6
    assert told({"a": [FULL] * 7 + ["33333?"] * 5}) == [True] * 5 + [False]


def test_the_attack_on_an_incomplete_person_succeeds_without_the_rule() -> None:
    """The control: eleven give 3 everywhere, one gives 5, 5, 5, 5, 5 and leaves the last open."""
    people = [*["333333"] * 11, "55555?"]
    unit = moments_of(people)
    n, items = unit.n, 6
    # Summing the items gives every answer; n times K times the mean gives 6 for 5 of them.
    by_items = sum(level * c for counts in unit.counts for level, c in enumerate(counts, start=1))
    by_scale = unit.sum_score * items / unit.weight
    assert n == 12
    # Their difference is one person's mean answer, to the digit.
    assert by_scale - by_items == 5


# A8: the number of valid answers of an item, between nested units.
def test_a_difference_of_few_answers_between_nested_units_hides_the_item_above() -> None:
    # b's five people, all usable, left the first item open but for two of them.
    groups = {"a": [FULL] * 10, "b": ["333333"] * 2 + ["?33333"] * 10}
    figures, carried, moments = shown(groups, {"a": None, "b": None})
    valid = sum(unit.counts[0][2] for unit in moments.values()) - 10
    assert valid == 2, "the attack: what the organisation has beyond a is two people's answers"
    assert figures[ORGANISATION][0] is None
    assert figures["a"][0] is not None
    assert ORGANISATION in carried.released


def sums_over_people(figures, carried, groups: Mapping[str, Sequence[str]], item: int):  # type: ignore[no-untyped-def]
    """Everybody as a cell of one, and the sets of those whose answers a shown item adds up."""
    cells = {f"{name}{n}": 1 for name, people in groups.items() for n in range(len(people))}
    sets = [
        [
            f"{leaf}{n}"
            for leaf in carried.released[unit]
            for n, answers in enumerate(groups[leaf])
            if answers[item] != "?"
        ]
        for unit, items in figures.items()
        if items[item] is not None
    ]
    return cells, sets


PEOPLE = st.lists(st.sampled_from([FULL, "?33333", "33333?"]), max_size=16)


@given(st.fixed_dictionaries({"a": PEOPLE, "b": PEOPLE, "c": PEOPLE, "d": PEOPLE}))
def test_shown_items_of_any_tree_single_out_nobody(groups: dict[str, list[str]]) -> None:
    known = {name: people for name, people in groups.items() if people}
    if not known:
        return
    parents: dict[str, str | None] = {"p": None}
    parents.update({name: "p" if name in "ab" else None for name in known})
    figures, carried, _ = shown(known, parents)
    for item in range(6):
        cells, sets = sums_over_people(figures, carried, known, item)
        people = smallest_support(cells, sets).people
        assert people is None or people >= 5


def test_a_scale_nobody_answered_has_no_items() -> None:
    empty: dict[str, Moments] = {}
    assert item_figures({}, {}, empty, 5) == {}
