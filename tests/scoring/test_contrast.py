"""Each group against the rest of its parent, from released figures only."""

from math import inf, sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.scoring.contrast import Contrast, contrasts
from app.scoring.difference import holm
from app.scoring.release import Release
from app.scoring.scales import UnitAnswers
from app.scoring.spread import estimate_of, spread_of
from app.scoring.suppression import ORGANISATION
from tests.scoring.builders import SPLIT_IN_HALF, group, profile, release, sheet, unit

LOW = ["111111", "111112", "111122", "111222", "112222", "122222"] * 3
HIGH = ["333444", "334444", "344444", "444444", "444445", "444455"] * 3
MIDDLE = ["222333", "223333", "233333", "333333", "333334", "333344"] * 3


def answered(name: str, people: list[str], parent: str | None = None) -> UnitAnswers:
    return unit(name, [sheet(answers) for answers in people], parent)


def three(*others: UnitAnswers) -> Release:
    groups = {"low": LOW, "high": HIGH, "middle": MIDDLE}
    return release(*[answered(name, people) for name, people in groups.items()], *others)


def found(result: Release) -> dict[str, Contrast]:
    return {contrast.unit.id: contrast for contrast in contrasts(result)}


def test_a_group_far_from_the_rest_is_clearly_lower() -> None:
    each = found(three())
    assert set(each) == {"low", "high", "middle"}
    assert each["low"].difference.value < -1.9
    assert (each["low"].clear, each["high"].clear, each["middle"].clear) == (True, True, False)
    assert {c.against.id for c in each.values()} == {ORGANISATION}


def test_the_rest_is_everybody_else_pooled() -> None:
    contrast = found(three())["low"]
    # As shown: 1.4, 3.9 and 2.9.
    low, high, middle = (profile(people) for people in (LOW, HIGH, MIDDLE))
    assert contrast.difference.value == pytest.approx(
        low.mean - (high.mean + middle.mean) / 2, abs=0.1
    )
    assert high.sd is not None
    assert middle.sd is not None
    assert low.se is not None
    within = (17 * high.sd**2 + 17 * middle.sd**2) / 34
    error = sqrt(low.se**2 + within / 36 * 0.4)
    assert contrast.difference.se == pytest.approx(error, abs=0.006)


def test_p_values_are_adjusted_over_all_groups() -> None:
    each = contrasts(three())
    raw = [contrast.difference.p_value for contrast in each if contrast.difference.p_value]
    assert [contrast.adjusted_p for contrast in each] == holm(raw)


def test_groups_of_another_division_are_in_nobodys_rest() -> None:
    below = [answered("low", LOW, "p"), answered("high", HIGH, "p"), answered("middle", MIDDLE)]
    each = found(release(unit("p"), *below))
    assert (each["low"].against.id, each["middle"].against.id) == ("p", ORGANISATION)
    assert each["low"].difference.value == pytest.approx(-each["high"].difference.value)
    # The organisation's rest is all of the division.
    assert each["middle"].difference.value == found(three())["middle"].difference.value


def test_a_group_that_stands_in_no_figure_is_contrasted_with_nobody_and_in_nobodys_rest() -> None:
    with_few, without = found(three(group("few", 3, 5))), found(three())
    assert set(with_few) == set(without)
    for name, contrast in with_few.items():
        assert contrast.difference == without[name].difference


@pytest.mark.parametrize("people", [["444444"] * 12, HIGH[:9]], ids=["one mind", "nine people"])
def test_a_coarse_group_has_no_test_of_its_own_but_stands_in_the_rest(people: list[str]) -> None:
    result = three(answered("coarse", people))
    each, without = found(result), found(three())
    assert set(each) == set(without)
    assert each["low"].difference != without["low"].difference


