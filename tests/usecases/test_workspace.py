"""A client's wave from its set-up to its erasure: what must hold whatever is done in between."""

import json
import zipfile
from datetime import date, datetime, timedelta
from io import BytesIO
from pathlib import Path
from random import Random

import pytest

from app.storage.store import Store
from app.usecases.archives import export_wave
from app.usecases.assessments import (
    WaveRunning,
    WavesLeft,
    remove_assessment,
    view_assessment,
)
from app.usecases.erasure import NotErased, certificate_of, erase_wave, set_retention
from app.usecases.field import view_wave
from app.usecases.fieldwork import BadExtension, extend_wave, request_close
from app.usecases.handover import NotHandedOver, export_client, take_over_client
from app.usecases.imports import NoDraft, view_import
from app.usecases.jobs import Handler, Office, Task, Worker
from app.usecases.members import Member, UnknownAssessment
from app.usecases.planning import NotReady, PlanLocked, launch_wave
from app.usecases.privacy_check import check_privacy
from app.usecases.schedule import CLOSE, close_and_settle, run_close
from app.usecases.units import UnitForm, UnitRefused, merge_unit, save_unit
from tests.builders import NOW, marked, roster_text
from tests.usecases.test_waves import answer
from tests.usecases.workspace import (
    CHANCE,
    MIRROR_KINDS,
    ROSTER_KINDS,
    checks,
    consultant,
    import_roster,
    launched,
    plan,
    set_up,
)
from tests.web.visitor import add_account


@pytest.fixture
def ann(store: Store) -> Member:
    return consultant(store)


@pytest.fixture
def assessment(store: Store, ann: Member) -> str:
    return set_up(store, ann)


def unit_ids(store: Store, member: Member, assessment: str) -> dict[str, str]:
    return {one.unit.name: one.unit.id for one in view_assessment(store, member, assessment).units}


def close(store: Store, wave_id: str, level: str = "3") -> None:
    wave_codes = _codes(store, wave_id)
    answer(store, wave_codes, marked(level * 21))
    close_and_settle(store, wave_id, "test", NOW)


def _codes(store: Store, wave_id: str) -> list[str]:
    from app.usecases.launches import invitations_of

    key = store.wave_keys.read(wave_id)
    assert key is not None
    with store.reading() as work:
        wave = work.waves.get(wave_id)
        assert wave is not None
        people = work.people.of(wave.assessment_id)
        return [i.code for i in invitations_of(key, people, work.units.of(wave.assessment_id))]


def test_a_group_put_below_one_that_came_later_closes_like_any_other(
    store: Store, ann: Member, assessment: str
) -> None:
    form = UnitForm("Division", head="Dee")
    division = save_unit(store, ann, assessment, None, form, MIRROR_KINDS, NOW, CHANCE)
    ids = unit_ids(store, ann, assessment)
    people = "\n".join(f"P{n}, p{n}@example.org" for n in range(8))
    form = UnitForm("ERP", division, "enterprise-applications", head="E", people=people)
    save_unit(store, ann, assessment, ids["ERP"], form, MIRROR_KINDS, NOW, CHANCE)
    wave = launched(store, ann, assessment)
    close(store, wave.wave_id)
    field = view_wave(store, ann, wave.wave_id, NOW)
    assert field.is_released
    assert store.wave_keys.read(wave.wave_id) is None


def test_groups_that_earlier_waves_asked_stay_out_of_the_next(
    store: Store, ann: Member, assessment: str
) -> None:
    close(store, launched(store, ann, assessment).wave_id)
    text = roster_text({("ERP", "Applications", "enterprise-applications"): 8})
    import_roster(store, ann, assessment, text)
    wave = launched(store, ann, assessment)
    close(store, wave.wave_id)
    with store.reading() as work:
        release = work.releases.get(wave.wave_id)
    assert release is not None
    assert [u.name for u in release.units if not u.is_parent] == ["ERP"]


def test_what_a_roster_lacks_stays_unless_it_is_to_go(
    store: Store, ann: Member, assessment: str
) -> None:
    text = (
        "unit,parent,kind,name,email\nERP,Applications,enterprise-applications,New,new@example.org"
    )
    import_roster(store, ann, assessment, text, removing=False)
    view = view_assessment(store, ann, assessment)
    assert view.people == 8 + 12 + 10 + 4 + 1
    assert all(one.unit.head_name == "Head" for one in view.units)
    import_roster(store, ann, assessment, text)
    view = view_assessment(store, ann, assessment)
    assert [one.unit.name for one in view.units] == ["Applications", "ERP"]
    assert view.people == 1


def test_the_same_roster_changes_nothing(store: Store, ann: Member, assessment: str) -> None:
    from app.usecases.imports import start_import

    before = unit_ids(store, ann, assessment)
    start_import(store, ann, assessment, "again.csv", roster_text().encode())
    state = view_import(store, ann, assessment, ROSTER_KINDS)
    assert state.changes is not None
    assert state.changes.are_none
    import_roster(store, ann, assessment, roster_text())
    assert unit_ids(store, ann, assessment) == before
    with pytest.raises(NoDraft):
        view_import(store, ann, assessment, ROSTER_KINDS)


