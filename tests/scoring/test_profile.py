"""The figures of a unit: the worked examples of the method (measurement 2.5), and their laws."""

from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from app.scoring.level import mean_of
from app.scoring.profile import Profile, overall_of, profile_of
from tests.scoring.builders import SPLIT_IN_HALF, TYPICAL, fractions_of, moments_of, people, profile

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
    assert camps is not None
    assert typical is not None
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


def test_one_person_has_a_level_but_no_error_and_no_band() -> None:
    figures = profile(["334444"], 8)
    assert figures.level == 4
    assert figures.mean == pytest.approx(22 / 6)
    assert (figures.se, figures.se_textbook, figures.interval) == (None, None, None)
    assert (figures.share_se, figures.band) == (None, None)
    assert figures.agreement is not None
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
    assert (figures.band is None) == (len(group) == 1)
    low, high = figures.band or (figures.level, figures.level)
    assert 1 <= low <= figures.level <= high <= 5


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


def test_pooled_units_weigh_every_respondent_the_same() -> None:
    pooled = profile_of([moments_of(["555555"] * 2), moments_of(["222222"] * 8)])
    assert pooled.mean == pytest.approx((2 * 5 + 8 * 2) / 10)
    assert pooled.mean != pytest.approx((5 + 2) / 2)
    assert (pooled.n, pooled.units, pooled.level) == (10, 2, 2)


def test_pooled_units_have_no_agreement_and_no_split_of_their_own() -> None:
    pooled = profile_of([moments_of(["222222"] * 4), moments_of(["444444"] * 4)])
    assert (pooled.agreement, pooled.split) == (None, False)
    assert profile(SPLIT_IN_HALF).split


def test_pooled_units_take_the_spread_within_units_only() -> None:
    pooled = profile_of([moments_of(["222222"] * 4), moments_of(["444444"] * 4)])
    assert (pooled.se, pooled.band) == (0.0, (2, 2))


def test_units_of_one_person_each_pool_without_an_error() -> None:
    pooled = profile_of([moments_of([str(level) * 6]) for level in range(1, 6)])
    assert (pooled.n, pooled.mean, pooled.se, pooled.band) == (5, 3.0, None, None)


@given(st.lists(people(most=5), min_size=1, max_size=4))
def test_a_pool_has_the_mean_of_all_its_people(groups: list[list[str]]) -> None:
    everybody = [answers for group in groups for answers in group]
    pooled = profile_of([moments_of(group) for group in groups])
    assert pooled.shares == profile(everybody).shares
    assert pooled.n == len(everybody)


def three(*groups: list[str], roster: int = 8) -> list[Profile]:
    return [profile(group, roster) for group in groups]


def test_the_overall_level_takes_the_mean_of_the_three_shares_exactly() -> None:
    at_two, at_three = ["222222"] * 8, ["333333"] * 8
    tie = overall_of(three(at_three, at_three, at_two))
    assert (tie.shares[1], tie.level) == (Fraction(2, 3), 3)
    below = overall_of(three(at_three, [*at_three[:7], "333332"], at_two))
    assert (below.shares[1], below.level) == (Fraction(95, 144), 2)


def test_the_overall_mean_and_error_are_the_means_of_the_three() -> None:
    parts = three(list(TYPICAL), ["333333"] * 8, list(SPLIT_IN_HALF), roster=12)
    overall = overall_of(parts)
    assert overall.mean == pytest.approx((2.6458 + 3 + 3) / 3, abs=1e-4)
    assert overall.se == pytest.approx((0.13237 + 0 + 0.29277) / 3, abs=1e-4)


def test_the_overall_band_takes_the_fewest_degrees_of_freedom() -> None:
    eight = ["333333"] * 4 + ["222222"] * 4
    five = ["333333", "333332", "222222", "222222", "222222"]
    parts = three(eight, eight, five)
    overall = overall_of(parts)
    error = sum(part.share_se[1] for part in parts if part.share_se) / 3
    upper = {df: float(overall.shares[1]) + t * error for df, t in ((4, 1.533), (7, 1.415))}
    assert upper[7] < 2 / 3 < upper[4]
    assert (overall.n, overall.band) == (5, (2, 3))


def test_an_overall_figure_has_no_band_if_one_orientation_has_none() -> None:
    sure = [moments_of(["333333"] * 5)]
    unsure = [moments_of(["333333"]) for _ in range(5)]
    overall = overall_of([profile_of(sure), profile_of(sure), profile_of(unsure)])
    assert (overall.level, overall.se, overall.band) == (3, None, None)


@given(people(), st.integers(0, 12))
def test_three_orientations_alike_have_the_figures_of_each(group: list[str], silent: int) -> None:
    part = profile(group, len(group) + silent)
    overall = overall_of([part] * 3)
    assert (overall.n, overall.shares, overall.level) == (part.n, part.shares, part.level)
    assert overall.mean == part.mean
    assert overall.se == (None if part.se is None else pytest.approx(part.se))


def test_three_orientations_alike_have_the_band_of_each() -> None:
    uneven = ["144444"] * 4 + ["122222"] * 4
    for group in (TYPICAL, SPLIT_IN_HALF, SIX_FOURS_THREE_ONES, uneven):
        part = profile(list(group), 12)
        assert overall_of([part] * 3).band == part.band


@given(people(least=2), people(least=2), people(least=2))
def test_the_overall_level_lies_between_the_lowest_and_the_highest(
    first: list[str], second: list[str], third: list[str]
) -> None:
    parts = three(first, second, third, roster=14)
    overall = overall_of(parts)
    levels = [part.level for part in parts]
    assert min(levels) <= overall.level <= max(levels)
    assert overall.band is not None
    assert overall.band[0] <= overall.level <= overall.band[1]
