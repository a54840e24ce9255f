"""Attacks on released figures (A4 to A15 of the method), each with a control that succeeds.

A1 to A3, A16 and A18 are in test_suppression, A4, A5 and A11 in test_audit, A7 and A8 in
test_items, A9 to A11 in usecases/test_ledger, A14 in reports/test_shown, A17 in
web/test_results.
"""

from fractions import Fraction

import pytest
from hypothesis import given

from app.maturity import ORIENTATIONS, Orientation
from app.scoring.audit import smallest_support
from app.scoring.level import answer_mix
from app.scoring.profile import profile_of
from app.scoring.release import Release
from app.scoring.scales import SCALES
from app.scoring.suppression import ORGANISATION
from tests.scoring.builders import Tree, group, moments_of, release, sheet, trees, unit

VALUE_STREAM = Orientation.VALUE_STREAM


# A6: an overall figure over complete cases exposes whoever lacks one orientation.
SIX = [sheet("222222")] * 5 + [sheet("555555", "555555", "??????")]


def test_the_overall_figure_adds_nothing_to_the_three_it_is_made_of() -> None:
    found = release(unit("a", SIX)).unit("a")
    assert found.overall is not None
    three = [found.profiles[o] for o in ORIENTATIONS]
    assert [p.n for p in three] == [6, 6, 5]
    assert found.overall.mean == pytest.approx(sum(p.mean for p in three) / 3)
    assert found.overall.shares == tuple(
        sum((p.shares[level] for p in three), Fraction(0)) / 3 for level in range(4)
    )


def test_an_overall_figure_over_complete_cases_would_expose_one_person() -> None:
    everybody = moments_of(["222222"] * 5 + ["555555"])
    complete = moments_of(["222222"] * 5)
    whole, part = profile_of([everybody]).mean * 6, profile_of([complete]).mean * 5
    assert whole - part == pytest.approx(5.0)


# A12: weights that are known do not hide a small group inside its parent.
def test_a_weighted_parent_still_leaves_the_small_group_out() -> None:
    assert two_and_a_small_one().unit("p").rests_on[VALUE_STREAM] == ("a", "b")


def test_a_parent_weighted_by_its_roster_would_give_the_small_group_away() -> None:
    weights, means = {"a": 9, "b": 8, "c": 3}, {"a": 2.0, "b": 3.0, "c": 5.0}
    parent_mean = sum(weights[g] * means[g] for g in weights) / sum(weights.values())
    solved = (parent_mean * 20 - 9 * means["a"] - 8 * means["b"]) / weights["c"]
    assert solved == pytest.approx(means["c"])


def two_and_a_small_one() -> Release:
    below = [group("a", 9, 2, "p"), group("b", 8, 3, "p"), group("c", 3, 5, "p")]
    return release(unit("p"), *below)


# A13: variances and histograms are sums too, so they must rest on the same sets.
def test_spreads_and_mixes_rest_on_the_sets_of_the_means() -> None:
    shown = two_and_a_small_one().unit("p").profiles[VALUE_STREAM]
    assert shown.n == 17
    assert answer_mix(shown.shares)[4] == 0, "the three people at level 5 are in no histogram"
    assert shown.se == 0, "their distance from the others is in no spread"


def test_a_histogram_over_everybody_would_expose_the_small_group() -> None:
    everybody = profile_of(
        [moments_of(["222222"] * 9), moments_of(["333333"] * 8), moments_of(["555555"] * 3)]
    )
    assert answer_mix(everybody.shares)[4] * everybody.n == 3


# A15: whoever answered knows one sheet; four others must remain.
@given(trees())
def test_an_insider_still_faces_four_others(tree: Tree) -> None:
    result = release_of(tree)
    for scale in SCALES:
        sets = [found.rests_on[scale] for found in result.units if scale in found.rests_on]
        people = smallest_support(tree[1], sets).people
        assert people is None or people - 1 >= 4


def test_with_k_of_four_an_insider_would_face_three() -> None:
    assert smallest_support({"a": 4, "b": 9}, [["a", "b"], ["b"]]).people == 4


def release_of(tree: Tree) -> Release:
    parents, counts = tree
    units = []
    for name, above in parents.items():
        leaf = name in counts
        units.append(group(name, counts[name], parent=above) if leaf else unit(name, (), above))
    return release(*units)


@given(trees())
def test_every_figure_of_a_release_names_the_groups_it_rests_on(tree: Tree) -> None:
    result = release_of(tree)
    for found in result.units:
        assert set(found.profiles) == set(found.rests_on)
        for scale, profile in found.profiles.items():
            assert profile.n == sum(tree[1][leaf] for leaf in found.rests_on[scale])
            assert profile.n >= 5
            assert profile.smallest is not None
            # One, where all of a group have the same score.
            assert profile.smallest == 1 or 5 <= profile.smallest <= profile.n
    assert result.units[0].id == ORGANISATION


# R8: how leftovers fall into small groups is in no figure, not even in a parent's spread.
def test_the_spread_of_a_parent_does_not_tell_small_groups_apart() -> None:
    big = [sheet("333333")] * 8 + [sheet("444444")] * 4
    alike = release(unit("a", big), group("b", 3, 2), group("c", 3, 4))
    mixed = [sheet("222222"), sheet("222222"), sheet("444444")]
    other = [sheet("444444"), sheet("444444"), sheet("222222")]
    apart = release(unit("a", big), unit("b", mixed), unit("c", other))
    for orientation in ORIENTATIONS:
        one, two = (r.organisation.profiles[orientation] for r in (alike, apart))
        assert (one.se, one.share_se, one.shares) == (two.se, two.share_se, two.shares)
    assert alike.contrasts == apart.contrasts


def test_a_spread_within_small_groups_would_tell_who_is_of_one_mind() -> None:
    people = moments_of(["333333"] * 8 + ["444444"] * 4)
    alike = profile_of([people, moments_of(["222222"] * 3), moments_of(["444444"] * 3)])
    mixed = ["222222", "222222", "444444"], ["444444", "444444", "222222"]
    apart = profile_of([people, *(moments_of(group_) for group_ in mixed)])
    assert alike.shares == apart.shares
    assert alike.se != apart.se


@pytest.mark.parametrize("last", ["444444", "333333"])
def test_no_test_of_a_wave_tells_that_a_small_group_is_of_one_mind(last: str) -> None:
    mixed = [sheet("222222"), sheet("333333")] * 7
    small = [*[sheet("444444")] * 4, sheet(last)]
    found = release(unit("a", mixed), unit("b", mixed), unit("c", small))
    assert found.welch == release(unit("a", mixed), unit("b", mixed)).welch
    assert found.welch is not None


def test_reliability_rests_on_groups_of_ten_or_more() -> None:
    mixed = [sheet("222222"), sheet("333333")] * 6
    alike = group("alike", 12, 3)
    found = release(unit("a", mixed), unit("b", mixed), group("c", 6, 4), alike)
    # Neither the small one nor the one of one mind.
    assert found.reliability[VALUE_STREAM].groups.n == 24
