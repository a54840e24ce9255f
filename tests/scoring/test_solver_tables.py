"""Whole tables of answers: no figure of a group tells what somebody answered, not even members."""

from collections import Counter
from collections.abc import Hashable, Sequence
from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest

from app.scoring.figure import ItemFigure
from app.scoring.items import all_together, item_figures
from app.scoring.moments import Moments
from app.scoring.respondent import Integers
from tests.scoring.solvers.earlier import earlier_prints_of
from tests.scoring.solvers.prints import prints_of
from tests.scoring.solvers.search import Case, Print
from tests.scoring.solvers.worlds import EXTREMES, drawn, extreme, sums_of

SIX = 6
ROUNDS = (200, 200, 800, 800, 800, 3000, 3000)


def found_out(
    groups: Sequence[Integers],
    chance: np.random.Generator,
    shown: Print,
    silent: int = 0,
    walkers: int = 300,
) -> list[str]:
    """Return the tables, a line each, in which somebody's score or answer is known.

    Up to `silent` people more were invited to each.
    """
    found = []
    for group in groups:
        case = Case(group, len(group) + int(chance.integers(0, silent + 1)), shown)
        case.search(chance, ROUNDS)
        case.walk(chance, walkers, 40)
        if case.is_found_out:
            found.append(" ".join("".join(map(str, row)) for row in group))
    return found


def at_random(chance: np.random.Generator, many: int, sizes: tuple[int, int]) -> list[Integers]:
    return [drawn(chance, int(chance.integers(*sizes)), SIX) for _ in range(many)]


def at_extremes(chance: np.random.Generator, many: int, sizes: tuple[int, int]) -> list[Integers]:
    kinds = EXTREMES * (many // len(EXTREMES))
    return [extreme(chance, kind, int(chance.integers(*sizes)), SIX) for kind in kinds]


@pytest.mark.parametrize(("many", "rare", "sizes"), [(2000, 200, (5, 13)), (400, 80, (13, 24))])
def test_no_answer_of_anybody_is_found_out(many: int, rare: int, sizes: tuple[int, int]) -> None:
    chance = np.random.default_rng(many)
    groups = [*at_random(chance, many, sizes), *at_extremes(chance, rare, sizes)]
    assert len(groups) == many + rare
    assert found_out(groups, chance, prints_of, silent=5) == []


def test_the_same_solver_found_answers_in_what_was_printed_before() -> None:
    chance = np.random.default_rng(1)
    groups = at_extremes(chance, 8, (10, 13))
    assert len(found_out(groups, chance, earlier_prints_of, walkers=2)) >= 4


def table(*people: str) -> Integers:
    return np.array([[int(code) for code in answers] for answers in people])


ONE_OF_SIXTY = table(*["555555"] * 9, "555554")
TWO_CAMPS = table(*["111111"] * 3, *["555555"] * 2)
CAMPS_OF_FIVE = table(*["222222"] * 5, *["333333"] * 5)


@pytest.mark.parametrize("group", [ONE_OF_SIXTY, TWO_CAMPS, CAMPS_OF_FIVE])
def test_groups_that_gave_themselves_away_no_longer_do(group: Integers) -> None:
    chance = np.random.default_rng(2)
    assert found_out([group], chance, earlier_prints_of, walkers=20)
    assert not found_out([group], chance, prints_of)


@pytest.mark.parametrize(
    ("group", "silent"),
    [
        pytest.param(table(*["111111"] * 6, *["333333"] * 13), 3, id="camps"),
        pytest.param(table(*["222222"] * 8, *["111111"] * 8), 1, id="neighbours"),
        pytest.param(table(*["554555"] * 5, *["555555"] * 10), 3, id="one answer each"),
    ],
)
def test_groups_of_two_minds_would_tell_everything_if_they_were_not_coarse(
    group: Integers, silent: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    chance = np.random.default_rng(1)

    def tells() -> bool:
        case = Case(group, len(group) + silent, prints_of)
        case.search(chance, ROUNDS)
        case.walk(chance, 50, 40)
        return case.is_found_out

    assert not tells()
    monkeypatch.setattr(Moments, "of_few_minds", Moments.of_one_mind)
    assert tells()


def ways(people: int) -> Integers:
    """Every way in which so many people can answer one question: how many chose each level."""
    bars = np.array(list(combinations(range(people + 4), 4)))
    ends = np.column_stack([np.full(len(bars), -1), bars, np.full(len(bars), people + 4)])
    counts: Integers = np.diff(ends, axis=1) - 1
    return counts


def known(counts: Integers, prints: Sequence[Hashable]) -> int:
    """Return in how many ways all others gave one answer, and a member knows that they did."""
    times = Counter(
        (told, level)
        for told, row in zip(prints, counts, strict=True)
        for level in np.flatnonzero(row).tolist()
    )
    return sum(
        times[told, level] == 1
        for told, row in zip(prints, counts, strict=True)
        for level in np.flatnonzero(row).tolist()
        if np.count_nonzero(row - (np.arange(5) == level)) == 1
    )


def questions(counts: Integers) -> list[ItemFigure | None]:
    """What is printed of a question that was answered in each of these ways."""
    groups, people = len(counts), int(counts[0].sum())
    alike = sums_of(np.full((groups, people, SIX), 3), people)
    shape = np.repeat(counts[:, None], SIX, axis=1)
    return [items[0] for items in item_figures(replace(alike, counts=shape), 5)]


@pytest.mark.parametrize("people", [15, 16, 20])
def test_a_single_question_never_tells_that_all_others_gave_one_answer(people: int) -> None:
    counts = ways(people)
    assert known(counts, questions(counts)) == 0


def test_mean_five_of_ten_answers_told_all_of_them_before() -> None:
    counts = ways(10)
    means = (counts @ np.arange(1, 6) / 10).round(1).tolist()
    assert means.count(5.0) == 1
    assert known(counts, means) > 0
    # Now a group of ten shows no single question, nor do all groups together.
    ten = sums_of(np.full((1, 10, SIX), 5), 10)
    assert prints_of(ten)[0, -4 * SIX :].tolist() == [-1] * 4 * SIX
    assert all_together(ten, np.array([False]), np.array([False]), 5) == (None,) * SIX
