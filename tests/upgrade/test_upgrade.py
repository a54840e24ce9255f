"""A database of any version before sealed answers opens with all that it had, and no plain byte."""

import json
import logging
from pathlib import Path

import pytest

from app.storage.database import create_database_engine
from app.storage.wave_keys import WaveKeys
from app.usecases.schedule import close_and_settle
from app.usecases.upgrade import open_store
from tests.builders import NOW
from tests.postgres import PostgresServer
from tests.submissions import records_of
from tests.upgrade.checks import check_all, check_closed, check_sending
from tests.usecases.older import (
    canaries,
    make_older,
)

REVISIONS = ("0001", "0002", "0003", "0004", "0005", "0006", "0007")


@pytest.mark.parametrize("revision", REVISIONS)
def test_a_database_of_every_version_opens_with_all_that_it_had(
    database_url: str, secrets: Path, keys: WaveKeys, revision: str
) -> None:
    waves = make_older(database_url, revision, secrets, keys)
    store = open_store(database_url, secrets, keys, NOW)
    check_all(store, waves)
    wave = waves["Open"]
    check_sending(store, wave)
    close_and_settle(store, wave.id, "test", NOW)
    check_closed(store, wave, wave.texts)
    store.close()
    # Once more: it is a database like any other now.
    store = open_store(database_url, secrets, keys, NOW)
    check_closed(store, wave, wave.texts)
    store.close()


def test_no_release_keeps_a_comment(database_url: str, secrets: Path, keys: WaveKeys) -> None:
    make_older(database_url, "0006", secrets, keys)
    store = open_store(database_url, secrets, keys, NOW)
    with store.engine.connect() as connection:
        contents = connection.exec_driver_sql("SELECT content FROM release").scalars().all()
    store.close()
    assert len(contents) == 4
    for content in contents:
        assert "comments" not in json.loads(content)
        assert content.startswith('{"rules":2,')


def test_a_box_has_one_comment_at_most_and_not_that_of_its_own_sheet(
    sqlite_url: str, secrets: Path, keys: WaveKeys
) -> None:
    """By lot: the same rows, sealed twice, come to other boxes."""
    waves = make_older(sqlite_url, "0006", secrets, keys)
    file, found = Path(sqlite_url.removeprefix("sqlite:///")), []
    before = file.read_bytes()
    for _time in range(2):
        file.write_bytes(before)
        store = open_store(sqlite_url, secrets, keys, NOW)
        records = records_of(store, waves["Open"].id)
        found.append({one.comment: (one.unit_id, one.sheet) for one in records if one.comment})
        store.close()
        keys.drop(waves["Ten"].id)
    assert len(found[0]) == len(found[1]) == 14
    assert found[0] != found[1]


def heap_of(server: PostgresServer, url: str) -> bytes:
    """Everything that PostgreSQL keeps of a database beside its log."""
    engine = create_database_engine(url)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("CHECKPOINT")
        ask = "SELECT oid FROM pg_database WHERE datname = current_database()"
        number = connection.exec_driver_sql(ask).scalar_one()
    engine.dispose()
    return b"".join(file.read_bytes() for file in (server.data / "base" / str(number)).iterdir())


def files_below(folder: Path) -> bytes:
    return b"".join(file.read_bytes() for file in folder.rglob("*") if file.is_file())


def test_no_file_holds_an_answer_or_comment_any_more(
    request: pytest.FixtureRequest,
    database_url: str,
    secrets: Path,
    keys: WaveKeys,
    tmp_path: Path,
) -> None:
    waves = make_older(database_url, "0006", secrets, keys)

    def kept() -> bytes:
        found = files_below(tmp_path)
        if not database_url.startswith("sqlite"):
            found += heap_of(request.getfixturevalue("postgres"), database_url)
        return found

    before = kept()
    assert all(canary in before for canary in canaries(waves))
    store = open_store(database_url, secrets, keys, NOW)
    while_open = kept()
    store.close()
    after = kept()
    assert [canary for canary in canaries(waves) if canary in while_open + after] == []


def test_ballots_lie_in_no_order_that_tells_of_their_use(
    postgres_url: str, secrets: Path, keys: WaveKeys
) -> None:
    make_older(postgres_url, "0006", secrets, keys)
    store = open_store(postgres_url, secrets, keys, NOW)
    with store.engine.connect() as connection:
        for table, key in (("ballot", "token_hash"), ("spent", "mark"), ("sealed", "id")):
            ask = f"SELECT wave_id, {key} FROM {table} ORDER BY ctid"
            rows = [(wave, bytes(value)) for wave, value in connection.exec_driver_sql(ask)]
            keyed = [value for _wave, value in rows] if table == "ballot" else rows
            assert keyed == sorted(keyed)
    store.close()


def test_ballots_of_sqlite_still_lie_by_their_hash(
    sqlite_url: str, secrets: Path, keys: WaveKeys
) -> None:
    make_older(sqlite_url, "0006", secrets, keys)
    open_store(sqlite_url, secrets, keys, NOW).close()
    engine = create_database_engine(sqlite_url)
    with engine.connect() as connection:
        ask = "SELECT sql FROM sqlite_master WHERE name = 'ballot'"
        assert "WITHOUT ROWID" in connection.exec_driver_sql(ask).scalar_one()
    engine.dispose()


def test_the_log_says_what_was_done_in_counts_and_what_is_out_of_reach(
    sqlite_url: str, secrets: Path, keys: WaveKeys, caplog: pytest.LogCaptureFixture
) -> None:
    waves = make_older(sqlite_url, "0006", secrets, keys)
    with caplog.at_level(logging.WARNING):
        open_store(sqlite_url, secrets, keys, NOW).close()
    assert f"wave waveOpen: {waves['Open'].answered} answers and 14 comments" in caplog.text
    assert "wave waveTen, closed: release kept, 31 answers removed, 10 comments" in caplog.text
    assert "wave waveOlder, closed: release made again by today's rules" in caplog.text
    assert "EVERY backup that an older version made" in caplog.text
    assert not any(canary.decode() in caplog.text for canary in canaries(waves))
