"""What the upgrade refuses, with nothing changed, and what it keeps of closed waves."""

import hashlib
import json
import re
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command

from app.storage.database import WRITES, create_database_engine
from app.storage.plain_answers import PLAIN_REVISIONS
from app.storage.schema import alembic_config, migrate
from app.storage.sole_use import sole_use, write_anew
from app.storage.submissions import Outcome
from app.storage.wave_keys import LINKS, WaveKeys
from app.usecases import upgrade
from app.usecases.upgrade import NotUpgraded, open_store
from tests.builders import NOW, marked
from tests.submissions import token_hash
from tests.upgrade.checks import check_all, outcome
from tests.usecases.older import (
    OldWave,
    make_older,
)

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
    assert revision_of(database_url) not in PLAIN_REVISIONS
