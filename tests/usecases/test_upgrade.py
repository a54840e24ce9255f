"""A database of any version before sealed answers opens with all that it had, and no plain byte."""

import hashlib
import json
import logging
import re
import shutil
import subprocess
import sys
from collections import Counter
from functools import partial
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command

from app.storage.database import WRITES, create_database_engine
from app.storage.schema import alembic_config, migrate
from app.storage.sole_use import sole_use, write_anew
from app.storage.store import Store
from app.storage.submissions import Outcome
from app.storage.wave_keys import LINKS, PUBLIC, WORDS, WaveKeys
from app.usecases import upgrade
from app.usecases.schedule import close_and_settle
from app.usecases.upgrade import NotUpgraded, open_store
from app.usecases.wave_keys import key_state
from app.usecases.waves import read_comments
from tests.builders import NOW, marked
from tests.postgres import PostgresServer
from tests.submissions import marks_of, records_of, submission, token_hash
from tests.usecases.older import (
    SEATED,
    SEATS,
    SHOP,
    OldWave,
    canaries,
    form_of,
    make_older,
)

REVISIONS = ("0001", "0002", "0003", "0004", "0005", "0006", "0007")


@pytest.fixture
def secrets(tmp_path: Path) -> Path:
    return tmp_path / "data" / "keys"


@pytest.fixture
def keys(tmp_path: Path) -> WaveKeys:
    return WaveKeys(tmp_path / "wave-keys", tmp_path / "mirror")


@pytest.fixture
def sqlite_url(migrated_sqlite: Path, tmp_path: Path) -> str:
    """The file in a data folder of its own, which is searched."""
    (tmp_path / "data").mkdir()
    shutil.copy(migrated_sqlite, tmp_path / "data" / "siloscope.sqlite")
    return f"sqlite:///{tmp_path / 'data' / 'siloscope.sqlite'}"


def outcome(store: Store, code: str, form: bytes) -> Outcome:
    return store.ballot_box.submit(submission(store, code, form)).result()


def check_open(store: Store, wave: OldWave) -> None:
    """What was sent is there once, links do as before, and whoever sends again is thanked."""
    assert marks_of(store, wave.id) == wave.answered
    records = records_of(store, wave.id)
    assert Counter((one.unit_id, one.sheet) for one in records) == Counter(
        (wave.unit_id(unit), sheet) for unit, sheets in wave.sheets.items() for sheet in sheets
    )
    said = Counter(one.comment for one in records if one.comment)
    assert said == Counter(wave.texts)
    with store.reading() as work:
        invited = work.ballots.invited(wave.id)
        left = Counter(unit for unit, _token in work.ballots.hashes(wave.id))
    asked = {wave.unit_id(unit): people for unit, _kind, people, _ in wave.groups}
    assert invited == asked
    assert left == {unit: people for unit, people in asked.items() if not unit.endswith(SHOP)}


def check_sending(store: Store, wave: OldWave) -> None:
    """Links and seats that were used stay used; the others are spent, and counted in `wave`."""
    for unit, _kind, _people, answered in wave.groups:
        if unit == SHOP:
            continue
        codes = wave.codes(unit)
        for code in codes[:answered]:
            assert outcome(store, code, form_of(wave, code)) is Outcome.REPEATED
            assert outcome(store, code, b"another form") is Outcome.USED
        assert outcome(store, codes[-1], b"a first form") is Outcome.ACCEPTED
        wave.sheets[unit].append(marked("3" * 21))
    if wave.revision >= "0005":
        code = wave.shared_code
        for seat in range(SEATED):
            sent = form_of(wave, f"{code} {seat}")
            assert outcome(store, code, sent) is Outcome.REPEATED
        for seat in range(SEATED, SEATS):
            assert outcome(store, code, b"seat %d" % seat) is Outcome.ACCEPTED
            wave.sheets[SHOP].append(marked("3" * 21))
        assert outcome(store, code, b"one too many") is Outcome.USED


def check_closed(store: Store, wave: OldWave, texts: list[str]) -> None:
    with store.reading() as work:
        assert work.releases.get(wave.id) == wave.release
        assert work.sealed.count(wave.id) == 0
        assert list(work.sealed.boxes(wave.id)) == []
    assert Counter(read_comments(store, wave.id)) == Counter(texts)
    names = {WORDS} if texts else set()
    assert store.wave_keys.names(wave.id) - {PUBLIC} == names


def check_all(store: Store, waves: dict[str, OldWave]) -> None:
    check_open(store, waves["Open"])
    check_closed(store, waves["Half"], waves["Half"].texts)
    check_closed(store, waves["Ten"], waves["Ten"].texts)
    check_closed(store, waves["Few"], [])
    check_closed(store, waves["Older"], waves["Older"].texts)
    state = key_state(store)
    assert (state.lost, state.left, state.unknown) == ((), (), ())


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


