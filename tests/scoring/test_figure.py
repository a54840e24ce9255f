"""Figures as they leave: rounded, and capped by what they are; those of groups not coarse.

What is told of coarse groups is in test_coarse.
"""

from collections.abc import Sequence
from fractions import Fraction
from math import sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.scoring.figure import (
    Bound,
    Figure,
    ItemFigure,
    Mean,
    Views,
    figures_of,
    means_of,
)
from app.scoring.profile import profiles_of
from app.scoring.rounding import OVER, UNDER, Percent, hundredths, percents, tenths
from tests.scoring.builders import (
    CAMPS,
    VARIED,
    groups_of,
    moments_of,
    people,
    profile,
)

ITEM = ItemFigure(n=12, mean=Mean(value=3.0), level=3)
SIZES = st.integers(1, 2000)


def figure(group: Sequence[str], roster: int | None = None, *, named: bool = True) -> Figure:
    profiles = profiles_of(moments_of(group, roster), 5)
    (found,) = figures_of(profiles, np.array([named]), [5], [(ITEM,)])
    return found


def mean(total: int, whole: int) -> Mean:
    (found,) = means_of(np.array([total]), np.array([whole]))
    return found


def percent(part: int, whole: int, step: int = 1) -> Percent:
    return int(percents(np.array([part]), np.array([whole]), step)[0])


@pytest.mark.parametrize(
    ("total", "shown"),
    [
        (100, (1.2, Bound.OR_LESS)),
        (120, (1.2, Bound.OR_LESS)),
        (121, (1.2, Bound.ABOUT)),
        (124, (1.2, Bound.ABOUT)),
        (125, (1.3, Bound.ABOUT)),
        (264, (2.6, Bound.ABOUT)),
        (265, (2.7, Bound.ABOUT)),
        (479, (4.8, Bound.ABOUT)),
        (480, (4.8, Bound.OR_MORE)),
        (500, (4.8, Bound.OR_MORE)),
    ],
)
def test_a_mean_is_capped_by_itself_and_rounds_halves_up(
    total: int, shown: tuple[float, Bound]
) -> None:
    found = mean(total, 100)
    assert (found.value, found.bound) == shown
    # The same at every size.
    assert mean(total * 10**9, 100 * 10**9) == found


@pytest.mark.parametrize("size", [5, 9, 10, 40, 1000])
@pytest.mark.parametrize(("level", "bound"), [("1", Bound.OR_LESS), ("5", Bound.OR_MORE)])
def test_a_group_at_the_end_of_the_scale_is_capped_at_every_size(
    level: str, bound: Bound, size: int
) -> None:
    found = figure([level * 6] * size)
    assert found.mean is not None
    assert found.mean.bound is bound
    assert set(found.mix or ()) == {UNDER, OVER}
    assert set(found.reached or ()) == {UNDER if level == "1" else OVER}


@pytest.mark.parametrize(
    ("part", "whole", "fine", "in_fives"),
    [
        (0, 100, UNDER, UNDER),
        (99, 1000, UNDER, UNDER),
        (100, 1000, 10, 10),
        (104, 1000, 10, 10),
        (105, 1000, 11, 10),
        (124, 1000, 12, 10),
        (125, 1000, 13, 15),
        (875, 1000, 88, 90),
        (900, 1000, 90, 90),
        (901, 1000, OVER, OVER),
        (100, 100, OVER, OVER),
    ],
)
def test_a_share_is_capped_by_itself_and_rounds_halves_up(
    part: int, whole: int, fine: Percent, in_fives: Percent
) -> None:
    assert (percent(part, whole), percent(part, whole, 5)) == (fine, in_fives)
    assert percent(part * 10**9, whole * 10**9) == fine


@given(SIZES, st.data(), st.sampled_from([1, 5]))
def test_what_is_said_of_a_share_is_true(whole: int, data: st.DataObject, step: int) -> None:
    part = data.draw(st.integers(0, whole))
    share, shown = Fraction(part, whole), percent(part, whole, step)
    assert (shown == UNDER) == (share < Fraction(1, 10))
    assert (shown == OVER) == (share > Fraction(9, 10))
    if shown not in (UNDER, OVER):
        assert shown % step == 0
        assert -step <= 2 * (100 * share - shown) < step
        assert 10 <= shown <= 90


@given(SIZES, st.data())
def test_what_is_said_of_a_mean_is_true(whole: int, data: st.DataObject) -> None:
    total = data.draw(st.integers(whole, 5 * whole))
    exact, shown = Fraction(total, whole), mean(total, whole)
    told = Fraction(round(10 * shown.value), 10)
    assert (shown.bound is Bound.OR_LESS) == (exact <= Fraction(12, 10))
    assert (shown.bound is Bound.OR_MORE) == (exact >= Fraction(48, 10))
    if shown.bound is Bound.ABOUT:
        assert -1 <= 20 * (exact - told) < 1
        assert tenths(np.array([total]), np.array([whole])).tolist() == [round(10 * told)]


