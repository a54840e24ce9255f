"""Every group of five and of six: neither readers nor members learn a score from its figures."""

from collections.abc import Callable

import numpy as np
import pytest

from app.scoring.agreement import average_deviation
from app.scoring.coarse import coarse_of
from app.scoring.figure import figures_of
from app.scoring.items import item_figures
from app.scoring.moments import Moments, add_up
from app.scoring.profile import profiles_of
from app.scoring.respondent import Integers, score_respondents
from app.scoring.rounding import UNDER, percents
from app.scoring.rules import AD_SHARED
from tests.scoring.builders import plain
from tests.scoring.solvers.earlier import earlier_prints_of
from tests.scoring.solvers.everything import found_out
from tests.scoring.solvers.prints import prints_of, row_of
from tests.scoring.solvers.programme import Told, people_with
from tests.scoring.solvers.search import Case, Print
from tests.scoring.solvers.worlds import EXTREMES, Tables, drawn, even_answers, extreme, sums_of

SIX, ACCEPTANCE = 6, 3


def nameless(moments: Moments) -> Integers:
    return prints_of(moments, named=False)


def samples(people: int, items: int = SIX) -> Tables:
    chance = np.random.default_rng(people)
    tables = [drawn(chance, people, items) for _ in range(60)]
    return np.array([*tables, *(extreme(chance, kind, people, items) for kind in EXTREMES * 4)])


@pytest.mark.parametrize("people", [5, 6, 9, 12, 15, 24])
def test_the_solver_sees_what_the_product_freezes(people: int) -> None:
    tables = samples(people)
    moments = sums_of(tables, people + 2)
    named, unsure = np.ones(len(tables), dtype=np.bool_), [UNDER] * len(tables)
    figures = figures_of(profiles_of(moments, 5), named, unsure, item_figures(moments, 5))
    assert prints_of(moments).tolist() == [row_of(figure) for figure in figures]
    if people > 12:
        assert {figure.coarse for figure in figures} == {True, False}


@pytest.mark.parametrize("items", [SIX, ACCEPTANCE])
def test_the_solver_adds_up_as_the_product_does(items: int) -> None:
    tables = samples(7, items)
    owner = np.repeat(np.arange(len(tables)), 7)
    usable, scores = score_respondents(tables.reshape(-1, items).astype(np.int8))
    assert usable.all()
    added = add_up(owner, scores, [9] * len(tables))
    assert plain(sums_of(tables, 9)) == plain(added)


@pytest.mark.parametrize(
    ("people", "items", "roster", "shown", "tried"),
    [
        (5, SIX, 5, prints_of, 118_755),
        (5, SIX, 9, prints_of, 118_755),
        (5, SIX, 15, nameless, 118_755),
        (6, SIX, 6, prints_of, 593_775),
        (5, ACCEPTANCE, 7, prints_of, 6_188),
        (6, ACCEPTANCE, 6, prints_of, 18_564),
        (7, ACCEPTANCE, 7, prints_of, 50_388),
    ],
)
def test_no_multiset_of_scores_is_found_out_not_even_by_a_member(
    people: int, items: int, roster: int, shown: Print, tried: int
) -> None:
    found = found_out(people, items, roster, shown)
    assert (found.tried, found.scores) == (tried, [])


def test_the_same_solver_found_people_in_what_was_printed_before() -> None:
    assert len(found_out(5, ACCEPTANCE, 5, earlier_prints_of, sample=40).scores) > 5


def test_two_camps_of_five_had_one_solution_of_shares_mean_and_error() -> None:
    # 60 % and 40 %, mean 2.6, SE .62: by integer programming over every kind of sheet.
    camps = np.array([[1] * SIX] * 3 + [[5] * SIX] * 2)[None]
    root = np.sqrt(0.4 / 5)
    (se,) = profiles_of(sums_of(camps, 5), 5).se.tolist()
    none = (0.0, 0.1)
    shares = ((0.575, 0.625), none, none, none, (0.375, 0.425))
    told = Told(5, (2.55, 2.65), shares, ((se - 0.005) / root, (se + 0.005) / root))
    assert people_with(told, 1.0, SIX) == (3, 3)
    assert people_with(told, 5.0, SIX) == (2, 2)
    # Without the error they might be anybody.
    loose = Told(5, (2.55, 2.65), shares, (0, 4))
    assert people_with(loose, 1.0, SIX)[0] == 0


def with_views(moments: Moments) -> Integers:
    views = average_deviation(moments) > AD_SHARED
    return np.column_stack([prints_of(moments), views])


def with_own_band(moments: Moments) -> Integers:
    return np.column_stack([prints_of(moments), profiles_of(moments, 5).band])


def with_the_same_caps_at_every_size(moments: Moments) -> Integers:
    whole = moments.whole[:, None]
    shares = percents(moments.at_least, whole, 5)
    return np.column_stack([prints_of(moments), np.where(_split(moments), 0, shares)])


def with_means_up_to_the_same_ends(moments: Moments) -> Integers:
    tenths = (20 * moments.score + moments.whole) // (2 * moments.whole)
    capped = np.clip(tenths, 12, 48)[:, None]
    return np.column_stack([prints_of(moments), np.where(_split(moments), 0, capped)])


def _split(moments: Moments) -> Integers:
    return prints_of(moments)[:, 1:2]


@pytest.mark.parametrize(
    ("items", "more"),
    [
        (ACCEPTANCE, with_views),
        (ACCEPTANCE, with_own_band),
        (SIX, with_the_same_caps_at_every_size),
        (SIX, with_means_up_to_the_same_ends),
    ],
)
def test_each_thing_that_is_no_longer_told_of_a_coarse_group_told_on_somebody(
    items: int, more: Callable[[Moments], Integers]
) -> None:
    assert found_out(5, items, 5, more, sample=150).scores


def test_of_seven_to_nine_people_no_scores_are_found_out() -> None:
    chance, answers = np.random.default_rng(789), even_answers(SIX)
    groups = [answers[chance.integers(0, 25, chance.integers(7, 10))] for _ in range(1000)]
    for _ in range(1000):
        people = chance.integers(7, 10)
        near = chance.normal(chance.uniform(0, 24), chance.uniform(0.5, 6), people)
        groups.append(answers[np.clip(np.rint(near), 0, 24).astype(np.int64)])
    sizes = chance.integers(7, 10, 8 * 25).tolist()
    groups += [extreme(chance, kind, n, SIX) for kind, n in zip(EXTREMES * 25, sizes, strict=True)]
    found = []
    for group in groups:
        case = Case(group, len(group) + int(chance.integers(0, 4)), prints_of)
        case.search(chance, (200, 200, 800, 800, 3000, 3000))
        found += [group.tolist()] * case.is_found_out
    assert (len(groups), found) == (2200, [])


def test_a_band_follows_from_the_shares_as_told_and_holds_the_level() -> None:
    moments = sums_of(samples(8), 8)
    found = coarse_of(moments)
    assert (found.band[:, 0] <= found.level).all()
    assert (found.level <= found.band[:, 1]).all()
