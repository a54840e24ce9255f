"""The cells of a wave: worked trees, and the attacks A1 to A3, A16 and A18 of the method.

Every attack is also run on the naive rule, where it must succeed.
"""

from collections.abc import Iterable, Mapping, Sequence
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.scoring.suppression import ORGANISATION, Cell, ThresholdTooLow, cells_of
from tests.scoring.builders import Tree, trees

Counts = Mapping[str, Sequence[int]]
Parents = Mapping[str, str | None]
K = st.sampled_from([5, 8])
FLAT: Parents = dict.fromkeys(["a", "b", "c"])
GRANDPARENT: Parents = {
    "division": None,
    "team": "division",
    "a": "team",
    "b": "team",
    "c": "division",
}


def alike(**counts: int) -> Counts:
    """Let as many of a group be usable on every orientation."""
    return {group: (people,) * 3 for group, people in counts.items()}


def cells(parents: Parents, counts: Counts, k: int = 5) -> list[tuple[str | None, str]]:
    """Return each cell as where it stands and its members in a row."""
    return [(cell.parent, " ".join(cell.members)) for cell in cells_of(parents, counts, k)]


def sets(found: Iterable[Cell]) -> list[set[str]]:
    """Return what is published: every cell, and all cells together."""
    members = [set(cell.members) for cell in found]
    return [*members, set().union(*members)] if members else []


def naive(parents: Parents, counts: Counts, k: int) -> list[set[str]]:
    """Publish every unit of k or more people on everybody below it, as most tools do."""
    below: dict[str, set[str]] = {unit: set() for unit in [*parents, ORGANISATION]}
    for leaf in counts:
        unit: str | None = leaf
        while unit is not None:
            below[unit].add(leaf)
            unit = parents[unit]
        below[ORGANISATION].add(leaf)
    return [leaves for leaves in below.values() if fewest(leaves, counts) >= k]


def usable(leaves: Iterable[str], counts: Counts) -> list[int]:
    """Return how many are usable on each orientation."""
    return [sum(column) for column in zip(*(counts[leaf] for leaf in leaves), strict=True)]


def fewest(leaves: Iterable[str], counts: Counts) -> int:
    return min(usable(leaves, counts), default=0)


def smallest_support(published: Sequence[set[str]], counts: Counts, orientation: int) -> int:
    """Return the fewest people that adding and subtracting published sums can single out."""
    people = np.array([counts[leaf][orientation] for leaf in counts])
    rows = np.array([[leaf in leaves for leaf in counts] for leaves in published], dtype=np.int64)
    combinations = np.array(list(product((-1, 0, 1), repeat=len(published))))
    supports = ((combinations @ rows) != 0) @ people
    return int(min(supports[supports > 0], default=10**9))


def test_a_group_of_k_stands_alone_and_one_of_fewer_in_no_figure() -> None:
    assert cells_of(FLAT, alike(a=5, b=4)) == (Cell(None, ("a",)),)
    assert not cells_of(FLAT, alike(a=5))[0].is_pool


@pytest.mark.parametrize("counts", [(4, 9, 9), (9, 4, 9), (9, 9, 4), (0, 9, 9)])
def test_a_group_stands_alone_only_with_k_on_every_orientation(counts: tuple[int, ...]) -> None:
    assert cells(FLAT, {"a": counts}) == []
    assert cells(FLAT, {"a": tuple(max(5, n) for n in counts)}) == [(None, "a")]


def test_small_groups_that_together_number_k_form_a_pool_where_they_meet() -> None:
    parents = {"p": None, "a": "p", "b": "p", "c": None}
    assert cells(parents, alike(a=3, b=4, c=9)) == [(None, "c"), ("p", "a b")]
    assert cells_of(parents, alike(a=3, b=4, c=9))[1].is_pool


def test_a_pool_needs_k_on_every_orientation_by_itself() -> None:
    counts = {"a": (3, 3, 2), "b": (2, 2, 3), "c": (9, 9, 9)}
    assert cells(FLAT, counts) == [(None, "c"), (None, "a b")]
    assert cells(FLAT, counts | {"b": (2, 2, 2)}) == [(None, "c")]


