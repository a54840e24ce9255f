"""Who was invited in which wave: the share of a group's people who were asked before."""

from collections import Counter
from itertools import count
from pathlib import Path
from random import Random

from sqlalchemy import inspect

from app.scoring.release import Release
from app.storage.store import Store
from app.storage.tables import Person, Unit
from app.usecases.handover import export_client
from app.usecases.launches import LaunchedWave, open_next_wave
from app.usecases.members import Member, Role
from app.usecases.takeover import take_over_client
from app.usecases.waves import close_wave
from tests.builders import NOW, instrument, launch, marked
from tests.usecases.test_waves import answer
from tests.web.visitor import add_account

GROUPS = {("ERP", "", "enterprise-applications"): 9, ("Data centre", "", "data-centre"): 8}
SEEDS = count(2)


def next_wave(store: Store, before: LaunchedWave) -> LaunchedWave:
    return open_next_wave(store, before.assessment_id, instrument(), NOW, Random(next(SEEDS)))


def end(store: Store, wave: LaunchedWave) -> Release:
    answer(store, [invitation.code for invitation in wave.invitations], marked("3" * 21))
    return close_wave(store, wave.wave_id, NOW)


def units(store: Store, wave: LaunchedWave) -> dict[str, Unit]:
    with store.reading() as work:
        return {unit.name: unit for unit in work.units.of(wave.assessment_id)}


def replace_people(store: Store, unit: Unit, count: int) -> None:
    """Let so many leave a unit, and as many others come."""
    with store.writing() as work:
        for number, person in enumerate(work.people.in_unit(unit.id)[:count]):
            work.people.remove(person)
            new = Person(id=f"new-{unit.id}-{number}", unit_id=unit.id, name="New", email="")
            work.people.add_all([new])
        work.commit()


def overlap(store: Store, wave: LaunchedWave, before: LaunchedWave) -> dict[str, float]:
    names = {unit.id: name for name, unit in units(store, wave).items()}
    with store.reading() as work:
        found = work.invitees.overlap(wave.wave_id, before.wave_id)
    return {names[unit]: share for unit, share in found.items()}


def invited(store: Store, wave_id: str) -> int:
    with store.reading() as work:
        return len(work.invitees.of(wave_id))


def test_a_launch_notes_whom_it_invites_and_nothing_of_answering(store: Store) -> None:
    wave = launch(store, GROUPS)
    columns = {column["name"] for column in inspect(store.engine).get_columns("invitee")}
    assert columns == {"wave_id", "person_id", "unit_id"}
    with store.reading() as work:
        before = work.invitees.of(wave.wave_id)
        people = {p.id: p.unit_id for p in work.people.of(wave.assessment_id)}
    assert before == people
    end(store, wave)
    with store.reading() as work:
        assert work.invitees.of(wave.wave_id) == before


def test_rows_lie_in_no_order_of_the_roster(store: Store) -> None:
    wave = launch(store, {("ERP", "", "enterprise-applications"): 40})
    query = f"SELECT person_id FROM invitee WHERE wave_id = '{wave.wave_id}'"
    with store.engine.connect() as connection:
        found = [row[0] for row in connection.exec_driver_sql(query)]
    assert found == sorted(found)


def test_the_overlap_is_the_share_of_the_later_people_who_were_there_before(store: Store) -> None:
    first = launch(store, GROUPS)
    end(store, first)
    replace_people(store, units(store, first)["ERP"], 3)
    second = next_wave(store, first)
    assert overlap(store, second, first) == {"ERP": 6 / 9, "Data centre": 1.0}


def test_whoever_comes_from_another_group_counts_as_new(store: Store) -> None:
    first = launch(store, GROUPS)
    end(store, first)
    groups = units(store, first)
    with store.writing() as work:
        moved = work.people.in_unit(groups["ERP"].id)[0]
        moved.unit_id = groups["Data centre"].id
        work.people.save(moved)
        work.commit()
    second = next_wave(store, first)
    assert overlap(store, second, first) == {"ERP": 1.0, "Data centre": 8 / 9}


