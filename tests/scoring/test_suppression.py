"""Carry-up suppression: worked trees, and the attacks A1 to A3, A16 and A18 of the method.

Every attack is also run on the naive rule, where it must succeed.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.scoring.suppression import ORGANISATION, CarriedUp, ThresholdTooLow, carry_up
from tests.scoring.builders import Tree, trees

Rule = Callable[[Mapping[str, str | None], Mapping[str, int], int], CarriedUp]
K = st.sampled_from([5, 8])
FLAT = dict.fromkeys(["a", "b"])
GRANDPARENT = {"division": None, "team": "division", "a": "team", "b": "team", "c": "division"}


def naive(parents: Mapping[str, str | None], counts: Mapping[str, int], k: int) -> CarriedUp:
    """Release every unit of k or more people on everybody below it, as most tools do."""
    below: dict[str, list[str]] = {unit: [] for unit in [*parents, ORGANISATION]}
    for leaf in counts:
        unit: str | None = leaf
        while unit is not None:
            below[unit].append(leaf)
            unit = parents[unit]
        below[ORGANISATION].append(leaf)
    released = {u: tuple(s) for u, s in below.items() if size_of(s, counts) >= k}
    return CarriedUp(released=released, left_out=())


def size_of(leaves: Iterable[str], counts: Mapping[str, int]) -> int:
    return sum(counts[leaf] for leaf in leaves)


def cells_of(carried: CarriedUp, counts: Mapping[str, int]) -> list[int]:
    """Return how many people each set of leaves holds that no released set tells apart."""
    cells: dict[frozenset[str], int] = {}
    for leaf, people in counts.items():
        shown_in = frozenset(unit for unit, leaves in carried.released.items() if leaf in leaves)
        if shown_in and people:
            cells[shown_in] = cells.get(shown_in, 0) + people
    return list(cells.values())


def smallest_support(carried: CarriedUp, counts: Mapping[str, int]) -> int | None:
    """Return the fewest people that adding and subtracting released sums can single out."""
    sets = sorted(set(carried.released.values()))
    if not sets:
        return None
    rows = np.array([[leaf in leaves for leaf in counts] for leaves in sets], dtype=np.int64)
    combinations = np.array(list(product((-1, 0, 1), repeat=len(sets))))
    supports = ((combinations @ rows) != 0) @ np.array(list(counts.values()))
    return int(min(supports[supports > 0]))


def difference(carried: CarriedUp, whole: str, parts: Sequence[str]) -> set[str]:
    """Return the leaves left when the figures of some units are taken from a larger one's."""
    known = {leaf for part in parts for leaf in carried.released.get(part, ())}
    return set(carried.released[whole]) - known


def test_a_group_of_k_is_released_and_one_of_fewer_is_not() -> None:
    assert carry_up(FLAT, {"a": 5, "b": 4}, 5) == CarriedUp(
        released={"a": ("a",), ORGANISATION: ("a",)}, left_out=("b",)
    )


def test_leftovers_that_together_number_k_enter_their_parent() -> None:
    carried = carry_up({"p": None, "a": "p", "b": "p"}, {"a": 3, "b": 4}, 5)
    assert carried.released == {"p": ("a", "b"), ORGANISATION: ("a", "b")}
    assert carried.left_out == ()


def test_leftovers_that_never_number_k_are_left_out() -> None:
    assert carry_up(FLAT, {"a": 2, "b": 2}, 5) == CarriedUp(released={}, left_out=("a", "b"))


def test_leftovers_travel_to_the_first_unit_where_they_number_k() -> None:
    carried = carry_up(GRANDPARENT, {"a": 6, "b": 2, "c": 3}, 5)
    assert carried.released == {
        "a": ("a",),
        "team": ("a",),
        "division": ("a", "b", "c"),
        ORGANISATION: ("a", "b", "c"),
    }


def test_leftovers_from_several_branches_meet_in_the_organisation() -> None:
    carried = carry_up({"p": None, "q": None, "a": "p", "b": "q"}, {"a": 3, "b": 2}, 5)
    assert carried == CarriedUp(released={ORGANISATION: ("a", "b")}, left_out=())


def test_a_group_in_which_nobody_answered_is_neither_shown_nor_left_out() -> None:
    carried = carry_up(FLAT, {"a": 5, "b": 0}, 5)
    assert carried == CarriedUp(released={"a": ("a",), ORGANISATION: ("a",)}, left_out=())


def test_a_unit_above_that_holds_no_answers_is_not_released() -> None:
    assert carry_up({"p": None, "a": "p"}, {"a": 0}, 5) == CarriedUp(released={}, left_out=())


