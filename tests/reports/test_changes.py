"""What changed since the wave before, as it is read: the organisation first, falls before gains."""

from dataclasses import replace
from random import Random

import pytest

from app.advice.levels import load_advice
from app.reports.annex import build_annex
from app.reports.changes import REASONS, change_table, changes_in_words
from app.reports.report import build_report
from app.reports.summary import build_summary
from app.scoring.change import Change, Changes, Moved, Reason, changes_between
from app.scoring.difference import Difference
from app.scoring.release import Release
from app.scoring.scales import UnitAnswers
from tests.advice.builders import result
from tests.builders import NOW
from tests.scoring.builders import SPLIT_IN_HALF, group, release, sheet, unit

ADVICE = load_advice()


def move(
    name: str,
    value: float,
    said: Moved,
    *,
    visible: float = 0.4,
    or_more: bool = False,
    level: bool = False,
) -> Change:
    found = Difference(value=value, se=0.2, df=22, interval=(value - 0.4, value + 0.4))
    return Change(result(name), found, visible, said, or_more, is_of_level=level)


def changes(
    *groups: Change,
    together: float | None = -0.34,
    by_chance: float = 0.6,
    left: tuple[tuple[str, Reason], ...] = (),
) -> Changes:
    whole = None
    if together is not None:
        interval = (together - 0.27, together + 0.27)
        whole = Difference(value=together, se=0.13, df=90, interval=interval)
    not_compared = tuple((result(name), why) for name, why in left)
    return Changes(whole, groups, not_compared, by_chance)


ALL = (
    "Since the wave before, all groups that can be compared ({}), taken together: −0.3 levels "
    "(95 % interval −0.6 to −0.1)."
)


def test_a_fall_a_gain_and_no_visible_change() -> None:
    found = changes(
        move("ERP", -0.8, Moved.MOVED, level=True),
        move("Desk", 0.5, Moved.MOVED),
        move("Network", -0.2, Moved.NOT_SEEN, visible=0.42),
        move("Data centre", 0.1, Moved.NOT_SEEN, visible=0.55),
    )
    assert changes_in_words(found) == (
        ALL.format(4),
        "Moved: ERP (−0.8, to another level) and Desk (+0.5). No visible change: Network and Data "
        "centre (moves of under 0.4–0.6 of a level cannot be seen).",
    )


@pytest.mark.parametrize(
    ("lines", "by_chance", "said"),
    [
        (1, 0.6, "Most such lines come by chance alone."),
        (2, 0.6, "About one in 3 such lines is chance."),
        (1, 4 * (1 - 0.95), "About one in 5 such lines is chance."),
        (1, 1.5, "As many such lines come by chance alone."),
        (2, 2.0, "As many such lines come by chance alone."),
    ],
)
def test_who_perhaps_moved_is_told_with_how_many_such_lines_are_chance(
    lines: int, by_chance: float, said: str
) -> None:
    perhaps = [move(name, -0.4, Moved.PERHAPS) for name in ("ERP", "Desk")[:lines]]
    (_all, text) = changes_in_words(changes(*perhaps, by_chance=by_chance))
    names = ("ERP (−0.4)", "ERP (−0.4) and Desk (−0.4)")[lines - 1]
    assert text == f"Perhaps moved: {names}. {said}"


def test_one_smallest_visible_move_is_told_as_one_figure() -> None:
    still = [move(name, 0.0, Moved.NOT_SEEN, visible=v) for name, v in (("A", 0.31), ("B", 0.34))]
    (_all, text) = changes_in_words(changes(*still))
    assert text == "No visible change: A and B (moves of under 0.3 of a level cannot be seen)."


@pytest.mark.parametrize(
    ("value", "or_more", "said"), [(-0.9, True, "A (−0.9 or more)"), (0.9, False, "A (+0.9)")]
)
def test_a_move_of_a_mean_that_is_only_a_bound_is_a_bound_and_has_no_interval(
    value: float, *, or_more: bool, said: str
) -> None:
    found = changes(move("A", value, Moved.MOVED, or_more=or_more))
    assert changes_in_words(found)[1] == f"Moved: {said}."
    _together, row = change_table(found).rows
    assert row[1] == said.removeprefix("A (").removesuffix(")")
    assert (row[2] == "–") is or_more


def test_who_is_not_compared_is_named_with_the_reason() -> None:
    left = (
        ("Old", Reason.ENDED),
        ("New", Reason.NEW),
        ("Lab", Reason.OTHER_KIND),
        ("Small", Reason.NOT_ALONE),
        ("Tiny", Reason.NOT_ALONE),
        ("Quiet", Reason.NO_LEVEL),
        ("Camps", Reason.TWO_CAMPS),
        ("End", Reason.BOUND),
    )
    assert changes_in_words(changes(together=None, left=left)) == (
        "No group can be compared with the wave before.",
        "Not compared: New (asked for the first time); Old (not asked this time); Lab (asked as "
        "another kind of group); Small and Tiny (not shown alone in both waves); Quiet (under "
        "40 % answered, or no mean to compare, in one of the waves); Camps (two camps in one of "
        "the waves); End (too near an end of the scale: its mean is only told as a bound).",
    )
    assert set(REASONS) == set(Reason)


def test_a_wave_in_which_all_are_compared_leaves_nobody_out() -> None:
    assert len(changes_in_words(changes(move("A", 0.0, Moved.NOT_SEEN)))) == 2


# From here on two waves are scored.


