"""A clock that jumps: nothing final follows it, and nothing stays behind of it."""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random

import pytest

from app.mailing.server import MailServer
from app.storage.store import Store
from app.storage.workspace_tables import Job
from app.usecases.audit_log import Who
from app.usecases.clock import Clock, jump_in_words
from app.usecases.due_times import HELD, mend_due_times
from app.usecases.invitations import reminder_name, round_job
from app.usecases.jobs import MAIL, WORK, Claims, Office, Worker
from app.usecases.mails import MailWorker
from app.usecases.rounds import run_round
from app.usecases.schedule import CLOSE, TALLY, closing_job, run_close, run_tally, tally_job
from tests.builders import NOW
from tests.journeys.conftest import free_port
from tests.journeys.mailing import launch_with_mails
from tests.mailing.sink import Sink, SinkServer

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
JUMPS = [HOUR, -HOUR, 400 * DAY, -3652 * DAY]
HANDLERS = {"round": run_round, CLOSE: run_close, TALLY: run_tally}
PEOPLE = 12


class Hardware:
    """The clocks of a machine: time passes on both, and each can be set."""

    def __init__(self) -> None:
        self.wall, self.ticks = NOW, 5000.0

    def now(self) -> datetime:
        return self.wall

    def monotonic(self) -> float:
        return self.ticks

    def pass_by(self, time: timedelta) -> None:
        self.wall, self.ticks = self.wall + time, self.ticks + time.total_seconds()


class Machine:
    """A site with a wave of twelve on a machine whose clocks can be set."""

    def __init__(self, store: Store, server: SinkServer) -> None:
        self.store, self.sink, self.hardware = store, server.sink, Hardware()
        self.wave_id = launch_with_mails(store, PEOPLE)
        self.start(server)

    def start(self, server: SinkServer) -> None:
        """As after a start: nothing but the database is known."""
        hardware = self.hardware
        self.clock = Clock(self.store, hardware.now, hardware.monotonic)
        self.office = Office(
            store=self.store,
            public_url="http://127.0.0.1",
            now=hardware.now,
            chance=Random(1),
            server=MailServer.read(server.address),
            mail_from="survey@example.org",
            mail_rate=1000,
            clock=self.clock,
            held=HELD,
        )

    def work(self) -> None:
        """Do everything that is due."""
        worker, mails = Worker(self.office, HANDLERS), MailWorker(self.office)
        while worker.run_next() == 0:
            pass
        for _ in range(400):
            if mails.run_next() >= 0.5:
                break
        mails.end()

    def close_in(self, days: int) -> None:
        with self.store.writing() as work:
            closes_at = NOW + timedelta(days=days)
            work.waves.extend(self.wave_id, closes_at)
            work.jobs.replace(closing_job(self.wave_id, closes_at))
            work.commit()

    @property
    def is_open(self) -> bool:
        with self.store.reading() as work:
            wave = work.waves.get(self.wave_id)
        return wave is not None and wave.closed_at is None

    def job(self, key: str) -> Job:
        with self.store.reading() as work:
            found = work.jobs.get(key)
        assert found is not None
        return found


@pytest.fixture
def server() -> Iterator[SinkServer]:
    with SinkServer(Sink(), free_port()) as server:
        yield server


@pytest.fixture
def machine(store: Store, server: SinkServer) -> Machine:
    return Machine(store, server)


@pytest.mark.parametrize("jump", JUMPS)
def test_a_clock_that_jumps_is_doubted_until_it_agrees(machine: Machine, jump: timedelta) -> None:
    machine.hardware.wall += jump
    assert machine.clock.look() == jump
    machine.hardware.pass_by(timedelta(seconds=5))
    assert machine.clock.look() == jump
    machine.hardware.wall -= jump
    assert machine.clock.look() is None


@pytest.mark.parametrize("jump", [HOUR, 400 * DAY])
def test_a_jump_of_both_clocks_shows_beside_the_time_that_was_kept(
    machine: Machine, jump: timedelta
) -> None:
    machine.hardware.pass_by(jump)
    assert machine.clock.look() == jump
    machine.hardware.pass_by(-jump)
    assert machine.clock.look() is None


def test_a_minute_and_a_small_correction_are_no_jump(machine: Machine) -> None:
    machine.hardware.wall += timedelta(minutes=58)
    assert machine.clock.look() is None
    for _ in range(200):
        machine.hardware.pass_by(timedelta(seconds=60))
        machine.hardware.wall += timedelta(seconds=7)
        assert machine.clock.look() is None


@pytest.mark.parametrize("jump", JUMPS)
def test_a_start_with_a_wrong_clock_is_doubted(
    machine: Machine, server: SinkServer, jump: timedelta
) -> None:
    machine.hardware.wall += jump
    machine.hardware.ticks = 3.0
    machine.start(server)
    assert machine.clock.look() == jump


def test_a_doubt_outlives_a_restart_and_ends_where_the_clock_is_right(
    machine: Machine, server: SinkServer
) -> None:
    machine.hardware.wall += 400 * DAY
    for _ in range(180):
        machine.hardware.pass_by(timedelta(seconds=60))
        assert machine.clock.look() == 400 * DAY
    machine.start(server)
    assert machine.clock.look() == 400 * DAY
    machine.hardware.wall -= 400 * DAY
    assert machine.clock.look() is None


