"""What the answers of groups add up to, how much of a roster they cover, and who is of one mind."""

from collections import Counter
from itertools import combinations

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.scoring.builders import groups_of, moments_of, people, plain

TWO_SIDES = ("111111", "222222", "555555", "355555", "115555")
GROUPS = st.lists(people(least=0, most=5, codes="12345?"), min_size=1, max_size=5)
LEVELS = st.sampled_from(["222222", "222223", "333333"])
ALIKE = st.lists(LEVELS, min_size=1, max_size=9) | st.tuples(
    LEVELS, st.integers(5, 40), st.lists(LEVELS, max_size=6)
).map(lambda drawn: [drawn[0]] * drawn[1] + drawn[2])


def test_a_group_adds_up_its_scores_shares_and_answers() -> None:
    unit = moments_of(["222222", "3344??"], roster=4)
    assert (unit.n.tolist(), unit.roster.tolist(), unit.weight) == ([2], [4], 60)
    assert (unit.score.tolist(), unit.score_squared.tolist()) == ([120 + 210], [120**2 + 210**2])
    assert unit.whole.tolist() == [120]
    assert unit.at_least.tolist() == [[120, 60, 30, 0]]
    assert unit.at_least_squared.tolist() == [[7200, 3600, 900, 0]]
    assert unit.counts[0, 0].tolist() == [0, 1, 1, 0, 0]
    assert unit.counts[0, 5].tolist() == [0, 1, 0, 0, 0]
    assert unit.answered.tolist() == [[0, 0, 0, 0, 1, 0, 1]]
    assert unit.varied.tolist() == [1]
    assert unit.scores_of(0).tolist() == [120, 210]


def test_a_person_with_three_of_six_answers_is_not_counted() -> None:
    assert plain(moments_of(["222222", "555???"], 2)) == plain(moments_of(["222222"], 2))


@pytest.mark.parametrize(
    ("answered", "roster", "coverage"), [(3, 4, 0.75), (4, 4, 1.0), (5, 4, 1.0), (1, 0, 1.0)]
)
def test_coverage_is_the_share_of_the_roster_and_at_most_one(
    answered: int, roster: int, coverage: float
) -> None:
    groups = groups_of([["333333"], ["333333"] * answered, []], [2, roster, 8])
    assert groups.coverage.tolist() == [0.5, coverage, 0.0]


def test_degrees_of_freedom_are_one_less_than_people_and_never_negative() -> None:
    assert groups_of([["333333"] * 7, [], ["333333"]]).df.tolist() == [6, 0, 0]


@given(GROUPS)
def test_groups_added_up_together_are_each_added_up_alone(groups: list[list[str]]) -> None:
    together = groups_of(groups)
    for number, group in enumerate(groups):
        alone = groups_of([group])
        this = np.arange(len(groups)) == number
        assert plain(together.where(this)) == plain(alone)
        assert together.scores_of(number).tolist() == alone.scores_of(0).tolist()


@given(GROUPS, st.data())
def test_some_groups_are_kept_in_their_order(groups: list[list[str]], data: st.DataObject) -> None:
    flags = st.lists(st.booleans(), min_size=len(groups), max_size=len(groups))
    kept = data.draw(flags)
    left = [group for group, is_kept in zip(groups, kept, strict=True) if is_kept]
    assert plain(groups_of(groups).where(np.array(kept))) == plain(groups_of(left))
    assert len(groups_of(left)) == sum(kept)


@given(people(codes="12345?").flatmap(lambda g: st.tuples(st.just(g), st.permutations(g))))
def test_the_order_of_the_sheets_makes_no_difference(
    both: tuple[list[str], list[str]],
) -> None:
    group, shuffled = both
    assert plain(moments_of(shuffled)) == plain(moments_of(group))


@given(people())
def test_scores_ascend_and_add_up_to_their_sum(group: list[str]) -> None:
    unit = moments_of(group)
    scores = unit.scores_of(0).tolist()
    assert scores == sorted(scores)
    assert [sum(scores)] == unit.score.tolist()
    assert unit.counts.sum() == 6 * unit.n.sum()
    assert unit.answered.sum() == unit.n.sum()


def of_one_mind(group: list[str], k: int = 5) -> bool:
    (alike,) = groups_of([group]).of_one_mind(k).tolist()
    return bool(alike)


