"""Whether a group shares one view: average deviation, rwg(j), r*, the split into two camps."""

from collections.abc import Sequence
from fractions import Fraction
from math import ceil
from statistics import median, variance

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.scoring.agreement import (
    SLIGHT_SKEW,
    UNIFORM,
    average_deviation,
    is_split,
    item_variance,
    items_compared,
    lindell,
    median_deviation,
    rwg,
    splits,
)
from app.scoring.moments import Floats
from app.scoring.rules import AD_SHARED
from tests.scoring.builders import SPLIT_IN_HALF, fractions_of, groups_of, moments_of, people

SCORES = st.lists(st.integers(60, 300), min_size=5, max_size=16).map(sorted)
CAMPS = st.lists(st.sampled_from([100, 120, 125, 205, 210, 240]), min_size=5, max_size=12).map(
    sorted
)


def one(values: Floats) -> float | None:
    """Return the figure of the only group, None where it is not defined."""
    (value,) = values.tolist()
    return None if np.isnan(value) else float(value)


def deviation(group: Sequence[str]) -> float | None:
    return one(average_deviation(moments_of(group)))


def answers_by_item(group: list[str]) -> list[list[Fraction]]:
    """Return the answers of the usable to each item that two of them answered."""
    valid = [answers for answers in group if len(fractions_of(answers)) >= 4]
    items = [fractions_of("".join(answers)) for answers in zip(*valid, strict=True)]
    return [item for item in items if len(item) > 1]


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
    assert deviation(["122", "222", "352"]) == pytest.approx((2 / 3 + 4 / 3 + 0) / 3)


def test_average_deviation_sees_the_camps_that_rwg_calls_strong_agreement() -> None:
    error = variance([2] * 4 + [4] * 4) / 2.0
    assert 6 * (1 - error) / (6 * (1 - error) + error) == pytest.approx(0.82, abs=0.005)
    assert deviation(SPLIT_IN_HALF) == 1.0


def test_full_agreement_deviates_by_nothing() -> None:
    assert deviation(["351351"] * 4) == 0.0


def test_an_item_with_one_answer_is_left_out_of_the_deviation() -> None:
    assert deviation(["35355?", "35355?", "153551"]) == pytest.approx((8 / 9 + 0 + 0 + 0 + 0) / 5)


def test_one_person_deviates_from_nobody() -> None:
    assert deviation(["123451"]) is None


def test_a_deviation_of_exactly_080_is_shared_although_its_float_sum_is_not() -> None:
    by_items = [1.12, 0.64, 0.64]
    assert sum(by_items) / 3 > AD_SHARED
    assert deviation(["132", "244", "244", "354", "554"]) == AD_SHARED


@given(people(least=2, codes="12345?"))
def test_average_deviation_is_its_definition(group: list[str]) -> None:
    items = answers_by_item(group)
    per_item = [mean([abs(a - mean(item)) for a in item]) for item in items]
    expected = float(mean(per_item)) if per_item else None
    assert deviation(group) == (expected and pytest.approx(expected, abs=1e-11))


@given(people(least=2, codes="12345?"))
def test_the_deviation_from_the_median_is_its_definition(group: list[str]) -> None:
    items = answers_by_item(group)
    per_item = [mean([abs(a - median(item)) for a in item]) for item in items]
    expected = float(mean(per_item)) if per_item else None
    found = one(median_deviation(moments_of(group)))
    assert found == (expected and pytest.approx(expected, abs=1e-11))


@given(people(least=2))
def test_no_group_deviates_by_more_than_two_camps_at_the_ends(group: list[str]) -> None:
    found = deviation(group)
    assert found is not None
    assert 0 <= found <= 2


@given(people(least=2, codes="12345?"))
def test_rwg_and_lindell_are_their_definitions(group: list[str]) -> None:
    moments, items = moments_of(group), answers_by_item(group)
    spread, compared = item_variance(moments), items_compared(moments)
    assert compared.tolist() == [len(items)]
    if not items:
        assert one(spread) is one(lindell(spread)) is one(rwg(spread, compared, UNIFORM)) is None
        return
    observed = float(mean([squares(item) / (len(item) - 1) for item in items]))
    assert one(spread) == pytest.approx(observed, abs=1e-11)
    assert one(lindell(spread)) == pytest.approx(1 - observed / 4, abs=1e-11)
    for null in (UNIFORM, SLIGHT_SKEW):
        error = min(1.0, observed / null)
        expected = len(items) * (1 - error) / (len(items) * (1 - error) + error)
        assert one(rwg(spread, compared, null)) == pytest.approx(expected, abs=1e-10)


@given(st.lists(people(codes="12345?", most=6), min_size=2, max_size=4))
def test_the_agreement_of_many_groups_is_that_of_each(groups: list[list[str]]) -> None:
    together, alone = groups_of(groups), [moments_of(group) for group in groups]
    for measure in (average_deviation, median_deviation, item_variance):
        found = measure(together).tolist()
        assert found == pytest.approx([m for a in alone for m in measure(a).tolist()], nan_ok=True)
    assert splits(together).tolist() == [s for a in alone for s in splits(a).tolist()]


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


@given(
    st.lists(
        st.lists(st.sampled_from(["111111", "333333", "344444", "555555"]), max_size=9),
        min_size=1,
        max_size=4,
    )
)
@example([["222222"] * 3 + ["333333", "444444"]])
@example([["111111"] * 3 + ["222224"] * 9])
def test_groups_are_split_where_their_scores_are(groups: list[list[str]]) -> None:
    moments = groups_of(groups)
    expected = [
        is_split(sorted(10 * sum(map(int, answers)) for answers in group), 60) for group in groups
    ]
    assert splits(moments).tolist() == expected


# Only groups that spread widely enough are looked at one by one; these are just wide enough.
def test_the_least_spread_that_two_camps_can_have_is_found() -> None:
    groups = [["333333"] * quarter + ["444555"] * 3 * quarter for quarter in (2, 3, 5, 50)]
    assert splits(groups_of(groups)).tolist() == [True] * 4
    closer = [["333333"] * quarter + ["444455"] * 3 * quarter for quarter in (2, 3, 5, 50)]
    assert splits(groups_of(closer)).tolist() == [False] * 4


def test_the_camps_of_a_very_large_group_on_many_items_are_seen() -> None:
    people = [["1" * 15, "5" * 15] * (size // 2) for size in (10, 70_000)]
    assert splits(groups_of(people, items=15)).tolist() == [True, True]
