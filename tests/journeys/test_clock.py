"""A running server whose clock is set: libfaketime stands between it and the machine's clocks."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from app.storage.database import create_database_engine
from app.storage.store import Store
from app.storage.wave_keys import WaveKeys
from app.usecases.schedule import closing_job
from tests.journeys.conftest import free_port
from tests.journeys.mailing import launch_with_mails
from tests.mailing.sink import Sink, SinkServer
from tests.web.visitor import add_account

LIBRARY = next(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"), None)
PEOPLE = 12
JUMPS = ["+1h", "-1h", "+400d", "-10y"]

pytestmark = pytest.mark.skipif(LIBRARY is None, reason="make test installs libfaketime")


class Server:
    """`siloscope serve` with clocks that the test sets."""

    def __init__(self, folder: Path, url: str, mail: str, *, both: bool) -> None:
        self.folder, self.port = folder, free_port()
        self._time, self._log = folder / "time", folder / "log"
        self._module = "tests.journeys.doubtful_site" if both else "app.cli"
        self.set("+0")
        self._environment = {
            **os.environ,
            "LD_PRELOAD": str(LIBRARY),
            "FAKETIME_TIMESTAMP_FILE": str(self._time),
            "FAKETIME_NO_CACHE": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            "SILOSCOPE_DATA": str(folder),
            "SILOSCOPE_DATABASE": url,
            "SILOSCOPE_PORT": str(self.port),
            "SILOSCOPE_MAIL": mail,
            "SILOSCOPE_MAIL_FROM": "survey@example.org",
            "SILOSCOPE_MAIL_RATE": "100",
        }

    def __enter__(self) -> "Server":
        with self._log.open("a") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", self._module, "serve"],
                env=self._environment,
                stdout=log,
                stderr=log,
            )
        self.until(self.answers)
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.wait()

    def set(self, offset: str) -> None:
        """Set the clock; as a whole, so that it is never read half."""
        fresh = self._time.with_suffix(".new")
        fresh.write_text(f"{offset}\n")
        fresh.replace(self._time)

    def answers(self) -> bool:
        try:
            return httpx.get(f"http://127.0.0.1:{self.port}/health/live").status_code == 200
        except httpx.TransportError:
            return False

    def forget_password(self) -> None:
        where = f"http://127.0.0.1:{self.port}/forgot"
        assert httpx.post(where, data={"email": "ann@example.org"}).status_code == 200

    def said(self, text: str) -> bool:
        return text in self._log.read_text()

    @staticmethod
    def until(happens: Callable[[], bool], seconds: float = 90) -> None:
        deadline = time.monotonic() + seconds
        while not happens():
            assert time.monotonic() < deadline, "it did not happen"
            time.sleep(0.1)


@pytest.fixture
def sink() -> Iterator[SinkServer]:
    with SinkServer(Sink(), free_port()) as server:
        yield server


@pytest.fixture
def wave(sqlite_url: str, tmp_path: Path) -> Iterator[tuple[Store, str]]:
    """A wave that closes in twenty days, by the clock of the machine."""
    keys = WaveKeys(tmp_path.with_name(f"{tmp_path.name}-keys"))
    store = Store(create_database_engine(sqlite_url), tmp_path / "keys", keys)
    add_account(store, "ann@example.org")
    wave_id = launch_with_mails(store, PEOPLE)
    closes_at = datetime.now(UTC) + timedelta(days=20)
    with store.writing() as work:
        work.waves.extend(wave_id, closes_at)
        work.jobs.replace(closing_job(wave_id, closes_at))
        work.commit()
    yield store, wave_id
    store.close()


@pytest.mark.parametrize("both", [False, True], ids=["monotonic true", "monotonic too"])
def test_a_clock_that_is_set_and_set_back_does_no_lasting_harm(
    wave: tuple[Store, str], sqlite_url: str, sink: SinkServer, tmp_path: Path, *, both: bool
) -> None:
    store, wave_id = wave
    with Server(tmp_path, sqlite_url, sink.address, both=both) as server:
        sink.sink.wait_for_all(PEOPLE)
        for jump in JUMPS:
            server.set(jump)
            server.forget_password()
            time.sleep(3)  # a clock that is wrong for seconds
            assert _is_open(store, wave_id), jump
            server.set("+0")
            time.sleep(1)
        assert server.said("the clock is 400 days ahead")
        assert server.said("the clock agrees again")
        # What was asked for meanwhile comes, whenever it seemed due.
        sink.sink.wait_for(PEOPLE + 1)
        server.until(lambda: _waiting(store) == [closing_job(wave_id, datetime.now(UTC)).key])
        assert _is_open(store, wave_id)


def test_a_start_by_a_wrong_clock_closes_nothing(
    wave: tuple[Store, str], sqlite_url: str, sink: SinkServer, tmp_path: Path
) -> None:
    store, wave_id = wave
    server = Server(tmp_path, sqlite_url, sink.address, both=True)
    with server:
        sink.sink.wait_for_all(PEOPLE)
    server.set("+400d")
    with server:
        server.until(lambda: server.said("the clock is 400 days ahead"))
        time.sleep(2)
        assert _is_open(store, wave_id)


def _is_open(store: Store, wave_id: str) -> bool:
    with store.reading() as work:
        found = work.waves.get(wave_id)
    key = store.wave_keys.read(wave_id)
    return found is not None and found.closed_at is None and key is not None


def _waiting(store: Store) -> list[str]:
    """The jobs that are neither done nor failed."""
    with store.reading() as work:
        states = {(one.queue, one.state): one.count for one in work.jobs.states()}
        assert states.get(("work", "failed")) is None
        return [job.key for job in work.jobs.waiting(["close", "reset", "account-mail"], _PAST)]


_PAST = datetime(2000, 1, 1, tzinfo=UTC)
