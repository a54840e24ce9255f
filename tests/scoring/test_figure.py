"""Figures as they leave: rounded, capped by what they are, and coarse where few people show."""

from collections.abc import Sequence
from fractions import Fraction
from math import sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.scoring.figure import (
    OVER,
    UNDER,
    Bound,
    Figure,
    ItemFigure,
    Mean,
    Percent,
    Views,
    figures_of,
    hundredths,
    is_coarse,
    means_of,
    percents,
    tenths,
)
from app.scoring.profile import profiles_of
from tests.scoring.builders import (
    SPLIT_IN_HALF,
    TYPICAL,
    groups_of,
    moments_of,
    people,
    profile,
)

NINE_AND_ONE = ["555555"] * 9 + ["555554"]
#: Twelve people who are neither of one mind nor split.
TWELVE = (*TYPICAL, "333333", "223333", "233344", "222333")
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


# Coarse: fewer than ten people, or of one mind.
def test_under_ten_people_are_coarse() -> None:
    groups = groups_of([list(TWELVE)[:size] for size in (9, 10, 12)])
    assert is_coarse(profiles_of(groups, 5)).tolist() == [True, False, False]


def test_a_large_group_of_one_mind_is_coarse_also_with_one_answer_of_sixty_apart() -> None:
    for group in (["555555"] * 10, NINE_AND_ONE, ["333333"] * 56 + ["111111"] * 4):
        assert figure(group).coarse
    assert not figure(["333333"] * 55 + ["111111"] * 5).coarse


@pytest.mark.parametrize("group", [list(TYPICAL), NINE_AND_ONE, ["222222"] * 40])
def test_nothing_tells_the_spread_of_a_coarse_group_but_its_views(group: list[str]) -> None:
    found = figure(group)
    assert found.coarse
    assert (found.se, found.reached_se, found.alike) == (None, None, None)
    assert found.views is Views.CLOSE
    shares = (*(found.mix or ()), *(found.reached or ()))
    assert len(shares) == 9
    assert all(share % 5 == 0 for share in shares)


def test_a_coarse_group_has_level_band_and_mean() -> None:
    found, exact = figure(TYPICAL, 12), profile(TYPICAL, 12)
    assert (found.n, found.level, found.band) == (8, exact.level, exact.band)
    # 47/48, 29/48 and 3/48 of the answers.
    assert found.reached == (OVER, 60, UNDER, UNDER)
    assert found.mix == (UNDER, 40, 55, UNDER, UNDER)
    assert found.mean == Mean(value=2.6)


def test_a_coarse_group_that_is_split_shows_its_number_and_nothing_else() -> None:
    found = figure(SPLIT_IN_HALF, 10)
    assert found == Figure(n=8, coarse=True, split=True, unsure=5)


def test_a_split_group_that_is_not_coarse_has_figures_but_no_level_and_no_view() -> None:
    found = figure(list(SPLIT_IN_HALF) * 2, 20)
    assert (found.coarse, found.split, found.level, found.views) == (False, True, None, None)
    assert found.band == profile(list(SPLIT_IN_HALF) * 2, 20).band
    assert (found.mean, found.mix) == (Mean(value=3.0), (UNDER, 50, UNDER, 50, UNDER))
    assert found.se is not None


def test_a_group_of_ten_or_more_has_its_spread_to_two_decimals() -> None:
    found, exact = figure(TWELVE, 15), profile(TWELVE, 15)
    assert found.se == hundredths(exact.se)
    assert found.alike is not None
    for name, value in exact.agreement.model_dump().items():
        assert getattr(found.alike, name) == hundredths(value)
    assert found.df == 11
    assert found.items == (ITEM,)


def test_the_error_of_a_share_that_is_capped_is_not_told() -> None:
    found, exact = figure(TWELVE, 15), profile(TWELVE, 15)
    assert exact.share_se is not None
    assert found.reached is not None
    told = [share not in (UNDER, OVER) for share in found.reached]
    assert set(told) == {True, False}
    errors = [
        hundredths(e) if known else None for e, known in zip(exact.share_se, told, strict=True)
    ]
    assert found.reached_se == tuple(errors)


def test_an_error_that_is_not_zero_is_never_told_as_zero() -> None:
    tiny = ["333333"] * 990 + ["333334"] * 10
    exact, found = profile(tiny), figure(tiny)
    assert exact.se is not None
    assert 0 < exact.se < 0.005
    assert found.se == 0.01


# Levels that describe nobody.
def test_under_forty_percent_there_is_neither_level_nor_band() -> None:
    found = figure(TWELVE, 40, named=False)
    assert (found.level, found.band) == (None, None)
    assert found.mean == figure(TWELVE, 40).mean


@pytest.mark.parametrize(
    ("group", "band"),
    [(list(TYPICAL), (2, 3)), (["222222", "333333", "333333", "444444", "444444"], (2, 4))],
)
def test_a_band_of_three_levels_settles_no_level(group: list[str], band: tuple[int, int]) -> None:
    found = figure(group, 12)
    assert (found.split, found.band) == (False, band)
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
    found = figure(answers)
    assert not found.split
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
    found, exact = figure(TWELVE, 15), profile(TWELVE, 15)
    assert exact.sd is not None
    assert found.se == pytest.approx(exact.sd / sqrt(12) * sqrt(1 - 0.6 * 12 / 15), abs=0.005)
