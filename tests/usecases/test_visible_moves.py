"""The smallest visible move of each group, told before a launch, is the one of the report."""

from math import inf

import numpy as np
import pytest

from app.scoring.change import changes_between, smallest_visible
from app.scoring.release import Release
from app.storage.store import Store
from app.storage.tables import Person
from app.usecases.assessments import view_assessment
from app.usecases.launches import LaunchedWave
from app.usecases.members import Member
from app.usecases.planning import find_plan
from app.usecases.visible_moves import VisibleMove, VisibleMoves, visible_moves
from app.usecases.waves import close_wave
from tests.builders import NOW, roster_text
from tests.scoring.change_simulation import sheets_near
from tests.usecases.test_waves import answer
from tests.usecases.workspace import import_roster, launched, plan, set_up, unit_ids

ERP = ("ERP", "", "enterprise-applications")
GROUPS = {
    ERP: 20,
    ("Development", "", "applications"): 30,
    ("Data centre", "", "data-centre"): 12,
    ("Security", "", "security"): 4,
}
#: How many of each group answer in each wave.
ANSWERS = {"ERP": 16, "Development": 25, "Data centre": 8}


def moves_of(store: Store, member: Member, assessment: str, **changes: object) -> VisibleMoves:
    _, planned = find_plan(store, member, plan(store, member, assessment, **changes))
    return visible_moves(store, view_assessment(store, member, assessment), planned)


def by_name(moves: VisibleMoves) -> dict[str, VisibleMove]:
    return {move.group: move for move in moves.groups}


def spread_out(n: int) -> list[str]:
    """Sheets of people who lie evenly around the middle."""
    text = sheets_near(3 + np.linspace(-1, 1, n))
    width = len(text) // n
    return [text[place : place + width] for place in range(0, len(text), width)]


def answered(store: Store, wave: LaunchedWave) -> Release:
    for group, n in ANSWERS.items():
        codes = [one.code for one in wave.invitations if one.unit == group]
        for code, sheet in zip(codes, spread_out(n), strict=False):
            answer(store, [code], sheet)
    return close_wave(store, wave.wave_id, NOW)


def replace_people(store: Store, unit_id: str, count: int) -> None:
    with store.writing() as work:
        for number, person in enumerate(work.people.in_unit(unit_id)[:count]):
            work.people.remove(person)
            new = Person(id=f"new-{number}", unit_id=unit_id, name=f"New {number}", email="")
            work.people.add_all([new])
        work.commit()


@pytest.fixture
def groups(store: Store, ann: Member) -> str:
    return set_up(store, ann, roster_text(GROUPS))


def test_before_the_first_wave_usual_figures_are_assumed(
    store: Store, ann: Member, groups: str
) -> None:
    moves = moves_of(store, ann, groups)
    found = by_name(moves)
    assert moves.is_assumed
    assert found["ERP"] == VisibleMove("ERP", 20, 16, smallest_visible(0.7, 16, 20, 0.8, 15))
    assert found["Development"].least == smallest_visible(0.7, 24, 30, 0.8, 23)
    assert found["Security"] == VisibleMove("Security", 4, 3, None)
    assert moves.ends == (found["Development"].least, found["Data centre"].least)
    assert not moves.has_few


def test_small_groups_are_taken_as_the_large_ones_tell(store: Store, ann: Member) -> None:
    sizes = {("A", "", "network"): 9, ("B", "", "security"): 40}
    found = by_name(moves_of(store, ann, set_up(store, ann, roster_text(sizes))))
    assert found["A"].least == smallest_visible(0.7, 7, 9, 0.8, 31)


def test_where_all_groups_are_small_people_may_lie_a_whole_level_apart(
    store: Store, ann: Member
) -> None:
    sizes = {("A", "", "network"): 9, ("B", "", "security"): 11}
    moves = moves_of(store, ann, set_up(store, ann, roster_text(sizes)))
    assert by_name(moves)["A"].least == smallest_visible(1.0, 7, 9, 0.8, inf)
    assert moves.has_few


def test_the_move_told_before_the_launch_is_the_one_of_the_report(
    store: Store, ann: Member, groups: str
) -> None:
    first = answered(store, launched(store, ann, groups))
    replace_people(store, unit_ids(store, ann, groups)["ERP"], 4)
    moves = moves_of(store, ann, groups)
    assert not moves.is_assumed
    second = answered(store, launched(store, ann, groups))
    reported = {c.unit.name: c.visible for c in changes_between(second, first).groups}
    told = {name: move.least for name, move in by_name(moves).items() if move.least}
    assert set(told) == set(ANSWERS)
    assert told == pytest.approx(reported, abs=0.005)
    assert told["ERP"] > 0.3


def test_newcomers_make_the_smallest_visible_move_larger(
    store: Store, ann: Member, groups: str
) -> None:
    answered(store, launched(store, ann, groups))
    before = by_name(moves_of(store, ann, groups))["ERP"].least
    replace_people(store, unit_ids(store, ann, groups)["ERP"], 8)
    after = by_name(moves_of(store, ann, groups))["ERP"].least
    assert before is not None
    assert after is not None
    assert after > before


def test_a_group_that_grew_is_taken_to_answer_as_before(
    store: Store, ann: Member, groups: str
) -> None:
    answered(store, launched(store, ann, groups))
    import_roster(store, ann, groups, roster_text({**GROUPS, ERP: 25}))
    grown = by_name(moves_of(store, ann, groups))["ERP"]
    assert (grown.people, grown.answers) == (25, 20)


def test_a_new_group_is_taken_as_usual_with_the_spread_of_the_wave(
    store: Store, ann: Member, groups: str
) -> None:
    release = answered(store, launched(store, ann, groups))
    import_roster(store, ann, groups, roster_text({**GROUPS, ("Network", "", "network"): 20}))
    new = by_name(moves_of(store, ann, groups))["Network"]
    ((sd, df),) = {(spread.sd, spread.df) for spread in release.spread.values()}
    assert df is not None
    assert new == VisibleMove("Network", 20, 16, smallest_visible(sd, 16, 20, 0.8, df))


def test_people_of_a_shared_code_count_as_new(store: Store, ann: Member, groups: str) -> None:
    with store.writing() as work:
        shared = next(unit for unit in work.units.of(groups) if unit.name == "ERP")
        shared.seats = 5
        work.units.save(shared)
        work.commit()
    found = by_name(moves_of(store, ann, groups))["ERP"]
    assert found == VisibleMove("ERP", 25, 20, smallest_visible(0.7, 20, 25, 0.0, 19))


def test_groups_that_are_not_asked_and_partners_have_no_line(store: Store, ann: Member) -> None:
    assessment = set_up(store, ann, roster_text(GROUPS, partners=6))
    moves = moves_of(store, ann, assessment, left_out=("applications",))
    assert set(by_name(moves)) == {"ERP", "Data centre", "Security"}
