"""Closing and erasing while others are at the same wave: once, and nobody waits for ever."""

import threading
import time
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import text

from app.scoring.release import Release
from app.storage.database import PATIENCE
from app.storage.store import Store
from app.storage.submissions import Outcome
from app.storage.wave_keys import KeysMissing
from app.usecases import results, waves
from app.usecases.audit_log import Deed, read_audit_log
from app.usecases.erasure import NotErased, certificates_of, erase_wave, run_erase
from app.usecases.errors import UnknownWave
from app.usecases.field import view_wave
from app.usecases.fieldwork import request_close
from app.usecases.jobs import WORK, Claims, Office, Task, Worker
from app.usecases.ledger import Channel
from app.usecases.members import Member
from app.usecases.schedule import close_and_settle, erasing_job, run_close, run_tally
from tests.builders import NOW, launch
from tests.builders import codes_of as codes_in
from tests.submissions import send, submission
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
    job = Claims(office, WORK, "worker").take()
    while job is not None and job.name != "close":
        job = Claims(office, WORK, "worker").take()
    assert job is not None
    close_and_settle(store, wave.wave_id, "command line", office.now())
    run_close(Task(office, job, "worker"))
    log = read_audit_log(store, ann.organisation_id)
    assert [entry.who for entry in log if entry.deed == Deed.WAVE_CLOSED] == ["command line"]


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


def test_who_sends_while_the_wave_closes_is_counted_or_told(
    store: Store, ann: Member, assessment: str
) -> None:
    wave = launched(store, ann, assessment)
    codes = codes_of(store, wave.wave_id)
    waiting = [submission(store, code) for code in codes]
    senders = [store.ballot_box.submit(one) for one in waiting[:15]]
    closing = threading.Thread(target=close_and_settle, args=(store, wave.wave_id, "x", NOW))
    closing.start()
    for one in waiting[15:]:
        senders.append(store.ballot_box.submit(one))
        time.sleep(0.02)
    outcomes = [sent.result(timeout=PATIENCE) for sent in senders]
    closing.join()
    assert set(outcomes) <= {Outcome.ACCEPTED, Outcome.CLOSED}
    with store.reading() as work:
        release = work.releases.get(wave.wave_id)
        assert work.sealed.count(wave.wave_id) == 0
    assert release is not None
    shown = [unit.answered for unit in release.units if not unit.is_parent]
    told = sum(count for count in shown if count is not None)
    assert outcomes.count(Outcome.ACCEPTED) - told in range(5), "a sheet was lost"


