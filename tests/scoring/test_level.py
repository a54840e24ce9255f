"""The two-thirds rule, in exact fractions, and what the same four shares also tell."""

from fractions import Fraction
from math import lcm

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from app.maturity import LEVELS, Level
from app.scoring.level import (
    answer_mix,
    bands_between,
    level_reached,
    levels_reached,
    mean_of,
    progress,
)
from app.scoring.rules import TAU
from tests.scoring.builders import moments_of, people, profile

TWO_THIRDS = Fraction(2, 3)
SHARE = st.fractions(0, 1, max_denominator=60)
SHARES = st.lists(SHARE, min_size=4, max_size=4).map(lambda s: sorted(s, reverse=True))
BOUNDS = st.lists(st.floats(0, 1), min_size=4, max_size=4)


def band_between(lower: list[float], upper: list[float], level: Level) -> tuple[int, int]:
    """Return the band of a group that is not the only one."""
    alone = bands_between(np.array([lower]), np.array([upper]), np.array([level]))
    among = bands_between(
        np.array([[0.0] * 4, lower, [1.0] * 4]),
        np.array([[0.0] * 4, upper, [1.0] * 4]),
        np.array([Level.TECHNOLOGY, level, Level.VALUE_STREAM]),
    )
    assert among.tolist() == [[1, 1], *alone.tolist(), [5, 5]]
    low, high = among[1].tolist()
    return low, high


def fractions(*texts: str) -> list[Fraction]:
    return [Fraction(text) for text in texts]


@pytest.mark.parametrize("level", LEVELS)
def test_a_level_is_reached_at_exactly_two_thirds_and_not_just_below(level: Level) -> None:
    steps = int(level) - 1
    tie = [TWO_THIRDS] * steps + [Fraction(0)] * (4 - steps)
    less = [share - Fraction(1, 10**18) for share in tie]
    assert level_reached(tie) is level
    assert level_reached(less) is Level.TECHNOLOGY


def test_a_tie_that_floats_would_miss_reaches_the_level() -> None:
    group = ["33332-", "3332--", "333222", "33222-", "333333", "3332--", "33332-", "332222"]
    shares = [0.8, 0.75, 0.5, 0.4, 1.0, 0.75, 0.8, 1 / 3]
    assert sum(shares) / 8 < 2 / 3
    assert profile(group).level is Level.BUSINESS_CUSTOMER


@given(SHARES)
def test_the_level_is_the_highest_that_two_thirds_describe(shares: list[Fraction]) -> None:
    level = level_reached(shares)
    described = [Fraction(1), *shares]
    assert all(share >= TAU for share in described[:level])
    assert all(share < TAU for share in described[level:])


@given(people(codes="12345?"), st.data())
def test_raising_an_answer_never_lowers_the_level(group: list[str], data: st.DataObject) -> None:
    assume(moments_of(group).n)
    before = profile(group)
    person = data.draw(st.integers(0, len(group) - 1))
    item = data.draw(st.integers(0, 5))
    answer = group[person][item]
    assume(answer in "1234")
    raised = group[person][:item] + str(int(answer) + 1) + group[person][item + 1 :]
    after = profile([*group[:person], raised, *group[person + 1 :]])
    assert after.level >= before.level
    assert after.mean >= before.mean


@given(st.lists(SHARES, min_size=1, max_size=4))
def test_the_levels_of_many_groups_are_those_of_each(groups: list[list[Fraction]]) -> None:
    whole = [lcm(*[share.denominator for share in shares]) for shares in groups]
    parts = [[int(s * all_) for s in shares] for shares, all_ in zip(groups, whole, strict=True)]
    levels = levels_reached(np.array(parts), np.array(whole))
    assert levels.tolist() == [level_reached(shares) for shares in groups]


@pytest.mark.parametrize("whole", [3, 480, 3 * 10**15])
def test_the_level_of_a_group_is_reached_at_exactly_two_thirds_of_its_answers(whole: int) -> None:
    tie = np.array([[whole, 2 * whole // 3, 2 * whole // 3 - 1, 0]])
    assert levels_reached(tie, np.array([whole])).tolist() == [3]


@given(SHARES)
def test_the_answer_mix_is_a_whole_whose_mean_is_the_mean(shares: list[Fraction]) -> None:
    mix = answer_mix(shares)
    assert min(mix) >= 0
    assert sum(mix) == 1
    assert sum(level * share for level, share in zip(LEVELS, mix, strict=True)) == mean_of(shares)


def test_the_answer_mix_takes_shares_at_or_above_apart() -> None:
    assert list(answer_mix(fractions("1", "1/2", "1/4", "0"))) == fractions(
        "0", "1/2", "1/4", "1/4", "0"
    )


@pytest.mark.parametrize(
    ("shares", "near"),
    [
        (fractions("47/48", "29/48", "1/16", "0"), 0.90625),
        (fractions("0", "0", "0", "0"), 0.0),
        (fractions("1", "1", "1", "1/3"), 0.5),
        (fractions("1", "1", "1", "2/3"), None),
    ],
)
def test_progress_is_the_share_at_the_next_level_over_two_thirds(
    shares: list[Fraction], near: float | None
) -> None:
    assert progress(shares) == near


@given(SHARES)
def test_progress_never_says_that_the_next_level_is_reached(shares: list[Fraction]) -> None:
    near = progress(shares)
    assert (near is None) == (level_reached(shares) is Level.VALUE_STREAM)
    assert near is None or 0 <= near <= 1


@given(BOUNDS, BOUNDS, st.sampled_from(LEVELS))
def test_a_band_contains_the_level_whatever_the_bounds(
    lower: list[float], upper: list[float], level: Level
) -> None:
    low, high = band_between(lower, upper, level)
    assert 1 <= low <= level <= high <= 5


def test_a_band_runs_from_the_sure_to_the_possible_level() -> None:
    lower, upper = [0.956, 0.466, 0.014, 0.0], [1.0, 0.742, 0.111, 0.0]
    assert band_between(lower, upper, Level.SYSTEM_SERVICE) == (2, 3)


def test_a_bound_of_exactly_two_thirds_counts() -> None:
    tie = float(TWO_THIRDS)
    assert band_between([1, tie, 0, 0], [1, tie, 0, 0], Level.BUSINESS_CUSTOMER) == (3, 3)
    assert band_between([1, 0, 0, 0], [1, 1, tie, 0], Level.BUSINESS_CUSTOMER) == (2, 4)


def test_the_low_end_stops_at_the_first_level_that_is_not_sure() -> None:
    assert band_between([0.5, 0.9, 0.9, 0.9], [1, 1, 1, 1], Level.VALUE_STREAM) == (1, 5)


def test_a_band_can_be_sure_of_the_highest_level() -> None:
    assert band_between([1, 1, 1, 1], [1, 1, 1, 1], Level.VALUE_STREAM) == (5, 5)
