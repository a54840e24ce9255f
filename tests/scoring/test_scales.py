"""A wave scored over one set of cells: whose answers count where, and where levels are named."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.maturity import ACCEPTANCE, ORIENTATIONS, Orientation
from app.scoring.scales import UnitAnswers, score_wave
from app.scoring.suppression import ThresholdTooLow
from tests.scoring.builders import (
    SCALES,
    SPLIT_IN_HALF,
    TYPICAL,
    Tree,
    exact_of,
    group,
    profile,
    release,
    sheet,
    trees,
    unit,
    units_of,
)

CARELESS = "03"
#: Sixty people who differ in every question.
SIXTY = [f"{a}{b}{c}{b}{a}{c}" for a in "234" for b in "12345" for c in "2345"]


def with_items_open(people: int, of: int) -> list[UnitAnswers]:
    answers = [(*SIXTY, *SIXTY)[n] for n in range(of)]
    sheets = [sheet(a if n < people else f"{a[:5]}?") for n, a in enumerate(answers)]
    return [unit("a", sheets)]


@given(trees(), st.sampled_from([5, 8]))
def test_the_cells_are_those_of_the_usable_on_the_orientations(tree: Tree, k: int) -> None:
    wave = score_wave(units_of(tree), SCALES, k)
    for scale, column in zip(ORIENTATIONS, zip(*tree[1].values(), strict=True), strict=True):
        found = wave.scales[scale]
        assert {g: n for g, n in found.sizes.items() if g in tree[1]} == dict(
            zip(tree[1], column, strict=True)
        )
        assert found.shown.all()
        expected = [
            sum(tree[1][g][ORIENTATIONS.index(scale)] for g in c.members) for c in wave.cells
        ]
        assert found.profiles.moments.n.tolist() == expected


def test_a_cell_has_the_exact_figures_of_its_people() -> None:
    units = [unit("a", [sheet(a) for a in TYPICAL], invited=12), group("b", 3), group("c", 4)]
    wave = score_wave(units, SCALES)
    assert [cell.members for cell in wave.cells] == [("a",), ("b", "c")]
    for scale in ORIENTATIONS:
        assert exact_of(wave.scales[scale].profiles, 0) == profile(TYPICAL, 12)
        assert exact_of(wave.scales[scale].profiles, 1) == profile(["333333"] * 7)
    assert wave.invited.tolist() == [12, 7]


def test_a_scale_on_which_a_cell_has_fewer_than_k_has_no_figure_of_it() -> None:
    silent = [sheet("222222", heart="???")] * 4 + [sheet("222222")] * 4
    wave = score_wave([unit("a", silent), group("b", 6, 4)], SCALES)
    found = wave.scales[ACCEPTANCE]
    assert found.shown.tolist() == [False, True]
    assert found.figures[0] is None
    assert found.figures[1] is not None
    assert found.profiles.moments.n.tolist() == [6]


def test_only_careful_sheets_that_stand_in_a_cell_count() -> None:
    mixed = [sheet("333333")] * 6 + [sheet("555555", marks=CARELESS)] * 3
    wave = score_wave([unit("a", mixed), group("b", 4)], SCALES)
    assert (wave.answered.tolist(), wave.careless.tolist()) == ([9], [3])
    assert len(wave.table.levels) == len(wave.cell) == 6
    assert wave.scales[Orientation.CUSTOMER].sizes == {"a": 6, "b": 4}


def test_no_wave_is_scored_with_k_below_five() -> None:
    with pytest.raises(ThresholdTooLow):
        score_wave([group("a", 9)], SCALES, 4)


# A level is named from 40 % on, of those who are usable on the orientation that has fewest.
@pytest.mark.parametrize(("invited", "named"), [(20, True), (21, False)])
@pytest.mark.parametrize("lacking", range(3))
def test_a_level_is_named_where_forty_percent_are_usable_on_every_orientation(
    lacking: int, invited: int, named: bool
) -> None:
    orientations = ["333333"] * 3
    orientations[lacking] = "??????"
    sheets = [sheet("333333")] * 8 + [sheet(*orientations)] * 6
    cell = release(unit("a", sheets, invited=invited)).unit("a")
    for scale in (*ORIENTATIONS, ACCEPTANCE):
        figure = cell.profiles[scale]
        assert ((figure.level, figure.band) != (None, None)) is named
        assert figure.mean is not None
    assert cell.overall is not None
    assert ((cell.overall.level, cell.overall.band) != (None, None)) is named
    assert cell.overall.mean is not None


def test_a_pool_is_named_by_the_response_of_all_its_groups() -> None:
    few = unit("b", [sheet("333333")] * 2, invited=20)
    assert score_wave([group("a", 4), few], SCALES).named.tolist() == [False]
    assert score_wave([group("a", 4), replace(few, invited=11)], SCALES).named.tolist() == [True]


@pytest.mark.parametrize(("complete", "told"), [(59, False), (60, True)])
def test_how_items_hold_together_is_told_from_sixty_complete_sheets_on(
    complete: int, told: bool
) -> None:
    wave = score_wave(with_items_open(complete, 80), SCALES)
    found = wave.scales[Orientation.CUSTOMER].reliability.items
    assert (found is not None) is told
    if found:
        assert found.n == complete
        assert (found.item_total, found.alpha_if_dropped) == ((), ())
        assert found.alpha == round(found.alpha or 0, 2)


def test_complete_sheets_of_groups_in_no_figure_do_not_count() -> None:
    few = unit("b", [sheet(answers) for answers in SIXTY[:4]])
    wave = score_wave([*with_items_open(58, 58), few], SCALES)
    assert wave.scales[Orientation.CUSTOMER].reliability.items is None


@pytest.mark.parametrize(("complete", "told"), [(56, False), (60, True)])
def test_complete_sheets_of_a_cell_that_has_no_figure_on_a_scale_do_not_count(
    complete: int, told: bool
) -> None:
    hearts = ["345", "334", "555", "233"] * 15
    some = [sheet(SIXTY[n], heart=hearts[n]) for n in range(complete)]
    four = [sheet("333333", heart=heart) for heart in (*hearts[:4], *["???"] * 4)]
    wave = score_wave([unit("a", some), unit("b", four)], SCALES)
    assert (wave.scales[ACCEPTANCE].reliability.items is not None) is told


def test_items_of_a_coarse_group_in_two_camps_are_told_neither_alone_nor_together() -> None:
    # Of one mind but for four, so that it is coarse, and far enough apart to be two camps.
    camps = unit("camps", [sheet(answers) for answers in (*["222222"] * 12, *["444444"] * 4)])
    mixed = unit("mixed", [sheet(answers) for answers in SIXTY])
    wave = score_wave([camps, mixed], SCALES)
    first, second = wave.scales[Orientation.CUSTOMER].figures
    assert first is not None
    assert second is not None
    assert (first.coarse, first.split, first.items) == (True, True, (None,) * 6)
    assert all(second.items)
    assert all(wave.scales[Orientation.CUSTOMER].together)
    small = unit("camps", [sheet(answers) for answers in SPLIT_IN_HALF])
    assert not any(score_wave([small, mixed], SCALES).scales[Orientation.CUSTOMER].together)


def test_a_wave_without_groups_or_answers_is_scored() -> None:
    for units in ([], [unit("a", invited=9)]):
        wave = score_wave(units, SCALES)
        assert wave.cells == ()
        for scale in (*ORIENTATIONS, ACCEPTANCE):
            assert wave.scales[scale].figures == ()
            assert np.array_equal(wave.scales[scale].shown, [])
