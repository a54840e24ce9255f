"""The release of a wave: what is shown of every unit, and that nothing else can be read off."""

import json
from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.maturity import ACCEPTANCE, ORIENTATIONS, Orientation
from app.scoring.figure import Bound, Mean
from app.scoring.release import RULES, Release, UnitResult, compute_release
from app.scoring.rounding import UNDER
from app.scoring.suppression import ORGANISATION, ThresholdTooLow
from tests.builders import marked
from tests.scoring.builders import SCALES, VARIED, group, release, sheet, unit

MARKS = st.tuples(st.sampled_from("-012345"), st.sampled_from("012")).map("".join)
CODES = st.builds(marked, st.text(alphabet="12345?", min_size=21, max_size=21), MARKS)
SHEETS = st.lists(CODES, max_size=14)
LEVELS_ONLY = st.text(alphabet="12345", min_size=21, max_size=21).map(marked)
SMALL = st.lists(LEVELS_ONLY, min_size=1, max_size=4)
#: As many, and unlike each other enough, as are not coarse.
MIXED = [sheet(answers) for answers in VARIED]


def shown(result: UnitResult) -> tuple[int, int | None] | None:
    """Return how many people a unit's overall figures rest on, and its level."""
    return (result.overall.n, result.overall.level) if result.overall else None


def numbers(value: object) -> Iterator[float]:
    """Return every broken number in a value read from JSON."""
    if isinstance(value, float):
        yield value
    elif isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from numbers(each)


def test_a_group_is_shown_with_all_scales_and_an_overall_level() -> None:
    result = release(group("a", 8, 4)).unit("a")
    assert set(result.profiles) == {*ORIENTATIONS, ACCEPTANCE}
    assert shown(result) == (8, 4)
    assert (result.invited, result.answered, result.kind, result.name) == (8, 8, "data", "A")
    assert (result.is_cell, result.is_pool, result.members) == (True, False, ())


def test_a_group_in_no_figure_carries_no_count_of_answers() -> None:
    result = release(group("a", 8), unit("b", [sheet("555555")] * 4, invited=9)).unit("b")
    assert (result.profiles, result.overall, result.is_cell) == ({}, None, False)
    assert (result.answered, result.invited) == (None, 9)


def test_the_organisation_comes_first_and_then_the_units_in_their_order() -> None:
    results = release(unit("p"), group("a", 5, parent="p"), group("b", 5)).units
    assert [(r.id, r.depth, r.is_parent, r.parent) for r in results] == [
        (ORGANISATION, 0, True, None),
        ("p", 1, True, None),
        ("a", 2, False, "p"),
        ("b", 1, False, None),
    ]


def test_invited_add_up_over_everything_below_and_answered_over_what_may_be_shown() -> None:
    made = release(
        unit("p"), unit("a", [sheet("333333")] * 5, "p", 7), unit("b", [sheet("333333")], "p", 6)
    )
    assert [(r.id, r.invited, r.answered) for r in made.units] == [
        (ORGANISATION, 13, 5),
        ("p", 13, 5),
        ("a", 7, 5),
        ("b", 6, None),
    ]
    assert (made.invited, made.answered, made.is_part) == (13, 5, True)


def test_a_unit_that_holds_others_is_a_frame_without_figures() -> None:
    made = release(unit("p"), group("a", 9, parent="p"), group("b", 3, 2, "p"), group("c", 4, 2))
    for frame in (made.organisation, made.unit("p")):
        assert (frame.profiles, frame.overall, frame.is_cell) == ({}, None, False)
    assert [cell.id for cell in made.cells] == ["a", made.units[-1].id]


def test_small_groups_are_told_together_and_have_no_figure_of_their_own() -> None:
    made = release(unit("p"), group("a", 6, 2, "p"), group("b", 3, 4, "p"), group("c", 4, 4, "p"))
    for name in ("b", "c"):
        small = made.unit(name)
        assert (small.profiles, small.overall, small.answered) == ({}, None, None)
    pool = made.units[-1]
    assert made.pool_of("b") == made.pool_of("c") == pool
    assert made.pool_of("a") is None
    assert (pool.name, pool.members) == ("B and C together", ("b", "c"))
    assert (pool.parent, pool.depth, pool.kind) == ("p", 2, "data")
    assert (pool.is_pool, pool.is_cell, pool.is_parent) == (True, True, False)
    assert (pool.invited, pool.answered, shown(pool)) == (7, 7, (7, 4))
    assert [(r.id, r.invited, r.answered) for r in made.units[:2]] == [
        (ORGANISATION, 13, 13),
        ("p", 13, 13),
    ]
    assert not made.is_part


