"""Attacks on released figures (A6 to A15 of the method), each with a control that succeeds.

A1 to A3, A16 and A18 are in test_suppression, A4, A5 and A11 in test_audit, A7 and A8 in
test_items, A9 to A11 in usecases/test_ledger, A14 in test_figure, A17 in web/test_results.
"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.maturity import ORIENTATIONS, Orientation
from app.scoring.audit import smallest_support
from app.scoring.contrast import contrasts
from app.scoring.figure import Mean
from app.scoring.ledger import sets_of
from app.scoring.profile import profiles_of
from app.scoring.release import Release
from app.scoring.scales import SCALES, score_wave
from app.scoring.suppression import cells_of
from tests.builders import marked
from tests.scoring import builders
from tests.scoring.builders import (
    VARIED,
    Tree,
    group,
    groups_of,
    profile,
    release,
    sheet,
    trees,
    unit,
    units_of,
)

VALUE_STREAM = Orientation.VALUE_STREAM
LEVELS_ONLY = st.text(alphabet="12345", min_size=21, max_size=21).map(marked)
SMALL = st.lists(LEVELS_ONLY, min_size=1, max_size=4)
CODES = st.text(alphabet="12345?", min_size=21, max_size=21).map(marked)
K = st.sampled_from([5, 8])
#: Fourteen people who differ, so that nothing of them is coarse.
MIXED = [sheet(answers) for answers in VARIED]


# A6: an overall figure over complete cases exposes whoever lacks one orientation.
SIX = [sheet("222222")] * 5 + [sheet("555555", "555555", "??????")]


def test_the_overall_figure_adds_nothing_to_the_three_it_is_made_of() -> None:
    found = release(unit("a", SIX)).unit("a")
    three = [found.profiles[o] for o in ORIENTATIONS]
    assert [figure.n for figure in three] == [6, 6, 5]
    assert [figure.mean for figure in three] == [Mean(value=2.5), Mean(value=2.5), Mean(value=2.0)]
    assert found.overall is not None
    assert (found.overall.n, found.overall.mean) == (5, Mean(value=2.3))


def test_an_overall_figure_over_complete_cases_would_expose_one_person() -> None:
    everybody, complete = profile(["222222"] * 5 + ["555555"]), profile(["222222"] * 5)
    assert everybody.mean * 6 - complete.mean * 5 == pytest.approx(5.0)


# Cells that each orientation decides for itself tell who could not say what: b's people are three
# in a pool, and beside it in a figure of their own.
def test_the_same_people_stand_together_on_every_orientation() -> None:
    unsure = [sheet("444444", customer="??????")] * 2 + [sheet("444444")] * 4
    made = release(unit("a", MIXED), unit("b", unsure), group("c", 4, 2))
    pool = made.pool_of("b")
    assert pool is not None
    assert made.unit("b").profiles == {}
    assert {o: pool.profiles[o].n for o in ORIENTATIONS} == dict(
        zip(ORIENTATIONS, (10, 8, 10), strict=True)
    )


def test_cells_of_one_orientation_would_tell_another_orientations_pool_apart() -> None:
    alone = cells_of({"b": None, "c": None}, {"b": [6], "c": [4]})
    together = cells_of({"b": None, "c": None}, {"b": [4], "c": [4]})
    sets = [cell.members for cell in (*alone, *together)]
    assert smallest_support({"b": 6, "c": 4}, sets).people == 4


# A12: weights that are known do not hide a small group inside its parent.
def two_and_a_small_one() -> Release:
    below = [group("a", 9, 2, "p"), group("b", 8, 3, "p"), group("c", 3, 5, "p")]
    return release(unit("p"), *below)


def test_a_unit_above_has_no_mean_from_which_a_small_group_could_be_taken() -> None:
    made = two_and_a_small_one()
    assert {unit.id for unit in made.units if unit.profiles or unit.overall} == {"a", "b"}
    everywhere = {frozenset("a"), frozenset("b"), frozenset("ab")}
    assert {frozenset(cells) for cells in sets_of(made).sets[VALUE_STREAM]} == everywhere


def test_a_parent_weighted_by_its_roster_would_give_the_small_group_away() -> None:
    weights, means = {"a": 9, "b": 8, "c": 3}, {"a": 2.0, "b": 3.0, "c": 5.0}
    parent_mean = sum(weights[g] * means[g] for g in weights) / sum(weights.values())
    solved = (parent_mean * 20 - 9 * means["a"] - 8 * means["b"]) / weights["c"]
    assert solved == pytest.approx(means["c"])


# A13: variances and histograms are sums too, so they must rest on the same sets.
@given(SMALL, st.data())
def test_no_answer_of_a_group_in_no_figure_shows_anywhere(
    hidden: list[str], data: st.DataObject
) -> None:
    other = data.draw(st.lists(LEVELS_ONLY, min_size=len(hidden), max_size=len(hidden)))
    made = [
        release(unit("a", MIXED * 3), unit("c", MIXED), unit("b", sheets, invited=4))
        for sheets in (hidden, other, [])
    ]
    assert made[0] == made[1] == made[2]
    assert contrasts(made[0]) == contrasts(made[2])


def test_a_histogram_over_everybody_would_expose_the_small_group() -> None:
    everybody = profile(["222222"] * 9 + ["333333"] * 8 + ["555555"] * 3)
    assert everybody.shares[3] * everybody.n == 3


@given(SMALL, SMALL, st.data())
def test_answers_of_small_groups_change_nothing_but_their_pool(
    b: list[str], c: list[str], data: st.DataObject
) -> None:
    codes = data.draw(st.permutations("12345"))
    other = str.maketrans("12345", "".join(codes))
    moved = [[marked(one[:-2].translate(other)) for one in sheets] for sheets in (b, c)]
    made = [
        release(unit("a", MIXED * 3), unit("b", sheets[0]), unit("c", sheets[1]), group("d", 1))
        for sheets in ([b, c], moved)
    ]
    for before, after in zip(made[0].units, made[1].units, strict=True):
        assert before.is_pool or before == after
    for name in ("spread", "welch", "reliability", "direction", "answered"):
        assert getattr(made[0], name) == getattr(made[1], name)


def test_answers_of_a_pool_do_show() -> None:
    one, other = (release(group("a", 8), group("b", 4, level), group("c", 3)) for level in (2, 5))
    assert one.units[-1].profiles != other.units[-1].profiles
    assert one.units[:-1] == other.units[:-1]


# A15: whoever answered knows one sheet; four others must remain.
@given(trees(), K)
def test_an_insider_still_faces_k_less_one_others(tree: Tree, k: int) -> None:
    made = release(*units_of(tree), k=k)
    for cell in made.cells:
        assert set(cell.profiles) >= set(ORIENTATIONS)
        assert all(figure.n - 1 >= k - 1 for figure in cell.profiles.values())
        assert cell.answered is not None
        assert cell.answered >= max(figure.n for figure in cell.profiles.values())


def test_with_k_of_four_an_insider_would_face_three() -> None:
    assert smallest_support({"a": 4, "b": 9}, [["a", "b"], ["b"]]).people == 4


@given(trees(), K)
def test_the_exact_audit_finds_k_people_behind_everything_released(tree: Tree, k: int) -> None:
    units = units_of(tree)
    wave = score_wave(units, builders.SCALES, k)
    made = release(*units, k=k)
    for scale, sets in sets_of(made).sets.items():
        people = smallest_support(wave.scales[scale].sizes, sets).people
        assert people is not None
        assert people >= k
    # What is counted are sets too: how many answered, by cell and in every frame.
    everybody = {name: max(counts) for name, counts in tree[1].items()}
    counted = [cell.members or (cell.id,) for cell in made.cells]
    for frame in (one for one in made.units if one.is_parent):
        below = [c for c in made.cells if is_below(c.parent, frame.id, made)]
        assert (frame.answered or 0) == sum(cell.answered or 0 for cell in below)
        counted += [tuple(m for c in below for m in c.members or (c.id,))] if below else []
    found = smallest_support(everybody, counted).people
    assert found is None or found >= k


def is_below(parent: str | None, unit: str, made: Release) -> bool:
    above = parent or made.organisation.id
    while above != unit:
        if above == made.organisation.id:
            return False
        above = made.unit(above).parent or made.organisation.id
    return True


def test_the_audit_fails_where_a_union_holds_one_group_in_no_figure() -> None:
    """The control: the same sets, with all cells together counting the small group too."""
    made = two_and_a_small_one()
    sets = {*sets_of(made).sets[VALUE_STREAM], ("a", "b", "c")}
    assert smallest_support({"a": 9, "b": 8, "c": 3}, sets).people == 3


@given(st.lists(CODES, max_size=14), st.lists(CODES, max_size=9), st.lists(CODES, max_size=9))
def test_every_figure_rests_on_k_people_or_more(a: list[str], b: list[str], c: list[str]) -> None:
    made = release(unit("p"), unit("a", a, "p"), unit("b", b, "p"), unit("c", c))
    for result in made.units:
        assert all(figure.n >= 5 for figure in result.profiles.values())
        assert result.answered is None or result.answered >= 5
        assert (result.overall is not None) == result.is_cell == bool(result.profiles)


# R8: how far few people lie apart is in no figure of the wave.
@pytest.mark.parametrize("last", ["444444", "333333"])
def test_no_figure_of_a_wave_tells_that_a_small_group_is_of_one_mind(last: str) -> None:
    small = [*[sheet("444444")] * 4, sheet(last)]
    found = release(unit("a", MIXED), unit("b", MIXED), unit("c", small))
    without = release(unit("a", MIXED), unit("b", MIXED))
    assert found.welch == without.welch
    assert found.welch is not None
    assert found.spread == without.spread
    for scale in ORIENTATIONS:
        assert found.reliability[scale].groups == without.reliability[scale].groups


def test_a_spread_over_small_groups_would_tell_that_one_is_of_one_mind() -> None:
    alike, apart = ["222222"] * 6, ["111111", "333333"] * 3
    pooled = [profiles_of(groups_of([["333333"] * 9, few]), 5).sd[1] for few in (alike, apart)]
    assert pooled[0] == 0 < pooled[1]


def test_reliability_and_spread_rest_on_groups_of_fifteen_or_more_who_differ() -> None:
    alike = group("alike", 12, 3)
    found = release(unit("a", MIXED), unit("b", MIXED), group("c", 6, 4), alike)
    # Neither the small one nor the one of one mind.
    assert found.reliability[VALUE_STREAM].groups.n == 32
    assert found.spread[VALUE_STREAM].df == 32 - 2
    more = release(unit("a", MIXED), unit("b", MIXED), unit("d", MIXED), alike)
    assert found.reliability[SCALES[0]].groups.groups == 2
    assert more.spread[VALUE_STREAM].df == 48 - 3
