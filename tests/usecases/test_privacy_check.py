"""The privacy check finds each leak that is planted, and none in a clean installation."""

import base64
from collections.abc import Callable
from pathlib import Path
from random import Random
from unittest.mock import patch

import pytest

from app.storage import submissions
from app.storage.database import hold_open
from app.storage.sealing import Record, Sealer
from app.storage.store import Store
from app.storage.wave_keys import TAG, WaveKeys
from app.usecases import privacy_check
from app.usecases.ballots import hash_token, read_code
from app.usecases.errors import BallotUsed
from app.usecases.launches import LaunchedWave
from app.usecases.privacy_attacks import Attempt, follows, rank_agreement
from app.usecases.privacy_canaries import spellings
from app.usecases.privacy_check import check_installation, check_wave
from app.usecases.responses import OpenBallot, ResponseDesk
from app.usecases.waves import close_wave
from tests.builders import NOW, codes_of, launch
from tests.submissions import send, token_hash


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    folder.mkdir()
    return folder


def leaks(attempts: tuple[Attempt, ...]) -> list[str]:
    return [f"{one.way}: {one.finding}" for one in attempts if one.is_leak]


@pytest.fixture
def wave(store: Store) -> LaunchedWave:
    made = launch(store)
    send(store, codes_of(made, "ERP") + codes_of(made, "Development"))
    return made


def test_a_clean_installation_leaks_nothing_and_the_canaries_are_gone(
    store: Store, data: Path, wave: LaunchedWave
) -> None:
    found = check_installation(store, data, NOW)
    assert leaks(found) == []
    assert any("none in" in one.finding and "table" not in one.way for one in found)
    assert leaks(check_wave(store, wave.wave_id, data)) == []
    with store.reading() as work:
        assert [one.name for one in work.organisations.all()] == ["Acme"]
        assert work.sealed.count(wave.wave_id) == 20
    assert store.wave_keys.waves() == {wave.wave_id}
    close_wave(store, wave.wave_id, NOW)
    assert leaks(check_wave(store, wave.wave_id, data)) == []


def test_canaries_that_a_failed_check_left_are_removed(store: Store, data: Path) -> None:
    with (
        patch.object(privacy_check, "close_wave", side_effect=KeyboardInterrupt),
        pytest.raises(KeyboardInterrupt),
    ):
        check_installation(store, data, NOW)
    with store.reading() as work:
        assert list(work.organisations.all()) == []
    assert store.wave_keys.waves() == frozenset()


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ("ALTER TABLE sealed ADD COLUMN unit_id TEXT", "sealed.unit_id"),
        ("ALTER TABLE spent ADD COLUMN at TEXT", "spent.at"),
        ("ALTER TABLE ballot ADD COLUMN used BOOLEAN", "ballot.used"),
        ("CREATE INDEX one ON sealed (kem)", "an index of sealed"),
    ],
)
def test_a_column_or_index_too_many_is_found(
    store: Store, data: Path, wave: LaunchedWave, fault: str, said: str
) -> None:
    with store.engine.begin() as connection:
        connection.exec_driver_sql(fault)
    (leak,) = leaks(check_wave(store, wave.wave_id, data))
    assert said in leak


def test_a_box_of_another_size_is_found(store: Store, data: Path, wave: LaunchedWave) -> None:
    with store.engine.begin() as connection:
        longer = "substr(box, 1, 100)"
        one = "(SELECT id FROM sealed ORDER BY id LIMIT 1)"
        connection.exec_driver_sql(f"UPDATE sealed SET box = {longer} WHERE id = {one}")
    assert any("sizes [100, 160]" in leak for leak in leaks(check_wave(store, wave.wave_id, data)))


def test_marks_that_links_alone_give_are_found(
    store: Store, data: Path, wave: LaunchedWave
) -> None:
    mark = token_hash(codes_of(wave, "ERP")[0])
    with store.engine.begin() as connection:
        literal = f"x'{mark.hex()}'" if store.engine.dialect.name == "sqlite" else None
        value = literal or f"'\\x{mark.hex()}'"
        connection.exec_driver_sql(f"INSERT INTO spent VALUES ('{wave.wave_id}', {value}, {value})")
    assert any("1 are marks" in leak for leak in leaks(check_wave(store, wave.wave_id, data)))


def test_a_lock_on_a_ballot_is_found(store: Store, data: Path, wave: LaunchedWave) -> None:
    if store.engine.dialect.name == "sqlite":
        pytest.skip("SQLite keeps no lock on a row")
    token = token_hash(codes_of(wave, "ERP")[0])
    with store.engine.begin() as connection:
        query = "SELECT 1 FROM ballot WHERE token_hash = %s FOR UPDATE"
        connection.exec_driver_sql(query, (token,))
    assert any("1 locked" in leak for leak in leaks(check_wave(store, wave.wave_id, data)))


def test_ballots_that_the_first_reading_would_mark_are_found(store: Store, data: Path) -> None:
    if store.engine.dialect.name == "sqlite":
        pytest.skip("SQLite marks no row that is read")
    with patch.object(Store, "settle_ballots", lambda _store: None):
        wave = launch(store)
    assert any("to be marked yet" in leak for leak in leaks(check_wave(store, wave.wave_id, data)))


def test_ballots_in_the_order_of_the_roster_are_found(store: Store, data: Path) -> None:
    if store.engine.dialect.name == "sqlite":
        pytest.skip("SQLite keeps ballots in the order of their hashes")

    with patch.object(Random, "shuffle", lambda _chance, _rows: None):
        wave = launch(store)
    assert any("rank correlation" in leak for leak in leaks(check_wave(store, wave.wave_id, data)))


