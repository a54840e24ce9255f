"""Whether a group shares one view: average deviation, and the split into two camps."""

from fractions import Fraction
from math import ceil
from statistics import variance

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.scoring.agreement import average_deviation, is_split
from app.scoring.rules import AD_SHARED
from tests.scoring.builders import SPLIT_IN_HALF, fractions_of, moments_of, people

SCORES = st.lists(st.integers(60, 300), min_size=5, max_size=16).map(sorted)
CAMPS = st.lists(st.sampled_from([100, 120, 125, 205, 210, 240]), min_size=5, max_size=12).map(
    sorted
)


def mean(values: list[Fraction]) -> Fraction:
    return sum(values, Fraction(0)) / len(values)


def squares(values: list[Fraction]) -> Fraction:
    return sum(((value - mean(values)) ** 2 for value in values), Fraction(0))


def split_by_definition(scores: list[int], weight: int) -> bool:
    """Weigh every cut by its two camps' own sums of squares, as the rule is written down."""
    y = [Fraction(score, weight) for score in scores]
    smallest = max(2, ceil(Fraction(len(y), 4)))
    cuts = [
        (1 - (squares(y[:c]) + squares(y[c:])) / squares(y), mean(y[c:]) - mean(y[:c]))
        for c in range(smallest, len(y) - smallest + 1)
        if y[c - 1] < y[c]
    ]
    explained, gap = max(cuts, default=(Fraction(0), Fraction(0)))
    return explained >= Fraction(4, 5) and gap >= Fraction(3, 2)


# By hand: 1, 2, 3 deviate 2/3 from their mean 2; 2, 2, 5 deviate 4/3 from their mean 3.
def test_average_deviation_of_a_worked_example() -> None:
    assert average_deviation(moments_of(["122", "222", "352"])) == pytest.approx(
        (2 / 3 + 4 / 3 + 0) / 3
    )


def test_average_deviation_sees_the_camps_that_rwg_calls_strong_agreement() -> None:
    error = variance([2] * 4 + [4] * 4) / 2.0
    assert 6 * (1 - error) / (6 * (1 - error) + error) == pytest.approx(0.82, abs=0.005)
    assert average_deviation(moments_of(SPLIT_IN_HALF)) == 1.0


def test_full_agreement_deviates_by_nothing() -> None:
    assert average_deviation(moments_of(["351351"] * 4)) == 0.0


def test_an_item_with_one_answer_is_left_out_of_the_deviation() -> None:
    assert average_deviation(moments_of(["35355?", "35355?", "153551"])) == pytest.approx(
        (8 / 9 + 0 + 0 + 0 + 0) / 5
    )


def test_one_person_deviates_from_nobody() -> None:
    assert average_deviation(moments_of(["123451"])) is None


def test_a_deviation_of_exactly_080_is_shared_although_its_float_sum_is_not() -> None:
    by_items = [1.12, 0.64, 0.64]
    assert sum(by_items) / 3 > AD_SHARED
    assert average_deviation(moments_of(["132", "244", "244", "354", "554"])) == AD_SHARED


@given(people(least=2, codes="12345?"))
def test_average_deviation_is_its_definition(group: list[str]) -> None:
    valid = [answers for answers in group if len(fractions_of(answers)) >= 4]
    items = [fractions_of("".join(answers)) for answers in zip(*valid, strict=True)]
    per_item = [mean([abs(a - mean(item)) for a in item]) for item in items if len(item) > 1]
    expected = float(mean(per_item)) if per_item else None
    assert average_deviation(moments_of(group)) == expected


@given(people(least=2))
def test_no_group_deviates_by_more_than_two_camps_at_the_ends(group: list[str]) -> None:
    deviation = average_deviation(moments_of(group))
    assert deviation is not None
    assert 0 <= deviation <= 2


@pytest.mark.parametrize(
    ("scores", "split"),
    [
        ([2, 2, 2, 2, 4, 4, 4, 4], True),
        ([1, 1, 1, 4, 4, 4, 4, 4, 4], True),
        ([2, 2, 2, 3, 3, 3], False),
        ([1, 2, 2, 3, 3, 4, 4, 5], False),
        ([3, 3, 3, 3, 3], False),
        ([1, 3, 3, 3, 3, 3, 3, 3], False),
        ([1, 1, 3, 3, 3, 3, 3, 3], True),
        ([1, 1, 3, 3, 3, 3, 3, 3, 3], False),
        ([1] * 10 + [5] * 30, True),
        ([1] * 9 + [5] * 31, False),
        ([2, 2, 4, 4], False),
    ],
    ids=[
        "two camps of four",
        "six against three",
        "camps only one level apart",
        "spread evenly",
        "of one mind",
        "one outlier",
        "a quarter is a camp",
        "less than a quarter is not",
        "a quarter of many",
        "less than a quarter, although a cut among equals would explain .87",
        "four people",
    ],
)
def test_a_group_is_split_by_two_camps_far_apart(scores: list[int], split: bool) -> None:
    assert is_split(scores, 1) is split


@pytest.mark.parametrize(
    ("scores", "weight", "split"),
    [
        ([120, 120, 120, 210, 210, 210], 60, True),
        ([120, 120, 121, 210, 210, 210], 60, False),
        ([6, 6, 6, 16, 16, 26], 6, True),
        ([6, 6, 6, 16, 16, 27], 6, False),
    ],
    ids=["gap 1.5", "gap just under 1.5", "R2 .80, which floats miss", "R2 just under .80"],
)
def test_both_limits_of_a_split_are_exact(scores: list[int], weight: int, split: bool) -> None:
    assert is_split(scores, weight) is split


@given(SCORES | CAMPS)
@example([6, 6, 12, 16, 24, 24])
@example([120, 120, 120, 210, 210])
def test_the_split_rule_is_its_definition(scores: list[int]) -> None:
    for weight in (6, 60):
        expected = len(set(scores)) > 1 and split_by_definition(scores, weight)
        assert is_split(scores, weight) is expected


@given(SCORES | CAMPS)
def test_a_split_seen_from_the_other_end_of_the_scale_is_the_same(scores: list[int]) -> None:
    mirrored = sorted(360 - score for score in scores)
    assert is_split(mirrored, 60) is is_split(scores, 60)