def test_a_small_group_joins_a_neighbour(store: Store, ann: Member, assessment: str) -> None:
    ids = unit_ids(store, ann, assessment)
    with pytest.raises(UnitRefused):
        merge_unit(store, ann, assessment, ids["Security"], ids["Operations"], NOW)
    merge_unit(store, ann, assessment, ids["Security"], ids["Data centre"], NOW)
    view = view_assessment(store, ann, assessment)
    assert {one.unit.name: one.people for one in view.units if one.is_group} == {
        "ERP": 8,
        "Development": 12,
        "Data centre": 14,
    }


def test_the_checklist_names_everything_that_stands_against_a_launch(
    store: Store, ann: Member
) -> None:
    from app.usecases.assessments import create_assessment
    from app.usecases.plans import MailText

    empty = create_assessment(store, ann, "Raw", NOW, CHANCE)
    import_roster(store, ann, empty, roster_text())
    bad = MailText(subject="", text="Hello {nmae}")
    wave_id = plan(
        store, ann, empty, invitation=bad, closes=date(2020, 1, 1), reminders=(3,), sender=""
    )
    said = " ".join(checks(store, ann, wave_id))
    for part in (
        "Fewer than 5 people: Security",
        "Without a head",
        "in the past",
        "lacks {link}",
        "subject is empty",
        "nothing fills {nmae}",
        "Nobody signs",
    ):
        assert part in said
    late = plan(store, ann, empty, reminders=(3, 20))
    assert any("after 20 days" in text for text in checks(store, ann, late))


def test_a_wave_is_launched_once_and_alone(store: Store, ann: Member, assessment: str) -> None:
    from app.usecases.checklist import Check

    wave_id, other = plan(store, ann, assessment), plan(store, ann, assessment)
    with pytest.raises(NotReady):
        launch_wave(store, ann, wave_id, [Check("x", "/")], NOW, CHANCE)
    launch_wave(store, ann, wave_id, (), NOW, CHANCE)
    with pytest.raises(PlanLocked):
        launch_wave(store, ann, wave_id, (), NOW, CHANCE)
    with pytest.raises(WaveRunning):
        launch_wave(store, ann, other, (), NOW, CHANCE)
    with pytest.raises(WaveRunning):
        import_roster(store, ann, assessment, roster_text())