def by_definition(scores: list[int], k: int) -> bool:
    """Try whom to leave out, one by one: up to k - 1 of them, so that one score is left."""
    places = range(len(scores))
    return len(scores) < k or any(
        len({scores[place] for place in places if place not in out}) == 1
        for out in combinations(places, k - 1)
    )


# One deviating answer of sixty used to make a group of ten look mixed.
def test_one_deviating_answer_of_sixty_leaves_a_group_of_one_mind() -> None:
    assert of_one_mind(["555555"] * 9 + ["555554"])


@pytest.mark.parametrize(("others", "alike"), [(4, True), (5, False)])
def test_four_who_differ_among_sixty_leave_it_of_one_mind_and_five_do_not(
    others: int, alike: bool
) -> None:
    for answers in (["333333"] * others, ["555555"] * others, list(TWO_SIDES)[:others]):
        assert of_one_mind(["444444"] * (60 - others) + answers) is alike


def test_a_higher_k_leaves_out_more() -> None:
    group = ["444444"] * 20 + ["222222"] * 7
    assert not of_one_mind(group, 7)
    assert of_one_mind(group, 8)


def test_fewer_than_k_are_always_of_one_mind() -> None:
    assert of_one_mind(["111111", "222222", "333333", "444444"])
    # Without four of five one is left, whose score is known then.
    assert of_one_mind(["111111", "222222", "333333", "444444", "555555"])
    assert not of_one_mind(["111111", "222222", "333333", "444444", "555555", "155555"])


@given(ALIKE, st.integers(5, 6))
@example(["222222"] * 5 + ["333333"] * 5, 5)
def test_one_mind_is_its_definition(group: list[str], k: int) -> None:
    scores = moments_of(group).scores_of(0).tolist()
    # Of those who agree a few are enough, as whole classes are alike.
    fewer = [score for place, score in enumerate(scores) if scores[:place].count(score) < 6]
    assert of_one_mind(group, k) is by_definition(fewer, k)


@given(st.lists(ALIKE, min_size=1, max_size=4))
def test_one_mind_is_told_of_each_group_by_itself(groups: list[list[str]]) -> None:
    assert groups_of(groups).of_one_mind().tolist() == [of_one_mind(group) for group in groups]


def of_few_minds(group: list[str], k: int = 5) -> bool:
    (few,) = groups_of([group]).of_few_minds(k).tolist()
    return bool(few)


@pytest.mark.parametrize(("others", "few"), [(0, True), (4, True), (5, False)])
def test_two_scores_and_four_others_are_two_minds_at_every_size(others: int, few: bool) -> None:
    scores = ["222223", "222233", "222333", "223333", "233333"]
    for size in (1, 20):
        two = ["333334"] * 6 * size + ["333344"] * 5 * size
        assert of_few_minds(two + scores[:others]) is few
        # All five may be alike.
        assert of_few_minds(two + ["222223"] * others) is few


@pytest.mark.parametrize(("varied", "few"), [(0, True), (4, True), (5, False)])
def test_people_who_chose_one_level_throughout_are_few_minds(varied: int, few: bool) -> None:
    throughout = ["111111", "222222", "3333??", "444444", "555555"] * 4
    assert of_few_minds(throughout + ["123451"] * varied) is few


def few_by_definition(group: list[str], k: int) -> bool:
    usable = [answers.replace("?", "") for answers in group]
    usable = [answers for answers in usable if len(answers) >= 4]
    scores = Counter(sum(map(int, answers)) * 60 // len(answers) for answers in usable)
    common = sum(many for _, many in scores.most_common(2))
    return len(usable) - common < k or sum(len(set(answers)) > 1 for answers in usable) < k


MINDS = st.lists(
    st.sampled_from(["111111", "222222", "222223", "223???", "3222??", "33332?", "333333"]),
    max_size=24,
)


@given(st.lists(MINDS, min_size=1, max_size=5), st.integers(5, 7))
@example([[], ["222223"] * 5, [], ["333333"] * 3 + ["222222"] * 3, []], 5)
def test_few_minds_are_told_of_each_group_by_itself(groups: list[list[str]], k: int) -> None:
    expected = [few_by_definition(group, k) for group in groups]
    assert groups_of(groups).of_few_minds(k).tolist() == expected


@given(ALIKE, st.integers(5, 6))
def test_one_mind_is_few_minds(group: list[str], k: int) -> None:
    assert of_few_minds(group, k) or not of_one_mind(group, k)
