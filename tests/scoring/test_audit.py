"""The exact audit of published figures, against enumeration of every small combination."""

from collections.abc import Collection, Mapping
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from app.scoring.audit import Support, UnknownCell, smallest_support
from app.scoring.suppression import cells_of
from tests.scoring.builders import Tree, trees

CELLS = "ABCDEF"


def by_definition(sizes: Mapping[str, int], sets: Collection[Collection[str]]) -> int | None:
    """Try every set of cells: it is exposed iff the others' columns have a lower rank."""
    names = [name for name, people in sizes.items() if people]
    rows = [[name in cells for name in names] for cells in sets]
    matrix = np.array(rows, dtype=float).reshape(len(rows), len(names))
    rank = _rank(matrix)
    exposed = [
        sum(sizes[name] for name in chosen)
        for count in range(1, len(names) + 1)
        for chosen in combinations(names, count)
        if _rank(matrix[:, [n not in chosen for n in names]]) < rank
    ]
    return min(exposed, default=None)


def test_the_rest_of_an_organisation_is_exposed() -> None:
    sets = {"organisation": "ABC", "A": "A", "B": "B"}
    assert smallest_support({"A": 9, "B": 7, "C": 3}, sets.values()) == Support(3, ("C",))


def test_without_the_parts_only_the_whole_is_exposed() -> None:
    assert smallest_support({"A": 9, "B": 7, "C": 3}, ["ABC"]) == Support(19, ("A", "B", "C"))


# A5 of the method: (A+B) - (B+C) + (A+C) is twice A.
def test_half_sums_of_overlapping_audiences_expose_each_part() -> None:
    audiences = ["AB", "BC", "AC"]
    assert smallest_support({"A": 2, "B": 8, "C": 9}, audiences) == Support(2, ("A",))
    assert smallest_support({"A": 2, "B": 8, "C": 9}, audiences[:2]) == Support(10, ("A", "B"))


# A4 and A11: a report without the lead next to the whole, a management group across groups.
def test_a_figure_without_one_person_exposes_that_person() -> None:
    sizes = {"lead": 1, "team": 9}
    assert smallest_support(sizes, [["lead", "team"], ["team"]]) == Support(1, ("lead",))
    crossed = {"a": 7, "a leads": 1, "b": 8, "b leads": 1, "staff in management": 1}
    published = [["a", "a leads"], ["b", "b leads", "staff in management"]]
    published.append(["a leads", "b leads", "staff in management"])
    assert smallest_support(crossed, published).people == 3


def test_nothing_published_exposes_nobody() -> None:
    assert smallest_support({"A": 9}, []) == Support(None, ())
    assert smallest_support({"A": 0}, ["A"]) == Support(None, ())


def test_a_cell_that_does_not_exist_is_named() -> None:
    with pytest.raises(UnknownCell, match="X"):
        smallest_support({"A": 9}, ["AX"])


@given(
    st.dictionaries(st.sampled_from(CELLS), st.integers(0, 9), min_size=6, max_size=6),
    st.lists(st.sets(st.sampled_from(CELLS), min_size=1), max_size=6),
)
def test_it_finds_what_the_definition_finds(
    sizes: dict[str, int], sets: list[Collection[str]]
) -> None:
    found = smallest_support(sizes, sets)
    assert found.people == by_definition(sizes, sets)
    if found.people is not None:
        assert found.people == sum(sizes[cell] for cell in found.cells)


@given(trees(), st.sampled_from([5, 8]))
def test_the_cells_of_any_tree_and_all_of_them_pass_the_audit(tree: Tree, k: int) -> None:
    parents, counts = tree
    sets = [cell.members for cell in cells_of(parents, counts, k)]
    everybody = tuple(member for members in sets for member in members)
    for orientation in range(3):
        usable = {group: people[orientation] for group, people in counts.items()}
        people = smallest_support(usable, [*sets, everybody]).people
        assert (people is None) == (not sets)
        assert people is None or people >= k


def test_hundreds_of_nested_sets_are_audited_at_once() -> None:
    leaves = {f"leaf {number}": 5 + number % 7 for number in range(2000)}
    names = list(leaves)
    sets = [[name] for name in names] + [names[n : n + 20] for n in range(0, 2000, 20)]
    assert smallest_support(leaves, [*sets, names]).people == 5


def test_many_figures_that_do_not_touch_are_audited_without_running_deep() -> None:
    sizes: dict[str, int] = {}
    sets = []
    for ring in range(300):
        a, b, c, d = (f"{ring}{side}" for side in "abcd")
        sizes |= {a: 3 + ring % 5, b: 9, c: 9, d: 9}
        sets += [[a, b], [b, c], [c, d], [d, a]]
    # In a ring only the differences of opposite sides come out.
    assert smallest_support(sizes, sets).people == 3 + 9


def _rank(matrix: NDArray[np.float64]) -> int:
    return int(np.linalg.matrix_rank(matrix, tol=1e-9)) if matrix.size else 0
