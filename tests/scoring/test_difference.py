"""Differences between groups, between waves and between two sides, and what may be said of them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.scoring.contrast import Estimate
from app.scoring.difference import (
    benjamini_hochberg,
    compare_neighbours,
    difference,
    has_changed,
    has_moved_level,
    holm,
    is_clear,
    is_gap,
    welch_anova,
)
from tests.scoring.builders import TYPICAL, profile

P_VALUES = st.lists(st.floats(0, 1), min_size=1, max_size=12)


def estimate(mean: float, se: float | None = 0.1, df: int = 7) -> Estimate:
    return Estimate(mean, se, df)


def test_without_any_error_there_is_a_difference_but_no_test() -> None:
    found = difference(estimate(3, 0), estimate(2, 0))
    assert (found.value, found.p_value, found.interval, found.detectable) == (1, None, None, None)
    assert difference(estimate(3, None), estimate(2)).p_value is None


# Method, 4: eight of twelve twice, s = .68: moves below .56 of a level cannot be seen.
def test_the_smallest_change_that_can_be_seen_is_told() -> None:
    se = 0.68 / 8**0.5 * (1 - 0.6 * 8 / 12) ** 0.5
    found = difference(estimate(3.1, se), estimate(2.9, se))
    assert found.detectable == pytest.approx(0.56, abs=0.005)
    assert not has_changed(estimate(2.9, se), estimate(3.1, se))


@pytest.mark.parametrize(
    ("before", "after", "se", "changed"),
    [(2.0, 2.31, 0.05, True), (2.0, 2.29, 0.05, False), (2.0, 2.6, 0.3, False)],
)
def test_a_change_is_large_enough_and_beyond_the_noise(
    before: float, after: float, se: float, changed: bool
) -> None:
    assert has_changed(estimate(before, se), estimate(after, se)) is changed
    assert has_changed(estimate(after, se), estimate(before, se)) is changed


def test_a_unit_moves_a_level_when_its_bands_part() -> None:
    low = profile(TYPICAL, 12)
    high = low.model_copy(update={"band": (4, 5)})
    assert low.band == (2, 3)
    assert has_moved_level(low, high)
    assert has_moved_level(high, low)
    assert not has_moved_level(low, low.model_copy(update={"band": (3, 4)}))
    assert not has_moved_level(low, low.model_copy(update={"band": None}))


def test_clearly_needs_both_size_and_significance() -> None:
    assert is_clear(-0.5, 0.049)
    assert not is_clear(0.49, 0.001)
    assert not is_clear(1.0, 0.05)


def test_a_gap_below_half_a_level_is_none() -> None:
    assert is_gap(estimate(3.6), estimate(3.0))
    assert not is_gap(estimate(3.4), estimate(3.0))


@pytest.mark.parametrize("figures", [[], [estimate(3)], [estimate(3), estimate(2, 0)]])
def test_one_mean_or_one_without_error_cannot_be_compared(figures: list[Estimate]) -> None:
    assert welch_anova(figures) is None


def test_neighbours_share_one_family_of_tests() -> None:
    near, far, sure = estimate(3.0), estimate(2.6), estimate(2.0, 0)
    found = compare_neighbours([(near, far), (far, near), (sure, sure)])
    (first, adjusted), (_, other), (_, none) = found
    assert first.p_value is not None
    assert adjusted == pytest.approx(2 * first.p_value)
    assert other == adjusted
    assert none is None


@given(P_VALUES)
def test_adjusting_never_makes_a_result_look_surer(p_values: list[float]) -> None:
    for adjusted in (holm(p_values), benjamini_hochberg(p_values)):
        assert all(raw <= new <= 1 for raw, new in zip(p_values, adjusted, strict=True))
        order = sorted(range(len(p_values)), key=p_values.__getitem__)
        ranked = [adjusted[index] for index in order]
        assert ranked == sorted(ranked)
    both = zip(holm(p_values), benjamini_hochberg(p_values), strict=True)
    assert all(family_wise >= discovery - 1e-12 for family_wise, discovery in both)
