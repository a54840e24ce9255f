"""Item results: given where they expose nobody (rule R3), with the attacks A7 and A8."""

from collections.abc import Collection, Mapping, Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.scoring.figure import Bound, Mean
from app.scoring.items import Items, all_together, item_figures, item_names
from tests.scoring.builders import groups_of, moments_of

FULL = "333333"
NONE = np.array([False] * 3)
Cells = Mapping[str, Sequence[str]]


def shown(cells: Cells, k: int = 5) -> tuple[dict[str, Items], Items]:
    """Return the items of each cell, and those of all cells together."""
    moments = groups_of([list(people) for people in cells.values()])
    items = item_figures(moments, k)
    flags = np.array([any(one) for one in items], dtype=bool)
    together = all_together(moments, flags, ~np.ones_like(flags), k)
    return dict(zip(cells, items, strict=True)), together


def told(cells: Cells, cell: str = "a") -> bool:
    return any(shown(cells)[0][cell])


def together(cells: Cells) -> bool:
    return any(shown(cells)[1])


def test_items_need_ten_answers_each_or_none_is_shown() -> None:
    assert told({"a": [FULL] * 10})
    assert not told({"a": [FULL] * 9})
    # The last item has nine answers; beside the others and the mean they could be worked out.
    assert not told({"a": [FULL] * 9 + ["33333?"] * 6})


def test_an_item_says_what_was_answered() -> None:
    first, *_, last = shown({"a": ["133332"] * 5 + ["333335"] * 10})[0]["a"]
    assert first is not None
    assert last is not None
    # Two thirds of fifteen answers describe level 3 or more: exactly ten. They average 35/15.
    assert (first.n, int(first.level), first.most) == (15, 3, 3)
    assert first.mean == Mean(value=2.3)
    assert (last.n, int(last.level), last.most, last.mean) == (15, 5, 5, Mean(value=4.0))


# A question of one mind: its mean would be, within a hair, what each of them answered.
@pytest.mark.parametrize(("others", "told"), [(0, False), (1, False), (4, False), (5, True)])
@pytest.mark.parametrize("size", [11, 60, 1000])
def test_a_question_that_all_but_a_few_answered_alike_has_no_mean(
    size: int, others: int, told: bool
) -> None:
    for answers in (["333331"], ["333334"], ["333331", "333332", "333334"]):
        some = (answers * others)[:others]
        last = shown({"a": ["333335"] * (size - others) + some})[0]["a"][-1]
        assert last is not None
        assert (last.mean is not None) is told
        assert last.most == 5
    higher_k = shown({"a": ["333335"] * (size - 5) + ["333334"] * 5}, 6)[0]["a"][-1]
    assert higher_k is not None
    assert higher_k.mean is None


@pytest.mark.parametrize(
    ("people", "mean"),
    [
        (["333335"] * 25 + ["333334"] * 5, Mean(value=4.8, bound=Bound.OR_MORE)),
        (["333335"] * 20 + ["333334"] * 5, Mean(value=4.8, bound=Bound.OR_MORE)),
        (["333335"] * 19 + ["333334"] * 5, Mean(value=4.8)),
        (["333331"] * 200 + ["333332"] * 9, Mean(value=1.2, bound=Bound.OR_LESS)),
        (["333331"] * 20 + ["333332"] * 5, Mean(value=1.2, bound=Bound.OR_LESS)),
        (["333331"] * 19 + ["333332"] * 5, Mean(value=1.2)),
    ],
)
def test_the_mean_of_an_item_is_capped_by_itself_at_every_size(
    people: list[str], mean: Mean
) -> None:
    last = shown({"a": people})[0]["a"][-1]
    assert last is not None
    assert last.mean == mean


@pytest.mark.parametrize(("twos", "most"), [(5, None), (6, 2), (12, 2)])
def test_what_most_chose_is_told_from_one_half_on(twos: int, most: int | None) -> None:
    others = ["333331", "333333", "333334", "333335", "333331", "333333", "333334"]
    last = shown({"a": ["333332"] * twos + others[: 12 - twos]})[0]["a"][-1]
    assert last is not None
    assert last.most == most


