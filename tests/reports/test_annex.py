"""The method annex: complete for large groups, coarse or silent for small ones."""

from random import Random

from app.advice.levels import load_advice
from app.reports.annex import Annex, build_annex
from app.reports.differences import Differing, changes_in_words, how_groups_differ
from app.reports.shown import shown_spread
from app.reports.summary import build_summary
from app.scoring.release import Release, compute_release
from tests.scoring.builders import SCALES, group, release, sheet, unit


def people(level: int, count: int) -> list[str]:
    chance = Random(100 * level + count)
    levels = [level, level, level, min(5, level + 1), max(1, level - 1)]
    return [sheet("".join(str(chance.choice(levels)) for _ in range(6))) for _ in range(count)]


def large() -> Release:
    return release(*(unit(f"group {level}", people(level, 22)) for level in (1, 3, 5)))


def texts(annex: Annex) -> str:
    return "\n".join(" | ".join(row) for table in annex.tables for row in table.rows)


def test_large_groups_have_every_statistic() -> None:
    annex = build_annex(large())
    assert [table.title for table in annex.tables] == [
        "How sure each level is",
        "What the silent and the undecided leave open",
        "How alike members of a group answer",
        "How well the questions tell groups apart",
        "Each group against the rest of its parent",
    ]
    assert all(len(row) == len(table.columns) for table in annex.tables for row in table.rows)
    reliability = annex.tables[3].rows[0]
    assert "–" not in reliability, "66 complete sheets are enough for alpha and omega"
    assert how_groups_differ(large()) is Differing.RELIABLY
    assert "more than chance" in annex.verdict


def test_groups_alike_are_not_to_be_ranked() -> None:
    alike = release(*(unit(f"group {n}", people(3, 12)) for n in range(3)))
    assert how_groups_differ(alike) is Differing.PERHAPS_BY_CHANCE
    assert "within the noise" in build_annex(alike).verdict


def test_nothing_is_called_clearly_higher_where_one_orientation_may_differ_by_chance() -> None:
    def members(level: int) -> list[str]:
        return [
            sheet(
                f"{level}" * 5 + str(level + number % 2),
                "33333" + "234"[number % 3],
                "333" + "324"[number % 3] * 3,
            )
            for number in range(14)
        ]

    found = release(*(unit(f"group {level}", members(level)) for level in (1, 3, 4)))
    assert how_groups_differ(found) is Differing.PERHAPS_BY_CHANCE
    assert any(contrast.clear for contrast in found.contrasts)
    assert "clearly" not in texts(build_annex(found))
    assert "very differently" not in build_summary("Acme", found, load_advice()).sentences[0]


def test_where_no_two_groups_can_be_compared_nothing_is_said_of_their_differences() -> None:
    alone = release(unit("one", people(3, 12)), group("small", 6))
    assert how_groups_differ(alone) is Differing.UNKNOWN
    assert "cannot be tested" in build_annex(alone).verdict


def test_a_small_unanimous_group_is_not_given_away() -> None:
    annex = build_annex(release(group("small", 6, level=4), unit("large", people(2, 12))))
    (row,) = (row for row in annex.tables[0].rows if row[0] == "Small")
    assert row == ("Small", "6", "< 0.10", "< 0.10", "–")
    assert ("Small", "–", "–", "0 %") in annex.tables[1].rows
    assert [row[0] for row in annex.tables[2].rows] == ["Large"]
    # Large's difference from the rest would be Small's mean; its variance, that of one mind.
    assert [table.title for table in annex.tables[3:]] == []


def test_a_group_that_is_not_shown_is_nowhere_in_the_annex() -> None:
    annex = build_annex(release(group("hidden", 4), unit("large", people(2, 12))))
    assert "Hidden" not in texts(annex)


def test_an_empty_wave_has_an_empty_annex() -> None:
    assert build_annex(release(unit("nobody", invited=9))).tables == ()


def test_what_is_not_defined_is_a_dash() -> None:
    assert shown_spread(None, coarse=True) == "–"
    assert shown_spread(-0.03, coarse=False) == "-0.03"


def test_a_later_wave_says_what_changed_and_what_could_be_seen() -> None:
    def wave(*levels: int) -> Release:
        names = ("a", "b", "c")
        return release(
            *(unit(name, people(level, 12)) for name, level in zip(names, levels, strict=True)),
            group("small", 6, level=levels[0]),
        )

    later = build_annex(wave(4, 3, 2), wave(2, 3, 2)).tables[-1]
    assert later.title == "Since the wave before"
    readings = {row[0]: row[-1] for row in later.rows}
    assert readings["A"] == "changed, moved a level"
    assert readings["C"] == "no change seen"
    assert "Small" not in readings
    assert all(float(row[3]) > 0 for row in later.rows)


def test_a_parent_is_compared_with_the_same_groups_inside_only() -> None:
    def wave(*names: str) -> Release:
        groups = [unit(name, people(3, 12), parent="p") for name in names]
        return release(unit("p"), *groups, unit("z", people(2, 12)))

    now, before = wave("a", "b", "c"), wave("a", "b")
    readings = {row[0]: row[1:] for row in build_annex(now, before).tables[-1].rows}
    assert readings["P"] == ("–", "–", "–", "other groups inside than before")
    assert readings["A"][-1] == "no change seen"
    assert changes_in_words(now, before).startswith(
        "Since the wave before none of the groups that can be compared (A, B and Z)"
    )


def test_single_questions_are_those_of_the_organisation() -> None:
    names = [f"question {n}" for n in range(21)]
    units = [unit("a", people(3, 14))]
    found = compute_release("Acme", units, SCALES, "digest", facets=names)
    table = build_annex(found).tables[-1]
    assert table.title == "Single questions, all groups together"
    assert table.rows[0][0] == "Value stream: question 0"
    # Not those of acceptance, on which all have the same score.
    assert len(table.rows) == 18