def test_small_groups_that_never_number_k_stand_in_no_figure() -> None:
    assert cells(FLAT, alike(a=2, b=2)) == []


def test_small_groups_travel_to_the_first_unit_where_they_number_k() -> None:
    assert cells(GRANDPARENT, alike(a=6, b=2, c=3)) == [("team", "a"), ("division", "b c")]
    assert cells(GRANDPARENT, alike(a=3, b=2, c=3)) == [("team", "a b")]


def test_small_groups_of_several_branches_meet_in_the_organisation() -> None:
    parents = {"p": None, "q": None, "a": "p", "b": "q"}
    assert cells(parents, alike(a=3, b=2)) == [(None, "a b")]


def test_a_pool_names_every_group_that_was_asked_whoever_answered() -> None:
    parents = {"p": None, "a": "p", "b": "p", "c": "p"}
    assert cells(parents, alike(a=3, b=0, c=4)) == [("p", "a b c")]
    # Whom nobody asked is in no pool.
    assert cells(parents, alike(a=3, c=4)) == [("p", "a c")]


def test_a_group_in_which_nobody_answered_makes_no_cell() -> None:
    assert cells(FLAT, alike(a=5, b=0)) == [(None, "a")]
    assert cells({"p": None, "a": "p"}, alike(a=0)) == []
    assert cells({"p": None}, {}) == []


def test_members_and_cells_stand_in_the_order_of_the_tree() -> None:
    parents = {"p": None, "d": "p", "b": "p", "q": None, "c": "q", "a": "q"}
    counts = alike(d=2, b=6, c=7, a=2)
    assert cells(parents, counts) == [("p", "b"), ("q", "c")]
    assert cells(parents, {**counts, **alike(a=3)}) == [("p", "b"), ("q", "c"), (None, "d a")]


def test_a_higher_k_hides_what_a_lower_one_shows() -> None:
    assert cells(FLAT, alike(a=7, b=9), 8) == [(None, "b")]


@pytest.mark.parametrize("k", [4, 1, 0, -5])
def test_k_is_never_below_five(k: int) -> None:
    with pytest.raises(ThresholdTooLow, match=f"k is {k}; .* below 5"):
        cells_of(FLAT, alike(a=9, b=9), k)


def test_k_is_five_unless_it_is_raised() -> None:
    assert cells_of(FLAT, alike(a=5, b=4)) == cells_of(FLAT, alike(a=5, b=4), 5)


def test_a_tree_of_any_depth_has_its_cells() -> None:
    parents = {f"u{n}": f"u{n - 1}" if n else None for n in range(3000)}
    small = {"x": "u2999", "y": "u2999", "z": None}
    found = cells({**parents, **small}, alike(x=2, y=2, z=1))
    assert found == [(None, "x y z")]


# A1 to A3: what is left when published figures are taken from a larger one.
@pytest.mark.parametrize(
    ("parents", "counts", "left"),
    [
        (FLAT, alike(a=8, b=3), {"b"}),
        (GRANDPARENT, alike(a=6, b=2, c=7), {"b"}),
        (FLAT, alike(a=9, b=2, c=2), {"b", "c"}),
    ],
    ids=["a total less one sibling", "a total less groups at other depths", "two that are small"],
)
def test_a1_to_a3_a_total_less_those_shown_alone_leaves_nobody(
    parents: Parents, counts: Counts, left: set[str]
) -> None:
    def rest(published: Sequence[set[str]]) -> set[str]:
        whole = max(published, key=len)
        return whole.difference(*(part for part in published if len(part) == 1))

    assert rest(sets(cells_of(parents, counts))) == set()
    assert rest(naive(parents, counts, 5)) == left


