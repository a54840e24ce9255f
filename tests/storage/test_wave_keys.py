"""Keys of open waves: private files in a folder of their own and its mirror; gone at the close."""

from pathlib import Path

import pytest

from app.storage.wave_keys import LINKS, TAG, Destroyed, KeysNotSafe, WaveKeys


def keys_in(*folders: Path) -> set[str]:
    return {file.name for folder in folders for file in folder.iterdir()} - {TAG}


def test_a_key_is_kept_for_its_owner_only_and_its_folder_is_marked(tmp_path: Path) -> None:
    keys = WaveKeys(tmp_path / "keys")
    keys.create("w1", {LINKS: b"secret", "seal": b"other"})
    file = tmp_path / "keys" / "w1.links"
    assert file.stat().st_mode & 0o777 == 0o600
    assert file.parent.stat().st_mode & 0o777 == 0o700
    assert (keys.read("w1"), keys.read("w1", "seal")) == (b"secret", b"other")
    assert (tmp_path / "keys" / TAG).read_text().startswith("Signature: 8a477f597d28d172789f0688")
    assert keys_in(tmp_path / "keys") == {"w1.links", "w1.seal"}


def test_destroyed_keys_are_overwritten_gone_and_stay_gone(tmp_path: Path) -> None:
    keys = WaveKeys(tmp_path, tmp_path / "mirror")
    keys.create("w1", {LINKS: b"secret", "seal": b"secret"})
    keys.create("w10", {LINKS: b"another"})
    beside = tmp_path / "beside"
    # What somebody linked shows what was written over the file.
    beside.hardlink_to(tmp_path / "w1.links")
    assert keys.destroy("w1") == Destroyed(4)
    assert keys.destroy("w1") == Destroyed(0)
    assert beside.read_bytes() == bytes(6)
    assert keys.read("w1") is None
    assert keys.waves() == {"w10"}


def test_a_key_that_a_failed_launch_left_behind_is_replaced(tmp_path: Path) -> None:
    keys = WaveKeys(tmp_path)
    keys.create("w1", {LINKS: b"secret"})
    keys.create("w1", {LINKS: b"other"})
    assert keys.read("w1") == b"other"
    assert keys_in(tmp_path) == {"w1.links"}


def test_a_mirror_serves_where_the_folder_is_lost(tmp_path: Path) -> None:
    keys = WaveKeys(tmp_path / "keys", tmp_path / "mirror")
    keys.create("w1", {LINKS: b"secret"})
    (tmp_path / "keys").rename(tmp_path / "gone")
    assert keys.read("w1") == b"secret"
    assert keys.away() == (tmp_path / "keys",)


def test_a_mirror_that_is_away_is_named_and_destroyed_later(tmp_path: Path) -> None:
    keys = WaveKeys(tmp_path / "keys", tmp_path / "mirror")
    keys.create("w1", {LINKS: b"secret"})
    (tmp_path / "mirror").rename(tmp_path / "away")
    # The place of a mount is there, and empty.
    (tmp_path / "mirror").mkdir()
    assert keys.destroy("w1") == Destroyed(1, (tmp_path / "mirror",))
    (tmp_path / "mirror").rmdir()
    (tmp_path / "away").rename(tmp_path / "mirror")
    assert keys.waves() == {"w1"}
    assert keys.destroy("w1") == Destroyed(1)


def test_no_wave_opens_whose_keys_are_not_safe(tmp_path: Path) -> None:
    (tmp_path / "mirror").write_text("a file")
    keys = WaveKeys(tmp_path / "keys", tmp_path / "mirror")
    with pytest.raises(KeysNotSafe, match="SILOSCOPE_KEYS_MIRROR"):
        keys.create("w1", {LINKS: b"secret"})


@pytest.mark.parametrize("wave", ["", "../w1", "w1/..", "w*", "w1.links", "installation\n", "é"])
def test_no_id_leads_to_another_file(tmp_path: Path, wave: str) -> None:
    keys = WaveKeys(tmp_path / "keys")
    keys.create("w1", {LINKS: b"secret"})
    for deed in (keys.read, keys.destroy, lambda one: keys.create(one, {LINKS: b"x"})):
        with pytest.raises(ValueError, match="is no id of a wave"):
            deed(wave)
    assert keys_in(tmp_path / "keys") == {"w1.links"}


def test_keys_of_an_older_version_are_taken_over_and_the_installations_stays(
    tmp_path: Path,
) -> None:
    older = tmp_path / "data" / "keys"
    older.mkdir(parents=True)
    for name in ("w1.key", "w2.key", "installation.key", "audit.head"):
        (older / name).write_bytes(name.encode())
    keys = WaveKeys(tmp_path / "data-keys", tmp_path / "mirror")
    # Another process has taken one over already.
    keys.create("w2", {LINKS: b"w2.key"})
    assert keys.adopt(older) == 2
    assert keys.adopt(older) == 0
    assert keys.read("w1") == b"w1.key"
    assert keys.read("w2") == b"w2.key"
    assert (tmp_path / "mirror" / "w1.links").read_bytes() == b"w1.key"
    assert keys_in(older) == {"installation.key", "audit.head"}


def test_a_key_that_is_half_destroyed_by_another_process_replaces_none(tmp_path: Path) -> None:
    older = tmp_path / "older"
    older.mkdir()
    keys = WaveKeys(tmp_path / "keys")
    keys.create("w1", {LINKS: b"secret"})
    (older / "w1.key").write_bytes(bytes(6))
    keys.adopt(older)
    assert keys.read("w1") == b"secret"
