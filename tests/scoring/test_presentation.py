"""Direction of statements, and sheets filled in without care: told only where nobody shows."""

from random import Random

import pytest

from app.maturity import ORIENTATIONS, Orientation
from app.questionnaires.presentation import PATTERNS
from app.scoring.figure import Mean
from app.scoring.presentation import direction_effects, shifts_by_careless
from app.scoring.release import Release
from app.scoring.scales import UnitAnswers, score_wave
from app.scoring.sheets import UNKNOWN, read_sheets
from tests.builders import marked
from tests.scoring.builders import SCALES, group, release, sheet, unit

CARELESS = "03"


def shown_as(pattern: int, level: int) -> str:
    return sheet(str(level) * 6, marks=f"{pattern}0")


def effects(*units: UnitAnswers) -> dict[Orientation, tuple[float | None, ...]]:
    return direction_effects(score_wave(units, SCALES), SCALES, 5)


def test_sheets_are_read_with_their_marks() -> None:
    table = read_sheets([marked("3" * 21, "40"), marked("2" * 21) * 2, ""], 21)
    assert table.levels.shape == (3, 21)
    assert table.owner.tolist() == [0, 1, 1]
    assert table.pattern.tolist() == [4, UNKNOWN, UNKNOWN]
    for page in range(3):
        up, down = table.rose(page)
        assert up.tolist() == [PATTERNS[4][page], False, False]
        assert down.tolist() == [not PATTERNS[4][page], False, False]


def test_text_that_is_not_whole_sheets_is_refused() -> None:
    with pytest.raises(ValueError, match="reshape"):
        read_sheets(["3" * 21], 21)


def test_the_effect_of_direction_is_the_difference_of_the_two_means() -> None:
    rising = next(n for n, pattern in enumerate(PATTERNS) if pattern[0])
    falling = next(n for n, pattern in enumerate(PATTERNS) if not pattern[0])
    people = [shown_as(rising, 3)] * 32 + [shown_as(falling, 2)] * 31
    found = effects(unit("a", people))
    assert found[Orientation.VALUE_STREAM] == (1.0,) * 6


def test_the_effect_of_direction_is_told_to_two_decimals() -> None:
    rising = next(n for n, pattern in enumerate(PATTERNS) if pattern[0])
    falling = next(n for n, pattern in enumerate(PATTERNS) if not pattern[0])
    people = [shown_as(rising, 3)] * 20 + [shown_as(rising, 2)] * 11 + [shown_as(falling, 3)] * 30
    # 11 of 31 lie a level below.
    assert effects(unit("a", people))[Orientation.VALUE_STREAM] == (-0.35,) * 6


def test_whoever_is_not_usable_is_in_no_effect() -> None:
    rising = next(n for n, pattern in enumerate(PATTERNS) if pattern[0])
    falling = next(n for n, pattern in enumerate(PATTERNS) if not pattern[0])
    people = [shown_as(rising, 3)] * 32 + [shown_as(falling, 2)] * 31
    few = [sheet("555---", "333333", "333333", marks=f"{rising}0")] * 9
    found = effects(unit("a", people + few))
    assert found[Orientation.VALUE_STREAM] == effects(unit("a", people))[Orientation.VALUE_STREAM]


def test_whoever_stands_in_no_cell_is_in_no_effect() -> None:
    rising = next(n for n, pattern in enumerate(PATTERNS) if pattern[0])
    falling = next(n for n, pattern in enumerate(PATTERNS) if not pattern[0])
    people = [shown_as(rising, 3)] * 32 + [shown_as(falling, 2)] * 31
    few = unit("b", [shown_as(rising, 5)] * 2 + [shown_as(falling, 1)] * 2)
    assert effects(unit("a", people), few) == effects(unit("a", people))


def test_under_thirty_answers_a_way_nothing_is_told() -> None:
    people = [shown_as(n % 6, 3) for n in range(58)]
    assert effects(unit("a", people)) == {}