# A7: item means beside the scale's mean expose the one person with an item open.
def test_one_incomplete_person_hides_all_items() -> None:
    assert not told({"a": [FULL] * 11 + ["33333?"]})
    assert told({"a": [FULL] * 10 + ["33333?"] * 5})


def test_the_attack_on_an_incomplete_person_succeeds_without_the_rule() -> None:
    """The control: eleven give 3 everywhere, one gives 5, 5, 5, 5, 5 and leaves the last open."""
    unit = moments_of([*["333333"] * 11, "55555?"])
    # Summing the items gives every answer; n times K times the mean gives 6 for 5 of them.
    by_items = int((unit.counts[0] @ np.arange(1, 6)).sum())
    assert int(unit.score[0]) * 6 / unit.weight - by_items == 5, "that person's mean, to the digit"


# A8: what all cells hold beyond those that show their items can be worked out.
def test_an_incomplete_person_is_not_hidden_behind_the_others() -> None:
    cells = {"a": [FULL] * 15 + ["33333?"] * 5, "b": [FULL] * 11 + ["51524?"]}
    assert told(cells, "a")
    assert not told(cells, "b")
    assert not together(cells)


def test_items_of_all_need_ten_answers_of_those_who_show_none() -> None:
    assert together({"a": [FULL] * 20})
    assert together({"a": [FULL] * 20, "b": [FULL] * 10})
    assert not together({"a": [FULL] * 20, "b": [FULL] * 9})
    assert together({"a": [FULL] * 20, "b": [FULL] * 5, "c": [FULL] * 5})
    # The last item has nine answers in b, and the others twelve.
    assert not together({"a": [FULL] * 20, "b": ["33333?"] * 9 + ["333335"] * 9})
    assert not together({"a": [FULL] * 6 + ["33333?"] * 6, "b": ["33333?"] * 9 + ["333335"] * 3})


def test_of_small_cells_alone_the_items_of_all_are_told_from_fifteen_answers_on() -> None:
    assert not together({"a": [FULL] * 9, "b": [FULL] * 5})
    figures, everybody = shown({"a": ["222222"] * 9, "b": ["444444"] * 9})
    assert not any(figures["a"] + figures["b"])
    assert [item and item.mean for item in everybody] == [Mean(value=3.0)] * 6


def test_items_of_a_cell_that_is_shown_without_them_count_as_hidden() -> None:
    """A coarse group that is split shows no items, whatever the rule for items says."""
    moments = groups_of([[FULL] * 20, [FULL] * 11 + ["51524?"] * 3, [FULL] * 11])
    for flags, expected in (([1, 0, 1], False), ([1, 0, 0], False), ([0, 0, 0], False)):
        assert any(all_together(moments, np.array(flags, dtype=bool), NONE[:3], 5)) is expected
    whole = groups_of([[FULL] * 20, [FULL] * 9])
    assert any(all_together(whole, np.array([True, True]), NONE[:2], 5))
    assert not any(all_together(whole, np.array([True, False]), NONE[:2], 5))


def test_items_of_all_do_not_undo_a_mean_that_is_told_as_a_bound() -> None:
    """The control: twenty people's items from those of all leave the five, who all chose 1."""
    people = [["333333", "222222", "444444", "234234", "432432"] * 4] * 2
    cells = groups_of([*people, ["111111"] * 5])
    shown, capped = np.array([True, True, False]), np.array([False, False, True])
    rest = cells.counts.sum(axis=0) - cells.counts[0] - cells.counts[1]
    assert rest.tolist() == [[5, 0, 0, 0, 0]] * 6
    assert not any(all_together(cells, shown, capped, 5))
    # Among so many that rounding covers them, they are no more than a hair of the whole.
    many = groups_of([people[0]] * 5 + [["111111"] * 5])
    assert any(all_together(many, np.array([False] * 6), np.array([False] * 5 + [True]), 5))
    more = groups_of([people[0]] * 4 + [["111111"] * 5])
    assert not any(all_together(more, np.array([False] * 5), np.array([False] * 4 + [True]), 5))


