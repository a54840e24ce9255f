"""Rounds of mails: everybody once, nobody told apart, whatever the server does."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.mailing.server import MailServer
from app.questionnaires.timing import expected_minutes
from app.storage.store import Store
from app.usecases.addresses import email_fault
from app.usecases.invitations import reminder_name, round_job
from app.usecases.jobs import Office, Worker
from app.usecases.mails import MailWorker
from app.usecases.reminders import PAUSES, seal, unseal
from app.usecases.rounds import run_round
from tests.builders import NOW, instrument, marked
from tests.journeys.conftest import free_port
from tests.journeys.mailing import launch_with_mails
from tests.mailing.sink import Sink, SinkServer, code_in, text_of
from tests.usecases.test_waves import answer

PEOPLE = 12


class Clock:
    """A time that a test moves."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


class Post:
    """A wave of twelve with its office, its clock, and a sink."""

    def __init__(self, store: Store, server: SinkServer) -> None:
        self.store, self.sink, self.clock = store, server.sink, Clock()
        self.wave_id = launch_with_mails(store, PEOPLE)
        self.office = Office(
            store=store,
            public_url="http://127.0.0.1",
            now=self.clock,
            chance=Random(1),
            server=MailServer.read(server.address),
            mail_from="survey@example.org",
            mail_rate=1000,
        )

    def work(self) -> None:
        """Do everything that is due."""
        worker, mails = Worker(self.office, {"round": run_round}), MailWorker(self.office)
        while worker.run_next() == 0:
            pass
        for _ in range(400):
            if mails.run_next() >= 0.5:
                break
        mails.end()

    def remind(self, number: int = 1) -> None:
        with self.store.writing() as work:
            work.jobs.add(round_job(self.wave_id, reminder_name(number), NOW, by_hand=True))
            work.commit()

    def codes(self) -> dict[str, str]:
        return {
            who: code_in(mail) for who, mail in zip(self.sink.to(), self.sink.mails, strict=True)
        }


@pytest.fixture
def post(store: Store) -> Iterator[Post]:
    with SinkServer(Sink(), free_port()) as server:
        yield Post(store, server)


def test_everybody_is_invited_once(post: Post) -> None:
    post.work()
    post.work()
    assert len(post.sink.mails) == PEOPLE == len(set(post.codes().values()))


def test_a_mail_says_who_asks_whom_how_long_it_takes_and_where_the_sheet_is(post: Post) -> None:
    post.work()
    text = text_of(post.sink.mails[0]).replace("\r\n", "\n")
    core = instrument().for_kind("network")
    for part in (
        "Hello Network ",
        "Mailed wants to know",
        f"for Network: about {expected_minutes(core)} minutes",
        f"http://127.0.0.1/s#{code_in(post.sink.mails[0])}",
        f"http://127.0.0.1/sheet/{post.wave_id}",
        "Thank you\nAnn",
    ):
        assert part in text


def test_reminders_go_to_unused_links_only(post: Post) -> None:
    post.work()
    codes = post.codes()
    answered = sorted(codes)[:5]
    answer(post.store, [codes[who] for who in answered], marked("3" * 21))
    post.remind()
    post.work()
    assert sorted(post.sink.to()[PEOPLE:]) == sorted(set(codes) - set(answered))


def rows_of(store: Store, table: str) -> list[dict[str, object]]:
    """Return all rows of a table as the database holds them."""
    with store.engine.connect() as connection:
        found = connection.exec_driver_sql(f"SELECT * FROM {table}").mappings()
        return [dict(row) for row in found]


def test_no_row_tells_who_is_reminded(post: Post) -> None:
    post.work()
    codes = post.codes()
    answer(post.store, [codes[who] for who in sorted(codes)[:5]], marked("3" * 21))
    people = {row["id"] for row in rows_of(post.store, "person")}
    post.remind()
    worker, mails = Worker(post.office, {"round": run_round}), MailWorker(post.office)
    while worker.run_next() == 0:
        pass
    post.sink.recipient = lambda _address: "450 later"
    for _ in range(PEOPLE + 3):
        mails.run_next()
        rows = [str(row) for row in rows_of(post.store, "job") if row["wave_id"] == post.wave_id]
        assert not any(str(one) in row for row in rows for one in people)
        assert not any("example.org" in row for row in rows)
    mails.end()


def test_whom_the_server_put_off_is_reminded_later_and_nobody_twice(post: Post) -> None:
    post.work()
    slow = {who for who in post.codes() if who[-13] in "13579"}
    assert slow
    post.remind()
    post.sink.recipient = lambda address: "450 later" if address in slow else "250 OK"
    post.work()
    assert len(post.sink.mails) == 2 * PEOPLE - len(slow)
    post.sink.recipient = lambda _address: "250 OK"
    post.clock.now += timedelta(minutes=31)
    post.work()
    assert sorted(post.sink.to()[PEOPLE:]) == sorted(post.codes())


