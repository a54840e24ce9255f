"""Files are whole under their name, and on disk with it, whatever happens on the way."""

import os
from pathlib import Path

import pytest

from app.files import UNFINISHED, write_file


def test_a_file_is_private_whole_and_alone(tmp_path: Path) -> None:
    file = tmp_path / "x"
    write_file(file, b"first")
    write_file(file, b"second")
    assert file.read_bytes() == b"second"
    assert file.stat().st_mode & 0o777 == 0o600
    assert [one.name for one in tmp_path.iterdir()] == ["x"]


def test_what_is_there_stays_where_nothing_is_replaced(tmp_path: Path) -> None:
    write_file(tmp_path / "x", b"first", replacing=False)
    write_file(tmp_path / "x", b"second", replacing=False)
    assert (tmp_path / "x").read_bytes() == b"first"
    assert [one.name for one in tmp_path.iterdir()] == ["x"]


def test_content_is_on_disk_before_its_name_and_the_name_before_the_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    deeds = []
    sync, replace = os.fsync, Path.replace

    def note_sync(descriptor: int) -> None:
        deeds.append("folder" if Path(f"/proc/self/fd/{descriptor}").is_dir() else "content")
        sync(descriptor)

    def note_replace(self: Path, target: Path) -> Path:
        deeds.append("name")
        return replace(self, target)

    monkeypatch.setattr(os, "fsync", note_sync)
    monkeypatch.setattr(Path, "replace", note_replace)
    write_file(tmp_path / "x", b"content")
    assert deeds == ["content", "name", "folder"]


def test_a_full_disk_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_file(tmp_path / "x", b"first")

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        write_file(tmp_path / "x", b"second")
    assert (tmp_path / "x").read_bytes() == b"first"
    assert list(tmp_path.glob(f"*{UNFINISHED}")) == []
