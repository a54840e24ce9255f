"""Projects for a whole organisation, the hand-off map, and practices; from a release alone."""

from dataclasses import replace

import pytest

from app.advice.charter import Charter, charter_of
from app.advice.handoffs import handoff_map
from app.advice.levels import load_advice
from app.advice.portfolio import Candidate, portfolio
from app.advice.practices import practice_overlay
from app.advice.topics import load_topics
from app.maturity import Level, Orientation
from app.reports.path import path_svg
from app.reports.scope import scope_pages
from app.scoring.mirror import Mirror, View
from tests.advice.builders import KINDS, settled, telecom
from tests.scoring.builders import release, sheet, unit


def test_topics_are_ranked_by_what_those_who_can_join_cover() -> None:
    found = portfolio(telecom(), load_topics())
    assert len(found) == 12
    assert [one.rank for one in found] == sorted((one.rank for one in found), reverse=True)
    assert len({one.topic.id for one in found}) == 12
    for one in found:
        assert one.joining
        assert one.reach == Level.TECHNOLOGY or len(one.joining) >= 2
        assert one.line.basis


def test_where_all_see_equally_far_the_widest_reach_is_proposed_to_all() -> None:
    levels = {"network": 4, "erp": 4, "development": 4, "data_centre": 4}
    best = portfolio(telecom(**levels), load_topics())[0]
    assert best.reach == Level.BUSINESS_PARTNER
    assert best.share == 1


def test_advice_reveals_nothing_of_a_group_that_is_hidden() -> None:
    two = [portfolio(telecom(hidden=level), load_topics()) for level in (1, 5)]
    assert [one.line for one in two[0]] == [one.line for one in two[1]]
    maps = [handoff_map(telecom(hidden=level)) for level in (1, 5)]
    assert [one.line for one in maps[0].handoffs] == [one.line for one in maps[1].handoffs]
    hidden = next(one for one in maps[0].placed if one.unit.name == "Hidden")
    assert hidden.level is None


def test_the_widest_gap_comes_first_and_names_both_sides() -> None:
    path = handoff_map(telecom())
    assert path.bottleneck
    first = path.handoffs[0]
    assert (first.before, first.after, first.gap) == ("build", "run", 4)
    assert first.giver
    assert first.taker
    assert (first.giver.unit.name, first.taker.unit.name) == ("Network", "Data Centre")
    assert first.line
    assert "a gap of 4" in first.line.text
    assert {cell.level for cell in first.line.evidence} == {5, 1}
    # Nobody but the hidden group works on demand and plan.
    assert path.handoffs[-1].gap is None


def test_groups_alike_have_no_bottleneck() -> None:
    levels = {"network": 3, "erp": 3, "development": 3, "data_centre": 3}
    path = handoff_map(telecom(**levels))
    assert path.bottleneck is None
    assert path.handoffs[0].line
    assert "No gap" in path.handoffs[0].line.text


@pytest.mark.parametrize(("clear", "gap"), [(True, 1.0), (False, None)])
def test_a_clear_gap_to_partners_stands_beside_the_group(clear: bool, gap: float | None) -> None:
    made = telecom()
    erp = next(one for one in made.units if one.name == "Erp")
    view = View(partners=settled(3), gap=1.0, clear=clear)
    mirror = Mirror(about=erp.id, invited=9, answered=8, views={Orientation.VALUE_STREAM: view})
    path = handoff_map(made.model_copy(update={"mirrors": (mirror,)}))
    assert next(one for one in path.placed if one.unit.id == erp.id).mirror_gap == gap


def test_the_charter_says_who_takes_part_and_when_to_measure_again() -> None:
    best = portfolio(telecom(), load_topics())[0]
    charter = charter_of(best, telecom())
    assert [name for name, _ in charter.participants] == [f.unit.name for f in best.joining]
    assert [name for name, _ in charter.days] == ["Days 1 to 30", "Days 31 to 60", "Days 61 to 90"]
    assert best.topic.at(best.reach).kaizen in charter.days[1][1]
    assert charter.measures == best.topic.at(best.reach).measures
    assert "six months" in charter.again


def charter_where(*hearts: str) -> tuple[Candidate, Charter]:
    """The first project of two groups at level 3, by what their people say of taking part."""
    people = [sheet("333333", heart=hearts[n % len(hearts)]) for n in range(18)]
    units = [replace(unit(name, people), kind="applications") for name in "ab"]
    made = release(*units)
    best = portfolio(made, load_topics())[0]
    return best, charter_of(best, made)