def test_an_hour_without_the_server_loses_nothing(store: Store) -> None:
    port = free_port()
    post = Post(store, SinkServer(Sink(), port))
    for _ in range(3):
        post.work()
        post.clock.now += timedelta(minutes=20)
    with SinkServer(post.sink, port):
        post.work()
    assert sorted(post.sink.to()) == sorted(set(post.sink.to()))
    assert len(post.sink.mails) == PEOPLE


@pytest.mark.parametrize("answer", ["421 go away", "554 no"])
def test_one_address_at_which_the_server_hangs_up_stops_nobody_else(
    post: Post, answer: str
) -> None:
    post.sink.recipient = lambda address: answer if "Network3@" in address else "250 OK"
    post.work()
    assert len(post.sink.mails) == PEOPLE - 1
    post.remind()
    for pause in (*PAUSES, timedelta()):
        post.work()
        post.clock.now += pause + timedelta(minutes=1)
    assert len(post.sink.mails) == 2 * (PEOPLE - 1)
    with post.store.reading() as work:
        assert work.jobs.of(post.wave_id, "reminder") == []


def test_a_conversation_cut_between_two_reminders_ends_no_round(post: Post) -> None:
    post.work()
    post.remind()
    worker, mails = Worker(post.office, {"round": run_round}), MailWorker(post.office)
    while worker.run_next() == 0:
        pass
    for _ in range(PEOPLE + 8):
        mails.run_next()
        conversation = mails._conversation
        if conversation is not None and conversation._smtp and conversation._smtp.sock:
            conversation._smtp.sock.close()
    mails.end()
    assert sorted(post.sink.to()[PEOPLE:]) == sorted(post.codes())


@pytest.mark.parametrize("address", ["a@b..org", "[a@x.org", "a@[x.org", "a..b@x.org"])
def test_what_no_mail_can_be_addressed_to_is_no_address(address: str) -> None:
    assert email_fault(address)


def test_a_refused_invitation_is_listed_and_not_sent_again(post: Post) -> None:
    post.sink.recipient = lambda address: "550 no" if "Network3@" in address else "250 OK"
    post.work()
    with post.store.reading() as work:
        (failed,) = work.jobs.of(post.wave_id, "invitation", "failed")
    assert "550 no" in failed.error
    assert len(post.sink.mails) == PEOPLE - 1


def test_a_round_of_a_worker_that_lost_its_lease_is_not_kept(post: Post) -> None:
    def run_twice(task) -> None:  # type: ignore[no-untyped-def]
        other = Office(**{**post.office.__dict__, "now": lambda: NOW + timedelta(hours=1)})
        Worker(other, {"round": run_round}).run_next()
        run_round(replace(task, worker="somebody else"))

    Worker(post.office, {"round": run_twice}).run_next()
    post.clock.now += timedelta(hours=2)
    post.work()
    assert len(post.sink.mails) == PEOPLE


def test_nothing_leaves_in_quiet_hours_or_after_the_close(post: Post) -> None:
    with post.store.writing() as work:
        row = work.plans.get(post.wave_id)
        assert row is not None
        row.content = json.dumps(json.loads(row.content) | {"quiet_from": 8, "quiet_to": 11})
        work.plans.save(row)
        work.commit()
    post.work()
    assert post.sink.mails == []
    post.clock.now = NOW.replace(hour=11, minute=1)
    with post.store.writing() as work:
        work.waves.close(post.wave_id, NOW)
        work.commit()
    post.work()
    assert post.sink.mails == []


@given(
    st.integers(1, 300).flatmap(
        lambda size: st.tuples(
            st.just(size), st.frozensets(st.integers(0, size - 1)), st.binary(min_size=32)
        )
    )
)
def test_what_is_sealed_comes_back_and_its_length_tells_nothing(
    case: tuple[int, frozenset[int], bytes],
) -> None:
    size, numbers, key = case
    sealed = seal(numbers, key, size)
    assert unseal(sealed, key, size) == numbers
    assert len(sealed) == len(seal(frozenset(), key, size))
    assert sealed != seal(numbers, key, size)


def test_what_another_key_or_version_sealed_tells_nothing_and_breaks_nothing() -> None:
    sealed = seal(frozenset({1, 5}), b"k" * 32, 20)
    assert unseal(sealed, b"other" * 8, 20) == frozenset()
    touched = bytearray.fromhex(sealed)
    touched[-1] ^= 1
    assert unseal(touched.hex(), b"k" * 32, 20) == frozenset()
    older = bytes(range(16 + 3)).hex()
    assert unseal(older, b"k" * 32, 20) == frozenset()
