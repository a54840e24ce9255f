"""What the machine lacks is told to visitors, to the log and to whoever asks for its health."""

import errno
import logging

import httpx
import pytest
from sqlalchemy import event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import OperationalError

from app.storage.database import in_words, is_full
from app.storage.store import Store
from app.web.troubles import PAUSE, TROUBLES, TroubleLog
from tests.builders import all_at, codes_of, launch
from tests.usecases.workspace import consultant
from tests.web.visitor import Visitor, start_session

pytestmark = pytest.mark.anyio


def test_each_kind_is_told_at_once_and_then_counted(caplog: pytest.LogCaptureFixture) -> None:
    now = 0.0
    troubles = TroubleLog(lambda: now)
    for _ in range(60):
        troubles.note("the disk is full")
    troubles.note("another")
    now = PAUSE
    troubles.note("the disk is full")
    assert [record.getMessage() for record in caplog.records] == [
        "the disk is full",
        "another",
        "the disk is full (60 times since the last line)",
    ]
    assert {record.levelno for record in caplog.records} == {logging.ERROR}


def full() -> OperationalError:
    class Full(Exception):
        sqlite_errorname = "SQLITE_FULL"

    return OperationalError("INSERT", {"answers": "canary"}, Full("database or disk is full"))


async def test_a_full_disk_of_the_database_is_told_as_such_and_logged(
    client: httpx.AsyncClient,
    sqlite_store: Store,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    member = consultant(sqlite_store)
    token = start_session(sqlite_store, member, member.organisation_id)

    def refuse(*_: object, **__: object) -> None:
        raise full()

    monkeypatch.setattr("app.web.assessments.create_assessment", refuse)
    someone = Visitor(client, f"siloscope-session={token}")
    answer = await someone.post("/assessments", name="Typed")
    assert answer.status_code == 503
    assert "Its disk may be full" in answer.text
    assert "Typed" in answer.text
    assert "the disk of the database is full" in caplog.text
    assert "canary" not in caplog.text


@pytest.fixture
def fresh_troubles(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing was told within the last minute."""
    monkeypatch.setattr(TROUBLES, "_told", {})


@pytest.mark.usefixtures("fresh_troubles")
async def test_an_answer_for_which_the_disk_has_no_room_leaves_a_line(
    client: httpx.AsyncClient, sqlite_store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    def stop_growing(connection: DBAPIConnection, _record: object) -> None:
        connection.cursor().execute("PRAGMA max_page_count = 1")  # as large as it is now

    codes = codes_of(launch(sqlite_store, {("Large", "", "network"): 400}), "Large")
    sqlite_store.engine.dispose()
    event.listen(sqlite_store.engine, "connect", stop_growing)
    for code in codes:
        answer = await client.post(
            "/s/send", data={"code": code, "form": "f", "asked": "1", **all_at(4)}
        )
        if answer.status_code != 200:
            break
    assert answer.status_code == 503
    assert [record.getMessage() for record in caplog.records] == [
        "the disk of the database is full"
    ]


@pytest.mark.usefixtures("fresh_troubles")
@pytest.mark.parametrize("path", ["/s/questions", "/s/send"])
async def test_a_database_that_is_away_leaves_a_line_whatever_was_asked(
    client: httpx.AsyncClient,
    sqlite_store: Store,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    path: str,
) -> None:
    code = codes_of(launch(sqlite_store), "ERP")[0]

    def away(*_: object) -> None:
        raise OperationalError("SELECT", {"code": "canary"}, OSError(errno.EIO, "canary"))

    monkeypatch.setattr(sqlite_store.ballot_reader, "find", away)
    assert (await client.post(path, data={"code": code, "form": "f"})).status_code == 503
    assert "the database cannot be used: OSError" in caplog.text
    assert "canary" not in caplog.text


def test_only_a_full_disk_is_called_one() -> None:
    assert is_full(full())
    other = OperationalError("SELECT", {}, OSError(errno.EIO, "canary"))
    assert not is_full(other)
    assert in_words(other) == "the database cannot be used: OSError"


async def test_health_says_whether_people_can_be_served(
    client: httpx.AsyncClient, sqlite_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    wave = launch(sqlite_store).wave_id
    for way in ("/health", "/health/ready", "/health/live"):
        assert (await client.get(way)).text == "ok\n"
    sqlite_store.wave_keys.drop(wave)
    answer = await client.get("/health")
    assert (answer.status_code, answer.text) == (503, "keys of open waves are missing\n")

    def away() -> None:
        raise OperationalError("SELECT", {}, Exception())

    monkeypatch.setattr(sqlite_store, "reading", away)
    answer = await client.get("/health/ready")
    assert (answer.status_code, answer.text) == (503, "the database cannot be used\n")
    assert (await client.get("/health/live")).status_code == 200
