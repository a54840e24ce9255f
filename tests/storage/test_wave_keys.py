"""Keys of open waves: private files in a folder of their own and its mirror; gone at the close."""

from pathlib import Path

import pytest

from app.storage.sealing import digest_of, new_keys
from app.storage.wave_keys import (
    LINKS,
    OF_ANSWERS,
    OF_PEOPLE,
    PUBLIC,
    SEAL,
    SPEND,
    TAG,
    WORDS,
    Destroyed,
    KeysMissing,
    KeysNotSafe,
    WaveKeys,
)


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
    keys, own = WaveKeys(tmp_path, tmp_path / "mirror"), new_keys()
    digest = digest_of(own[PUBLIC])
    keys.create("w1", own)
    keys.create("w10", {LINKS: b"another"})
    beside = tmp_path / "beside"
    # What somebody linked shows what was written over the file.
    beside.hardlink_to(tmp_path / "w1.links")
    first = keys.destroy("w1", OF_PEOPLE, digest)
    assert {file.name for file in first.removed} == {"w1.links", "w1.spend"}
    assert len(first.removed) == 4
    assert beside.read_bytes() == bytes(32)
    assert keys.names("w1") == {"seal", "box", "public", "words"}
    assert len(keys.destroy("w1", None, digest).removed) == 8
    assert keys.destroy("w1", None, digest) == Destroyed()
    assert keys.read("w1") is None
    assert keys.waves() == {"w10"}


def test_keys_of_another_wave_under_the_same_id_are_left_and_told(tmp_path: Path) -> None:
    keys, own = WaveKeys(tmp_path), new_keys()
    keys.create("w1", own)
    of_another = digest_of(new_keys()[PUBLIC])
    assert keys.destroy("w1", None, of_another) == Destroyed(refused=(tmp_path,))
    with pytest.raises(KeysMissing):
        keys.need("w1", of_another, LINKS)
    # Whose they are shows where the public half is gone too, by the private one.
    (tmp_path / "w1.public").unlink()
    assert keys.destroy("w1", None, of_another) == Destroyed(refused=(tmp_path,))
    assert len(keys.destroy("w1", None, digest_of(own[PUBLIC])).removed) == 5


def test_of_a_wave_without_a_pair_only_the_key_of_comments_goes(tmp_path: Path) -> None:
    keys = WaveKeys(tmp_path)
    keys.create("w1", {WORDS: b"words", LINKS: b"links"})
    assert keys.destroy("w1", None, None) == Destroyed((tmp_path / "w1.words",))
    assert keys.names("w1") == {"links"}


@pytest.mark.parametrize("lost", [LINKS, SPEND, SEAL, PUBLIC])
def test_a_missing_or_empty_key_is_taken_from_the_mirror_or_told(tmp_path: Path, lost: str) -> None:
    keys, own = WaveKeys(tmp_path / "keys", tmp_path / "mirror"), new_keys()
    digest = digest_of(own[PUBLIC])
    keys.create("w1", own)
    (tmp_path / "keys" / f"w1.{lost}").write_bytes(b"")
    needed = keys.need("w1", digest, LINKS, SPEND, SEAL)
    assert needed == {name: own[name] for name in (LINKS, SPEND, SEAL, PUBLIC)}
    (tmp_path / "mirror" / f"w1.{lost}").unlink()
    with pytest.raises(KeysMissing, match="The keys of wave w1 are missing"):
        keys.need("w1", digest, LINKS, SPEND, SEAL)


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
    own = new_keys()
    keys.create("w1", own)
    (tmp_path / "mirror").rename(tmp_path / "away")
    # The place of a mount is there, and empty.
    (tmp_path / "mirror").mkdir()
    gone = keys.destroy("w1", OF_ANSWERS, digest_of(own[PUBLIC]))
    assert (len(gone.removed), gone.away) == (2, (tmp_path / "mirror",))
    (tmp_path / "mirror").rmdir()
    (tmp_path / "away").rename(tmp_path / "mirror")
    assert keys.waves() == {"w1"}
    gone = keys.destroy("w1", OF_ANSWERS, digest_of(own[PUBLIC]))
    assert (len(gone.removed), gone.away) == (2, ())
    assert not {"w1.box", "w1.seal"} & keys_in(tmp_path / "keys", tmp_path / "mirror")


def test_no_wave_opens_whose_keys_are_not_safe(tmp_path: Path) -> None:
    (tmp_path / "mirror").write_text("a file")
    keys = WaveKeys(tmp_path / "keys", tmp_path / "mirror")
    with pytest.raises(KeysNotSafe, match="SILOSCOPE_KEYS_MIRROR"):
        keys.create("w1", {LINKS: b"secret"})


@pytest.mark.parametrize("wave", ["", "../w1", "w1/..", "w*", "w1.links", "installation\n", "é"])
def test_no_id_leads_to_another_file(tmp_path: Path, wave: str) -> None:
    keys = WaveKeys(tmp_path / "keys")
    keys.create("w1", {LINKS: b"secret"})
    deeds = (
        keys.read,
        keys.names,
        keys.drop,
        lambda one: keys.destroy(one, None, None),
        lambda one: keys.create(one, {LINKS: b"x"}),
    )
    for deed in deeds:
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