def test_items_of_all_do_not_undo_a_question_of_one_mind() -> None:
    varied = ["33333" + last for last in "12345" * 4]
    alike = ["12345"[n % 5] * 5 + "5" for n in range(15)]
    figures, everybody = shown({"a": varied, "b": alike})
    last = figures["b"][-1], everybody[-1]
    assert [item and item.mean for item in last] == [None, None]
    assert any(item and item.mean for item in everybody[:-1]) is False
    spread = {str(n): ["12345"[(i + n) % 5] * 6 for i in range(20)] for n in range(15)}
    assert all(item and item.mean for item in shown(spread | {"b": alike})[1])
    # A block that shows none is told by what remains of all.
    few = ["123455", "234515", "345125", "451235", "512345"] * 2
    *_, rest = shown({"a": spread["0"], "b": few[:9], "c": few[:5]})[1]
    assert rest
    assert rest.mean is None


def fewest_exposed(cells: Cells, figures: Mapping[str, Items], everybody: Items) -> int | None:
    """The exact rank audit over persons and items, with scale sums beside the items' sums.

    People of one cell who left the same items open are alike in every figure; so it is enough
    to take whole classes of them out and see whether the rank of all figures falls.
    """
    classes = sorted({(cell, _pattern(a)) for cell, people in cells.items() for a in people})
    sizes = [sum(_pattern(a) == pattern for a in cells[cell]) for cell, pattern in classes]

    def row(inside: Collection[str], item: int | None = None) -> list[float]:
        """Return the weights of every answer in the sum of one item, or of the scale."""
        return [
            (cell in inside) * (p[n] / sum(p) if item is None else p[n] * (n == item))
            for cell, p in classes
            for n in range(6)
        ]

    sets = [{cell} for cell in cells if any(figures[cell])]
    sets += [set(cells)] if any(everybody) else []
    rows = [row({cell}) for cell in cells] + [row(inside, n) for inside in sets for n in range(6)]
    matrix = np.array(rows)
    exposed = []
    for chosen in range(1, 1 << len(classes)):
        out = [bit for bit in range(len(classes)) if chosen >> bit & 1]
        people = sum(sizes[n] for n in out)
        if people < 5:
            kept = [c for c in range(6 * len(classes)) if c // 6 not in out]
            if np.linalg.matrix_rank(matrix[:, kept]) < np.linalg.matrix_rank(matrix):
                exposed.append(people)
    return min(exposed, default=None)


def _pattern(answers: str) -> tuple[int, ...]:
    return tuple(int(answer != "?") for answer in answers)


PEOPLE = st.lists(st.sampled_from([FULL, "?33333", "33333?", "3333??"]), min_size=5, max_size=16)


@given(st.fixed_dictionaries({"a": PEOPLE, "b": PEOPLE, "c": PEOPLE}))
def test_items_beside_scale_means_single_out_nobody(cells: dict[str, list[str]]) -> None:
    assert fewest_exposed(cells, *shown(cells)) is None


@pytest.mark.parametrize(
    "cells",
    [
        {"a": [FULL] * 15 + ["33333?"] * 5, "b": [FULL] * 5 + ["51524?"]},
        {"a": [FULL] * 15 + ["33333?"]},
    ],
)
def test_the_audit_finds_what_a_looser_rule_would_expose(cells: Cells) -> None:
    """The control: the same audit, where every cell shows its items, or all cells together."""
    figures, everybody = shown(cells)
    item = shown({"a": [FULL] * 15})[1]
    assert fewest_exposed(cells, figures, everybody) is None
    assert fewest_exposed(cells, dict.fromkeys(figures, item), everybody) == 1
    assert fewest_exposed(cells, figures, item) == 1


def test_items_are_named_in_their_order() -> None:
    items = shown({"a": [FULL] * 10})[0]["a"]
    assert [name for name, _ in item_names(["x", "y", "z"], items)] == ["x", "y", "z"]
    assert item_names(["x", "y", "z"], (None, items[0], None)) == [("y", items[0])]


def test_a_scale_nobody_answered_has_no_items() -> None:
    nobody = moments_of(["??????"]).where(np.array([False]))
    assert item_figures(nobody, 5) == []
    assert not any(all_together(nobody, NONE[:0], NONE[:0], 5))
