"""Figures of fewer than ten people are coarse, so that unanimity tells nobody's answers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.language import listed
from app.maturity import Orientation
from app.reports.quality import quality_tables
from app.reports.shown import drawn_mix, shown_band, shown_mean, shown_mix, shown_rate
from app.scoring.profile import Profile
from app.scoring.release import compute_release
from app.scoring.scales import UnitAnswers
from tests.builders import instrument, marked
from tests.scoring.builders import profile as profile_of
from tests.scoring.builders import release, sheet, unit

SCALES = instrument().scales


def profile(level: str, people: int) -> Profile:
    unit = UnitAnswers("u", "U", None, "data-centre", people, marked(level * 21) * people)
    return compute_release("O", [unit], SCALES, "v").unit("u").profiles["value_stream"]


@pytest.mark.parametrize("people", range(5, 10))
@pytest.mark.parametrize("level", "12345")
def test_a_small_unanimous_group_does_not_show_that_it_is_unanimous(
    level: str, people: int
) -> None:
    small = profile(level, people)
    assert shown_mean(small) not in ("1.0", "5.0")
    assert set(shown_mix(small)) == {"over 90 %", "under 10 %"}
    assert max(drawn_mix(small)) < 1


def test_from_ten_people_on_shares_are_whole_percents() -> None:
    found = release(unit("u", [sheet("333333")] * 9 + [sheet("444444")])).unit("u")
    mix = shown_mix(found.profiles[Orientation.VALUE_STREAM])
    assert mix == ("0 %", "0 %", "90 %", "10 %", "0 %")


# Exact figures of a group of one mind would be the answers of each, whatever its size.
@pytest.mark.parametrize("level", "12345")
def test_a_large_group_of_one_mind_and_what_lies_above_it_are_coarse(level: str) -> None:
    alike = unit("alike", [sheet(level * 6)] * 12, "division")
    mixed = unit("mixed", [sheet("222222"), sheet("444444")] * 6, "division")
    found = release(unit("division"), alike, mixed)
    own = found.unit("alike").profiles[Orientation.VALUE_STREAM]
    assert shown_mean(own) not in ("1.0", "5.0")
    assert set(shown_mix(own)) == {"over 90 %", "under 10 %"}
    # Less the mixed group's exact shares, the division's would be theirs.
    assert found.unit("division").profiles[Orientation.VALUE_STREAM].coarse
    assert not found.unit("mixed").profiles[Orientation.VALUE_STREAM].coarse


def test_what_is_drawn_adds_up() -> None:
    for people in (5, 9, 12):
        assert sum(drawn_mix(profile("2", people))) == pytest.approx(1)


def test_words() -> None:
    assert shown_band((2, 2)) == "2"
    assert shown_band((2, 3)) == "2–3"
    assert shown_band(None) == "1–5"
    assert shown_rate(2, 3) == "67 %"
    assert shown_rate(0, 0) == "–"
    assert listed(["A", "B", "C"]) == "A, B and C"


def test_a_unit_of_many_is_coarse_where_one_of_its_groups_is_small() -> None:
    five = [sheet("111111")] * 4 + [sheet("211111")]
    ten = [sheet("333333")] * 9 + [sheet("433333")]
    both = release(unit("small", five), unit("large", ten))
    alone = release(unit("large", [sheet("111111")] * 14 + [sheet("211111")]))
    orientation = Orientation.VALUE_STREAM
    whole = both.organisation.profiles[orientation]
    assert (whole.n, whole.smallest) == (15, 5)
    # 32 % of 90 answers less 0 % of 60 would be nearly all of the five people's answers.
    assert shown_mix(whole)[0] == "30 %"
    assert shown_mix(alone.organisation.profiles[orientation])[0] == "99 %"
    assert shown_mean(alone.organisation.profiles[orientation]) == "1.0"


@given(st.lists(st.integers(1, 5), min_size=30, max_size=30))
def test_what_reads_alike_is_drawn_alike(levels: list[int]) -> None:
    texts: dict[tuple[str, ...], tuple[float, ...]] = {}
    for seed in (levels, sorted(levels), [5 if n == 4 else n for n in levels]):
        people = ["".join(map(str, seed[start : start + 6])) for start in range(0, 30, 6)]
        figures = profile_of(people)
        assert texts.setdefault(shown_mix(figures), drawn_mix(figures)) == drawn_mix(figures)


def test_beside_a_small_group_no_table_gives_exact_means_of_the_whole() -> None:
    careless = [sheet("111111", marks="-3")] * 12
    mixed = [sheet("222222"), sheet("333333")] * 7
    sizes = {"large": mixed + careless, "other": mixed}
    exact = release(*(unit(name, sheets) for name, sheets in sizes.items()))
    coarse = release(*(unit(n, s) for n, s in sizes.items()), unit("small", mixed[:6]))
    assert coarse.with_careless, "the attack is blind"
    assert [len(quality_tables(found)[0].rows) for found in (exact, coarse)] == [4, 1]
