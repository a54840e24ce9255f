"""The overall figures of a group: the means of its three orientations, by the same rule."""

from fractions import Fraction
from math import isnan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.scoring.profile import Overalls, overall_shares, overalls_of, profiles_of
from tests.scoring.builders import (
    SPLIT_IN_HALF,
    TYPICAL,
    groups_of,
    moments_of,
    people,
    profile,
)

SIX_FOURS_THREE_ONES = (*["444444"] * 6, *["111111"] * 3)


def overall(*three: list[str], roster: int = 8) -> Overalls:
    return overalls_of(tuple(profiles_of(moments_of(group, roster), 5) for group in three))


def shares(*three: list[str]) -> tuple[Fraction, ...]:
    return overall_shares([profile(group).shares for group in three])


def ends(overalls: Overalls) -> list[int]:
    """Return the band of the only group."""
    low_and_high: list[int] = overalls.band[0].tolist()
    return low_and_high


def test_the_overall_level_takes_the_mean_of_the_three_shares_exactly() -> None:
    at_two, at_three = ["222222"] * 8, ["333333"] * 8
    assert shares(at_three, at_three, at_two)[1] == Fraction(2, 3)
    assert overall(at_three, at_three, at_two).level.tolist() == [3]
    below = [*at_three[:7], "333332"]
    assert shares(at_three, below, at_two)[1] == Fraction(95, 144)
    assert overall(at_three, below, at_two).level.tolist() == [2]


# Shares of 4/5, 4/5 and 2/5; 5/6, 5/6 and 1/3; 7/8, 7/8 and 1/4 average to 2/3.
@pytest.mark.parametrize(("size", "few"), [(5, 2), (6, 2), (8, 2)])
def test_shares_that_average_to_exactly_two_thirds_reach_the_level(size: int, few: int) -> None:
    many = size - few // 2
    high = ["333333"] * many + ["222222"] * (size - many)
    low = ["333333"] * few + ["222222"] * (size - few)
    assert shares(high, high, low)[1] == Fraction(2, 3)
    assert overall(high, high, low).level.tolist() == [3]
    less = [*low[1:], "222222"]
    assert overall(high, high, less).level.tolist() == [2]


@given(st.lists(st.lists(people(most=4), min_size=3, max_size=3), min_size=1, max_size=4))
def test_the_overall_figures_of_many_groups_are_those_of_each(
    groups: list[list[list[str]]],
) -> None:
    rosters = [8] * len(groups)
    columns = [groups_of(column, rosters) for column in zip(*groups, strict=True)]
    together = overalls_of(tuple(profiles_of(column, 5) for column in columns))
    for number, three in enumerate(groups):
        alone = overall(*three)
        for name in ("n", "mean", "se", "level", "band", "df"):
            found = getattr(together, name)[number].tolist()
            assert found == pytest.approx(getattr(alone, name)[0].tolist(), nan_ok=True, rel=0)


def test_the_overall_mean_and_error_are_the_means_of_the_three() -> None:
    found = overall(list(TYPICAL), ["333333"] * 8, list(SPLIT_IN_HALF), roster=12)
    assert found.mean[0] == pytest.approx((2.6458 + 3 + 3) / 3, abs=1e-4)
    assert found.se[0] == pytest.approx((0.13237 + 0 + 0.29277) / 3, abs=1e-4)


def test_the_overall_band_takes_the_fewest_degrees_of_freedom() -> None:
    eight = ["333333"] * 4 + ["222222"] * 4
    five = ["333333", "333332", "222222", "222222", "222222"]
    parts = [profile(group, 8) for group in (eight, eight, five)]
    found = overall(eight, eight, five)
    error = sum(part.share_se[1] for part in parts if part.share_se) / 3
    share = float(shares(eight, eight, five)[1])
    upper = {df: share + t * error for df, t in ((4, 1.533), (7, 1.415))}
    assert upper[7] < 2 / 3 < upper[4]
    assert (found.n.tolist(), found.df.tolist(), ends(found)) == ([5], [4], [2, 3])


def test_an_overall_figure_has_no_error_and_a_band_of_all_levels_if_one_has_none() -> None:
    found = overall(["333333"] * 5, ["333333"] * 5, ["333333"])
    assert found.level.tolist() == [3]
    assert isnan(found.se[0])
    assert ends(found) == [1, 5]


@given(people(), st.integers(0, 12))
def test_three_orientations_alike_have_the_figures_of_each(group: list[str], silent: int) -> None:
    roster = len(group) + silent
    part, found = profile(group, roster), overall(group, group, group, roster=roster)
    assert (found.n.tolist(), found.level.tolist()) == ([part.n], [part.level])
    assert shares(group, group, group) == part.shares
    assert found.mean[0] == pytest.approx(part.mean)
    assert isnan(found.se[0]) if part.se is None else found.se[0] == pytest.approx(part.se)


def test_three_orientations_alike_have_the_band_of_each() -> None:
    uneven = ["144444"] * 4 + ["122222"] * 4
    for group in (TYPICAL, SPLIT_IN_HALF, SIX_FOURS_THREE_ONES, uneven):
        found = overall(list(group), list(group), list(group), roster=12)
        assert tuple(ends(found)) == profile(list(group), 12).band


@given(people(least=2), people(least=2), people(least=2))
def test_the_overall_level_lies_between_the_lowest_and_the_highest(
    first: list[str], second: list[str], third: list[str]
) -> None:
    found = overall(first, second, third, roster=14)
    levels = [profile(group, 14).level for group in (first, second, third)]
    (level,), (low, high) = found.level.tolist(), ends(found)
    assert min(levels) <= level <= max(levels)
    assert low <= level <= high
