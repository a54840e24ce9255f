"""Item results: given where they expose nobody (rule R3), with the attacks A7 and A8."""

from collections.abc import Mapping, Sequence
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.scoring.items import Items, item_figures
from app.scoring.moments import merge
from app.scoring.suppression import ORGANISATION, CarriedUp, carry_up, cells_of
from tests.scoring.builders import moments_of

FULL = "333333"
Groups = Mapping[str, Sequence[str]]


def shown(
    groups: Groups, parents: Mapping[str, str | None] | None = None, k: int = 5
) -> tuple[dict[str, Items], CarriedUp]:
    tree = parents or dict.fromkeys(groups)
    moments = {name: moments_of(people) for name, people in groups.items()}
    carried = carry_up(tree, {name: unit.n for name, unit in moments.items()}, k)
    cells = {
        unit: [merge([moments[leaf] for leaf in cell]) for cell in sets]
        for unit, sets in cells_of(tree, carried).items()
    }
    return item_figures(tree, cells, k), carried


def told(groups: Groups, unit: str = "a") -> bool:
    return any(shown(groups)[0][unit])


def test_items_need_ten_answers_each_or_none_is_shown() -> None:
    assert told({"a": [FULL] * 10})
    assert not told({"a": [FULL] * 9})
    # The last item has nine answers; beside the others and the mean they could be worked out.
    assert not told({"a": [FULL] * 9 + ["33333?"] * 6})


def test_an_item_says_what_was_answered() -> None:
    first, *_, last = shown({"a": ["133335"] * 4 + ["333335"] * 8})[0]["a"]
    assert first is not None
    assert last is not None
    # Two thirds of twelve answers describe level 3 or more: exactly eight.
    assert (first.n, int(first.level)) == (12, 3)
    assert first.mean == pytest.approx(28 / 12)
    assert (last.n, int(last.level), last.mean) == (12, 5, 5.0)


# A7: item means beside the scale's mean expose the one person with an item open.
def test_one_incomplete_person_hides_all_items() -> None:
    assert not told({"a": [FULL] * 11 + ["33333?"]})
    assert told({"a": [FULL] * 10 + ["33333?"] * 5})


def test_the_attack_on_an_incomplete_person_succeeds_without_the_rule() -> None:
    """The control: eleven give 3 everywhere, one gives 5, 5, 5, 5, 5 and leaves the last open."""
    unit = moments_of([*["333333"] * 11, "55555?"])
    # Summing the items gives every answer; n times K times the mean gives 6 for 5 of them.
    by_items = sum(level * c for counts in unit.counts for level, c in enumerate(counts, start=1))
    assert unit.sum_score * 6 / unit.weight - by_items == 5, "that person's mean, to the digit"


# A8, and the same through a sibling: what an organisation holds beyond a is one person's.
def test_an_incomplete_person_is_not_hidden_behind_a_siblings() -> None:
    groups = {"a": [FULL] * 15 + ["33333?"] * 5, "b": [FULL] * 5 + ["51524?"]}
    figures, _ = shown(groups)
    assert any(figures["a"])
    assert not any(figures["b"])
    assert not any(figures[ORGANISATION])


def test_few_answers_beyond_those_below_hide_the_unit_above() -> None:
    groups = {"a": [FULL] * 20, "b": ["33333?"] * 9 + ["333335"] * 3}
    assert not any(shown(groups)[0][ORGANISATION])
    assert any(shown({"a": [FULL] * 20, "b": [FULL] * 5})[0][ORGANISATION])


def fewest_exposed(groups: Groups, figures: Mapping[str, Items], carried: CarriedUp) -> int | None:
    """The exact rank audit over persons and items, with scale sums beside the items' sums.

    People of one cell who left the same items open are alike in every figure; so it is enough
    to take whole classes of them out and see whether the rank of all figures falls.
    """
    classes = sorted(
        {(leaf, answers) for leaf in groups for answers in map(_pattern, groups[leaf])}
    )
    sizes = [sum(_pattern(a) == pattern for a in groups[leaf]) for leaf, pattern in classes]
    rows = []
    for unit, leaves in carried.released.items():
        scale = [[Fraction(v, sum(p)) * (leaf in leaves) for v in p] for leaf, p in classes]
        rows.append([float(v) for answers in scale for v in answers])
        for item in range(6 if any(figures[unit]) else 0):
            one = [
                [v * (leaf in leaves) * (n == item) for n, v in enumerate(p)] for leaf, p in classes
            ]
            rows.append([float(v) for answers in one for v in answers])
    matrix = np.array(rows).reshape(len(rows), 6 * len(classes))
    usable = [n for n, (_, p) in enumerate(classes) if sum(p) >= 4]
    exposed = []
    for chosen in range(1, 1 << len(usable)):
        out = [usable[bit] for bit in range(len(usable)) if chosen >> bit & 1]
        people = sum(sizes[n] for n in out)
        if people < 5:
            kept = [c for c in range(6 * len(classes)) if c // 6 not in out]
            if np.linalg.matrix_rank(matrix[:, kept]) < np.linalg.matrix_rank(matrix):
                exposed.append(people)
    return min(exposed, default=None)


def _pattern(answers: str) -> tuple[int, ...]:
    return tuple(int(answer != "?") for answer in answers)


PEOPLE = st.lists(st.sampled_from([FULL, "?33333", "33333?", "3333??"]), max_size=16)


@given(st.fixed_dictionaries({"a": PEOPLE, "b": PEOPLE, "c": PEOPLE}))
def test_items_beside_scale_means_single_out_nobody(groups: dict[str, list[str]]) -> None:
    known = {name: people for name, people in groups.items() if people}
    parents: dict[str, str | None] = {"p": None}
    parents.update({name: "p" if name in "ab" else None for name in known})
    if known:
        figures, carried = shown(known, parents)
        assert fewest_exposed(known, figures, carried) is None


def test_the_audit_finds_what_a_looser_rule_would_expose() -> None:
    """The control: the same audit, where every released unit shows its items."""
    groups = {"a": [FULL] * 15 + ["33333?"] * 5, "b": [FULL] * 5 + ["51524?"]}
    figures, carried = shown(groups)
    all_shown = dict.fromkeys(figures, figures["a"])
    assert fewest_exposed(groups, all_shown, carried) == 1


def test_a_scale_nobody_answered_has_no_items() -> None:
    assert item_figures({}, {}, 5) == {}