def test_where_a_code_is_shared_nobody_knows_who_is_invited(store: Store) -> None:
    first = launch(store, GROUPS)
    end(store, first)
    with store.writing() as work:
        shared = units(store, first)["ERP"]
        shared.seats = 3
        work.units.save(shared)
        work.commit()
    second = next_wave(store, first)
    end(store, second)
    with store.writing() as work:
        shared.seats = None
        work.units.save(shared)
        work.commit()
    third = next_wave(store, first)
    assert invited(store, second.wave_id) == 8
    assert overlap(store, second, first) == {"Data centre": 1.0}
    assert overlap(store, third, second) == {"Data centre": 1.0}
    assert overlap(store, third, first) == {"ERP": 1.0, "Data centre": 1.0}


def test_a_wave_of_which_nobody_noted_the_people_says_nothing(store: Store) -> None:
    first = launch(store, GROUPS)
    end(store, first)
    with store.engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM invitee")
    assert overlap(store, next_wave(store, first), first) == {}


def test_whoever_leaves_the_roster_is_forgotten_in_earlier_waves(store: Store) -> None:
    first = launch(store, GROUPS)
    end(store, first)
    replace_people(store, units(store, first)["ERP"], 4)
    assert invited(store, first.wave_id) == 17 - 4


def test_an_erased_wave_leaves_nobody_it_invited_and_others_stay(store: Store) -> None:
    first = launch(store, GROUPS)
    end(store, first)
    second = next_wave(store, first)
    end(store, second)
    with store.writing() as work:
        work.clients.erase_wave(first.wave_id)
        work.commit()
    assert (invited(store, first.wave_id), invited(store, second.wave_id)) == (0, 17)


def test_a_client_that_is_handed_over_takes_along_who_was_invited(
    store: Store, tmp_path: Path
) -> None:
    wave = launch(store, GROUPS)
    end(store, wave)
    with store.reading() as work:
        (client,) = work.organisations.all()
    account = add_account(store)
    owner = Member(account.id, "Ann", account.email, False, client.id, client.name, Role.OWNER)
    content = export_client(store, owner, NOW)
    other = Store.open(f"sqlite:///{tmp_path / 'other.sqlite'}", tmp_path / "other-keys")
    add_account(other, "new@example.org")
    take_over_client(other, content, "new@example.org", NOW)
    with store.reading() as work, other.reading() as there:
        (moved,) = there.waves.of(there.assessments.of(there.organisations.all()[0].id)[0].id)
        before = Counter(work.invitees.of(wave.wave_id).values())
        assert sorted(Counter(there.invitees.of(moved.id).values()).values()) == sorted(
            before.values()
        )
    assert invited(other, moved.id) == 17
    other.close()


def test_the_later_release_says_how_many_were_asked_before_in_steps_of_five(store: Store) -> None:
    first = launch(store, GROUPS)
    assert {unit.overlap for unit in end(store, first).units} == {None}
    replace_people(store, units(store, first)["ERP"], 3)
    second = next_wave(store, first)
    release = end(store, second)
    told = {unit.name: unit.overlap for unit in release.units if unit.is_cell}
    assert told == {"ERP": 0.65, "Data centre": 1.0}


def test_the_wave_before_is_the_latest_that_is_closed(store: Store) -> None:
    first = launch(store, GROUPS)
    second = next_wave(store, first)
    third = next_wave(store, first)
    with store.reading() as work:
        waves = [work.waves.get(one.wave_id) for one in (first, second, third)]
        assert [work.waves.before(wave) for wave in waves if wave] == [None, None, None]
    close_wave(store, first.wave_id, NOW)
    with store.reading() as work:
        before = [work.waves.before(wave) for wave in waves if wave]
    assert [wave and wave.id for wave in before] == [None, first.wave_id, first.wave_id]


def test_no_invitee_is_of_another_unit_than_those_of_the_wave(store: Store) -> None:
    wave = launch(store, GROUPS)
    with store.reading() as work:
        found = set(work.invitees.of(wave.wave_id).values())
    assert found == {unit.id for unit in units(store, wave).values()}