def test_two_who_close_at_once_have_one_release(store: Store, ann: Member, assessment: str) -> None:
    wave = launched(store, ann, assessment)
    send(store, codes_of(store, wave.wave_id))
    found: list[Release] = []
    ready = threading.Barrier(3)

    def end() -> None:
        ready.wait()
        found.append(waves.close_wave(store, wave.wave_id, NOW, "somebody"))

    threads = [threading.Thread(target=end) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 3
    assert len({release.model_dump_json() for release in found}) == 1
    log = read_audit_log(store, ann.organisation_id)
    assert sum(entry.deed == Deed.WAVE_CLOSED for entry in log) == 1
    assert store.wave_keys.names(wave.wave_id) == set()


def spoil(store: Store, wave_id: str, rows: int) -> None:
    """Change a bit in some boxes of a wave, as whoever can write the database could."""
    with store.engine.begin() as connection:
        found = connection.exec_driver_sql("SELECT id, box FROM sealed").all()
        change = text("UPDATE sealed SET box = :box WHERE id = :id AND wave_id = :wave")
        for row_id, box in found[:rows]:
            spoilt = bytes(box[:-1]) + bytes([box[-1] ^ 1])
            connection.execute(change, {"box": spoilt, "id": row_id, "wave": wave_id})


def test_a_box_that_does_not_open_stops_the_close_until_an_owner_leaves_it_out(
    store: Store, ann: Member, assessment: str
) -> None:
    wave = launched(store, ann, assessment)
    send(store, codes_of(store, wave.wave_id))
    spoil(store, wave.wave_id, 1)
    office = office_of(store)
    request_close(store, ann, wave.wave_id, NOW)
    Worker(office, {"close": run_close, "round": lambda task: None, "tally": run_tally}).run_next()
    state = view_wave(store, ann, wave.wave_id, office.now())
    assert state.is_missing_few
    assert "1 of 34 answers cannot be read" in state.trouble
    assert not state.is_released
    # Nobody can be named any more, and what opens answers is still there.
    assert store.wave_keys.names(wave.wave_id) == {"box", "seal", "public"}
    request_close(store, ann, wave.wave_id, NOW, few=True)
    Worker(office, {"close": run_close, "round": lambda task: None, "tally": run_tally}).run_next()
    assert view_wave(store, ann, wave.wave_id, office.now()).is_released
    (entry,) = [
        one for one in read_audit_log(store, ann.organisation_id) if one.deed == Deed.WAVE_CLOSED
    ]
    assert "1 answers could not be read" in entry.detail


def test_more_than_a_few_are_left_out_by_command_only(
    store: Store, ann: Member, assessment: str
) -> None:
    wave = launched(store, ann, assessment)
    send(store, codes_of(store, wave.wave_id))
    spoil(store, wave.wave_id, 2)
    with store.engine.begin() as connection:
        one = "(SELECT id FROM sealed ORDER BY id DESC LIMIT 1)"
        connection.exec_driver_sql(f"DELETE FROM sealed WHERE id = {one}")
    for few in (False, True):
        with pytest.raises(waves.AnswersUnreadable, match="3 of 34 answers") as raised:
            waves.close_wave(store, wave.wave_id, NOW, few=few)
        assert not raised.value.is_few
    with pytest.raises(waves.AnswersUnreadable):
        waves.close_wave(store, wave.wave_id, NOW, leave_out=2)
    release = waves.close_wave(store, wave.wave_id, NOW, leave_out=3)
    assert release.answered <= 31


def test_a_wave_without_its_keys_takes_nothing_does_not_close_and_can_be_erased(
    store: Store, ann: Member, assessment: str, tmp_path: Path
) -> None:
    wave = launched(store, ann, assessment)
    codes = codes_of(store, wave.wave_id)
    send(store, codes[:3])
    sent = submission(store, codes[5])
    with pytest.raises(NotErased):
        erase_wave(store, ann, wave.wave_id, wave.wave_id, tmp_path, NOW, CHANCE)
    (store.wave_keys.folder / f"{wave.wave_id}.seal").unlink()
    with pytest.raises(KeysMissing):
        store.ballot_box.submit(sent).result()
    with pytest.raises(KeysMissing):
        waves.close_wave(store, wave.wave_id, NOW)
    state = view_wave(store, ann, wave.wave_id, NOW)
    assert state.is_lost
    assert state.wave.closed_at is None, "closed though nothing could be opened"
    erase_wave(store, ann, wave.wave_id, wave.wave_id, tmp_path, NOW, CHANCE)
    assert store.wave_keys.names(wave.wave_id) == set()
    assert len(certificates_of(store, ann)) == 1


def test_a_lost_wave_takes_none_of_the_others_batch_with_it(store: Store) -> None:
    lost, whole = launch(store), launch(store, name="Other", seed=2)
    sent = [
        submission(store, one)
        for pair in zip(codes_in(lost, "ERP"), codes_in(whole, "ERP"), strict=True)
        for one in pair
    ]
    store.wave_keys.drop(lost.wave_id)
    outcomes = [store.ballot_box.submit(one) for one in sent]
    assert all(isinstance(one.exception(), KeysMissing) for one in outcomes[::2])
    assert {one.result() for one in outcomes[1::2]} == {Outcome.ACCEPTED}


def test_whoever_sends_again_after_the_close_is_told_that_it_is_over(
    store: Store, ann: Member, assessment: str
) -> None:
    wave = launched(store, ann, assessment)
    mine = submission(store, codes_of(store, wave.wave_id)[0])
    assert store.ballot_box.submit(mine).result() is Outcome.ACCEPTED
    waves.close_wave(store, wave.wave_id, NOW)
    assert store.ballot_box.submit(mine).result() is Outcome.CLOSED


def test_a_report_of_a_wave_that_is_erased_meanwhile_is_not_kept(
    store: Store, ann: Member, assessment: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wave = launched(store, ann, assessment)
    close(store, wave.wave_id)

    def render(file: Path, _html: str) -> None:
        erase_wave(store, ann, wave.wave_id, wave.wave_id, file.parent, NOW, CHANCE)
        file.write_bytes(b"%PDF")

    monkeypatch.setattr(results, "render_into", render)
    shown = results.view_results(store, wave.wave_id, Channel.PDF)
    with pytest.raises(UnknownWave):
        results.write_report(store, shown, tmp_path)
    assert list(tmp_path.glob("*.pdf")) == []
