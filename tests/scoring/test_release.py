"""The release of a wave: what is shown of every unit, and that nothing else can be read off."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.maturity import ACCEPTANCE, ORIENTATIONS, Orientation
from app.scoring.release import Release, UnitResult
from app.scoring.suppression import ORGANISATION, ThresholdTooLow
from tests.builders import marked
from tests.scoring.builders import group, profile, release, sheet, unit

MARKS = st.tuples(st.sampled_from("-012345"), st.sampled_from("012")).map("".join)
CODES = st.builds(marked, st.text(alphabet="12345?", min_size=21, max_size=21), MARKS)
SHEETS = st.lists(CODES, max_size=9)
LEVELS_ONLY = st.text(alphabet="12345", min_size=21, max_size=21).map(marked)
SMALL = st.lists(LEVELS_ONLY, min_size=1, max_size=4)


def shown(result: UnitResult) -> tuple[int, int] | None:
    """Return how many people a unit's overall figures rest on, and its level."""
    return (result.overall.n, result.overall.level) if result.overall else None


def test_a_group_is_shown_with_all_scales_and_an_overall_level() -> None:
    result = release(group("a", 8, 4)).unit("a")
    assert set(result.profiles) == {*ORIENTATIONS, ACCEPTANCE}
    assert shown(result) == (8, 4)
    assert (result.invited, result.answered, result.kind, result.name) == (8, 8, "data", "A")


def test_a_suppressed_group_carries_no_figure_and_no_count_of_answers() -> None:
    result = release(group("a", 8), unit("b", [sheet("555555")] * 4, invited=9)).unit("b")
    assert (result.profiles, result.overall) == ({}, None)
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
    assert (made.invited, made.answered) == (13, 5)


def test_a_parent_pools_people_and_takes_no_mean_of_means() -> None:
    overall = release(group("a", 5, 5), group("b", 15, 2)).organisation.overall
    assert overall is not None
    assert overall.mean == pytest.approx((5 * 5 + 15 * 2) / 20)
    assert overall.mean != pytest.approx((5 + 2) / 2)


def test_leftovers_count_in_the_parent_but_have_no_figure_of_their_own() -> None:
    made = release(group("a", 6, 2), group("b", 3, 5), group("c", 4, 5))
    overall = made.organisation.overall
    assert overall is not None
    assert overall.mean == pytest.approx((6 * 2 + 7 * 5) / 13)
    assert made.unit("b").profiles == made.unit("c").profiles == {}


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


def test_an_orientation_nobody_answered_is_absent_and_so_is_the_overall_level() -> None:
    result = release(unit("a", [sheet("333333", measurement="??xx--")] * 8)).unit("a")
    assert set(result.profiles) == {Orientation.VALUE_STREAM, Orientation.CUSTOMER, ACCEPTANCE}
    assert result.overall is None
    assert result.answered == 8


def test_an_orientation_with_fewer_than_k_usable_sheets_is_suppressed_alone() -> None:
    sheets = [sheet("333333")] * 4 + [sheet("333333", customer="333???")]
    result = release(unit("a", sheets)).unit("a")
    assert Orientation.CUSTOMER not in result.profiles
    assert result.profiles[Orientation.VALUE_STREAM].n == 5
    assert result.overall is None


def test_willingness_never_counts_in_the_level() -> None:
    willing = release(unit("a", [sheet("222222", heart="555")] * 8)).unit("a")
    unwilling = release(unit("a", [sheet("222222", heart="1?1")] * 8)).unit("a")
    assert willing.overall == unwilling.overall
    assert willing.profiles[ACCEPTANCE].mean == 5.0
    assert unwilling.profiles[ACCEPTANCE].mean == 1.0


def test_two_of_three_acceptance_items_are_enough() -> None:
    sheets = [sheet("333333", heart="44?")] * 5 + [sheet("333333", heart="1??")] * 3
    acceptance = release(unit("a", sheets)).unit("a").profiles[ACCEPTANCE]
    assert (acceptance.n, acceptance.mean) == (5, 4.0)


def test_a_unit_that_repeats_its_only_released_child_says_so() -> None:
    made = release(unit("p"), group("a", 8, parent="p"), group("b", 2, parent="p"), group("c", 6))
    assert made.unit("p").same_as == "a"
    assert made.unit("p").profiles == made.unit("a").profiles
    assert (made.organisation.same_as, made.unit("a").same_as) == (None, None)


def test_a_unit_with_more_people_than_its_child_is_not_the_same() -> None:
    made = release(
        unit("p"),
        group("a", 8, parent="p"),
        unit("b", [sheet("333333", customer="------")] * 5, parent="p"),
    )
    assert made.unit("p").same_as is None


def test_a_unit_without_figures_repeats_nobody() -> None:
    made = release(unit("p"), group("a", 2, parent="p"))
    assert (made.unit("p").same_as, made.organisation.same_as) == (None, None)


