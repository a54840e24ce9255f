"""A client's wave from its set-up to its erasure: what must hold whatever is done in between."""

from datetime import date, datetime
from random import Random

import pytest

from app.storage.store import Store
from app.usecases.assessments import (
    WaveRunning,
    view_assessment,
)
from app.usecases.checklist import check_launch
from app.usecases.field import view_wave
from app.usecases.fieldwork import BadExtension, extend_wave, request_close
from app.usecases.jobs import Handler, Office, Task, Worker
from app.usecases.members import Member
from app.usecases.planning import NotReady, PlanLocked, find_plan, launch_wave
from app.usecases.schedule import CLOSE, run_close
from app.usecases.units import UnitForm, UnitRefused, merge_unit, save_unit
from tests.builders import NOW, roster_text
from tests.usecases.workspace import (
    CHANCE,
    MIRROR_KINDS,
    checks,
    close,
    import_roster,
    launched,
    plan,
    unit_ids,
)


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


def test_groups_that_a_few_silent_people_would_hide_are_named(
    store: Store, ann: Member, assessment: str
) -> None:
    with store.writing() as work:
        erp = next(one for one in work.units.of(assessment) if one.name == "ERP")
        for person in list(work.people.of(assessment)):
            if person.unit_id == erp.id and person.name.endswith("7"):
                work.people.remove(person)
        work.commit()
    wave_id = plan(store, ann, assessment)
    _, planned = find_plan(store, ann, wave_id)
    view = view_assessment(store, ann, assessment)
    found = check_launch(view, planned, wave_id, NOW, has_mail=True, is_local=False)
    said = [check.text for check in found if not check.is_blocking]
    assert any(text.startswith("Fewer than 8 people: ERP.") for text in said)


def test_a_wave_is_launched_once_and_alone(store: Store, ann: Member, assessment: str) -> None:
    wave_id, other = plan(store, ann, assessment), plan(store, ann, assessment)
    with pytest.raises(NotReady):
        launch_wave(store, ann, wave_id, NOW, CHANCE, has_mail=False)
    launch_wave(store, ann, wave_id, NOW, CHANCE, has_mail=True)
    with pytest.raises(PlanLocked):
        launch_wave(store, ann, wave_id, NOW, CHANCE, has_mail=True)
    with pytest.raises(NotReady):
        launch_wave(store, ann, other, NOW, CHANCE, has_mail=True)
    with pytest.raises(WaveRunning):
        import_roster(store, ann, assessment, roster_text())


def test_a_launch_checks_what_is_there_when_it_happens(
    store: Store, ann: Member, assessment: str
) -> None:
    wave_id = plan(store, ann, assessment)
    assert checks(store, ann, wave_id) == []
    # In another tab, after the checklist was looked at.
    with store.writing() as work:
        unit = next(one for one in work.units.of(assessment) if one.name == "ERP")
        unit.head_name = ""
        work.units.save(unit)
        work.commit()
    with pytest.raises(NotReady):
        launch_wave(store, ann, wave_id, NOW, CHANCE, has_mail=True)


def test_a_launch_that_failed_half_way_can_be_done_again(
    store: Store, ann: Member, assessment: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    wave_id = plan(store, ann, assessment)
    with monkeypatch.context() as broken:
        broken.setattr("app.storage.unit_of_work.UnitOfWork.commit", _fail)
        with pytest.raises(OSError, match="gone"):
            launch_wave(store, ann, wave_id, NOW, CHANCE, has_mail=True)
    assert len(launch_wave(store, ann, wave_id, NOW, CHANCE, has_mail=True).invitations) == 34


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
