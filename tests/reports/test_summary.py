"""The page for the CIO: what it says of groups, and nothing that the answers do not carry."""

from dataclasses import replace

import pytest

from app.advice.levels import load_advice
from app.advice.portfolio import portfolio
from app.advice.topics import load_topics
from app.reports.heatmap import build_heatmap
from app.reports.lines import Edit
from app.reports.scope import scope_pages
from app.reports.summary import build_summary
from app.scoring.release import Release, compute_release
from app.scoring.scales import UnitAnswers
from tests.advice.builders import telecom
from tests.builders import NOW
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
    people = [sheet(answers) for answers in ("333334", "333332", "333344", "333322")] * 6
    alike = release_of(unit("a", people), unit("d", people))
    trust = build_summary("Acme", alike, load_advice()).trust
    assert any("may be chance" in line for line in trust)
    small = build_summary("Acme", release_of(group("a", 8), group("d", 8)), load_advice()).trust
    assert any("cannot be tested" in line for line in small)


def test_a_group_stands_under_no_row_that_is_not_above_it() -> None:
    release = release_of(
        unit("p"),
        group("a", 8, parent="p"),
        group("b", 8, parent="p"),
        unit("q"),
        group("c", 8, parent="q"),
    )
    rows = {row.name: row.depth for row in build_heatmap(release, load_advice()).rows}
    assert rows == {"Acme": 0, "P": 1, "A": 2, "B": 2, "Q": 1, "C": 2}


def test_the_summary_names_the_project_that_the_report_works_out() -> None:
    release = telecom()
    pages = scope_pages(release, load_topics(), load_advice(), {})
    assert pages.charter
    first = build_summary("Acme", release, load_advice(), pages.ranked).sentences[2]
    topic, _, _ = pages.charter.title.partition(":")
    assert first.startswith(f"First project: {topic[0].lower()}{topic[1:]} with ")
    others = len([one for one in pages.ranked if one.rank == pages.ranked[0].rank]) - 1
    assert f"{others} other topics suit as well" in first
    assert f"{others} topics suit as well as" in pages.choice
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
    # Of few people in two camps only that is told: no band, no mean.
    assert {(cell.band, cell.mean) for cell in cells} == {("", "")}
    assert {cell.note for cell in cells} == {"split", "not settled"}
    assert rows["P"].summary == rows["Acme"].summary == "1 at level 3, 1 not settled"


def test_a_count_that_may_lack_some_says_so() -> None:
    release = release_of(
        unit("p"), *(group(name, size, parent="p") for name, size in (("a", 8), ("b", 3), ("c", 9)))
    )
    rows = {row.name: row for row in build_heatmap(release, load_advice()).rows}
    assert rows["P"].answered == "≥ 17"
    assert rows["A"].answered == "8"
    assert {cell.note for cell in rows["B"].cells} == {"not shown: fewer than 5 people"}


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


def sentences_of(*units) -> tuple[str, ...]:  # type: ignore[no-untyped-def]
    found = release_of(*units)
    pages = scope_pages(found, load_topics(), load_advice(), {})
    return build_summary("Acme", found, load_advice(), pages.ranked, pages.crossing).sentences


def of_kind(made: UnitAnswers, kind: str) -> UnitAnswers:
    return replace(made, kind=kind)


def test_one_group_alone_is_spoken_of_as_one() -> None:
    found = release_of(group("a", 12, 3))
    summary = build_summary("Acme", found, load_advice())
    assert summary.asked.startswith("12 people in one group of Acme")
    assert summary.sentences[0].startswith("A stands at level 3")
    assert summary.sentences[1].startswith("A can take an IT service")
    assert not any("chance" in line or "order" in line for line in summary.trust)


def test_a_level_that_is_not_named_is_counted_nowhere() -> None:
    quiet = unit("quiet", [sheet("333333")] * 8, invited=40)
    found = release_of(group("a", 8, 2), quiet)
    trust = build_summary("Acme", found, load_advice()).trust
    settled = "Groups with enough answers for a level: 1. Surely at one level: 1;"
    assert any(line.startswith(settled) for line in trust)
    assert "No level is named where under 40 % gave usable answers: Quiet." in trust
    rows = {row.name: row for row in build_heatmap(found, load_advice()).rows}
    assert {cell.note for cell in rows["Quiet"].cells} == {
        "no level named: under 40 % gave usable answers"
    }