def test_a_coarse_group_stands_in_the_rest_with_the_pooled_spread() -> None:
    result = release(answered("low", LOW), group("alike", 12, 4), answered("middle", MIDDLE))
    pooled = sum(spread.sd for spread in result.spread.values()) / 3
    # Thirty-six people in two groups tell it.
    assert spread_of(result.unit("alike"), result) == pytest.approx((pooled, 34))
    few = release(answered("low", LOW), group("alike", 12, 4))
    # Only eighteen could tell it; below thirty it is taken to be a level.
    assert spread_of(few.unit("alike"), few) == (1.0, inf)
    untold = result.model_copy(update={"spread": {}})
    assert spread_of(untold.unit("alike"), untold) == (1.0, inf)
    middle, low = result.unit("middle"), estimate_of(result.unit("low"), result)
    assert low is not None
    assert low.se is not None
    within = (11 * pooled**2 + 17 * spread_of(middle, result)[0] ** 2) / 28
    error = sqrt(low.se**2 + within / 30 * 0.4)
    assert found(result)["low"].difference.se == pytest.approx(error)


def test_a_group_that_is_not_coarse_has_its_own_spread() -> None:
    wide = ["111112", "555554", "222223", "444443", "333334"] * 3
    result = three(answered("wide", wide))
    for name, people in {"low": LOW, "wide": wide}.items():
        sd, df = spread_of(result.unit(name), result)
        # From an error to two decimals.
        assert sd == pytest.approx(profile(people).sd, abs=0.03)
        assert df == len(people) - 1


def test_an_error_leaves_out_the_correction_for_people_who_were_not_asked_twice() -> None:
    result = release(unit("low", [sheet(answers) for answers in LOW], invited=20))
    low = result.unit("low")
    sd, _ = spread_of(low, result)
    for kept in (1.0, 0.5, 0.0):
        estimate = estimate_of(low, result, kept)
        assert estimate is not None
        assert estimate.se == pytest.approx(sd / sqrt(18) * sqrt(1 - 0.6 * 18 / 20 * kept))


def test_nothing_tells_how_far_the_people_of_a_coarse_group_lie_apart() -> None:
    alike = answered("small", ["333333"] * 8)
    apart = answered("small", ["333333"] * 2 + ["233333", "333334"] * 3)
    one, other = three(alike), three(apart)
    assert [c.difference for c in contrasts(one)] == [c.difference for c in contrasts(other)]
    assert one.welch == other.welch == three().welch


def test_a_pool_is_in_the_rest_and_has_no_contrast_of_its_own() -> None:
    pool = [answered("a", HIGH[:4]), answered("b", HIGH[4:8]), answered("c", HIGH[:4])]
    each = found(three(*pool))
    assert set(each) == {"low", "high", "middle"}
    assert each["low"].difference.value < found(three())["low"].difference.value


def test_a_coarse_group_without_a_mean_is_in_nobodys_rest() -> None:
    with_camps = three(answered("camps", list(SPLIT_IN_HALF)))
    assert with_camps.unit("camps").overall is not None
    for name, contrast in found(with_camps).items():
        assert contrast.difference == found(three())[name].difference


def test_the_only_child_has_no_rest() -> None:
    alone = release(answered("only", LOW))
    assert contrasts(alone) == ()
    assert alone.welch is None


@given(st.integers(1, 4), st.integers(0, 3))
def test_a_contrast_follows_from_the_release_as_it_is_kept(low: int, small: int) -> None:
    result = release(answered("low", LOW * low), answered("high", HIGH), group("small", 4 + small))
    again = Release.model_validate_json(result.model_dump_json())
    assert contrasts(again) == contrasts(result)


def test_a_mean_that_is_only_told_as_a_bound_takes_no_part() -> None:
    low = ["111111"] * 15 + ["111112", "111122", "112222"] * 5
    bottom = three(answered("bottom", low))
    capped = estimate_of(bottom.unit("bottom"), bottom)
    assert capped is not None
    assert capped.mean == 1.2
    each, without = found(bottom), found(three())
    assert set(each) == set(without)
    assert [each[name].difference for name in each] == [without[name].difference for name in each]