def test_a_higher_k_hides_what_a_lower_one_shows() -> None:
    assert carry_up(FLAT, {"a": 7, "b": 9}, 8).released == {"b": ("b",), ORGANISATION: ("b",)}


@pytest.mark.parametrize("k", [4, 1, 0, -5])
def test_k_is_never_below_five(k: int) -> None:
    with pytest.raises(ThresholdTooLow, match=f"k is {k}; .* below 5"):
        carry_up(FLAT, {"a": 9, "b": 9}, k)


def test_k_is_five_unless_it_is_raised() -> None:
    assert carry_up(FLAT, {"a": 5, "b": 4}) == carry_up(FLAT, {"a": 5, "b": 4}, 5)


def test_a1_a_total_less_one_sibling_leaves_nobody() -> None:
    counts = {"a": 8, "b": 3}
    assert difference(carry_up(FLAT, counts, 5), ORGANISATION, ["a"]) == set()
    assert difference(naive(FLAT, counts, 5), ORGANISATION, ["a"]) == {"b"}


def test_a2_a_total_less_groups_at_other_depths_leaves_nobody() -> None:
    counts = {"a": 6, "b": 2, "c": 7}
    assert difference(carry_up(GRANDPARENT, counts, 5), "division", ["a", "c"]) == set()
    assert difference(naive(GRANDPARENT, counts, 5), "division", ["a", "c"]) == {"b"}


def test_a3_two_small_leftovers_are_seen_only_together_and_only_from_k_on() -> None:
    parents = dict.fromkeys(["a", "b", "c"])
    safe, too_few = {"a": 9, "b": 3, "c": 4}, {"a": 9, "b": 2, "c": 2}
    assert difference(carry_up(parents, safe, 5), ORGANISATION, ["a"]) == {"b", "c"}
    assert difference(carry_up(parents, too_few, 5), ORGANISATION, ["a"]) == set()
    assert difference(naive(parents, too_few, 5), ORGANISATION, ["a"]) == {"b", "c"}


@given(trees(), K)
def test_a16_no_cell_of_a_release_is_smaller_than_k(tree: Tree, k: int) -> None:
    assert all(people >= k for people in cells_of(carry_up(*tree, k), tree[1]))


@given(trees(), K)
def test_a16_no_unit_of_k_or_more_loses_its_report_and_no_other_gets_one(
    tree: Tree, k: int
) -> None:
    assert carry_up(*tree, k).released.keys() == naive(*tree, k).released.keys()


@given(trees(), K)
def test_a16_a_group_of_k_or_more_is_released_on_its_own_answers(tree: Tree, k: int) -> None:
    released = carry_up(*tree, k).released
    for leaf, people in tree[1].items():
        assert released.get(leaf) == ((leaf,) if people >= k else None)


@given(trees(), K)
def test_a16_the_organisation_and_those_left_out_are_everybody(tree: Tree, k: int) -> None:
    carried, counts = carry_up(*tree, k), tree[1]
    shown = carried.released.get(ORGANISATION, ())
    assert size_of(shown, counts) + size_of(carried.left_out, counts) == sum(counts.values())
    assert not set(shown) & set(carried.left_out)
    assert size_of(carried.left_out, counts) < k


@given(trees(), K)
def test_a_unit_above_shows_all_that_is_shown_below_it(tree: Tree, k: int) -> None:
    released = carry_up(*tree, k).released
    for unit, parent in tree[0].items():
        if unit in released:
            assert set(released[unit]) <= set(released[parent or ORGANISATION])


@given(st.data(), trees(), K)
def test_a16_the_order_of_the_units_makes_no_difference(
    data: st.DataObject, tree: Tree, k: int
) -> None:
    parents, counts = tree

    def depth(unit: str) -> int:
        above = parents[unit]
        return 0 if above is None else 1 + depth(above)

    shuffled = sorted(data.draw(st.permutations(sorted(parents))), key=depth)
    assert carry_up({unit: parents[unit] for unit in shuffled}, counts, k) == carry_up(*tree, k)


@given(trees(units=7), K)
def test_a18_no_sum_or_difference_of_figures_rests_on_fewer_than_k(tree: Tree, k: int) -> None:
    smallest = smallest_support(carry_up(*tree, k), tree[1])
    assert smallest is None or smallest >= k


@pytest.mark.parametrize(("rule", "people"), [(naive, 2), (carry_up, 6)])
def test_the_attacks_of_a16_and_a18_succeed_on_the_naive_rule(rule: Rule, people: int) -> None:
    counts = {"a": 6, "b": 2, "c": 7}
    carried = rule(GRANDPARENT, counts, 5)
    assert min(cells_of(carried, counts)) == people
    assert smallest_support(carried, counts) == people
