"""A round of mails is written in portions: nobody waits for it, and nobody is mailed twice."""

import json
from collections.abc import Iterator
from itertools import pairwise
from random import Random

import pytest
from sqlalchemy import Connection, event

from app.storage.store import Store
from app.usecases.invitations import INVITATION, ROUND
from app.usecases.jobs import MAIL, Office, Worker
from app.usecases.mails import MailWorker
from app.usecases.rounds import run_round
from tests.builders import NOW
from tests.journeys.conftest import free_port
from tests.journeys.mailing import launch_with_mails
from tests.mailing.sink import Sink, SinkServer
from tests.usecases.test_mails import PEOPLE, Post


@pytest.fixture
def post(store: Store) -> Iterator[Post]:
    with SinkServer(Sink(), free_port()) as server:
        yield Post(store, server)


@pytest.fixture
def in_fives(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.usecases.rounds.PORTION", 5)


def test_no_transaction_writes_more_than_a_portion(sqlite_store: Store) -> None:
    wave_id = launch_with_mails(sqlite_store, 1200)
    office = Office(sqlite_store, "http://127.0.0.1", lambda: NOW, Random(1))
    sizes = [0]

    def count(connection: Connection) -> None:
        asked = "SELECT count(*) FROM job WHERE name = 'invitation'"
        sizes.append(connection.exec_driver_sql(asked).scalar_one())

    event.listen(sqlite_store.engine, "commit", count)
    Worker(office, {ROUND: run_round}).run_next()
    event.remove(sqlite_store.engine, "commit", count)
    with sqlite_store.reading() as work:
        assert work.jobs.count(wave_id, INVITATION, "ready") == 1200
    written = [now - before for before, now in pairwise(sizes)]
    # Respondents wait for one transaction at most; the rest is room for them in between.
    assert max(written) <= 250


@pytest.mark.usefixtures("in_fives")
def test_a_round_that_was_cut_goes_on_where_it_was_and_nobody_gets_two_mails(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    rests: list[float] = []

    def send_then_die(rest: float) -> None:
        """Everything that is written is mailed, and its jobs are gone."""
        rests.append(rest)
        mails = MailWorker(post.office)
        while mails.run_next() < 0.5:
            pass
        mails.end()
        if len(rests) == 2:
            raise OSError("killed")

    monkeypatch.setattr("app.usecases.rounds.sleep", send_then_die)
    worker = Worker(post.office, {ROUND: run_round})
    worker.run_next()
    assert len(post.sink.mails) == 10
    monkeypatch.undo()
    post.clock.now = post.clock.now.replace(hour=post.clock.now.hour + 1)
    post.work()
    assert sorted(post.sink.to()) == sorted(set(post.sink.to()))
    assert len(post.sink.mails) == PEOPLE


@pytest.mark.usefixtures("in_fives")
def test_what_mails_tell_of_a_round_that_is_being_written_stays(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = f"round:{post.wave_id}:invitation"

    def doubt(_rest: float) -> None:
        with post.store.writing() as work:
            found = work.jobs.hold(key)
            assert found
            counts = json.loads(found.progress)
            counts["doubtful"] = counts.get("doubtful", 0) + 1
            work.jobs.note(key, json.dumps(counts))
            work.commit()

    monkeypatch.setattr("app.usecases.rounds.sleep", doubt)
    Worker(post.office, {ROUND: run_round}).run_next()
    with post.store.reading() as work:
        done = work.jobs.get(key)
    assert done
    assert json.loads(done.progress) == {
        "people": PEOPLE,
        "started": NOW.isoformat(timespec="minutes"),
        "doubtful": 3,
    }


@pytest.mark.usefixtures("in_fives")
def test_a_wave_that_is_closed_while_its_round_is_written_gets_no_more_mails(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    def close(_rest: float) -> None:
        with post.store.writing() as work:
            work.waves.close(post.wave_id, NOW)
            work.jobs.forget(post.wave_id, MAIL)
            work.commit()

    monkeypatch.setattr("app.usecases.rounds.sleep", close)
    Worker(post.office, {ROUND: run_round}).run_next()
    with post.store.reading() as work:
        assert work.jobs.of(post.wave_id, INVITATION) == []
    post.work()
    assert post.sink.mails == []
