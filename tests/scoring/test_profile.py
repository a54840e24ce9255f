"""The exact figures of groups: the worked examples of the method (2.5), and their laws."""

from fractions import Fraction
from statistics import stdev

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from app.scoring.level import mean_of
from app.scoring.profile import profiles_of
from tests.scoring.builders import (
    SPLIT_IN_HALF,
    TYPICAL,
    exact_of,
    fractions_of,
    groups_of,
    moments_of,
    people,
    profile,
)

SIX_FOURS_THREE_ONES = (*["444444"] * 6, *["111111"] * 3)
EXAMPLES = [
    pytest.param(
        TYPICAL, 12, ("47/48", "29/48", "1/16", "0"), 2.65, 0.132, 2, (2, 3), False, id="typical"
    ),
    pytest.param(
        TYPICAL, 8, ("47/48", "29/48", "1/16", "0"), 2.65, 0.108, 2, (2, 3), False, id="all of 8"
    ),
    pytest.param(
        ["333333"] * 8, 12, ("1", "1", "0", "0"), 3.0, 0.0, 3, (3, 3), False, id="one mind"
    ),
    pytest.param(
        ["333333", "333333", "222222"],
        5,
        ("1", "2/3", "0", "0"),
        2.67,
        0.267,
        3,
        (2, 3),
        False,
        id="tie",
    ),
    pytest.param(
        ["333333", "333332", "222222"],
        5,
        ("1", "11/18", "0", "0"),
        2.61,
        0.247,
        2,
        (2, 3),
        False,
        id="tie less one answer",
    ),
    pytest.param(
        SPLIT_IN_HALF, 10, ("1", "1/2", "1/2", "0"), 3.0, 0.273, 2, (2, 4), True, id="2s and 4s"
    ),
    pytest.param(
        SIX_FOURS_THREE_ONES,
        12,
        ("2/3", "2/3", "2/3", "0"),
        3.0,
        0.371,
        4,
        (1, 4),
        True,
        id="4s and 1s",
    ),
]


def exact_mean(group: list[str]) -> Fraction | None:
    """Return the mean of the usable respondents' means, straight from the answers."""
    valid = [fractions_of(answers) for answers in group]
    means = [Fraction(sum(answers), len(answers)) for answers in valid if len(answers) >= 4]
    return Fraction(sum(means), len(means)) if means else None


@pytest.mark.parametrize(
    ("group", "roster", "shares", "mean", "se", "level", "band", "split"), EXAMPLES
)
def test_the_worked_examples_of_the_method(
    group: list[str],
    roster: int,
    shares: tuple[str, ...],
    mean: float,
    se: float,
    level: int,
    band: tuple[int, int],
    split: bool,
) -> None:
    figures = profile(group, roster)
    assert figures.shares == tuple(Fraction(share) for share in shares)
    assert figures.mean == pytest.approx(mean, abs=5e-3)
    assert figures.se == pytest.approx(se, abs=5e-4)
    assert (figures.level, figures.band, figures.split) == (level, band, split)


def test_the_typical_group_has_the_published_interval_progress_and_bounds() -> None:
    figures = profile(TYPICAL, 12)
    assert figures.interval == pytest.approx((2.33, 2.96), abs=5e-3)
    assert figures.progress == pytest.approx(0.906, abs=5e-4)
    assert figures.share_se is not None
    margins = [1.415 * error for error in figures.share_se]
    low = [float(p) - m for p, m in zip(figures.shares, margins, strict=True)]
    high = [float(p) + m for p, m in zip(figures.shares, margins, strict=True)]
    assert low[:3] == pytest.approx([0.956, 0.466, 0.014], abs=5.1e-4)
    assert high[1:3] == pytest.approx([0.742, 0.111], abs=5e-4)


def test_the_textbook_error_stands_beside_the_adjusted_one() -> None:
    assert profile(TYPICAL, 12).se_textbook == pytest.approx(
        0.483 / 8**0.5 * (1 / 3) ** 0.5, abs=5e-4
    )