def test_a_chain_of_single_children_points_down_step_by_step() -> None:
    made = release(unit("p"), unit("q", parent="p"), group("a", 8, parent="q"))
    assert [r.same_as for r in made.units] == ["p", "q", "a", None]


def test_a_wave_without_answers_releases_nothing() -> None:
    made = release(unit("a", invited=9))
    assert (made.answered, made.invited) == (0, 9)
    assert [(r.profiles, r.answered) for r in made.units] == [({}, None)] * 2


def test_k_below_five_is_refused() -> None:
    with pytest.raises(ThresholdTooLow):
        release(group("a", 8), k=4)


def test_a_raised_k_is_kept_and_applied() -> None:
    made = release(group("a", 8), group("b", 7), k=8)
    assert made.k == 8
    assert (shown(made.unit("a")), shown(made.unit("b"))) == ((8, 3), None)
    assert made.unit("b").answered is None


def test_an_unknown_unit_has_no_result() -> None:
    with pytest.raises(KeyError, match="nowhere"):
        release(group("a", 8)).unit("nowhere")


@given(SHEETS, SHEETS)
def test_a_release_read_back_from_its_json_is_the_same(a: list[str], b: list[str]) -> None:
    made = release(unit("p"), unit("a", a, "p"), unit("b", b, "p"))
    assert Release.model_validate_json(made.model_dump_json()) == made


def test_shares_stay_exact_through_json() -> None:
    made = release(unit("a", [sheet("333333")] * 4 + [sheet("222222")] * 2))
    again = Release.model_validate_json(made.model_dump_json()).unit("a")
    assert again.profiles[Orientation.VALUE_STREAM].shares[1] == Fraction(2, 3)
    assert shown(again) == (6, 3)


@given(st.data(), SHEETS, SHEETS)
def test_the_order_of_the_sheets_makes_no_difference(
    data: st.DataObject, a: list[str], b: list[str]
) -> None:
    shuffled = data.draw(st.permutations(a)), data.draw(st.permutations(b))
    made = release(unit("a", a), unit("b", b))
    assert release(unit("a", shuffled[0]), unit("b", shuffled[1])) == made


@given(SMALL, st.data())
def test_no_answer_of_a_group_left_out_shows_anywhere(
    hidden: list[str], data: st.DataObject
) -> None:
    other = data.draw(st.lists(LEVELS_ONLY, min_size=len(hidden), max_size=len(hidden)))
    made = [release(group("a", 8), unit("b", sheets)) for sheets in (hidden, other)]
    assert made[0].model_dump_json() == made[1].model_dump_json()


@given(SMALL, st.data())
def test_answers_carried_up_change_only_the_figures_above(
    hidden: list[str], data: st.DataObject
) -> None:
    other = data.draw(
        st.permutations("12345").map(lambda codes: str.maketrans("12345", "".join(codes)))
    )
    made = [
        release(group("a", 6), unit("b", sheets), group("c", 4))
        for sheets in (hidden, [marked(sheet[:-2].translate(other)) for sheet in hidden])
    ]
    for name in ("a", "b", "c"):
        assert made[0].unit(name) == made[1].unit(name)


def test_answers_of_a_released_group_do_show() -> None:
    made = [release(group("a", 8), group("b", 5, level)) for level in (2, 3)]
    assert made[0].model_dump_json() != made[1].model_dump_json()


@given(SHEETS, SHEETS, SHEETS)
def test_every_figure_rests_on_k_people_or_more(a: list[str], b: list[str], c: list[str]) -> None:
    made = release(unit("p"), unit("a", a, "p"), unit("b", b, "p"), unit("c", c))
    for result in made.units:
        assert all(profile.n >= 5 for profile in result.profiles.values())
        assert result.answered is None or result.answered >= 5
        assert (result.overall is not None) == all(o in result.profiles for o in ORIENTATIONS)


@given(SHEETS, SHEETS)
def test_a1_a_total_less_a_sibling_is_nothing_or_k_people(a: list[str], b: list[str]) -> None:
    made = release(unit("a", a), unit("b", b))
    first, whole = made.unit("a").profiles, made.organisation.profiles
    for scale in first:
        assert whole[scale].n - first[scale].n >= 5 or whole[scale] == first[scale]


def test_a1_a_total_over_everybody_would_give_a_hidden_group_away() -> None:
    everybody, known = profile(["333333"] * 8 + ["555555"] * 3), profile(["333333"] * 8)
    assert (11 * everybody.mean - 8 * known.mean) / 3 == pytest.approx(5)
    made = release(group("a", 8, 3), group("b", 3, 5))
    assert made.organisation.profiles == made.unit("a").profiles


def test_the_share_of_cannot_say_is_of_all_that_was_asked() -> None:
    # Two of six items, from everybody; "does not apply" and open items are no doubt.
    found = release(unit("a", [sheet("33??33", "33xx33", "33--33")] * 6)).unit("a")
    shares = [found.profiles[o].unsure for o in ORIENTATIONS]
    assert shares == [Fraction(1, 3), 0, 0]
