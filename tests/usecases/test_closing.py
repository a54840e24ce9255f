"""Closing and erasing while others are at the same wave: once, and nobody waits for ever."""

import threading
import time
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest
from sqlmodel import Session

from app.reports.report import Report
from app.storage.ballots import Outcome
from app.storage.database import PATIENCE
from app.storage.store import Store
from app.storage.tables import Comment
from app.usecases import results, waves
from app.usecases.audit_log import Deed, read_audit_log
from app.usecases.erasure import certificates_of, erase_wave, run_erase
from app.usecases.errors import UnknownWave
from app.usecases.jobs import WORK, Office, Task, claim
from app.usecases.members import Member
from app.usecases.releases import make_release
from app.usecases.schedule import close_and_settle, erasing_job, run_close
from app.usecases.sheets import mix_sheets
from tests.builders import NOW
from tests.storage.test_ballots import submission
from tests.usecases.workspace import CHANCE, close, codes_of, launched


def office_of(store: Store) -> Office:
    return Office(
        store=store,
        public_url="http://127.0.0.1",
        now=lambda: NOW + timedelta(days=30),
        chance=Random(1),
    )


def test_a_close_by_command_line_beside_the_sites_own_is_logged_once(
    store: Store, ann: Member, assessment: str
) -> None:
    wave = launched(store, ann, assessment)
    office = office_of(store)
    job = claim(office, WORK, "worker")
    while job is not None and job.name != "close":
        job = claim(office, WORK, "worker")
    assert job is not None
    close_and_settle(store, wave.wave_id, "command line", office.now())
    run_close(Task(office, job, "worker"))
    log = read_audit_log(store, ann.organisation_id)
    assert [entry.who for entry in log if entry.deed == Deed.WAVE_CLOSED] == ["command line"]


def test_a_mix_in_the_middle_of_a_close_stops_neither(
    store: Store, ann: Member, assessment: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    wave = launched(store, ann, assessment)
    with Session(store.engine) as session:
        for number in range(30):
            session.add(Comment(id=f"{number:032x}", wave_id=wave.wave_id, content="x"))
        session.commit()
    ended: list[str] = []

    def mix() -> None:
        mix_sheets(store, Random(3))
        ended.append("mix")

    mixing = threading.Thread(target=mix)

    def compute_meanwhile(*told):  # type: ignore[no-untyped-def]
        mixing.start()
        time.sleep(1.5)  # PostgreSQL looks for deadlocks after a second
        return make_release(*told)

    monkeypatch.setattr(waves, "make_release", compute_meanwhile)
    close_and_settle(store, wave.wave_id, "command line", NOW)
    mixing.join()
    assert ended == ["mix"]


def test_a_wave_that_is_erased_by_hand_on_its_day_is_erased_once(
    store: Store, ann: Member, assessment: str, tmp_path: Path
) -> None:
    wave = launched(store, ann, assessment)
    close(store, wave.wave_id)
    task = Task(office_of(store), erasing_job(wave.wave_id, NOW), "worker")
    by_day = threading.Thread(target=run_erase, args=(task, tmp_path))
    by_day.start()
    with suppress(UnknownWave):  # the schedule was faster
        erase_wave(store, ann, wave.wave_id, wave.wave_id, tmp_path, NOW, CHANCE)
    by_day.join()
    assert len(certificates_of(store, ann)) == 1


def test_who_sends_while_the_wave_closes_is_answered_and_not_locked_out(
    store: Store, ann: Member, assessment: str
) -> None:
    wave = launched(store, ann, assessment)
    code = codes_of(store, wave.wave_id)[0]
    with store.writing() as work:
        # As a close does: the wave first, then all its ballots.
        work.waves.lock(wave.wave_id)
        sent = store.ballot_box.submit(submission(code))
        time.sleep(0.3)  # time to come as far as it can
        work.ballots.forget_use(wave.wave_id)
        work.commit()
    assert sent.result(timeout=PATIENCE) is Outcome.ACCEPTED


def test_whose_ballot_is_written_anew_is_still_known(
    store: Store, ann: Member, assessment: str
) -> None:
    wave = launched(store, ann, assessment)
    code = codes_of(store, wave.wave_id)[0]
    with store.writing() as work:
        work.waves.close(wave.wave_id, NOW)
        work.commit()
    senders = [store.ballot_box.submit(submission(code)) for _ in range(20)]
    store.forget_order(wave.wave_id)
    senders += [store.ballot_box.submit(submission(code)) for _ in range(20)]
    assert {sent.result(timeout=PATIENCE) for sent in senders} == {Outcome.CLOSED}


def test_a_report_of_a_wave_that_is_erased_meanwhile_is_not_kept(
    store: Store, ann: Member, assessment: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wave = launched(store, ann, assessment)
    close(store, wave.wave_id)

    def render(_report: Report, folder: Path) -> Path:
        erase_wave(store, ann, wave.wave_id, wave.wave_id, folder, NOW, CHANCE)
        file = folder / "report.pdf"
        file.write_bytes(b"%PDF")
        return file

    monkeypatch.setattr(results, "render_pdf", render)
    with pytest.raises(UnknownWave):
        results.write_report(store, wave.wave_id, tmp_path)
    assert list(tmp_path.glob("*.pdf")) == []
