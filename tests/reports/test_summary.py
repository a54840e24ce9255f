"""The page for the CIO: what it says of groups, and nothing that the answers do not carry."""

from dataclasses import replace

from app.advice.levels import load_advice
from app.advice.topics import load_topics
from app.reports.heatmap import build_heatmap
from app.reports.scope import scope_pages
from app.reports.summary import build_summary
from app.scoring.release import Release, compute_release
from tests.advice.builders import telecom
from tests.scoring.builders import SCALES, SPLIT_IN_HALF, group, sheet, unit


def release_of(*units) -> Release:  # type: ignore[no-untyped-def]
    return compute_release("Acme", units, SCALES, "test")


SPLIT = [unit(name, [sheet(one) for one in SPLIT_IN_HALF]) for name in ("b", "c")]


def test_one_settled_group_is_no_ground_for_a_project_of_all() -> None:
    summary = build_summary("Acme", release_of(group("a", 8), *SPLIT), load_advice())
    spread, together, _first = summary.sentences
    assert spread.startswith("Only A has a settled level: 3")
    assert together.startswith("There are no grounds yet for a project across groups; A alone")


def test_groups_without_a_settled_level_are_not_spoken_for() -> None:
    release = release_of(group("a", 8), group("d", 8), *SPLIT)
    together = build_summary("Acme", release, load_advice()).sentences[1]
    assert together.startswith("One Lean project for the groups with a settled level can take")


def test_differences_that_may_be_chance_are_called_so_on_the_first_page() -> None:
    alike = build_summary("Acme", release_of(group("a", 8), group("d", 8)), load_advice())
    assert any("may be chance" in line for line in alike.trust)


def test_a_group_stands_under_no_row_that_is_not_above_it() -> None:
    release = release_of(
        unit("p"),
        group("a", 8, parent="p"),
        group("b", 8, parent="p"),
        unit("q"),
        group("c", 8, parent="q"),
    )
    rows = {row.name: row.depth for row in build_heatmap(release, load_advice()).rows}
    assert rows == {"Acme": 0, "P": 1, "A": 2, "B": 2, "C": 1}


def test_the_summary_names_the_project_that_the_report_works_out() -> None:
    release = telecom()
    pages = scope_pages(release, load_topics(), load_advice(), {})
    assert pages.charter
    first = build_summary("Acme", release, load_advice(), pages.ranked).sentences[2]
    topic, _, _ = pages.charter.title.partition(":")
    assert first.startswith(f"First project: {topic[0].lower()}{topic[1:]} with ")
    others = len([one for one in pages.ranked if one.rank == pages.ranked[0].rank]) - 1
    assert f"{others} other topics suit them equally well" in first
    assert f"{others + 1} topics suit these groups equally well" in pages.choice
    assert "Meanwhile, Data Centre: map one frequent task, such as server provisioning" in first


def test_topics_of_which_the_same_is_said_are_told_together() -> None:
    pages = scope_pages(telecom(), load_topics(), load_advice(), {})
    told = [topic for rank in pages.ranks for topic, _basis in rank.topics]
    assert told == [one.topic for one in pages.candidates]
    assert len(pages.ranks) < len(pages.candidates)


def test_a_split_group_has_no_level_on_any_page() -> None:
    release = release_of(
        unit("p"),
        group("a", 8, parent="p"),
        *[unit(name, [sheet(one) for one in SPLIT_IN_HALF], parent="p") for name in ("b",)],
    )
    rows = {row.name: row for row in build_heatmap(release, load_advice()).rows}
    cells = rows["B"].cells
    assert {cell.level for cell in cells} == {None}
    assert all(cell.band and cell.note in ("split", "not settled") for cell in cells)
    assert "1 not settled" in rows["P"].summary or "1 not settled" in rows["Acme"].summary


def test_a_count_that_may_lack_some_says_so() -> None:
    release = release_of(
        unit("p"), *(group(name, size, parent="p") for name, size in (("a", 8), ("b", 3), ("c", 9)))
    )
    rows = {row.name: row for row in build_heatmap(release, load_advice()).rows}
    assert rows["P"].answered == "≥ 17"
    assert rows["A"].answered == "8"
    assert {cell.note for cell in rows["B"].cells} == {"fewer than 5 people"}


def test_level_one_speaks_of_tasks_of_the_groups_own_kind() -> None:
    desk = replace(group("desk", 8, 1), kind="service-desk")
    wide = [replace(group(name, 8, 3), kind="applications") for name in ("a", "b")]
    release = release_of(desk, *wide)
    pages = scope_pages(release, load_topics(), load_advice(), {})
    said = build_summary("Acme", release, load_advice(), pages.ranked).sentences
    assert "password resets" in said[1]
    assert "such as password resets" in said[2]
    assert "server provisioning" not in " ".join(said)


def test_where_nobody_can_cross_a_border_the_first_project_is_named_too() -> None:
    release = release_of(replace(group("desk", 8, 1), kind="service-desk"))
    pages = scope_pages(release, load_topics(), load_advice(), {})
    assert pages.charter
    first = build_summary("Acme", release, load_advice(), pages.ranked).sentences[2]
    assert first.startswith(f"First project: {pages.ranked[0].topic.title.lower()} with Desk.")