@pytest.mark.parametrize(
    ("made", "remedy"),
    [
        (group("a", 3), "Groups of fewer than 5 people are never shown"),
        (unit("a", [sheet("333333")] * 8, invited=40), "Ask A again"),
        (unit("a", [sheet("333333")] * 3, invited=9), "Ask A again"),
        (unit("a", [sheet("333333", measurement="??????")] * 9), "Ask A again"),
        (unit("a", [sheet(one) for one in SPLIT_IN_HALF]), "A first needs a facilitated workshop"),
    ],
)
def test_a_group_without_a_level_has_its_own_remedy(made: UnitAnswers, remedy: str) -> None:
    spread, first = sentences_of(made)
    assert spread.startswith("No group has a settled level yet")
    assert first.startswith(remedy)


def test_nothing_tells_on_which_orientation_too_few_could_answer() -> None:
    blind = unit("blind", [sheet("333333", measurement="??????")] * 9)
    deaf = unit("blind", [sheet("333333", customer="??????")] * 9)
    seen = [
        build_summary("Acme", release_of(group("a", 8), one), load_advice())
        for one in (blind, deaf)
    ]
    assert seen[0] == seen[1]
    assert "Too small, or too few answers, to show alone: Blind." in seen[0].trust


def test_groups_that_are_told_only_together_are_named_as_such() -> None:
    release = release_of(group("a", 8), group("b", 3, 4), group("c", 4, 4))
    rows = {row.name: row for row in build_heatmap(release, load_advice()).rows}
    assert [cell.level for cell in rows["B and C together"].cells] == [4] * 4
    assert rows["B"].reason == "shown only together with others"
    assert rows["Acme"].summary == "1 at level 3, 1 at level 4"
    summary = build_summary("Acme", release, load_advice())
    assert "Shown only together with others: B and C." in summary.trust
    assert summary.sentences[0].endswith("level 4, business-partner-focused (“B and C together”).")
    pages = scope_pages(release, load_topics(), load_advice(), {})
    joining = {fit.unit.name for one in pages.ranked for fit in one.joining}
    assert joining <= {"A"}, "whether the groups of a pool could take part is not known"


def test_whoever_is_not_willing_is_named_beside_what_they_could_do() -> None:
    people = [sheet("333333", heart="222")] * 9
    *_, together, first = sentences_of(
        of_kind(unit("a", people), "applications"), of_kind(group("b", 9, 3), "data-centre")
    )
    assert "A would not share a process yet and first has to be won for it" in together
    assert "With facilitation" not in first


def test_nobody_sets_a_limit_where_all_see_the_whole_stream() -> None:
    _spread, together, _first = sentences_of(group("a", 8, 5), group("b", 8, 5))
    assert "limit" not in together


def test_one_group_that_sees_further_shares_with_nobody() -> None:
    together = sentences_of(group("a", 8, 2), group("b", 8, 4))[1]
    assert "B by itself can take" in together
    assert "others" not in together


def test_a_limit_that_the_value_stream_sets_is_told_as_such() -> None:
    ahead = unit("a", [sheet("333333", "444444", "444444")] * 9)
    spread, together, _first = sentences_of(ahead, group("b", 9, 4))
    assert spread.startswith("All groups with a settled level stand at level 4")
    assert "A (value stream: 3) sets this limit" in together


def test_a_kind_of_ones_own_has_projects_too() -> None:
    found = release_of(
        of_kind(group("lab", 9, 3), "mill-lab"), of_kind(group("shop", 9, 3), "mill-shop")
    )
    pages = scope_pages(found, load_topics(), load_advice(), {})
    assert pages.charter
    assert pages.off_path == "Lab and Shop"
    low = sentences_of(of_kind(group("lab", 9, 1), "mill-lab"))
    assert "server" not in " ".join(low)


def test_where_the_first_project_stays_inside_groups_one_across_them_is_named_too() -> None:
    kinds = ("applications", "data-centre", "network", "service-desk", "security")
    levels = (1, 1, 1, 3, 3)
    found = release_of(
        *(
            of_kind(group(name, 9, level), kind)
            for name, kind, level in zip("abcde", kinds, levels, strict=True)
        )
    )
    pages = scope_pages(found, load_topics(), load_advice(), {})
    assert pages.ranked[0].reach == 1
    first = build_summary("Acme", found, load_advice(), pages.ranked, pages.crossing).sentences[2]
    assert "inside each group by itself: A, B, C, D and E." in first
    assert "Across groups, begin with change and release" in first
    assert first.endswith("with D and E.")


def test_a_dropped_topic_does_not_come_back_across_groups() -> None:
    release = telecom()
    candidates = portfolio(release, load_topics())
    kept, *others = reversed(candidates)
    assert others
    dropped = {one.line.key: Edit(one.line.key, None, one.line.text, "Ann", NOW) for one in others}
    pages = scope_pages(release, load_topics(), load_advice(), dropped)
    assert [one.topic.id for one in pages.ranked] == [kept.topic.id]
    assert pages.crossing
    assert pages.crossing.topic.id == kept.topic.id