@given(trees(), K)
def test_a16_cells_are_disjoint_and_number_k_on_every_orientation(tree: Tree, k: int) -> None:
    found, counts = cells_of(*tree, k), tree[1]
    members = [member for cell in found for member in cell.members]
    assert len(members) == len(set(members))
    assert all(fewest(cell.members, counts) >= k for cell in found)


@given(trees(), K)
def test_a16_a_group_stands_alone_just_where_it_numbers_k_on_every_orientation(
    tree: Tree, k: int
) -> None:
    parents, counts = tree
    alone = {c.members[0]: c.parent for c in cells_of(*tree, k) if not c.is_pool}
    assert alone == {g: parents[g] for g, usable in counts.items() if min(usable) >= k}


def ancestors(unit: str, parents: Parents) -> list[str]:
    above = parents[unit]
    return [ORGANISATION] if above is None else [above, *ancestors(above, parents)]


@given(trees(), K)
def test_a_pool_stands_at_the_first_unit_where_those_who_travel_up_number_k(
    tree: Tree, k: int
) -> None:
    parents, counts = tree
    small = {group for group, usable in counts.items() if min(usable) < k}
    pools = {
        cell.parent or ORGANISATION: set(cell.members)
        for cell in cells_of(*tree, k)
        if cell.is_pool
    }
    assert len(pools) == sum(cell.is_pool for cell in cells_of(*tree, k))
    for unit in [*reversed(list(parents)), ORGANISATION]:
        here = {group for group in small if unit in [group, *ancestors(group, parents)]}
        if pools.get(unit):
            # Everybody who was asked and is in no figure yet, whoever answered.
            assert pools[unit] == here
        elif here and unit not in counts:
            assert fewest(here, counts) < k
        small -= pools.get(unit, set())


@given(trees(), K)
def test_a16_those_in_no_figure_are_few_on_some_orientation(tree: Tree, k: int) -> None:
    parents, counts = tree
    shown = {member for cell in cells_of(parents, counts, k) for member in cell.members}
    assert fewest(set(counts) - shown, counts) < k


@given(trees(), K, st.data())
def test_who_answers_in_a_group_shown_alone_changes_no_other_cell(
    tree: Tree, k: int, data: st.DataObject
) -> None:
    parents, counts = tree
    alone = [group for group, usable in counts.items() if min(usable) >= k]
    more = {
        group: tuple(n + data.draw(st.integers(0, 3)) for n in counts[group]) for group in alone
    }
    assert cells_of(parents, {**counts, **more}, k) == cells_of(parents, counts, k)


@given(st.data(), trees(), K)
def test_a16_the_order_of_the_units_makes_no_difference(
    data: st.DataObject, tree: Tree, k: int
) -> None:
    parents, counts = tree
    drawn = data.draw(st.permutations(sorted(parents)))
    shuffled = sorted(drawn, key=lambda unit: len(ancestors(unit, parents)))
    other = cells_of({unit: parents[unit] for unit in shuffled}, counts, k)
    assert {(c.parent, frozenset(c.members)) for c in other} == {
        (c.parent, frozenset(c.members)) for c in cells_of(*tree, k)
    }


@given(trees(units=7), K)
def test_a18_no_sum_or_difference_of_figures_rests_on_fewer_than_k(tree: Tree, k: int) -> None:
    published = sets(cells_of(*tree, k))
    for orientation in range(3) if published else ():
        assert smallest_support(published, tree[1], orientation) >= k


def test_the_attacks_of_a16_and_a18_succeed_on_the_naive_rule() -> None:
    counts = alike(a=6, b=2, c=7)
    assert smallest_support(naive(GRANDPARENT, counts, 5), counts, 0) == 2
    assert smallest_support(sets(cells_of(GRANDPARENT, counts)), counts, 0) == 6
    # Cells that each orientation decides for itself would differ, and so expose the difference.
    apart = {"a": (6, 6, 6), "b": (5, 5, 2)}
    by_orientation = [{"a", "b"}, {"a"}]
    assert smallest_support(by_orientation, apart, 2) == 2
    assert cells(FLAT, apart) == [(None, "a")]
