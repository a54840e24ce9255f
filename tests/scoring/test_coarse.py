"""What is told of coarse groups: of under fifteen people, or of one mind or two."""

from collections.abc import Sequence
from fractions import Fraction
from math import sqrt
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.scoring.agreement import is_split
from app.scoring.coarse import coarse_of, coarse_splits
from app.scoring.figure import (
    Bound,
    Figure,
    ItemFigure,
    Mean,
    Overall,
    figures_of,
    is_coarse,
)
from app.scoring.overall_figure import overall_figures
from app.scoring.profile import overalls_of, profiles_of
from app.scoring.rounding import OVER, UNDER
from tests.scoring.builders import (
    SPLIT_IN_HALF,
    TYPICAL,
    VARIED,
    groups_of,
    moments_of,
    people,
    profile,
)

#: One-sided 90 % quantiles of t, as printed in any statistics book.
T_90 = {4: 1.533, 5: 1.476, 6: 1.440, 7: 1.415, 8: 1.397}
ITEM = ItemFigure(n=12, mean=Mean(value=3.0), level=3)
FEW = people(least=5, most=9)
#: Large groups of one mind or two.
TWO_MINDS = st.tuples(people(1, 1), people(1, 1), st.integers(5, 30), people(0, 4)).map(
    lambda drawn: drawn[0] * drawn[2] + drawn[1] * 5 + drawn[3]
)


def figure(group: Sequence[str], roster: int | None = None) -> Figure:
    profiles = profiles_of(moments_of(group, roster), 5)
    (found,) = figures_of(profiles, np.array([True]), [5], [(ITEM,)])
    return found


@pytest.mark.parametrize(
    ("group", "coarse"),
    [
        (VARIED[:14], True),
        (VARIED[:15], False),
        (["555555"] * 10, True),
        # One deviating answer of sixty.
        (["555555"] * 9 + ["555554"], True),
        (["333333"] * 56 + ["111112", "111122", "111222", "112222"], True),
        (["222223", "333334"] * 30, True),
        (["222223", "333334"] * 30 + ["444445"] * 4, True),
        (["222223", "333334"] * 30 + ["444445"] * 5, False),
        (["111111", "222222", "333333", "444444", "555555"] * 9 + ["333334"] * 4, True),
    ],
)
def test_few_people_and_people_of_few_minds_are_coarse_at_every_size(
    group: Sequence[str], coarse: bool
) -> None:
    assert is_coarse(profiles_of(moments_of(group), 5)).tolist() == [coarse]
    assert figure(group).coarse is coarse


@pytest.mark.parametrize("group", [TYPICAL, ["555555"] * 9 + ["555554"], ["222222"] * 40])
def test_nothing_tells_the_spread_of_a_coarse_group(group: Sequence[str]) -> None:
    found = figure(group)
    assert (found.coarse, found.split) == (True, False)
    assert (found.se, found.reached_se, found.alike, found.views) == (None, None, None, None)
    shares = (*(found.mix or ()), *(found.reached or ()))
    assert len(shares) == 9
    assert all(share % 5 == 0 for share in shares)


def test_a_coarse_group_has_level_band_mean_and_no_items() -> None:
    found, exact = figure(TYPICAL, 12), profile(TYPICAL, 12)
    assert (found.n, found.level, found.band, found.items) == (8, exact.level, (2, 3), (None,))
    # 47/48, 29/48 and 3/48 of the answers.
    assert (found.reached, found.least) == ((OVER, 60, UNDER, UNDER), 20)
    assert found.mix == (UNDER, 40, 55, UNDER, UNDER)
    assert found.mean == Mean(value=2.6)


# One person's answers and three more of all, up to the next five percent; two of three items.
@pytest.mark.parametrize(
    ("size", "items", "least"),
    [
        (5, 6, 30),
        (6, 6, 25),
        (8, 6, 20),
        (9, 6, 20),
        (10, 6, 15),
        (14, 6, 15),
        (400, 6, 10),
        (5, 3, 35),
        (9, 3, 20),
        (5, 9, 30),
    ],
)
def test_the_smallest_share_told_is_more_than_one_persons_answers(
    size: int, items: int, least: int
) -> None:
    for level, share in (("1", UNDER), ("5", OVER)):
        found = figure([level * items] * size)
        assert (found.least, set(found.reached or ())) == (least, {share})
    assert least == 10 or 100 * (items + 3) > (least - 5) * size * items