def members(level: int, count: int = 24) -> list[str]:
    """Make people around a level, spread as people of one group are."""
    chance = Random(1)
    near = [level - 1, level, level, level, level + 1]
    return [
        sheet("".join(str(max(1, min(5, own + chance.choice((0, 0, 0, 1))))) for _ in range(6)))
        for own in (chance.choice(near) for _ in range(count))
    ]


def wave(**levels: int) -> Release:
    units: list[UnitAnswers] = [unit(name, members(level)) for name, level in levels.items()]
    return release(*units)


def said(now: Release, before: Release) -> tuple[str, ...]:
    return changes_in_words(changes_between(now, before))


def test_the_organisation_comes_first_and_falls_before_gains() -> None:
    assert said(wave(a=4, b=2, c=3), wave(a=2, b=4, c=3)) == (
        "Since the wave before, all groups that can be compared (3), taken together: 0.0 levels "
        "(95 % interval −0.2 to +0.2).",
        "Moved: B (−1.9, to another level) and A (+1.9, to another level). No visible change: C "
        "(moves of under 0.4 of a level cannot be seen).",
    )


def test_nothing_is_said_to_have_moved_where_nothing_moved() -> None:
    together, groups = said(wave(a=3, b=2), wave(a=3, b=2))
    assert "taken together: 0.0 levels" in together
    assert groups.startswith("No visible change: A and B (moves of under 0.")


def test_every_group_of_either_wave_is_named_once() -> None:
    camps = [sheet(one) for one in SPLIT_IN_HALF]
    before = release(
        unit("a", members(3)), unit("b", members(3)), group("d", 3), group("gone", 9),
        group("e", 9), unit("f", [sheet("333333")] * 9, invited=30),
    )  # fmt: skip
    now = release(
        unit("a", members(3)), unit("b", camps), unit("c", members(2)), group("d", 9),
        replace(group("e", 9), kind="network"), unit("f", [sheet("333333")] * 9),
    )  # fmt: skip
    _together, groups, left = said(now, before)
    assert groups.startswith("No visible change: A (")
    assert left == (
        "Not compared: C (asked for the first time); Gone (not asked this time); E (asked as "
        "another kind of group); D (not shown alone in both waves); F (under 40 % answered, or no "
        "mean to compare, in one of the waves); B (two camps in one of the waves)."
    )


def test_where_no_group_can_be_compared_just_that_is_said() -> None:
    assert said(wave(new=3), wave(old=3)) == (
        "No group can be compared with the wave before.",
        "Not compared: New (asked for the first time); Old (not asked this time).",
    )


def test_a_fall_from_the_highest_mean_may_be_larger_than_is_told() -> None:
    assert said(release(group("a", 30, 3)), release(group("a", 30, 5))) == (
        "Moved: A (−1.8 or more, to another level).",
    )


def test_what_all_moved_together_leaves_out_who_moved_so_far_or_more_and_says_so() -> None:
    now, before = (release(group("a", 30, level), unit("b", members(3))) for level in (3, 5))
    together, *_groups = said(now, before)
    assert "all groups that can be compared but those with “or more” (1), taken" in together
    rows = [row[0] for row in change_table(changes_between(now, before)).rows]
    assert rows == ["All compared groups but those with “or more”, together", "A", "B"]


def test_the_table_names_every_group_and_what_could_be_seen() -> None:
    now, before = wave(a=4, b=2, new=3), wave(a=2, b=2, old=3)
    table = change_table(changes_between(now, before))
    rows = {row[0]: row[1:] for row in table.rows}
    assert list(rows) == ["All compared groups together", "A", "B", "New", "Old"]
    assert rows["A"][-1] == "moved, to another level"
    assert rows["B"][-1] == "no visible change"
    assert float(rows["B"][2]) >= 0.3
    assert rows["New"] == ("–", "–", "–", "asked for the first time")
    assert rows["Old"] == ("–", "–", "–", "not asked this time")


def test_a_pool_is_compared_where_it_is_made_of_the_same_groups() -> None:
    pool = [group("b", 4, 3), group("c", 4, 3)]
    other = [group("b", 4, 3), group("d", 4, 3)]
    assert said(release(*pool), release(*pool))[1].startswith(
        "No visible change: “B and C together”"
    )
    _nobody, left = said(release(*pool), release(*other))
    assert "B and C together" not in left
    assert "B (not shown alone in both waves)" in left
    assert "C (asked for the first time)" in left
    assert "D (not asked this time)" in left


def test_a_frame_is_neither_compared_nor_left_out() -> None:
    made = release(unit("division"), *(group(name, 12, 3, parent="division") for name in "ab"))
    rows = [row[0] for row in change_table(changes_between(made, made)).rows]
    assert rows == ["All compared groups together", "A", "B"]


def test_summary_and_annex_tell_the_same_of_the_waves() -> None:
    now, before = wave(a=4, b=2, new=3), wave(a=2, b=2, old=3)
    sentences = build_summary("Acme", now, ADVICE, earlier=before).sentences
    assert sentences[-3:] == said(now, before)
    assert build_annex(now, before).tables[0] == change_table(changes_between(now, before))


def test_a_first_wave_says_nothing_of_changes_nor_does_one_that_asked_something_else() -> None:
    now = wave(a=4)
    assert not any("wave before" in one for one in build_summary("Acme", now, ADVICE).sentences)
    facets = {scale: tuple(f"other {n}" for n in range(6)) for scale in now.facets}
    other = wave(a=2).model_copy(update={"facets": facets})
    report = build_report("Acme", 2, NOW, now, ADVICE, other)
    assert not any("wave before" in one for one in report.summary.sentences)
    assert report.annex.tables[0].title != "Since the wave before"
