"""Figures as they are written: what a release holds, in digits and words, and nothing finer."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.language import listed
from app.maturity import Orientation
from app.reports.quality import quality_tables
from app.reports.shown import (
    drawn_mix,
    shown_band,
    shown_interval,
    shown_mean,
    shown_mix,
    shown_percent,
    shown_rate,
    shown_spread,
)
from app.scoring.figure import Bound, Figure, Mean
from app.scoring.rounding import OVER, UNDER
from tests.scoring.builders import group, release, sheet, unit


def figure(level: str, people: int) -> Figure:
    return release(group("u", people, int(level))).unit("u").profiles[Orientation.VALUE_STREAM]


@pytest.mark.parametrize(("people", "least"), [(5, 30), (9, 20), (10, 15), (60, 10)])
@pytest.mark.parametrize("level", "12345")
def test_a_unanimous_group_of_any_size_does_not_show_that_it_is_unanimous(
    level: str, people: int, least: int
) -> None:
    alike = figure(level, people)
    assert shown_mean(alike) not in ("1.0", "5.0")
    assert set(shown_mix(alike)) == {f"over {100 - least} %", f"under {least} %"}
    assert max(drawn_mix(alike)) < 1


def test_means_say_where_they_are_bounds() -> None:
    assert shown_mean(figure("1", 8)) == "1.6 or less"
    assert shown_mean(figure("5", 8)) == "4.4 or more"
    assert shown_mean(figure("1", 80)) == "1.2 or less"
    assert shown_mean(figure("5", 80)) == "4.8 or more"
    assert shown_mean(figure("3", 8)) == "3.0"
    assert shown_mean(figure("3", 8).model_copy(update={"mean": None})) == "–"


def test_shares_are_in_steps_of_five_percent_at_every_size() -> None:
    people = [sheet("3" * (6 - threes) + "4" * threes) for threes in (1, 2, 3, 4)] * 5
    mix = shown_mix(release(unit("u", people)).unit("u").profiles[Orientation.VALUE_STREAM])
    assert mix == ("under 10 %", "under 10 %", "60 %", "40 %", "under 10 %")


def test_shares_are_words_at_the_ends() -> None:
    assert [shown_percent(share) for share in (UNDER, 10, 55, 90, OVER)] == [
        *("under 10 %", "10 %", "55 %", "90 %", "over 90 %")
    ]
    assert [shown_percent(share, 25) for share in (UNDER, 25, 75, OVER)] == [
        *("under 25 %", "25 %", "75 %", "over 75 %")
    ]


def test_a_small_group_in_two_camps_has_neither_mean_nor_mix() -> None:
    camps = release(unit("u", [sheet("111111"), sheet("555555")] * 4)).unit("u")
    split = camps.profiles[Orientation.VALUE_STREAM]
    assert (shown_mean(split), shown_mix(split), drawn_mix(split)) == ("–", (), ())
    assert shown_interval(split) == "–"


def test_an_interval_follows_from_mean_and_error_as_shown_and_undoes_no_bound() -> None:
    fine = Figure(n=12, coarse=False, mean=Mean(value=3.1), se=0.2)
    # t(.975) with 11 degrees of freedom is 2.201.
    assert shown_interval(fine) == "2.7–3.5"
    bound = fine.model_copy(update={"mean": Mean(value=4.8, bound=Bound.OR_MORE)})
    assert shown_interval(bound) == "–"
    assert shown_interval(fine.model_copy(update={"se": None})) == "–"


def test_what_is_drawn_adds_up() -> None:
    for people in (5, 9, 12):
        assert sum(drawn_mix(figure("2", people))) == pytest.approx(1)


def test_words() -> None:
    assert shown_band((2, 2)) == "2"
    assert shown_band((2, 3)) == "2–3"
    assert shown_band(None) == "1–5"
    assert shown_rate(2, 3) == "67 %"
    assert shown_rate(0, 0) == "–"
    assert listed(["A", "B", "C"]) == "A, B and C"


@given(st.lists(st.integers(1, 5), min_size=30, max_size=30))
def test_what_reads_alike_is_drawn_alike(levels: list[int]) -> None:
    texts: dict[tuple[str, ...], tuple[float, ...]] = {}
    for seed in (levels, sorted(levels), [5 if n == 4 else n for n in levels]):
        people = ["".join(map(str, seed[start : start + 6])) for start in range(0, 30, 6)]
        made = release(unit("u", [sheet(answers) for answers in people])).unit("u")
        found = made.profiles[Orientation.VALUE_STREAM]
        assert texts.setdefault(shown_mix(found), drawn_mix(found)) == drawn_mix(found)


def test_what_is_not_told_is_a_dash() -> None:
    assert shown_spread(None) == "–"
    assert shown_spread(-0.03) == "−0.03"


def test_careless_sheets_tell_a_shift_and_no_mean_of_the_organisation() -> None:
    careless = [sheet("111111", marks="-3")] * 14
    mixed = [sheet("222222"), sheet("333333")] * 7
    (table,) = quality_tables(release(unit("large", mixed + careless), unit("other", mixed)))
    assert table.rows[0] == ("Sheets left out", "14")
    # 28 people at 2.5, and with fourteen at 1 all at 2.0.
    assert table.rows[1] == ("Value stream", "mean of all groups: −0.5")
