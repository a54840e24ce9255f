"""Groups that are told only together: a row like a group, and by name in no project or hand-off."""

import pytest

from app.advice.handoffs import handoff_map
from app.advice.levels import load_advice
from app.advice.portfolio import portfolio
from app.advice.practices import practice_overlay
from app.advice.topics import load_topics
from app.reports.annex import build_annex
from app.reports.archives import shown_release
from app.reports.charts import heatmap_plotly
from app.reports.heatmap import HeatmapRow, build_heatmap
from app.reports.report import Report, build_report
from app.reports.scope import scope_pages
from app.reports.trust import trust_lines
from app.scoring.release import Release
from tests.builders import NOW
from tests.scoring.builders import SPLIT_IN_HALF, group, release, sheet, unit

ADVICE = load_advice()

#: Two pools: B and C in a division; and at the top what is too small even in its division.
POOLED = release(
    unit("division"),
    group("a", 12, 2, parent="division"),
    group("b", 3, 4, parent="division"),
    group("c", 4, 4, parent="division"),
    unit("office"),
    group("d", 2, 3, parent="office"),
    group("e", 4, 3),
    group("f", 9, 3),
)
FIRST, SECOND = "B and C together", "D and E together"
MEMBERS = ["B", "C", "D", "E"]


def rows_of(found: Release) -> dict[str, HeatmapRow]:
    return {row.name: row for row in build_heatmap(found, ADVICE).rows}


def report_of(found: Release) -> Report:
    return build_report("Acme", 1, NOW, found, ADVICE)


def test_a_pool_is_a_row_of_the_heatmap_under_the_unit_in_which_it_stands() -> None:
    rows = rows_of(POOLED)
    assert [(row.name, row.depth) for row in rows.values()] == [
        ("Acme", 0),
        ("Division", 1),
        ("A", 2),
        ("B", 2),
        ("C", 2),
        (FIRST, 2),
        ("Office", 1),
        ("D", 2),
        ("E", 1),
        ("F", 1),
        (SECOND, 1),
    ]
    pool = rows[FIRST]
    assert [(cell.level, cell.band, cell.mean) for cell in pool.cells] == [(4, "4", "4.0")] * 4
    assert (pool.answered, pool.invited, pool.rate) == ("7", 7, "100 %")
    assert pool.willing == "would take part"


@pytest.mark.parametrize("name", MEMBERS)
def test_of_a_group_in_a_pool_nothing_is_told_but_that(name: str) -> None:
    row = rows_of(POOLED)[name]
    assert row.reason == "shown only together with others"
    assert (row.answered, row.rate, row.willing, row.willing_note) == ("–", "", "", "")


def test_a_pool_counts_once_in_the_strips_above_it_and_its_groups_do_not() -> None:
    rows = rows_of(POOLED)
    assert rows["Division"].summary == "1 at level 2, 1 at level 4"
    assert rows["Office"].summary == "no group with a level"
    assert rows["Acme"].summary == "1 at level 2, 2 at level 3, 1 at level 4"


def test_a_pool_has_a_page_that_names_its_groups_and_these_have_none() -> None:
    pages = {page.name: page for page in report_of(POOLED).units}
    assert set(pages) == {"A", FIRST, "F", SECOND}
    page = pages[FIRST]
    assert (page.members, page.above, page.level) == ("B and C", "Division", 4)
    assert page.response == "7 of 7 answered (100 %)"
    assert page.willing == "would take part (7 answers)"
    assert pages["A"].members == ""


def test_trust_lines_count_pools_as_rows_and_name_the_groups_inside() -> None:
    lines = trust_lines(POOLED)
    assert lines[0].endswith(": 4. Surely at one level: 4; at one or the next: 0; not settled: 0.")
    assert "Shown only together with others: B, C, D and E." in lines
    assert not any("to show alone" in line for line in lines)


def test_a_pool_is_in_the_tables_of_the_annex_and_its_groups_are_not() -> None:
    heads = {row[0] for table in build_annex(POOLED).tables for row in table.rows}
    assert {FIRST, SECOND} <= heads
    assert not heads & set(MEMBERS)