# The mean of ones but for a person's fives and three steps of others, up to the next tenth.
@pytest.mark.parametrize(
    ("size", "items", "value"),
    [(5, 6, 1.9), (8, 6, 1.6), (10, 6, 1.5), (40, 6, 1.2), (400, 6, 1.2), (5, 3, 2.0)],
)
def test_the_smallest_mean_told_leaves_room_for_one_persons_fives(
    size: int, items: int, value: float
) -> None:
    low, high = figure(["1" * items] * size), figure(["5" * items] * size)
    assert low.mean == Mean(value=value, bound=Bound.OR_LESS)
    assert high.mean == Mean(value=round(6 - value, 1), bound=Bound.OR_MORE)
    one = figure(["1" * items] * (size - 1) + ["5" * items])
    assert one.mean == low.mean


@pytest.mark.parametrize(
    ("total", "shown"),
    [
        (57, (1.9, Bound.OR_LESS)),
        (58, (1.9, Bound.ABOUT)),
        (122, (4.1, Bound.ABOUT)),
        (123, (4.1, Bound.OR_MORE)),
    ],
)
def test_a_mean_at_the_end_of_what_is_told_is_a_bound_and_one_beside_it_is_not(
    total: int, shown: tuple[float, Bound]
) -> None:
    # Thirty answers of five people: 1.9 is 57 in all.
    low = total // 30
    answers = str(low) * (30 * (low + 1) - total) + str(low + 1) * (total - 30 * low)
    found = figure([answers[person::5] for person in range(5)]).mean
    assert found is not None
    assert (found.value, found.bound) == shown


@pytest.mark.parametrize(
    ("size", "answers", "value"), [(9, "223", 2.4), (10, "223", 2.3), (5, "223333", 2.7)]
)
def test_of_under_thirty_answers_a_mean_is_told_in_fifths(
    size: int, answers: str, value: float
) -> None:
    assert figure([answers] * size).mean == Mean(value=value)


@given(FEW | TWO_MINDS)
def test_what_is_said_of_a_coarse_group_is_true(group: list[str]) -> None:
    found, exact = figure(group), profile(group)
    if not found.coarse or found.split:
        return
    assert found.mean is not None
    assert found.reached is not None
    told = Fraction(round(10 * found.mean.value), 10)
    mean = 1 + sum(exact.shares, Fraction(0))
    assert {
        Bound.ABOUT: abs(mean - told) <= Fraction(1, 20),
        Bound.OR_LESS: mean <= told,
        Bound.OR_MORE: mean >= told,
    }[found.mean.bound]
    for share, shown in zip(exact.shares, found.reached, strict=True):
        assert (shown == UNDER) == (100 * share < found.least)
        assert (shown == OVER) == (100 * (1 - share) < found.least)
        assert shown in (UNDER, OVER) or abs(100 * share - shown) <= Fraction(5, 2)
    assert found.level in (None, exact.level)


@given(FEW, st.integers(0, 5), st.randoms(use_true_random=False))
def test_figures_rest_on_how_often_each_level_was_chosen_and_on_nothing_else(
    group: list[str], silent: int, chance: Random
) -> None:
    answers = list("".join(group))
    chance.shuffle(answers)
    text = "".join(answers)
    other = [text[start : start + 6] for start in range(0, len(text), 6)]
    roster = len(group) + silent
    both = [coarse_of(moments_of(sheets, roster)) for sheets in (group, other)]
    for name in vars(both[0]):
        one, two = (getattr(found, name).tolist() for found in both)
        assert one == two, name
    told = [figure(sheets, roster) for sheets in (group, other)]
    assert told[0] == told[1] or told[0].split != told[1].split


def as_told(found: Figure, roster: int) -> tuple[list[float], list[float]]:
    """Return what the shares of a figure stand for, and the errors that such shares have."""
    ends = {UNDER: found.least / 2, OVER: 100 - found.least / 2}
    shares = [ends.get(share, share) / 100 for share in found.reached or ()]
    factor = sqrt(0.6 / found.n) * sqrt(1 - 0.6 * found.n / roster)
    return shares, [factor * sqrt(p * (1 - p)) for p in shares]


def band_of(shares: list[float], errors: list[float], df: int, level: int) -> tuple[int, int]:
    """Return the band by its definition, from bounds that leave 10 % on one side."""
    bounds = [(p - T_90[df] * e, p + T_90[df] * e) for p, e in zip(shares, errors, strict=True)]
    low = next((at for at, (lower, _) in enumerate(bounds, 1) if lower < 2 / 3), 5)
    reach = [at for at, (_, upper) in enumerate(bounds, 2) if min(1, upper) >= 2 / 3]
    return min(low, level), max(level, *reach, 1)


