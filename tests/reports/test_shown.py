"""Figures of fewer than ten people are coarse, so that unanimity tells nobody's answers."""

import pytest

from app.reports.shown import drawn_mix, listed, shown_band, shown_mean, shown_mix, shown_rate
from app.scoring.profile import Profile
from app.scoring.release import UnitAnswers, compute_release
from tests.builders import instrument

SCALES = instrument().scales


def profile(level: str, people: int) -> Profile:
    unit = UnitAnswers("u", "U", None, "data-centre", people, level * 21 * people)
    return compute_release("O", [unit], SCALES, "v").unit("u").profiles["value_stream"]  # type: ignore[index]


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
    assert shown_mix(profile("3", 10)) == ("0 %", "0 %", "100 %", "0 %", "0 %")
    assert shown_mean(profile("5", 10)) == "5.0"


def test_what_is_drawn_adds_up() -> None:
    for people in (5, 9, 10):
        assert sum(drawn_mix(profile("2", people))) == pytest.approx(1)


def test_words() -> None:
    assert shown_band((2, 2)) == "2"
    assert shown_band((2, 3)) == "2–3"
    assert shown_band(None) == "1–5"
    assert shown_rate(2, 3) == "67 %"
    assert shown_rate(0, 0) == "–"
    assert listed(["A", "B", "C"]) == "A, B and C"