def test_chart_and_archive_have_a_pool_with_its_level_and_its_groups_without_one() -> None:
    heatmap = build_heatmap(POOLED, ADVICE)
    (trace,) = heatmap_plotly(heatmap)["data"]
    names = {row.unit_id: row.name for row in heatmap.rows}
    levels = dict(zip([names[one] for one in trace["y"]], trace["z"], strict=True))
    assert levels[FIRST] == [4] * 4
    assert levels["B"] == [None] * 4
    told = shown_release(POOLED)["units"]
    assert isinstance(told, list)
    entries = {entry["name"]: entry for entry in told}
    assert entries[FIRST]["groups"] == ["B", "C"]
    assert entries[FIRST]["overall"]["level"] == 4
    assert (entries["B"]["overall"], entries["B"]["orientations"]) == (None, {})
    assert (entries["B"]["answered"], entries["B"]["willing"]) == (None, None)


def test_neither_a_pool_nor_its_groups_take_part_in_anything_by_name() -> None:
    candidates = portfolio(POOLED, load_topics())
    assert candidates
    assert {fit.unit.name for one in candidates for fit in one.joining} == {"A", "F"}
    assert not any("together" in one.line.text for one in candidates)
    path = handoff_map(POOLED)
    ends = [end.unit.name for one in path.handoffs for end in (one.giver, one.taker) if end]
    assert not {FIRST, SECOND, *MEMBERS} & set(ends)
    assert {one.unit.name: one.level for one in path.placed if one.level} == {"A": 2, "F": 3}
    overlay = practice_overlay(POOLED, ADVICE)
    assert [row.unit.name for row in overlay.rows if row.level] == ["A", "F"]
    assert not {FIRST, SECOND} & {row.unit.name for row in overlay.rows}


def test_the_first_project_asks_the_groups_of_a_pool_in_person() -> None:
    charter = scope_pages(POOLED, load_topics(), ADVICE, {}).charter
    assert charter
    assert {name for name, _line in charter.participants} <= {"A", "F"}
    assert "since no level of theirs is known: B, C, D and E." in charter.outside


def test_a_pool_whose_members_lie_in_two_camps_is_split_like_a_group() -> None:
    low, high = [sheet("111111")] * 4, [sheet("555555")] * 4
    made = release(unit("a", low), unit("b", high), group("c", 9))
    rows = rows_of(made)
    assert {cell.note for cell in rows["A and B together"].cells} == {"split", "not settled"}
    assert rows["Acme"].summary == "1 at level 3, 1 not settled"
    (page,) = (page for page in report_of(made).units if page.members)
    assert page.headline == "Split on value stream, customer and measurement"


def test_a_pool_of_which_few_answered_has_no_level() -> None:
    few = [unit(name, [sheet("333333")] * 3, invited=20) for name in "ab"]
    made = release(*few, group("c", 9))
    row = rows_of(made)["A and B together"]
    assert row.reason == "no level named: under 40 % gave usable answers"
    said = "No level is named where under 40 % gave usable answers: “A and B together”."
    assert said in trust_lines(made)


def test_a_pool_names_who_was_asked_whoever_answered() -> None:
    with_silent = release(
        group("a", 3), unit("b", [sheet("333333")] * 4), unit("c", [], invited=3), group("d", 9)
    )
    (pool,) = (row for name, row in rows_of(with_silent).items() if "together" in name)
    assert pool.name == "A, B and C together"
    assert pool.answered == "7"


def test_many_small_groups_are_counted_in_the_name_of_their_pool() -> None:
    made = release(unit("ops"), *(group(name, 2, parent="ops") for name in "abcdefg"))
    assert "7 small groups of Ops together" in rows_of(made)


def test_where_only_a_pool_can_be_shown_its_groups_are_told_the_way_to_a_level_of_their_own() -> (
    None
):
    spread, first = report_of(release(group("a", 3), group("b", 4))).summary.sentences
    assert spread.startswith("A and B together stand at level 3, ")
    assert "put each together with a neighbour" in first
    camps = [unit(name, [sheet(one) for one in SPLIT_IN_HALF[::2]]) for name in "cd"]
    spread, _first = report_of(release(group("a", 3), group("b", 4), *camps)).summary.sentences
    assert spread.startswith("A, B, C and D together stand at")
    spread, _first = report_of(release(*camps)).summary.sentences
    assert spread.startswith("No group has a settled level yet")