def test_shares_of_several_groups_have_the_step_of_each() -> None:
    parts, wholes = np.array([[13, 50], [13, 50]]), np.array([[100], [100]])
    assert percents(parts, wholes, np.array([[1], [5]])).tolist() == [[13, 50], [15, 50]]


@pytest.mark.parametrize(
    ("value", "shown"),
    [(0.125, 0.13), (0.124, 0.12), (-0.125, -0.12), (0.145, 0.15), (0.0, 0.0), (None, None)],
)
def test_hundredths_round_halves_up(value: float | None, shown: float | None) -> None:
    assert hundredths(value) == shown
    assert hundredths(float("nan")) is None


def test_a_split_group_that_is_not_coarse_has_figures_but_no_level_and_no_view() -> None:
    found, exact = figure(CAMPS, 20), profile(CAMPS, 20)
    assert (found.coarse, found.split, found.level, found.views) == (False, True, None, None)
    assert found.band == exact.band
    # 4 of 96 answers at 3, 40 at 4 and 8 at 5.
    assert (found.mean, found.mix) == (Mean(value=3.1), (UNDER, 45, UNDER, 40, UNDER))
    assert found.se == hundredths(exact.se)


def test_a_group_of_fifteen_or_more_has_its_spread_to_two_decimals() -> None:
    found, exact = figure(VARIED, 15), profile(VARIED, 15)
    assert found.se == hundredths(exact.se)
    assert found.alike is not None
    for name, value in exact.agreement.model_dump().items():
        assert getattr(found.alike, name) == hundredths(value)
    assert found.df == 15
    assert found.items == (ITEM,)


def test_the_error_of_a_share_that_is_capped_is_not_told() -> None:
    found, exact = figure(VARIED, 15), profile(VARIED, 15)
    assert exact.share_se is not None
    assert found.reached is not None
    told = [share not in (UNDER, OVER) for share in found.reached]
    assert set(told) == {True, False}
    errors = [
        hundredths(e) if known else None for e, known in zip(exact.share_se, told, strict=True)
    ]
    assert found.reached_se == tuple(errors)


def test_an_error_that_is_not_zero_is_never_told_as_zero() -> None:
    tiny = ["333333"] * 985 + ["333334", "333344", "333444"] * 5
    exact, found = profile(tiny), figure(tiny)
    assert exact.se is not None
    assert 0 < exact.se < 0.005
    assert found.se == 0.01


# Levels that describe nobody.
def test_under_forty_percent_there_is_neither_level_nor_band() -> None:
    found = figure(VARIED, 40, named=False)
    assert (found.level, found.band) == (None, None)
    assert found.mean == figure(VARIED, 40).mean


@pytest.mark.parametrize(
    ("group", "band"),
    [
        (["233333", "333333", "333334", "333344", "333444"] * 3, (3, 3)),
        (["222223", "222333", "333332", "333344", "333444"] * 3, (2, 3)),
        (["112222", "222344", "234445", "344444", "444555"] * 3, (2, 4)),
    ],
)
def test_a_band_of_three_levels_settles_no_level(group: list[str], band: tuple[int, int]) -> None:
    found = figure(group, 40)
    assert (found.coarse, found.split, found.band) == (False, False, band)
    assert (found.level is None) is (band[1] - band[0] >= 2)


@pytest.mark.parametrize(
    ("answers", "views"),
    [
        (["132", "244", "244", "354", "554"], Views.CLOSE),
        (["131", "244", "244", "354", "554"], None),
    ],
)
def test_views_are_close_up_to_an_average_deviation_of_080(
    answers: list[str], views: Views | None
) -> None:
    found = figure(answers * 3)
    assert (found.coarse, found.split) == (False, False)
    assert found.views is (views or Views.DIFFER)


@given(st.lists(people(least=1, most=14, codes="12345"), min_size=1, max_size=3))
def test_the_figures_of_many_groups_are_those_of_each(groups: list[list[str]]) -> None:
    profiles = profiles_of(groups_of(groups), 5)
    size = len(groups)
    together = figures_of(profiles, np.array([True] * size), [5] * size, [(ITEM,)] * size)
    assert together == [figure(group) for group in groups]


def test_no_groups_have_no_figures() -> None:
    nobody = groups_of([[], ["333333"]]).where(np.array([False, False]))
    assert figures_of(profiles_of(nobody, 5), np.array([], dtype=bool), [], []) == []


def test_the_spread_that_is_told_gives_the_error_that_is_told() -> None:
    found, exact = figure(VARIED, 15), profile(VARIED, 15)
    assert exact.sd is not None
    assert found.se == pytest.approx(exact.sd / sqrt(16) * sqrt(1 - 0.6), abs=0.005)