OTHER = """
import sys
from sqlalchemy import text
from app.storage.database import create_database_engine
engine = create_database_engine(sys.argv[1])
with engine.connect() as connection:
    connection.execute(text("SELECT count(*) FROM wave")).scalar_one()
    connection.rollback()
    print("ready", flush=True)
    sys.stdin.readline()
"""


def test_a_database_that_others_use_is_refused_unchanged(
    database_url: str, secrets: Path, keys: WaveKeys, monkeypatch: pytest.MonkeyPatch
) -> None:
    waves = make_older(database_url, "0006", secrets, keys)
    monkeypatch.setattr(upgrade, "sole_use", partial(sole_use, patience=0.1))
    command_line = [sys.executable, "-c", OTHER, database_url]
    pipe = subprocess.PIPE
    with subprocess.Popen(command_line, stdin=pipe, stdout=pipe, text=True) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "ready\n"
        with pytest.raises(NotUpgraded, match="Stop every other Siloscope, close consoles"):
            open_store(database_url, secrets, keys, NOW)
        other.communicate("\n")
    monkeypatch.undo()
    assert revision_of(database_url) == "0006"
    assert keys.names(waves["Open"].id) == {LINKS}
    store = open_store(database_url, secrets, keys, NOW)
    check_all(store, waves)
    store.close()


def revision_of(url: str) -> str:
    return str(query(url, "SELECT version_num FROM alembic_version"))


def query(url: str, sql: str) -> object:
    engine = create_database_engine(url)
    with engine.connect() as connection:
        found: object = connection.exec_driver_sql(sql).scalar_one()
    engine.dispose()
    return found


def change(url: str, sql: str) -> None:
    engine = create_database_engine(url)
    with engine.execution_options(**{WRITES: True}).begin() as connection:
        connection.exec_driver_sql(sql)
    engine.dispose()


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        (
            "DELETE FROM sheet WHERE id = (SELECT min(id) FROM sheet WHERE wave_id = 'waveOpen')",
            "wave waveOpen cannot be sealed: 31 links were used, but there are 30 sheets",
        ),
        (
            "DELETE FROM staged_sheet WHERE wave_id = 'waveHalf'",
            "wave waveHalf cannot be sealed: 31 links were used",
        ),
    ],
)
def test_a_wave_whose_answers_do_not_add_up_is_refused_unchanged(
    database_url: str, secrets: Path, keys: WaveKeys, sql: str, said: str
) -> None:
    waves = make_older(database_url, "0005", secrets, keys)
    change(database_url, sql)
    with pytest.raises(NotUpgraded, match=f"{said}.*close the wave with the version"):
        open_store(database_url, secrets, keys, NOW)
    assert revision_of(database_url) == "0005"
    assert (secrets / f"{waves['Open'].id}.key").exists()
    assert keys.waves() == set()


def test_an_open_wave_without_its_key_is_refused_until_it_is_back(
    database_url: str, secrets: Path, keys: WaveKeys
) -> None:
    waves = make_older(database_url, "0006", secrets, keys)
    keys.drop("waveOpen")
    with pytest.raises(NotUpgraded, match=re.escape(f"waveOpen.links back into {keys.folder}")):
        open_store(database_url, secrets, keys, NOW)
    keys.create("waveOpen", {LINKS: bytes(32)})
    with pytest.raises(NotUpgraded, match=r"waveOpen .* is of another wave: its shared codes"):
        open_store(database_url, secrets, keys, NOW)
    assert revision_of(database_url) == "0006"
    keys.create("waveOpen", {LINKS: waves["Open"].key})
    store = open_store(database_url, secrets, keys, NOW)
    check_all(store, waves)
    store.close()


def test_a_half_closed_wave_needs_no_key(database_url: str, secrets: Path, keys: WaveKeys) -> None:
    waves = make_older(database_url, "0006", secrets, keys)
    keys.drop("waveHalf")
    store = open_store(database_url, secrets, keys, NOW)
    check_all(store, waves)
    store.close()


def test_a_key_of_links_stays_and_comes_into_a_mirror_that_is_new(
    sqlite_url: str, secrets: Path, tmp_path: Path
) -> None:
    waves = make_older(sqlite_url, "0006", secrets, WaveKeys(tmp_path / "wave-keys"))
    mirrored = WaveKeys(tmp_path / "wave-keys", tmp_path / "mirror")
    before = (tmp_path / "wave-keys" / "waveOpen.links").stat().st_ino
    open_store(sqlite_url, secrets, mirrored, NOW).close()
    # The same file: what a new one replaces would stay on the disk, never overwritten.
    assert (tmp_path / "wave-keys" / "waveOpen.links").stat().st_ino == before
    for folder in mirrored.folders:
        assert WaveKeys(folder).read("waveOpen") == waves["Open"].key
        assert WaveKeys(folder).names("waveOpen") == {
            "links", "spend", "seal", "box", "public", "words"
        }  # fmt: skip


