"""What changed since the wave before, as it is read: the organisation first, falls before gains."""

from random import Random

import pytest

from app.reports.changes import change_table, changes_in_words
from app.scoring.change import changes_between
from app.scoring.release import Release
from app.scoring.scales import UnitAnswers
from tests.scoring.builders import group, release, sheet, unit


def members(level: int, count: int = 24, seed: int = 1) -> list[str]:
    """Make people around a level, spread as people of one group are."""
    chance = Random(seed)
    near = [level - 1, level, level, level, level + 1]
    return [
        sheet("".join(str(max(1, min(5, own + chance.choice((0, 0, 0, 1))))) for _ in range(6)))
        for own in (chance.choice(near) for _ in range(count))
    ]


def wave(**levels: int) -> Release:
    units: list[UnitAnswers] = [unit(name, members(level)) for name, level in levels.items()]
    return release(*units)


def said(now: Release, before: Release) -> str:
    return " ".join(changes_in_words(changes_between(now, before)))


def test_a_fall_is_told_before_a_gain_and_both_after_the_organisation() -> None:
    text = said(wave(a=4, b=2, c=3), wave(a=2, b=4, c=3))
    assert text.startswith(
        "Since the wave before, all groups that can be compared (3), taken together: "
    )
    fall, gain = text.index("B (−"), text.index("A (+")
    assert text.index("taken together") < text.index("Moved: ") < fall < gain
    assert "No visible change: C (moves of under 0." in text


def test_nothing_moved_where_nothing_moved() -> None:
    text = said(wave(a=3, b=2), wave(a=3, b=2))
    assert "taken together: +0.0 of a level" in text
    assert "Moved" not in text
    assert "No visible change: A and B" in text


def test_every_group_that_is_not_compared_is_named_with_the_reason() -> None:
    camps = [sheet("111111"), sheet("555555")] * 6
    before = release(unit("a", members(3)), unit("b", members(3)), group("d", 3), group("gone", 9))
    now = release(unit("a", members(3)), unit("b", camps), unit("c", members(2)), group("d", 9))
    text = said(now, before)
    assert "C (asked for the first time)" in text
    assert "Gone (not asked this time)" in text
    assert "B (two camps in one of the waves)" in text
    assert "D (not shown alone in both waves)" in text


def test_where_no_group_can_be_compared_just_that_is_said() -> None:
    text = said(wave(new=3), wave(old=3))
    assert text.startswith("No group can be compared with the wave before. Not compared: New")


def test_a_move_from_a_mean_that_is_only_a_bound_is_a_bound() -> None:
    text = said(release(group("a", 30, 3)), release(group("a", 30, 5)))
    assert "A (−1.8 or more), a level" in text or "A (−1.8 or more)" in text


def test_the_table_names_every_group_and_what_could_be_seen() -> None:
    now, before = wave(a=4, b=2, new=3), wave(a=2, b=2, old=3)
    table = change_table(changes_between(now, before))
    rows = {row[0]: row[1:] for row in table.rows}
    assert list(rows) == ["All compared groups together", "A", "B", "New", "Old"]
    assert rows["A"][-1].startswith("moved")
    assert rows["B"][-1] == "no visible change"
    assert float(rows["B"][2]) >= 0.3
    assert rows["New"] == ("–", "–", "–", "asked for the first time")


@pytest.mark.parametrize("levels", [(4, 2), (2, 4)])
def test_a_move_of_a_level_is_told_where_the_bands_lie_apart(levels: tuple[int, int]) -> None:
    now, before = (release(unit("a", members(level, 40))) for level in levels)
    (change,) = changes_between(now, before).groups
    assert change.is_of_level
    assert "a level" in said(now, before)


def test_a_pool_is_compared_where_it_is_made_of_the_same_groups() -> None:
    pool = [group("b", 4, 3), group("c", 4, 3)]
    other = [group("b", 4, 3), group("d", 4, 3)]
    assert "B and C together" in said(release(*pool), release(*pool))
    text = said(release(*pool), release(*other))
    assert "B and C together" not in text
    assert "B (not shown alone in both waves)" in text
