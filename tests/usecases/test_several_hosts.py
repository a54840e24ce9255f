"""Hosts with one database and a folder of keys each: what one lacks is left to the other."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from app.storage.store import Store
from app.storage.wave_keys import KeysMissing
from app.usecases.invitations import INVITATION, reminder_name, round_job
from app.usecases.jobs import AGAIN, Office, Worker
from app.usecases.letters import print_letters
from app.usecases.mails import MailWorker
from app.usecases.operations import view_operations
from app.usecases.rounds import run_round
from app.usecases.schedule import CLOSE, closing_job, run_close
from tests.builders import NOW
from tests.cli.command_line import CommandLine
from tests.journeys.conftest import free_port
from tests.mailing.sink import Sink, SinkServer
from tests.usecases.test_mails import PEOPLE, Post
from tests.usecases.workspace import consultant, launched, set_up


@pytest.fixture
def post(store: Store) -> Iterator[Post]:
    with SinkServer(Sink(), free_port()) as server:
        yield Post(store, server)


@pytest.fixture
def elsewhere(post: Post, tmp_path: Path) -> Iterator[Office]:
    """Another host on the same database, whose folder holds no key of the wave."""
    other = Store(post.store.engine, tmp_path / "elsewhere")
    yield replace(post.office, store=other)
    other.ballot_box.close()
    other.ballot_reader.close()


def errors(store: Store, office: Office) -> list[str]:
    return [one.error for one in view_operations(store, office).troubles]


def test_mails_whose_key_lies_on_another_host_leave_from_there(
    post: Post, elsewhere: Office
) -> None:
    Worker(post.office, {"round": run_round}).run_next()
    without, having = MailWorker(elsewhere), MailWorker(post.office)
    for _ in range(PEOPLE + 3):
        without.run_next()
        having.run_next()
    without.end()
    having.end()
    assert len(post.sink.mails) == PEOPLE == len(set(post.sink.to()))
    with post.store.reading() as work:
        assert work.jobs.of(post.wave_id, INVITATION) == []


def test_reminders_whose_key_lies_on_another_host_leave_from_there(
    post: Post, elsewhere: Office
) -> None:
    post.work()
    with post.store.writing() as work:
        work.jobs.add(round_job(post.wave_id, reminder_name(1), NOW, by_hand=True))
        work.commit()
    Worker(post.office, {"round": run_round}).run_next()
    without, having = MailWorker(elsewhere), MailWorker(post.office)
    for _ in range(PEOPLE + 3):
        without.run_next()
        having.run_next()
    without.end()
    having.end()
    assert len(post.sink.mails) == 2 * PEOPLE


def test_mails_whose_key_is_nowhere_wait_and_leave_once_it_is_back(post: Post) -> None:
    names = post.store.wave_keys.names(post.wave_id)
    keys = {name: post.store.wave_keys.read(post.wave_id, name) or b"" for name in names}
    post.store.wave_keys.drop(post.wave_id)
    post.work()
    assert post.sink.mails == []
    (said,) = errors(post.store, post.office)
    assert said.startswith("The keys of wave")
    with post.store.reading() as work:
        assert {job.state for job in work.jobs.of(post.wave_id, INVITATION)} == {"ready"}
    post.store.wave_keys.create(post.wave_id, keys)
    post.clock.now += AGAIN
    post.work()
    assert len(post.sink.mails) == PEOPLE
    assert errors(post.store, post.office) == []


def test_one_host_says_once_that_it_leaves_mails_to_others(
    post: Post, elsewhere: Office, caplog: pytest.LogCaptureFixture
) -> None:
    Worker(post.office, {"round": run_round}).run_next()
    worker = MailWorker(elsewhere)
    for _ in range(5):
        worker.run_next()
        post.clock.now += timedelta(minutes=2)
    said = [one.getMessage() for one in caplog.records if "left to others" in one.getMessage()]
    assert len(said) == 1
    assert post.wave_id in said[0]


def test_a_wave_is_closed_where_its_key_is(post: Post, elsewhere: Office) -> None:
    with post.store.writing() as work:
        work.jobs.add(closing_job(post.wave_id, NOW))
        work.commit()
    handlers = {"round": run_round, CLOSE: run_close}
    without, having = Worker(elsewhere, handlers), Worker(post.office, handlers)
    while without.run_next() == 0:
        pass
    with post.store.reading() as work:
        assert not work.releases.has(post.wave_id)
        job = work.jobs.get(f"close:{post.wave_id}")
    assert job
    assert job.error.startswith("The keys of wave")
    while having.run_next() == 0:
        pass
    with post.store.reading() as work:
        assert work.releases.has(post.wave_id)
    assert post.store.wave_keys.read(post.wave_id) is None


def test_a_wave_is_never_closed_where_its_keys_are_not(
    siloscope: CommandLine,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    wave = siloscope.launch()
    monkeypatch.setenv("SILOSCOPE_KEYS", str(tmp_path_factory.mktemp("elsewhere")))
    said = siloscope.refused("close", wave)
    assert f"The keys of wave {wave} are missing: put the folder of keys back." in said
    assert "destroyed" not in said
    with siloscope.store() as store, store.reading() as work:
        row = work.waves.get(wave)
    assert row is not None
    assert row.closed_at is None


def test_letters_are_not_told_to_be_of_a_closed_wave_for_want_of_a_key(
    sqlite_store: Store, tmp_path: Path
) -> None:
    member = consultant(sqlite_store)
    wave_id = launched(sqlite_store, member, set_up(sqlite_store, member)).wave_id
    sqlite_store.wave_keys.drop(wave_id)
    with pytest.raises(KeysMissing):
        print_letters(sqlite_store, member, wave_id, "http://127.0.0.1", tmp_path, NOW)