def test_a_unit_carries_its_own_agreement() -> None:
    camps, typical = profile(SPLIT_IN_HALF).agreement, profile(TYPICAL).agreement
    assert camps.ad_mean == 1.0
    assert typical.ad_mean == pytest.approx(0.4219, abs=1e-4)
    # "Strong" by convention, although no two camps could be further from each other's view.
    assert camps.rwg_uniform == pytest.approx(0.82, abs=5e-3)


def test_full_response_does_not_settle_what_the_textbook_calls_certain() -> None:
    figures = profile(TYPICAL, 8)
    assert figures.se_textbook == 0.0
    assert figures.se is not None
    assert figures.se > 0.1
    assert figures.band == (2, 3)


def test_one_person_has_a_level_but_no_error_and_a_band_of_all_levels() -> None:
    figures = profile(["334444"], 8)
    assert figures.level == 4
    assert figures.mean == pytest.approx(22 / 6)
    assert (figures.se, figures.se_textbook, figures.interval) == (None, None, None)
    assert (figures.share_se, figures.band) == (None, (1, 5))
    assert set(figures.agreement.model_dump().values()) == {None}


def test_a_person_with_three_of_six_answers_leaves_the_orientation_as_it_was() -> None:
    assert profile([*TYPICAL, "555???"], 12) == profile(TYPICAL, 12)


def test_more_answers_than_people_count_as_full_coverage() -> None:
    assert profile(TYPICAL, 5) == profile(TYPICAL, 8)


@given(people(codes="12345?x"))
def test_the_mean_of_respondents_is_one_plus_the_four_shares(group: list[str]) -> None:
    mean = exact_mean(group)
    assume(mean is not None)
    assert mean_of(profile(group).shares) == mean


@given(people(), st.integers(0, 12))
def test_shares_never_rise_and_the_band_contains_the_level(group: list[str], silent: int) -> None:
    figures = profile(group, len(group) + silent)
    assert list(figures.shares) == sorted(figures.shares, reverse=True)
    assert 0 <= figures.shares[3] <= figures.shares[0] <= 1
    low, high = figures.band
    assert 1 <= low <= figures.level <= high <= 5
    assert len(group) > 1 or (low, high) == (1, 5)


@given(people(least=2), st.integers(0, 12))
def test_an_interval_contains_the_mean_and_stays_on_the_scale(
    group: list[str], silent: int
) -> None:
    figures = profile(group, len(group) + silent)
    assert figures.interval is not None
    low, high = figures.interval
    assert 1 <= low <= figures.mean <= high <= 5


@given(people(least=2))
def test_the_more_answer_the_surer_the_figure(group: list[str]) -> None:
    errors = [profile(group, len(group) * times).se for times in (1, 2, 4)]
    known = [error for error in errors if error is not None]
    assert len(known) == 3
    assert known == sorted(known)


@given(st.lists(people(most=6), min_size=1, max_size=4), st.integers(0, 9))
def test_the_figures_of_many_groups_are_those_of_each(groups: list[list[str]], silent: int) -> None:
    rosters = [len(group) + silent for group in groups]
    together = profiles_of(groups_of(groups, rosters), 5)
    assert len(together) == len(groups)
    for number, (group, roster) in enumerate(zip(groups, rosters, strict=True)):
        assert exact_of(together, number) == profile(group, roster)


# A pool is one group to the arithmetic: its spread is that of all its people together.
def test_people_of_a_pool_count_as_those_of_one_group() -> None:
    pooled = profile(["555555"] * 2 + ["222222"] * 8)
    assert pooled.mean == pytest.approx((2 * 5 + 8 * 2) / 10)
    assert (pooled.n, pooled.level) == (10, 2)
    assert pooled.se == pytest.approx(stdev([5] * 2 + [2] * 8) / 10**0.5 * 0.4**0.5)


def test_one_mind_is_judged_with_the_k_of_the_wave() -> None:
    group = moments_of(["333333"] * 20 + ["444444"] * 5)
    assert profiles_of(group, 5).one_mind.tolist() == [False]
    assert profiles_of(group, 6).one_mind.tolist() == [True]
