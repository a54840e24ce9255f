"""Keys of open waves are private files, and gone after the close."""

from pathlib import Path

from app.storage.wave_keys import WaveKeys


def test_a_key_is_kept_for_its_owner_only(tmp_path: Path) -> None:
    keys = WaveKeys(tmp_path / "keys")
    keys.create("w1", b"secret")
    file = tmp_path / "keys" / "w1.key"
    assert file.stat().st_mode & 0o777 == 0o600
    assert file.parent.stat().st_mode & 0o777 == 0o700
    assert keys.read("w1") == b"secret"


def test_a_destroyed_key_is_gone_and_stays_gone(tmp_path: Path) -> None:
    keys = WaveKeys(tmp_path)
    keys.create("w1", b"secret")
    keys.destroy("w1")
    keys.destroy("w1")
    assert keys.read("w1") is None
    assert list(tmp_path.iterdir()) == []


def test_a_key_that_a_failed_launch_left_behind_is_replaced(tmp_path: Path) -> None:
    keys = WaveKeys(tmp_path)
    keys.create("w1", b"secret")
    keys.create("w1", b"other")
    assert keys.read("w1") == b"other"
    assert [file.name for file in tmp_path.iterdir()] == ["w1.key"]