@pytest.mark.parametrize(
    ("hearts", "is_said"),
    [(["444"], False), (["333", "333", "222"], True)],
    ids=["would take part", "open"],
)
def test_the_charter_talks_first_with_who_is_not_sure_to_take_part(
    hearts: list[str], *, is_said: bool
) -> None:
    best, charter = charter_where(*hearts)
    assert best.reach > 1
    said = "Before that, talk with the people of A and B about what they would lose by it."
    assert charter.days[0][1].endswith(said) is is_said


@pytest.mark.parametrize(
    "hearts", [["222"], ["111", "112", "122", "555", "554", "544"]], ids=["not yet", "two camps"]
)
def test_who_would_not_share_a_process_is_won_before_a_shared_project(hearts: list[str]) -> None:
    best, charter = charter_where(*hearts)
    assert best.reach == 1
    assert not charter.days[0][1].endswith("lose by it.")


def test_with_many_groups_sentences_count_instead_of_naming() -> None:
    units = []
    for number in range(30):
        made = unit(f"group {number}", [sheet(str(2 + number % 3) * 6, heart="444")] * 12)
        units.append(type(made)(**{**vars(made), "kind": ("applications", "network")[number % 2]}))
    many = release(*units)
    best = portfolio(many, load_topics())[0]
    assert f"{len(best.joining)} groups can join now" in best.line.text
    assert {cell.what.partition(" at ")[0] for cell in best.line.evidence} == {"10 groups"}
    charter = charter_of(best, many)
    ((name, line),) = charter.participants
    assert name == "30 groups"
    assert all(fit.unit.name in line.text for fit in best.joining), "nobody is told who they are"
    assert "two or three of the 30 groups" in charter.days[0][1]
    assert "10 groups" in path_svg(handoff_map(many))
    table = scope_pages(many, load_topics(), load_advice(), {}).practices
    assert [(row[0], row[2]) for row in table.rows] == [
        ("1", "30"),
        ("2", "30"),
        ("3", "20"),
        ("4", "10"),
        ("5", "0"),
    ]


def test_practices_open_with_the_level_and_hidden_groups_stay_open() -> None:
    overlay = practice_overlay(telecom(), load_advice())
    rows = {row.unit.name: row for row in overlay.rows}
    by_level = {practice.level: practice for practice in overlay.practices}
    assert [rows["Erp"].reaches(by_level[Level(n)]) for n in (1, 2, 3, 4, 5)] == [
        True,
        True,
        True,
        True,
        False,
    ]
    assert rows["Data Centre"].reaches(by_level[Level(2)]) is False
    assert rows["Hidden"].reaches(by_level[Level(1)]) is None


def test_hidden_groups_weigh_neither_for_nor_against_a_topic() -> None:
    def ranked(*hidden: str) -> list[tuple[str, int]]:
        units = []
        for name, (kind, level) in [*KINDS.items(), *((kind, (kind, 3)) for kind in hidden)]:
            count = 3 if name in ("hidden", *hidden) else 12
            made = unit(name, [sheet(str(level) * 6, heart="444")] * count)
            units.append(type(made)(**{**vars(made), "kind": kind}))
        return [(one.topic.id, int(one.reach)) for one in portfolio(release(*units), load_topics())]

    assert ranked() == ranked("service-desk", "security")


def test_who_is_hidden_is_not_called_too_early() -> None:
    lines = [one.line.text for one in portfolio(telecom(), load_topics())]
    assert any("Not known: Hidden." in text for text in lines)
    early = [text.partition("Not known")[0].partition("Too early")[2] for text in lines]
    assert not any("Hidden" in text for text in early)


def test_a_group_stands_where_the_roster_places_it() -> None:
    made = telecom()
    moved = [
        unit.model_copy(update={"places": ("demand", "plan")})
        if unit.kind == "data-centre"
        else unit
        for unit in made.units
    ]
    path = handoff_map(made.model_copy(update={"units": tuple(moved)}))
    steps = {one.unit.kind: one.steps for one in path.placed}
    assert steps["data-centre"] == ("demand", "plan")
    assert steps["network"] == ("build", "run")