def test_groups_keep_the_names_that_their_release_had(
    sqlite_url: str, secrets: Path, keys: WaveKeys
) -> None:
    waves = make_older(sqlite_url, "0006", secrets, keys)
    change(sqlite_url, "UPDATE unit SET name = 'New ' || name WHERE about_id IS NULL")
    store = open_store(sqlite_url, secrets, keys, NOW)
    with store.reading() as work:
        release = work.releases.get(waves["Older"].id)
    store.close()
    assert release is not None
    assert "ERP" in {unit.name for unit in release.units}
    assert not any(unit.name.startswith("New") for unit in release.units)


def test_a_pool_that_published_figures_would_break_open_is_left_out(
    sqlite_url: str, secrets: Path, keys: WaveKeys
) -> None:
    waves = make_older(sqlite_url, "0004", secrets, keys)
    older = waves["Older"]
    security, erp = older.unit_id("Security"), older.unit_id("ERP")
    # As if older rules had shown a set with the three people of Security in it.
    sets = json.dumps({"acceptance": [sorted([erp, security])]})
    change(
        sqlite_url,
        "INSERT INTO ledger_entry (wave_id, digest, channel, content) "
        f"VALUES ('{older.id}', 'd', 'screen', '{sets}')",
    )
    store = open_store(sqlite_url, secrets, keys, NOW)
    with store.reading() as work:
        release = work.releases.get(older.id)
        channels = work.ledger.channels(older.id)
    store.close()
    assert release is not None
    assert [unit.name for unit in release.cells] == ["ERP", "Development"]
    assert sorted(channels.values()) == [["release"], ["screen"]]


def test_what_an_older_process_adds_after_all_is_sealed_too(
    database_url: str, secrets: Path, keys: WaveKeys, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its row keeps the plain tables from being dropped; the next start seals it."""
    waves = make_older(database_url, "0006", secrets, keys)
    wave, real = waves["Open"], write_anew
    late = wave.codes("ERP")[-1]

    def send_late(engine: sa.Engine) -> None:
        monkeypatch.setattr(upgrade, "write_anew", real)
        add_late(engine, wave, late)

    monkeypatch.setattr(upgrade, "write_anew", send_late)
    with pytest.raises(RuntimeError, match="staged_sheet still has rows"):
        open_store(database_url, secrets, keys, NOW)
    wave.sheets["ERP"].append(marked("4" * 21))
    store = open_store(database_url, secrets, keys, NOW)
    check_all(store, waves)
    assert outcome(store, late, b"late") is Outcome.REPEATED
    store.close()


def add_late(engine: sa.Engine, wave: OldWave, code: str) -> None:
    sent = {"token": token_hash(code), "receipt": hashlib.sha256(b"late").digest()}
    with engine.execution_options(**{WRITES: True}).begin() as connection:
        spend = "UPDATE ballot SET used = :used, receipt = :receipt WHERE token_hash = :token"
        connection.execute(sa.text(spend), {"used": True, **sent})
        stage = "INSERT INTO staged_sheet VALUES ('late', :wave, :unit, :answers)"
        values = {"wave": wave.id, "unit": wave.unit_id("ERP"), "answers": marked("4" * 21)}
        connection.execute(sa.text(stage), values)


def test_the_last_revision_alone_drops_nothing_that_is_not_sealed(
    database_url: str, secrets: Path, keys: WaveKeys
) -> None:
    make_older(database_url, "0006", secrets, keys)
    kept = query(database_url, "SELECT count(*) FROM sheet")
    engine = create_database_engine(database_url)
    with pytest.raises(RuntimeError, match="still has rows, which nobody has sealed"):
        migrate(engine)
    engine.dispose()
    assert revision_of(database_url) == "0006"
    assert query(database_url, "SELECT count(*) FROM sheet") == kept


def test_a_database_of_today_is_opened_without_a_question(
    database_url: str, secrets: Path, keys: WaveKeys, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(upgrade, "sole_use", None)
    open_store(database_url, secrets, keys, NOW).close()
    engine = create_database_engine(database_url)
    with engine.connect().execution_options(**{WRITES: True}) as connection:
        command.downgrade(alembic_config(connection), "base")
        connection.commit()
    engine.dispose()
    open_store(database_url, secrets, keys, NOW).close()
    assert revision_of(database_url) == "0008"