@given(FEW, st.integers(0, 9))
def test_a_band_follows_from_the_shares_as_told(group: list[str], silent: int) -> None:
    n, roster = len(group), len(group) + silent
    found, level = figure(group, roster), int(profile(group, roster).level)
    if not found.split:
        coarse = coarse_of(moments_of(group, roster))
        assert [coarse.share[0].tolist(), coarse.share_se[0].tolist()] == [
            pytest.approx(column) for column in as_told(found, roster)
        ]
        assert found.band == band_of(*as_told(found, roster), n - 1, level)
        assert (found.level is None) == (found.band[1] - found.band[0] >= 2)


@given(st.integers(5, 9).flatmap(lambda n: st.tuples(*[people(n, n)] * 3)), st.integers(0, 9))
def test_an_overall_band_follows_from_the_shares_as_told(
    three: tuple[list[str], list[str], list[str]], silent: int
) -> None:
    n, roster = len(three[0]), len(three[0]) + silent
    profiles = tuple(profiles_of(moments_of(group, roster), 5) for group in three)
    figures, exact = [figure(group, roster) for group in three], overalls_of(profiles)
    (found,) = overall_figures(exact, [[one] for one in figures], np.array([True]))
    if any(one.split for one in figures):
        assert found == Overall(n=n, coarse=True)
        return
    told = [as_told(one, roster) for one in figures]
    shares, errors = (
        [sum(column) / 3 for column in zip(*rows, strict=True)] for rows in zip(*told, strict=True)
    )
    assert found.band == band_of(shares, errors, n - 1, int(exact.level[0]))


def test_a_coarse_group_that_is_split_shows_its_number_and_nothing_else() -> None:
    nothing = {"coarse": True, "split": True, "unsure": 5, "items": (None,)}
    assert figure(SPLIT_IN_HALF, 10) == Figure(n=8, **nothing)
    # Of two minds, at every size.
    assert figure(list(SPLIT_IN_HALF) * 5, 50) == Figure(n=40, **nothing)


def halves(scores: list[int]) -> list[int]:
    """Return scores (in 1/60) in half levels, halves up."""
    return [int(Fraction(score, 30) + Fraction(1, 2)) for score in scores]


@given(FEW | TWO_MINDS)
def test_a_split_is_told_by_scores_in_half_levels(group: list[str]) -> None:
    moments = moments_of(group)
    expected = is_split(halves(moments.scores_of(0).tolist()), 2)
    assert coarse_splits(moments).tolist() == [expected]


@pytest.mark.parametrize(("size", "split"), [(8, True), (9, False), (12, False)])
def test_a_camp_is_a_quarter_of_a_coarse_group_at_least(size: int, split: bool) -> None:
    assert figure(["111111"] * 2 + ["333333"] * (size - 2)).split is split


def test_a_score_at_an_end_is_judged_like_its_neighbour() -> None:
    for answers in ("111111", "111112", "111121"):
        assert figure([answers] * 4 + ["333333"] * 4).split
    assert not profile(["111112"] * 4 + ["322222"] * 4).split
    assert not figure(["111122"] * 4 + ["222222"] * 4).split


@pytest.mark.parametrize(("items", "split"), [(3, False), (5, False), (6, True), (7, True)])
def test_a_split_is_told_on_six_items_or_more(items: int, split: bool) -> None:
    found = figure(["2" * items] * 4 + ["5" * items] * 4)
    assert found.split is split
    assert (found.mean is None) is split


@given(st.lists(FEW | TWO_MINDS, min_size=1, max_size=5))
def test_the_figures_of_many_coarse_groups_are_those_of_each(groups: list[list[str]]) -> None:
    profiles, size = profiles_of(groups_of(groups), 5), len(groups)
    together = figures_of(profiles, np.array([True] * size), [5] * size, [(ITEM,)] * size)
    assert together == [figure(group) for group in groups]


@pytest.mark.parametrize("items", [1, 2])
def test_a_scale_of_fewer_than_three_items_has_only_single_questions(items: int) -> None:
    for group in (["3" * items] * 8, ["3" * items, "4" * items, "5" * items] * 9):
        found = figure(group)
        single = None if found.coarse else ITEM
        assert found == Figure(n=len(group), coarse=found.coarse, unsure=5, items=(single,))