def test_a_pool_stands_behind_all_that_is_below_its_unit() -> None:
    below = [group("b", 3, 3, "p"), group("c", 4, 3, "p"), unit("q", parent="p")]
    made = release(unit("p"), *below, group("d", 8, 3, "q"), group("e", 9))
    assert [unit.name for unit in made.units][1:] == [
        "P",
        "B",
        "C",
        "Q",
        "D",
        "B and C together",
        "E",
    ]


def test_a_pool_of_groups_of_several_kinds_has_none() -> None:
    made = release(group("b", 3), replace(group("c", 4), kind="security"))
    assert made.units[-1].kind is None


def test_a_pool_names_whom_was_invited_whoever_answered() -> None:
    silent, four = unit("c", invited=4), unit("c", [sheet("333333")] * 4)
    made = release(group("b", 6), group("a", 3), silent, group("d", 3))
    again = release(group("b", 6), group("a", 3), four, group("d", 3))
    assert made.units[-1].members == again.units[-1].members == ("a", "c", "d")
    assert made.units[-1].id == again.units[-1].id
    assert (made.units[-1].invited, made.units[-1].answered) == (10, 6)


def test_a_pool_has_the_same_id_whatever_the_order_of_its_groups() -> None:
    one = release(group("a", 3), group("b", 3))
    other = release(group("b", 4), group("a", 4))
    assert one.units[-1].id == other.units[-1].id
    assert one.units[-1].id != release(group("a", 3), group("c", 3)).units[-1].id


@pytest.mark.parametrize(
    ("names", "told"),
    [
        ("abcd", "A, B, C and D together"),
        ("abcde", "5 small groups of Acme together"),
        (["a" * 45, "b" * 46], "2 small groups of Acme together"),
    ],
)
def test_a_pool_of_many_groups_is_named_by_their_number(names: list[str], told: str) -> None:
    assert release(*[group(name, 3) for name in names]).units[-1].name == told


def test_nothing_tells_whether_anybody_of_a_hidden_group_answered() -> None:
    made = release(group("a", 6), unit("b", [sheet("333333")] * 4, invited=4))
    silent = release(group("a", 6), unit("b", invited=4))
    assert made == silent
    careless = release(
        unit("a", [sheet("333333")] * 6 + [sheet("333333", marks="-3")] * 6),
        unit("b", [sheet("333333", marks="-3")] * 4, invited=4),
    )
    assert careless.careless == 6
    assert (made.answered, made.is_part) == (6, True)


# One orientation told alone would tell in which one somebody could not say.
@pytest.mark.parametrize("usable", [0, 4])
def test_a_group_with_fewer_than_k_usable_on_one_orientation_stands_in_no_figure(
    usable: int,
) -> None:
    sheets = [sheet("333333")] * usable + [sheet("333333", measurement="333???")] * (8 - usable)
    result = release(unit("a", sheets)).unit("a")
    assert (result.profiles, result.overall, result.answered) == ({}, None, None)


def test_a_scale_on_which_a_group_has_fewer_than_k_is_shown_for_no_part_of_it() -> None:
    silent = [sheet("222222", heart="???")] * 4 + [sheet("222222", heart="555")] * 4
    others = [sheet("333333", heart="333"), sheet("333333", heart="555")] * 8
    made = release(unit("a", silent), unit("b", others))
    assert set(made.unit("a").profiles) == {*ORIENTATIONS}
    assert shown(made.unit("a")) == (8, 2)
    # In what is told of all together the four are not either.
    assert [item and (item.n, item.mean) for item in made.questions[ACCEPTANCE]] == [
        (16, Mean(value=4.0))
    ] * 3


def test_willingness_never_counts_in_the_level() -> None:
    willing = release(unit("a", [sheet("222222", heart="555")] * 8)).unit("a")
    unwilling = release(unit("a", [sheet("222222", heart="1?1")] * 8)).unit("a")
    assert willing.overall == unwilling.overall
    assert willing.profiles[ACCEPTANCE].mean == Mean(value=4.3, bound=Bound.OR_MORE)
    assert unwilling.profiles[ACCEPTANCE].mean == Mean(value=1.7, bound=Bound.OR_LESS)