def test_arms_that_single_out_a_few_of_a_group_are_not_told() -> None:
    rising = next(n for n, pattern in enumerate(PATTERNS) if all(pattern[:1]))
    falling = next(n for n, pattern in enumerate(PATTERNS) if not pattern[0])
    # Each group is nearly all on one side: 4 people are on the other sides together.
    first = unit("a", [shown_as(rising, 3)] * 40 + [shown_as(falling, 2)] * 2)
    other = unit("b", [shown_as(falling, 3)] * 40 + [shown_as(rising, 2)] * 2)
    assert Orientation.VALUE_STREAM not in effects(first, other)


def test_people_who_left_an_item_open_do_not_hide_one_who_did_not() -> None:
    rising = next(n for n, pattern in enumerate(PATTERNS) if pattern[0])
    falling = next(n for n, pattern in enumerate(PATTERNS) if not pattern[0])
    blank = sheet("------", "333333", "333333", marks=f"{falling}0")
    first = unit("a", [shown_as(rising, 3)] * 30 + [shown_as(falling, 1)] + [blank] * 4)
    other = unit("b", [shown_as(falling, 3)] * 30)
    assert Orientation.VALUE_STREAM not in effects(first, other)


def careless(level: int, count: int) -> list[str]:
    return [sheet(str(level) * 6, marks=CARELESS)] * count


def test_careless_sheets_count_nowhere_but_in_how_many_answered() -> None:
    made = release(unit("a", [sheet("333333")] * 8 + careless(5, 2)))
    a = made.unit("a")
    assert a.answered == 10
    assert {profile.n for profile in a.profiles.values()} == {8}
    assert {profile.mean for profile in a.profiles.values()} == {Mean(value=3.0)}


@pytest.mark.parametrize(
    ("count", "told", "moves"), [(0, 0, False), (4, None, False), (9, 9, False), (10, 10, True)]
)
def test_careless_sheets_are_told_from_k_on_and_their_effect_from_ten_on(
    count: int, told: int | None, moves: bool
) -> None:
    made = release(unit("a", [sheet("333333")] * 10 + careless(5, count)))
    assert made.careless == told
    assert bool(made.careless_shift) is moves
    if moves:
        shift = (10 * 3 + 5 * count) / (10 + count) - 3
        assert made.careless_shift == dict.fromkeys(ORIENTATIONS, pytest.approx(shift))


def test_a_higher_k_tells_less_of_careless_sheets() -> None:
    units = unit("a", [sheet("333333")] * 20 + careless(5, 11))
    assert release(units, k=11).careless == 11
    assert release(units, k=12).careless is None
    assert not release(units, k=12).careless_shift


def test_the_shift_counts_only_careless_sheets_that_are_usable() -> None:
    blank = [sheet("333333", customer="33????", marks=CARELESS)] * 4
    made = release(unit("a", [sheet("333333")] * 10 + careless(5, 9) + blank))
    assert set(made.careless_shift) == {Orientation.VALUE_STREAM, Orientation.MEASUREMENT}
    # Nine people at 5 and four at 3 beside ten at 3.
    assert made.careless_shift[Orientation.VALUE_STREAM] == round(18 / 23, 1)


def test_a_group_of_which_only_the_careless_make_k_is_not_shown() -> None:
    made = release(group("b", 8), unit("a", [sheet("333333")] * 4 + careless(5, 3)))
    assert made.unit("a").profiles == {}


def test_careless_sheets_of_groups_that_stand_in_no_figure_are_not_counted() -> None:
    units = (group("b", 8, 3), unit("a", careless(5, 12)))
    wave = score_wave(units, SCALES)
    assert release(*units).careless == 0
    assert shifts_by_careless(units, SCALES, wave, 5) == {}
    # Nor do they move anything where others are counted.
    some = unit("c", [sheet("333333")] * 10 + careless(5, 10))
    assert release(some, units[1]).careless_shift == release(some).careless_shift
    assert release(some).careless_shift
    pooled = (group("b", 8, 3), unit("a", [sheet("333333")] * 3 + careless(5, 12)), group("c", 2))
    assert release(*pooled).careless == 12
    assert release(*pooled).careless_shift


def test_the_release_keeps_both_through_json() -> None:
    chance = Random(1)
    people = [shown_as(chance.randrange(6), chance.choice((2, 3, 4))) for _ in range(80)]
    made = release(unit("a", people + careless(5, 12)))
    assert made.direction
    assert made.careless_shift
    assert Release.model_validate_json(made.model_dump_json()) == made