def test_keys_that_are_left_copied_or_badly_placed_are_found(
    store: Store, data: Path, wave: LaunchedWave
) -> None:
    key = store.wave_keys.read(wave.wave_id, "seal") or b""
    (data / "backup.tar").write_bytes(b"archive" + key)
    (leak,) = leaks(check_wave(store, wave.wave_id, data))
    assert "seal in backup.tar" in leak
    (data / "backup.tar").unlink()
    (store.wave_keys.folder / TAG).unlink()
    (leak,) = leaks(check_wave(store, wave.wave_id, data))
    assert TAG in leak
    store.wave_keys.create(wave.wave_id, {})
    found = leaks(check_wave(store, wave.wave_id, store.wave_keys.folder.parent))
    assert any("lies in the data folder" in leak for leak in found)


def test_a_key_of_a_closed_wave_in_the_mirror_is_found(
    store: Store, data: Path, wave: LaunchedWave, tmp_path: Path
) -> None:
    close_wave(store, wave.wave_id, NOW)
    store.wave_keys = WaveKeys(store.wave_keys.folder, tmp_path / "mirror")
    store.wave_keys.create("another", {"seal": b"x"})
    (tmp_path / "mirror" / f"{wave.wave_id}.box").write_bytes(b"left")
    (leak,) = leaks(check_wave(store, wave.wave_id, data))
    assert "left after the close: box" in leak


def test_a_box_that_opens_though_it_was_moved_is_found(
    store: Store, data: Path, wave: LaunchedWave
) -> None:
    with patch("app.storage.sealing._place", lambda *_: b"the same everywhere"):
        keys = store.wave_keys.need(wave.wave_id, _digest(store, wave), "box", "seal")
        row = Sealer.begin(wave.wave_id, keys["public"], keys["seal"], 160).seal_up(Record("", ""))
        _replace_boxes(store, wave, row.kem, row.box)
        found = leaks(check_wave(store, wave.wave_id, data))
    assert any("opened" in leak and "forged" in leak for leak in found)


def _digest(store: Store, wave: LaunchedWave) -> bytes | None:
    with store.reading() as work:
        row = work.waves.get(wave.wave_id)
        assert row is not None
        return row.box_digest


def _replace_boxes(store: Store, wave: LaunchedWave, kem: bytes, box: bytes) -> None:
    mark = "?" if store.engine.dialect.name == "sqlite" else "%s"
    with store.engine.begin() as connection:
        connection.exec_driver_sql(f"UPDATE sealed SET kem = {mark}, box = {mark}", (kem, box))


def test_an_opening_that_tells_is_found(store: Store, data: Path) -> None:
    opened, used = ResponseDesk.open_ballot, set[bytes]()
    sent = ResponseDesk.submit_response

    async def noting(desk: ResponseDesk, invited, filled, now):  # type: ignore[no-untyped-def]
        used.add(invited.token_hash)
        await sent(desk, invited, filled, now)

    async def telling(desk: ResponseDesk, code: str, now) -> OpenBallot:  # type: ignore[no-untyped-def]
        token = read_code(code)
        if token and hash_token(token) in used:
            raise BallotUsed
        return await opened(desk, code, now)

    with (
        patch.object(ResponseDesk, "submit_response", noting),
        patch.object(ResponseDesk, "open_ballot", telling),
    ):
        (leak,) = leaks(check_installation(store, data, NOW))
    assert "BallotUsed" in leak


@pytest.mark.parametrize(
    "spelt",
    [
        str.encode,
        lambda text: text.encode("utf-16-le"),
        lambda text: text.encode().hex().encode(),
        lambda text: base64.b64encode(b"before" + text.encode() + b"behind"),
        lambda text: text.encode()[::-1],
    ],
)
def test_answers_that_are_written_beside_are_found_in_any_spelling(
    store: Store, data: Path, spelt: Callable[[str], bytes]
) -> None:
    """As if a program kept what was sent: in the database, and in a file of the data folder."""
    real = submissions.cast

    def keeping(connection, keys, sent):  # type: ignore[no-untyped-def]
        hold_open(connection)
        text = spelt(sent[0].record.sheet)
        with (data / "spool").open("ab") as spool:
            spool.write(text)
        mark = "?" if connection.dialect.name == "sqlite" else "%s"
        rows = f"INSERT INTO instrument VALUES ({mark}, 'x', {mark})"
        name = f"x{len(text)}{Random(text).random()}"
        connection.exec_driver_sql(rows, (name, text.decode("latin-1").replace("\0", "")))
        return real(connection, keys, sent)

    with patch("app.storage.ballot_box.cast", keeping):
        found = leaks(check_installation(store, data, NOW))
    assert any("spool" in leak for leak in found)
    assert any("siloscope.sqlite" in leak or "table instrument" in leak for leak in found) or (
        b"\0" in spelt("1")  # no text column takes it
    )


def test_every_spelling_of_a_text_is_told_apart_from_others() -> None:
    ways = spellings("canary 0123456789abcdef sings")
    for before in (b"", b"x", b"xy", b"xyz"):
        coded = base64.b64encode(before + b"canary 0123456789abcdef sings" + b"behind")
        assert any(way in coded for way in ways)
    assert not any(way in base64.b64encode(b"another 0123456789abcdef sings") for way in ways)


def test_orders_are_told_from_chance() -> None:
    assert rank_agreement([1, 5, 9]) == 1
    assert rank_agreement([9, 5, 1]) == -1
    assert follows(list(range(20)))
    shuffled = list(range(200))
    Random(3).shuffle(shuffled)
    assert not follows(shuffled)
