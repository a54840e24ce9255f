"""kill -9 under load, twenty times on each database: no acknowledged answer lost or doubled."""

import http.client
import multiprocessing
import os
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from random import Random
from urllib.parse import urlencode

import pytest

from app.cli import run
from app.questionnaires.answers import MARKS, write_sheet
from app.settings import Settings
from app.storage.database import create_database_engine
from app.storage.schema import migrate
from app.storage.store import Store
from app.storage.wave_keys import WaveKeys
from app.usecases.waves import close_wave
from tests.builders import NOW, instrument, launch
from tests.journeys.conftest import free_port
from tests.journeys.hasty_site import run_hastily
from tests.journeys.mailing import RECIPIENTS, check_mails, launch_with_mails
from tests.mailing.sink import Sink, SinkServer
from tests.postgres import postgres_server
from tests.submissions import marks_of, records_of

KILLS = 20
CLIENTS = 6
PEOPLE = {("Data centre", "Operations", "data-centre"): 6000}
ITEMS = instrument().item_ids


def answers_of(number: int) -> dict[str, str]:
    """A sheet that nobody else sends: the person's number in base five."""
    digits = [str(number // 5**place % 5 + 1) for place in range(len(ITEMS))]
    return dict(zip(ITEMS, digits, strict=True))


#: Forks a process that has the site imported: a start costs a tenth, and a kill is as hard.
FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload(["app.cli", "tests.journeys.hasty_site"])


def serve(environment: dict[str, str], run: Callable[[], None]) -> None:
    """Be `siloscope serve` in a process of its own."""
    os.environ.update(environment)
    sys.argv = ["siloscope", "serve"]
    run()


class Server:
    """`siloscope serve` as its own process, to be killed."""

    def __init__(self, folder: Path, url: str, run: Callable[[], None], mail: str) -> None:
        self.port = free_port()
        self._run = run
        self._environment = {
            "SILOSCOPE_DATA": str(folder),
            "SILOSCOPE_DATABASE": url,
            "SILOSCOPE_PORT": str(self.port),
            # So often that kills fall into the mix as well.
            "SILOSCOPE_MIX_EVERY": "0.02",
            "SILOSCOPE_MAIL": mail,
            "SILOSCOPE_MAIL_FROM": "survey@example.org",
            # So that mails are on their way at every kill, and what a dead process held is free.
            "SILOSCOPE_MAIL_RATE": "10",
            "SILOSCOPE_LEASE": "0.3",
        }

    def start(self) -> None:
        self._process = FORKS.Process(target=serve, args=(self._environment, self._run))
        self._process.start()
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            with suppress(OSError):
                connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
                connection.request("GET", "/health")
                assert connection.getresponse().status == 200
                connection.close()
                return
            time.sleep(0.02)
        raise AssertionError("the server did not start")

    def stop(self, seconds: float) -> bool:
        """Ask it to end; return whether it did within the time. It is killed if not."""
        self._process.terminate()
        self._process.join(seconds)
        ended = self._process.exitcode is not None
        self.kill()
        return ended

    def kill(self) -> None:
        self._process.kill()
        self._process.join()


class People:
    """Everybody sends once and repeats the same form until it is acknowledged."""

    def __init__(self, port: int, codes: list[str]) -> None:
        self._port = port
        self._waiting = list(enumerate(codes))
        self._lock = threading.Lock()
        self.stop = threading.Event()
        self.acknowledged: list[int] = []
        self.refused: list[int] = []
        self._threads = [threading.Thread(target=self._run) for _ in range(CLIENTS)]

    def begin(self) -> None:
        for thread in self._threads:
            thread.start()

    def end(self) -> None:
        self.stop.set()
        for thread in self._threads:
            thread.join()

    def _run(self) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=10)
        while not self.stop.is_set():
            with self._lock:
                if not self._waiting:
                    return
                number, code = self._waiting.pop()
            # Enough load to be in the middle of something, and people left for every kill.
            time.sleep(0.01)
            form = {"code": code, "form": f"form{number}", "asked": "1", **answers_of(number)}
            while not self._send(connection, number, urlencode(form)):
                connection.close()
                if self.stop.wait(0.02):
                    return

    def _send(self, connection: http.client.HTTPConnection, number: int, body: str) -> bool:
        headers = {"content-type": "application/x-www-form-urlencoded"}
        try:
            connection.request("POST", "/s/send", body, headers)
            answer = connection.getresponse()
            answer.read()
        except (OSError, http.client.HTTPException):
            return False
        if answer.status == 200:
            self.acknowledged.append(number)
        elif answer.status != 503:
            self.refused.append(answer.status)
        return answer.status != 503


def test_sqlite_loses_and_doubles_nothing(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'siloscope.sqlite'}"
    _crash_loop(tmp_path, url, lambda _: None)


def test_the_loop_notices_a_site_that_thanks_before_the_commit(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'siloscope.sqlite'}"
    with pytest.raises(AssertionError, match="lost or doubled"):
        _crash_loop(tmp_path, url, lambda _: None, run_hastily, kills=4)


def test_postgresql_loses_and_doubles_nothing(tmp_path: Path) -> None:
    with postgres_server(durable=True) as server:
        server.execute("CREATE DATABASE crash")

        def crash_the_database_too(turn: int) -> None:
            if turn % 5 == 4:
                server.stop("immediate")
                server.start()

        _crash_loop(tmp_path, server.url("crash"), crash_the_database_too)


def _crash_loop(
    folder: Path,
    url: str,
    between: Callable[[int], None],
    run: Callable[[], None] = run,
    kills: int = KILLS,
) -> None:
    engine = create_database_engine(url)
    migrate(engine)
    store = Store(engine, folder / "keys", WaveKeys(Settings(data=folder).wave_keys))
    wave = launch(store, PEOPLE)
    launch_with_mails(store)
    engine.dispose()
    chance = Random(20)
    with SinkServer(Sink(), free_port()) as mails:
        server = Server(folder, url, run, mails.address)
        people = People(server.port, [invitation.code for invitation in wave.invitations])
        people.begin()
        for turn in range(kills):
            server.start()
            # However slow the machine: a few answers between any two kills, and mails to lose.
            _wait_for(people.acknowledged, 4 * turn + 1)
            _wait_for(mails.sink.mails, 1 if kills == KILLS else 0)
            time.sleep(chance.uniform(0.1, 0.5))
            server.kill()
            between(turn)
        people.end()
        if kills == KILLS:
            assert 0 < len(mails.sink.mails) < RECIPIENTS, "no kill fell into the mailing"
            server.start()
            mails.sink.wait_for_all(RECIPIENTS, 300)
            server.kill()
            check_mails(mails.sink, RECIPIENTS, kills + 1)
    answered = marks_of(store, wave.wave_id)
    _compare(store, wave.wave_id, people, answered)
    release = close_wave(store, wave.wave_id, NOW)
    assert release.answered == answered
    store.close()


def _wait_for(what: Sequence[object], count: int, seconds: float = 60) -> None:
    """Wait until there is so much of something; fail if it does not come."""
    deadline = time.monotonic() + seconds
    while len(what) < count and time.monotonic() < deadline:
        time.sleep(0.01)
    assert len(what) >= count, "the site does not get on"


def _compare(store: Store, wave_id: str, people: People, answered: int) -> None:
    kept = Counter(record.sheet[:-MARKS] for record in records_of(store, wave_id))
    sent = [write_sheet(answers_of(number), ITEMS)[:-MARKS] for number in people.acknowledged]
    assert people.refused == []
    assert len(sent) > 50, "too little load to show anything"
    assert [sheet for sheet in sent if kept[sheet] != 1] == [], "lost or doubled"
    assert kept.total() == len(kept) == answered