def test_a_launch_that_failed_half_way_can_be_done_again(
    store: Store, ann: Member, assessment: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    wave_id = plan(store, ann, assessment)
    with monkeypatch.context() as broken:
        broken.setattr("app.storage.unit_of_work.UnitOfWork.commit", _fail)
        with pytest.raises(OSError, match="gone"):
            launch_wave(store, ann, wave_id, (), NOW, CHANCE)
    assert len(launch_wave(store, ann, wave_id, (), NOW, CHANCE).invitations) == 34


def _fail(_work: object) -> None:
    raise OSError("gone")


def test_a_wave_closes_by_itself_and_not_before_its_end(
    store: Store, ann: Member, assessment: str
) -> None:
    wave = launched(store, ann, assessment, closes=date(2026, 5, 10), reminders=())
    extend_wave(store, ann, wave.wave_id, date(2026, 5, 12), NOW)
    with pytest.raises(BadExtension):
        extend_wave(store, ann, wave.wave_id, date(2026, 5, 9), NOW)
    for day, is_closed in ((11, False), (13, True)):
        now = NOW.replace(day=day)
        work_at(store, now)
        assert view_wave(store, ann, wave.wave_id, now).is_released is is_closed


def work_at(store: Store, now: datetime) -> None:
    """Do the jobs that are due at a moment; rounds and tallies do nothing."""
    handlers: dict[str, Handler] = {CLOSE: run_close, "tally": _done, "round": _done}
    worker = Worker(Office(store, "http://x", lambda: now, Random(1)), handlers)
    while worker.run_next() == 0:
        pass


def _done(task: Task) -> None:
    with task.office.store.writing() as work:
        task.finish(work)
        work.commit()


def test_a_close_that_is_asked_for_is_done_by_the_worker_once(
    store: Store, ann: Member, assessment: str
) -> None:
    wave = launched(store, ann, assessment)
    request_close(store, ann, wave.wave_id, NOW)
    assert view_wave(store, ann, wave.wave_id, NOW).is_closing
    worker = Worker(Office(store, "http://x", lambda: NOW, Random(1)), {CLOSE: run_close})
    assert worker.run_next() == 0
    field = view_wave(store, ann, wave.wave_id, NOW)
    assert (field.is_released, field.is_closing) == (True, False)
    request_close(store, ann, wave.wave_id, NOW)
    assert not view_wave(store, ann, wave.wave_id, NOW).is_closing


def test_a_wave_is_erased_with_a_certificate_and_nothing_else_left(
    store: Store, ann: Member, assessment: str, tmp_path: Path
) -> None:
    wave = launched(store, ann, assessment)
    for typed in (wave.wave_id, ""):
        with pytest.raises(NotErased):
            erase_wave(store, ann, wave.wave_id, typed, tmp_path, NOW, CHANCE)
    close(store, wave.wave_id)
    report = tmp_path / "report.pdf"
    report.write_bytes(b"%PDF")
    made = erase_wave(store, ann, wave.wave_id, wave.wave_id, tmp_path, NOW, CHANCE)
    proof = certificate_of(store, ann, made)
    assert (proof.wave, proof.answers, proof.organisation) == (1, 34, "Acme")
    assert not report.exists()
    with store.engine.connect() as connection:
        for table in ("wave", "ballot", "sheet", "staged_sheet", "release", "wave_plan", "job"):
            assert connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar() == 0
    remove_assessment(store, ann, assessment, NOW)
    with pytest.raises(UnknownAssessment):
        view_assessment(store, ann, assessment)


def test_an_assessment_with_a_wave_stays(store: Store, ann: Member, assessment: str) -> None:
    launched(store, ann, assessment)
    with pytest.raises(WavesLeft):
        remove_assessment(store, ann, assessment, NOW)


def test_a_promised_day_of_erasure_only_comes_nearer(
    store: Store, ann: Member, assessment: str
) -> None:
    wave = launched(store, ann, assessment, retention_days=30)
    for days in (31, None):
        with pytest.raises(NotErased, match="promised"):
            set_retention(store, ann, wave.wave_id, days, NOW)
    set_retention(store, ann, wave.wave_id, 10, NOW)
    close(store, wave.wave_id)
    with store.reading() as work:
        job = work.jobs.get(f"erase:{wave.wave_id}")
    assert job is not None
    assert job.run_at == NOW + timedelta(days=10)


def test_an_archive_holds_no_person(store: Store, ann: Member, assessment: str) -> None:
    wave = launched(store, ann, assessment)
    close(store, wave.wave_id)
    content = export_wave(store, ann, wave.wave_id, NOW)
    with zipfile.ZipFile(BytesIO(content)) as archive:
        texts = {name: archive.read(name).decode() for name in archive.namelist()}
    assert json.loads(texts["release.json"])["answered"] == 34
    assert set(json.loads(texts["manifest.json"])["sha256"]) == set(texts) - {"manifest.json"}
    with store.reading() as work:
        people = work.people.of(assessment)
    everything = "".join(texts.values())
    assert not any(p.email in everything or p.id in everything for p in people)


def test_a_client_moves_to_another_installation(
    store: Store, ann: Member, assessment: str, tmp_path: Path
) -> None:
    wave = launched(store, ann, assessment, retention_days=30)
    with pytest.raises(NotHandedOver, match="open"):
        export_client(store, ann, NOW)
    close(store, wave.wave_id)
    content = export_client(store, ann, NOW)
    other = Store.open(f"sqlite:///{tmp_path / 'other.sqlite'}", tmp_path / "other-keys")
    new = add_account(other, "new@example.org")
    with pytest.raises(NotHandedOver, match="Nobody here"):
        take_over_client(other, content, "nobody@example.org", NOW)
    assert take_over_client(other, content, "new@example.org", NOW) == "Acme"
    with pytest.raises(NotHandedOver, match="already"):
        take_over_client(other, content, "new@example.org", NOW)
    with other.reading() as work, store.reading() as before:
        assert work.releases.get(wave.wave_id) == before.releases.get(wave.wave_id)
        assert len(work.people.of(assessment)) == 34
        assert work.jobs.get(f"erase:{wave.wave_id}") is not None
        assert work.memberships.get(new.id, ann.organisation_id) is not None
    other.close()
    for spoilt in (b"", b"PK", content[:200]):
        with pytest.raises(NotHandedOver):
            take_over_client(store, spoilt, ann.email, NOW)


def test_privacy_holds_while_a_wave_is_open_and_after(
    store: Store, ann: Member, assessment: str
) -> None:
    wave = launched(store, ann, assessment)
    answer(store, _codes(store, wave.wave_id)[:15], marked("3" * 21))
    found = check_privacy(store, wave.wave_id)
    assert [one.way for one in found if one.is_leak and "xmin" not in one.way] == []
    close_and_settle(store, wave.wave_id, "test", NOW)
    assert not any(one.is_leak for one in check_privacy(store, wave.wave_id))


@pytest.mark.parametrize(
    ("fault", "way"),
    [
        (
            "UPDATE sheet SET id = (SELECT min(id) FROM person) "
            "WHERE id = (SELECT min(id) FROM sheet)",
            "values",
        ),
        (
            "UPDATE sheet SET answers = answers || '1' WHERE id = (SELECT min(id) FROM sheet)",
            "sizes",
        ),
        ("UPDATE ballot SET used = (1 = 1)", "marks of used links"),
    ],
)
def test_the_privacy_check_sees_a_planted_fault(
    store: Store, ann: Member, assessment: str, fault: str, way: str
) -> None:
    wave = launched(store, ann, assessment)
    close(store, wave.wave_id)
    with store.engine.begin() as connection:
        connection.exec_driver_sql(fault)
    leaks = [one.way for one in check_privacy(store, wave.wave_id) if one.is_leak]
    assert any(way in leak for leak in leaks), leaks
