"""What a unit's answers add up to, and how much of its roster they cover."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.scoring.moments import Moments, add_up
from app.scoring.respondent import read_levels, score_respondents
from tests.scoring.builders import moments_of, people


def units_of(groups: list[list[str]]) -> list[Moments]:
    levels = read_levels("".join(person for group in groups for person in group), 6)
    usable, scores = score_respondents(levels)
    owner = np.repeat(np.arange(len(groups)), [len(group) for group in groups])
    return add_up(owner[usable], scores, [len(group) for group in groups])


def test_a_unit_adds_up_its_scores_shares_and_answers() -> None:
    unit = moments_of(["222222", "3344??"], roster=4)
    assert (unit.n, unit.roster, unit.weight) == (2, 4, 60)
    assert (unit.sum_score, unit.sum_score_squared) == (120 + 210, 120**2 + 210**2)
    assert unit.sum_at_least == (120, 60, 30, 0)
    assert unit.sum_at_least_squared == (7200, 3600, 900, 0)
    assert unit.counts[0] == (0, 1, 1, 0, 0)
    assert unit.counts[5] == (0, 1, 0, 0, 0)
    assert unit.scores == (120, 210)


def test_a_person_with_three_of_six_answers_is_not_counted() -> None:
    assert moments_of(["222222", "555???"], 2) == moments_of(["222222"], 2)


@pytest.mark.parametrize(
    ("answered", "roster", "coverage"), [(3, 4, 0.75), (4, 4, 1.0), (5, 4, 1.0), (1, 0, 1.0)]
)
def test_coverage_is_the_share_of_the_roster_and_at_most_one(
    answered: int, roster: int, coverage: float
) -> None:
    assert moments_of(["333333"] * answered, roster).coverage == coverage


@given(st.lists(people(least=0, most=5, codes="12345?"), min_size=1, max_size=5))
def test_units_added_up_together_are_each_added_up_alone(groups: list[list[str]]) -> None:
    for group, unit in zip(groups, units_of(groups), strict=True):
        assert unit == units_of([group])[0]


@given(people(codes="12345?").flatmap(lambda g: st.tuples(st.just(g), st.permutations(g))))
def test_the_order_of_the_sheets_makes_no_difference(
    both: tuple[list[str], list[str]],
) -> None:
    group, shuffled = both
    assert moments_of(shuffled) == moments_of(group)


@given(people())
def test_scores_ascend_and_add_up_to_their_sum(group: list[str]) -> None:
    unit = moments_of(group)
    assert list(unit.scores) == sorted(unit.scores)
    assert sum(unit.scores) == unit.sum_score
    assert sum(sum(item) for item in unit.counts) == 6 * unit.n