def test_a_person_says_that_the_clock_is_right(machine: Machine, server: SinkServer) -> None:
    other = Clock(machine.store, machine.hardware.now, machine.hardware.monotonic)
    machine.hardware.wall += 3 * DAY
    assert machine.clock.look() == other.look() == 3 * DAY
    machine.clock.confirm(Who("ann"))
    assert machine.clock.jump(machine.hardware.now()) is None
    assert machine.clock.look() is None
    assert other.look() is None  # another process of the same site


def test_no_wave_is_closed_by_a_clock_that_jumped(machine: Machine) -> None:
    machine.close_in(20)
    machine.hardware.wall += 400 * DAY
    machine.work()
    assert machine.is_open
    assert machine.store.wave_keys.read(machine.wave_id)
    machine.hardware.wall -= 400 * DAY
    machine.work()
    assert machine.is_open
    machine.clock.look()
    for _ in range(20 * 24 * 2 + 1):
        machine.hardware.pass_by(timedelta(minutes=30))
        machine.clock.look()
    machine.work()
    assert not machine.is_open


def test_a_confirmed_clock_closes_what_is_due(machine: Machine) -> None:
    machine.close_in(2)
    machine.hardware.wall += 3 * DAY
    machine.work()
    assert machine.is_open
    machine.clock.confirm(Who("ann"))
    machine.work()
    assert not machine.is_open


def test_no_invitation_is_lost_by_a_clock_that_is_past_the_end(machine: Machine) -> None:
    machine.close_in(20)
    machine.hardware.wall += 400 * DAY
    machine.work()
    assert machine.sink.mails == []
    machine.hardware.wall -= 400 * DAY
    mend_due_times(machine.office)
    machine.work()
    assert len(machine.sink.mails) == PEOPLE


def test_mails_queued_by_a_wrong_clock_leave_once_it_is_right(machine: Machine) -> None:
    with machine.store.writing() as work:
        mail = Job(key="a", queue=MAIL, name="account-mail", args="{}", run_at=NOW + 400 * DAY)
        work.jobs.add(mail)
        work.jobs.add(Job(key="b", queue=WORK, name="reset", args="{}", run_at=NOW + 400 * DAY))
        work.jobs.add(tally_job(machine.wave_id, NOW + 400 * DAY))
        by_hand = closing_job("", NOW + 400 * DAY)
        work.jobs.replace(by_hand)
        work.commit()
    mend_due_times(machine.office)
    assert machine.job("a").run_at == NOW
    assert machine.job("b").run_at == NOW
    assert machine.job(tally_job(machine.wave_id, NOW + 400 * DAY).key).run_at == NOW


def test_leases_taken_by_a_wrong_clock_end(machine: Machine) -> None:
    machine.hardware.wall += 400 * DAY
    with machine.store.writing() as work:
        work.jobs.add(Job(key="a", queue=MAIL, name="account-mail", args="{}", run_at=NOW))
        work.commit()
    taken = Claims(machine.office, MAIL, "a worker that dies").take()
    assert taken is not None
    machine.hardware.wall -= 400 * DAY
    assert Claims(machine.office, MAIL, "another").take() is None
    mend_due_times(machine.office)
    machine.hardware.pass_by(timedelta(seconds=1))
    again = Claims(machine.office, MAIL, "another").take()
    assert again is not None


def test_leases_of_a_clock_that_is_right_last(machine: Machine) -> None:
    with machine.store.writing() as work:
        work.jobs.add(Job(key="a", queue=MAIL, name="account-mail", args="{}", run_at=NOW))
        work.commit()
    assert Claims(machine.office, MAIL, "one").take() is not None
    before = machine.job("a").lease_until
    mend_due_times(machine.office)
    assert machine.job("a").lease_until == before


def test_a_day_that_was_planned_stays_and_one_that_cannot_be_is_set_right(
    machine: Machine,
) -> None:
    machine.close_in(20)
    key = closing_job(machine.wave_id, NOW).key
    mend_due_times(machine.office)
    assert machine.job(key).run_at == NOW + 20 * DAY
    for by, due in (("schedule", NOW + 20 * DAY), ("ann", NOW)):
        with machine.store.writing() as work:
            job = closing_job(machine.wave_id, NOW + 400 * DAY)
            job.args = json.dumps({"by": by})
            work.jobs.replace(job)
            work.commit()
        mend_due_times(machine.office)
        assert machine.job(key).run_at == due


def test_a_planned_reminder_keeps_its_day(machine: Machine) -> None:
    name = reminder_name(1)
    with machine.store.writing() as work:
        work.jobs.replace(round_job(machine.wave_id, name, NOW + 4 * DAY))
        work.commit()
    mend_due_times(machine.office)
    assert machine.job(round_job(machine.wave_id, name, NOW).key).run_at == NOW + 4 * DAY


def test_a_doubt_is_told_in_words() -> None:
    assert jump_in_words(None) == ""
    assert jump_in_words(400 * DAY).startswith("The clock of this server is 400 days ahead of")
    assert jump_in_words(-HOUR).startswith("The clock of this server is 1 hour behind")