def test_two_of_three_acceptance_items_are_enough() -> None:
    sheets = [sheet("333333", heart="33?")] * 5 + [sheet("333333", heart="1??")] * 3
    acceptance = release(unit("a", sheets)).unit("a").profiles[ACCEPTANCE]
    assert (acceptance.n, acceptance.mean) == (5, Mean(value=3.0))


def test_a_wave_without_answers_releases_nothing() -> None:
    made = release(unit("a", invited=9))
    assert (made.answered, made.invited, made.cells) == (0, 9, ())
    assert [(r.profiles, r.answered) for r in made.units] == [({}, None)] * 2


def test_k_below_five_is_refused() -> None:
    with pytest.raises(ThresholdTooLow):
        release(group("a", 8), k=4)


def test_a_raised_k_is_kept_and_applied() -> None:
    made = release(group("a", 8), group("b", 7), k=8)
    assert (made.k, made.rules) == (8, RULES)
    assert (shown(made.unit("a")), shown(made.unit("b"))) == ((8, 3), None)
    assert made.unit("b").answered is None


def test_an_unknown_unit_has_no_result() -> None:
    with pytest.raises(KeyError, match="nowhere"):
        release(group("a", 8)).unit("nowhere")


@pytest.mark.parametrize(("overlap", "told"), [(None, None), (0.774, 0.75), (0.776, 0.8), (1, 1)])
def test_how_many_were_asked_before_is_told_in_steps_of_five_percent(
    overlap: float | None, told: float | None
) -> None:
    made = release(replace(group("a", 8), overlap=overlap)).unit("a")
    assert made.overlap == (told if told is None else pytest.approx(told))


def test_the_names_of_the_questions_stand_in_the_order_of_their_figures() -> None:
    names = [f"q{place}" for place in range(len(SCALES))]
    made = compute_release("Acme", [unit("a", MIXED)], SCALES, "digest", facets=names)
    assert made.facets[Orientation.CUSTOMER] == ("q6", "q7", "q8", "q9", "q10", "q11")
    assert len(made.unit("a").profiles[Orientation.CUSTOMER].items) == 6
    assert len(made.questions[ACCEPTANCE]) == 3


@given(SHEETS, SHEETS)
def test_a_release_is_no_finer_than_its_pages(a: list[str], b: list[str]) -> None:
    made = release(unit("p"), unit("a", a * 2, "p"), unit("b", b, "p"), unit("c", MIXED * 6))
    kept = json.loads(made.model_dump_json())
    p_values = {kept["welch"]["p_value"]} if kept["welch"] else set()
    p_values |= {scale["groups"]["p_value"] for scale in kept["reliability"].values()}
    for number in numbers(kept):
        assert number == round(number, 2) or number in p_values, number
        assert number == round(number, 3)
    for cell in kept["units"]:
        for figure in cell["profiles"].values():
            assert figure["mean"] is None or figure["mean"]["value"] == round(
                figure["mean"]["value"], 1
            )


@given(SHEETS, SHEETS)
def test_a_release_read_back_from_its_json_is_the_same(a: list[str], b: list[str]) -> None:
    made = release(unit("p"), unit("a", a, "p"), unit("b", b, "p"))
    assert Release.model_validate_json(made.model_dump_json()) == made


@given(st.data(), SHEETS, SHEETS)
def test_the_order_of_the_sheets_makes_no_difference(
    data: st.DataObject, a: list[str], b: list[str]
) -> None:
    shuffled = data.draw(st.permutations(a)), data.draw(st.permutations(b))
    made = release(unit("a", a), unit("b", b))
    assert release(unit("a", shuffled[0]), unit("b", shuffled[1])) == made


def test_the_share_of_cannot_say_is_of_all_that_was_asked() -> None:
    # Two of six items, from everybody; "does not apply" and open items are no doubt.
    found = release(unit("a", [sheet("33??33", "33xx33", "33--33")] * 6)).unit("a")
    assert [found.profiles[o].unsure for o in ORIENTATIONS] == [35, UNDER, UNDER]
