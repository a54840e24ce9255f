"""Overall figures as they leave: no finer than the three they are made of, and undoing no cap."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.scoring.figure import Bound, Figure, Mean, Overall, figures_of
from app.scoring.overall_figure import overall_figures
from app.scoring.profile import Overalls, overalls_of, profiles_of
from app.scoring.rounding import hundredths
from tests.scoring.builders import CAMPS, SPLIT_IN_HALF, TYPICAL, moments_of, people

#: Eighteen people around 3.0 who are neither few nor of one mind or two.
MIXED = ["222333", "223333", "233333", "333334", "333344", "333444"] * 3
TOP, BOTTOM = ["555555"] * 18, ["111111"] * 18


def exactly(*three: list[str], roster: int = 20) -> tuple[Overalls, list[list[Figure]]]:
    """Return the exact overall figures of a group, and its figures on each orientation."""
    profiles = [profiles_of(moments_of(group, roster), 5) for group in three]
    named = np.array([True])
    return overalls_of(tuple(profiles)), [figures_of(p, named, [0], [()]) for p in profiles]


def overall(*three: list[str], roster: int = 20, named: bool = True) -> Overall:
    exact, figures = exactly(*three, roster=roster)
    (found,) = overall_figures(exact, figures, np.array([named]))
    return found


def tenths_up(group: list[str], ones: int) -> list[str]:
    """Raise so many answers of a group by one level."""
    text = "".join(group)
    raised = "".join(str(int(code) + (place < ones)) for place, code in enumerate(text))
    return [raised[start : start + 6] for start in range(0, len(raised), 6)]


def test_the_overall_mean_is_that_of_the_exact_three_and_rounds_halves_up() -> None:
    # 3.0, 3.0 and 3.15 each as shown are 3.0, 3.0 and 3.2; together they are 3.05.
    higher = tenths_up(["333333"] * 20, 18)
    found = overall(["333333"] * 20, ["333333"] * 20, higher, roster=20)
    assert found.mean == Mean(value=3.1)
    assert overall(MIXED, MIXED, tenths_up(MIXED, 7)).mean == Mean(value=3.0)
    quarter = tenths_up(["222222"] * 20, 30)
    assert overall(quarter, quarter, quarter, roster=20).mean == Mean(value=2.3)


def test_an_overall_figure_has_error_level_and_band() -> None:
    exact, _ = exactly(MIXED, MIXED, tenths_up(MIXED, 7))
    found = overall(MIXED, MIXED, tenths_up(MIXED, 7))
    assert (found.n, found.df, found.coarse) == (18, 17, False)
    assert found.se == hundredths(float(exact.se[0]))
    assert found.band == tuple(exact.band[0].tolist())
    assert found.level == int(exact.level[0])


def test_one_coarse_orientation_makes_it_coarse() -> None:
    found = overall(MIXED, MIXED, ["333333"] * 12)
    assert (found.coarse, found.se) == (True, None)
    assert found.mean == Mean(value=3.0)
    assert overall(*[list(TYPICAL)] * 3).coarse


def test_one_split_orientation_leaves_a_mean_and_a_band_but_no_level() -> None:
    found = overall(MIXED, MIXED, list(CAMPS), roster=20)
    exact, _ = exactly(MIXED, MIXED, list(CAMPS), roster=20)
    assert (found.coarse, found.level) == (False, None)
    assert found.band == tuple(exact.band[0].tolist())
    assert found.mean == Mean(value=3.0)


def test_a_coarse_orientation_that_is_split_takes_all_but_the_number() -> None:
    found = overall(MIXED, MIXED, list(SPLIT_IN_HALF))
    assert found == Overall(n=8, coarse=True)


def test_where_too_few_answered_no_level_and_no_band_are_named() -> None:
    found = overall(MIXED, MIXED, MIXED, roster=40, named=False)
    assert (found.level, found.band) == (None, None)
    assert found.mean == Mean(value=3.0)


@pytest.mark.parametrize(
    ("three", "value"),
    # Each of the eighteen at the top is told as 4.7 or more, and 3.0 may be 2.95.
    [((TOP, TOP, TOP), 4.7), ((TOP, TOP, MIXED), 4.1), ((TOP, MIXED, MIXED), 3.5)],
)
def test_a_mean_of_which_one_is_a_bound_is_a_bound_that_does_not_undo_it(
    three: tuple[list[str], ...], value: float
) -> None:
    lower = [[str(6 - int(code)) for code in "".join(group)] for group in three]
    mirrored = [["".join(codes[n : n + 6]) for n in range(0, 108, 6)] for codes in lower]
    assert overall(*three).mean == Mean(value=value, bound=Bound.OR_MORE)
    other = round(6 - value, 1)
    assert overall(*mirrored).mean == Mean(value=other, bound=Bound.OR_LESS)


# From 4.8 or more and two exact means a mean told exactly would tell the one that is capped.
def test_all_that_is_capped_alike_looks_alike() -> None:
    less = tenths_up(["444444"] * 12, 60)
    assert sum(map(int, "".join(less))) / 72 > 4.8
    assert overall(TOP, MIXED, MIXED).mean == overall(less, MIXED, MIXED).mean


def test_of_means_capped_at_both_ends_nothing_is_told() -> None:
    assert overall(TOP, BOTTOM, MIXED).mean is None


NEAR_THE_ENDS = st.sampled_from(["111111", "111112", "122211", "555555", "555554", "455545"])
GROUPS = st.lists(NEAR_THE_ENDS, min_size=5, max_size=16) | people(least=5)


@given(GROUPS, GROUPS, GROUPS)
def test_what_is_said_of_an_overall_mean_is_true(
    first: list[str], second: list[str], third: list[str]
) -> None:
    exact, figures = exactly(first, second, third)
    (found,) = overall_figures(exact, figures, np.array([True]))
    if found.mean is None:
        return
    value = float(exact.mean[0])
    told = found.mean.value
    if found.mean.bound is Bound.ABOUT:
        assert abs(value - told) <= 0.05 + 1e-9
    elif found.mean.bound is Bound.OR_LESS:
        assert value <= told + 1e-9
    else:
        assert value >= told - 1e-9


@given(GROUPS, GROUPS, GROUPS)
def test_a_bound_follows_from_the_three_as_shown(
    first: list[str], second: list[str], third: list[str]
) -> None:
    """It may not depend on the exact ones: nothing of what is capped is in it."""
    _, figures = exactly(first, second, third)
    means = [figure.mean for (figure,) in figures if figure.mean]
    found = overall(first, second, third).mean
    if found is not None and found.bound:
        sides = [0 if mean.bound else 1 if found.bound is Bound.OR_LESS else -1 for mean in means]
        halves = sum(round(20 * mean.value) + side for mean, side in zip(means, sides, strict=True))
        tenth = round(10 * found.value)
        assert 0 <= (6 * tenth - halves) * (1 if found.bound is Bound.OR_LESS else -1) < 6
