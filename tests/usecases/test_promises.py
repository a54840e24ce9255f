"""What a launch, a close and an erasure promise, each deed beside what it must not touch."""

from datetime import timedelta
from pathlib import Path

import pytest

from app.storage.store import Store
from app.storage.submissions import Outcome
from app.usecases.access import check_access, make_link, note_view
from app.usecases.assessments import view_assessment
from app.usecases.erasure import NotErased, erase_wave, set_retention
from app.usecases.errors import AccessDenied
from app.usecases.invitations import INVITATION, REMINDER, invitation_job, mailed_people
from app.usecases.launches import LaunchedWave
from app.usecases.members import Member
from app.usecases.schedule import close_and_settle
from app.usecases.units import set_route
from app.usecases.waves import close_wave, read_comments
from tests.builders import NOW, launch, marked
from tests.builders import codes_of as codes_in
from tests.submissions import marks_of, submission
from tests.usecases.workspace import CHANCE, close, launched, unit_ids


def count(store: Store, table: str, where: str = "true") -> int:
    with store.engine.connect() as connection:
        query = f"SELECT count(*) FROM {table} WHERE {where}"
        return int(connection.exec_driver_sql(query).scalar_one())


def units_of_sheets(store: Store, wave: LaunchedWave) -> dict[str, int]:
    with store.engine.connect() as connection:
        rows = connection.exec_driver_sql(
            "SELECT unit.name, count(*) FROM sheet JOIN unit ON unit.id = sheet.unit_id "
            f"WHERE sheet.wave_id = '{wave.wave_id}' GROUP BY unit.name"
        )
        return {str(name): int(number) for name, number in rows}


def places_of(store: Store, wave: LaunchedWave) -> list[tuple[str, str]]:
    with store.engine.connect() as connection:
        query = f"SELECT id, unit_id FROM sheet WHERE wave_id = '{wave.wave_id}' ORDER BY id"
        return [(row[0], row[1]) for row in connection.exec_driver_sql(query)]


def send(store: Store, code: str, answers: str = "", comment: str = "") -> None:
    sent = submission(store, code, sheet=answers and marked(answers), comment=comment)
    assert store.ballot_box.submit(sent).result() is Outcome.ACCEPTED


def test_an_erased_wave_leaves_no_link_and_no_trace_of_who_looked(
    store: Store, ann: Member, assessment: str, tmp_path: Path
) -> None:
    wave = launched(store, ann, assessment)
    close(store, wave.wave_id)
    key = make_link(store, ann, wave.wave_id, "CIO", 30, NOW, CHANCE)
    note_view(store, key, NOW, CHANCE)
    assert count(store, "access_view") == 1
    erase_wave(store, ann, wave.wave_id, wave.wave_id, tmp_path, NOW, CHANCE)
    assert (count(store, "access_key"), count(store, "access_view")) == (0, 0)
    with pytest.raises(AccessDenied):
        check_access(store, key, NOW)


def test_a_nearer_day_of_erasure_takes_the_place_of_the_first(
    store: Store, ann: Member, assessment: str
) -> None:
    wave = launched(store, ann, assessment, retention_days=30)
    close(store, wave.wave_id)
    set_retention(store, ann, wave.wave_id, 10, NOW)
    with store.reading() as work:
        job = work.jobs.get(f"erase:{wave.wave_id}")
    assert job is not None
    assert job.run_at == NOW + timedelta(days=10)
    with pytest.raises(NotErased, match="are over"):
        set_retention(store, ann, wave.wave_id, 5, NOW + timedelta(days=5))


def test_no_mail_waits_for_anybody_after_the_close(
    store: Store, ann: Member, assessment: str
) -> None:
    wave = launched(store, ann, assessment)
    with store.writing() as work:
        people = work.people.of(assessment)
        work.jobs.add_all(invitation_job(wave.wave_id, INVITATION, p.id, NOW) for p in people)
        work.commit()
    close_and_settle(store, wave.wave_id, "test", NOW)
    with store.reading() as work:
        assert work.jobs.of(wave.wave_id, INVITATION) == []
        assert work.jobs.of(wave.wave_id, REMINDER) == []


def test_a_close_leaves_the_comments_of_other_waves(store: Store) -> None:
    one = launch(store, name="One", modules=("pain-points",))
    two = launch(store, name="Two", modules=("pain-points",), seed=2)
    for number, code in enumerate(codes_in(one, "Development")):
        send(store, code, comment=f"one {number}")
    for number, code in enumerate(codes_in(two, "ERP")[:3]):
        send(store, code, comment=f"two {number}")
    close_wave(store, one.wave_id, NOW)
    assert set(read_comments(store, one.wave_id)) == {f"one {number}" for number in range(12)}
    assert marks_of(store, two.wave_id) == 3


def test_whoever_is_left_out_gets_no_ballot_and_no_mail(
    store: Store, ann: Member, assessment: str
) -> None:
    ids = unit_ids(store, ann, assessment)
    set_route(store, ann, assessment, ids["Security"], "workshop", NOW)
    wave = launched(store, ann, assessment, left_out=("enterprise-applications",))
    asked = {ids["Development"], ids["Data centre"]}
    with store.reading() as work:
        assert set(work.ballots.invited(wave.wave_id)) == asked
        row = work.waves.get(wave.wave_id)
        assert row is not None
        assert {person.unit_id for person in mailed_people(work, row)} == asked
    assert {one.unit for one in wave.invitations} == {"Development", "Data centre"}
    assert len(view_assessment(store, ann, assessment).units) > len(asked)
