"""The page for the CIO: what it says of groups, and nothing that the answers do not carry."""

from app.advice.levels import load_advice
from app.reports.heatmap import build_heatmap
from app.reports.summary import build_summary
from app.scoring.release import Release, compute_release
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
