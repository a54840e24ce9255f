"""A restart while the mail server hangs: the door is not shut for long, and no mail is lost."""

import threading
from pathlib import Path

import pytest

from app.cli import run
from app.settings import Settings
from app.storage.database import create_database_engine
from app.storage.jobs import READY
from app.storage.schema import migrate
from app.storage.store import Store
from app.storage.wave_keys import WaveKeys
from app.usecases.invitations import DOUBTFUL, INVITATION
from tests.journeys.mailing import launch_with_mails
from tests.journeys.test_crash_loop import Server
from tests.mailing.hostile import HostileServer

#: Longer than a stop may take on a busy machine, shorter than a mail server is waited for.
PATIENCE = 18


class Hanging:
    """A script that says nothing more from a line on."""

    def __init__(self, stage: str) -> None:
        self._stage = stage
        self.reached, self.go_on = threading.Event(), threading.Event()

    def __call__(self, line: str, _connection: int, _recipient: str) -> str:
        if line.startswith(self._stage):
            self.reached.set()
            self.go_on.wait(60)
        return ""


@pytest.mark.parametrize(
    ("stage", "kept"),
    [("HELLO", ""), ("RCPT", ""), (".", DOUBTFUL)],
    ids=["before a connection", "before the mail", "after the mail"],
)
def test_a_stop_does_not_wait_for_a_mail_server_that_hangs(
    tmp_path: Path, stage: str, kept: str
) -> None:
    url = f"sqlite:///{tmp_path / 'siloscope.sqlite'}"
    engine = create_database_engine(url)
    migrate(engine)
    store = Store(engine, tmp_path / "keys", WaveKeys(Settings(data=tmp_path).wave_keys))
    wave_id = launch_with_mails(store, 6)
    hanging = Hanging(stage)
    with HostileServer(hanging) as mails:
        server = Server(tmp_path, url, run, mails.address)
        server.start()
        assert hanging.reached.wait(60)
        assert server.stop(PATIENCE), "it waits for the mail server"
        hanging.go_on.set()
    with store.reading() as work:
        waiting = work.jobs.of(wave_id, INVITATION)
    store.close()
    assert len(waiting) == 6
    assert {(job.state, job.worker) for job in waiting} == {(READY, None)}
    assert sorted(job.progress for job in waiting) == [*[""] * 5, kept]
