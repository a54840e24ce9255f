"""The method annex: complete for large groups, coarse or silent for small ones."""

from random import Random

from app.advice.levels import load_advice
from app.reports.annex import Annex, build_annex
from app.reports.differences import Differing, how_groups_differ
from app.reports.summary import build_summary
from app.scoring.contrast import contrasts
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
        "Answers at a level or above",
        "What the silent and the undecided leave open",
        "How alike members of a group answer",
        "Willing to take part",
        "How well the questions tell groups apart",
        "How far people of one group lie apart",
        "Each group against the rest of its parent",
    ]
    assert all(len(row) == len(table.columns) for table in annex.tables for row in table.rows)
    reliability = annex.tables[5].rows[0]
    assert "–" not in reliability, "66 complete sheets are enough for alpha and omega"
    assert how_groups_differ(large()) is Differing.RELIABLY
    assert "more than chance" in annex.verdict


def test_groups_alike_are_not_to_be_ranked() -> None:
    alike = release(*(unit(f"group {n}", people(3, 22)) for n in range(3)))
    assert how_groups_differ(alike) is Differing.PERHAPS_BY_CHANCE
    assert "within the noise" in build_annex(alike).verdict


def test_nothing_is_called_clearly_higher_where_one_orientation_may_differ_by_chance() -> None:
    def members(level: int) -> list[str]:
        return [
            sheet(
                f"{level}" * (6 - number % 4) + f"{level + 1}" * (number % 4),
                "33333" + "234"[number % 3],
                "333" + "324"[number % 3] * 3,
            )
            for number in range(24)
        ]

    found = release(*(unit(f"group {level}", members(level)) for level in (1, 3, 4)))
    assert how_groups_differ(found) is Differing.PERHAPS_BY_CHANCE
    assert any(contrast.clear for contrast in contrasts(found))
    assert "clearly" not in texts(build_annex(found))
    assert "very differently" not in build_summary("Acme", found, load_advice()).sentences[0]


def test_where_no_two_groups_can_be_compared_nothing_is_said_of_their_differences() -> None:
    alone = release(unit("one", people(3, 22)), group("small", 6))
    assert how_groups_differ(alone) is Differing.UNKNOWN
    assert "cannot be tested" in build_annex(alone).verdict


def test_a_coarse_group_has_no_error_interval_agreement_or_test() -> None:
    nearly = unit("nearly", [sheet("444444")] * 8 + [sheet("444443")] * 4)
    made = release(group("small", 6, level=4), nearly, *(unit(n, people(2, 22)) for n in "xy"))
    tables = {table.title: table for table in build_annex(made).tables}
    rows = {t: {row[0]: row for row in table.rows} for t, table in tables.items()}
    for name, n, mean, least in (("Small", "6", "4.0", 25), ("Nearly", "12", "3.9", 15)):
        assert rows["How sure each level is"][name] == (name, n, mean, "–", "–")
        left_open = rows["What the silent and the undecided leave open"][name]
        assert left_open == (name, "–", f"{mean}–{mean}", "under 10 %")
        shares = rows["Answers at a level or above"][name]
        assert shares == (name, *[f"over {100 - least} %"] * 3, f"under {least} %")
        assert rows["Willing to take part"][name][3] == "–"
        assert name not in rows["How alike members of a group answer"]
        assert name not in rows["Each group against the rest of its parent"]
    assert "X" in rows["Each group against the rest of its parent"]


def test_a_group_that_is_not_shown_is_nowhere_in_the_annex() -> None:
    annex = build_annex(release(group("hidden", 4), unit("large", people(2, 12))))
    assert "Hidden" not in texts(annex)


def test_an_empty_wave_has_an_empty_annex() -> None:
    (spread,) = build_annex(release(unit("nobody", invited=9))).tables
    assert {row[1:] for row in spread.rows} == {("1.00", "–")}, "it is assumed"


def test_single_questions_are_those_of_the_organisation() -> None:
    names = [f"question {n}" for n in range(21)]
    units = [unit("a", people(3, 24))]
    found = compute_release("Acme", units, SCALES, "digest", facets=names)
    table = build_annex(found).tables[-1]
    assert table.title == "Single questions, all groups together"
    assert table.rows[0][0] == "Value stream: question 0"
    assert table.columns == ("Question", "n", "mean"), "and no level of all groups together"
    assert table.note.startswith("From fifteen answers on"), "as all groups together ask for"
    assert len(table.rows) == 21
    assert all(float(row[2]) > 1 for row in table.rows[:18])
    # Of acceptance, on which all are of one mind, no mean.
    assert {row[1:] for row in table.rows[18:]} == {("24", "–")}
