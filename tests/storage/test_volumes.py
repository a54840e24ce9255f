"""What speaks against where the keys lie."""

from pathlib import Path

import pytest

from app.storage.volumes import Doubt, doubts_about, keeps_overwritten

LINE = "36 35 98:0 / {} rw,noatime shared:1 - {} /dev/sda1 {}\n"


def mounted(folder: Path, *lines: tuple[str, str, str]) -> Path:
    file = folder / "mountinfo"
    file.write_text("".join(LINE.format(*line) for line in lines))
    return file


@pytest.mark.parametrize(
    ("kind", "options", "keeps"),
    [
        ("ext4", "rw", False),
        ("ext4", "rw,data=ordered", False),
        ("ext4", "rw,data=journal", True),
        ("xfs", "rw", False),
        ("tmpfs", "rw", False),
        ("btrfs", "rw", True),
        ("zfs", "rw", True),
        ("overlay", "rw", True),
        ("nfs4", "rw", True),
        ("fuse.sshfs", "rw", True),
    ],
)
def test_file_systems_that_keep_what_is_overwritten_are_told(
    tmp_path: Path, kind: str, options: str, keeps: bool
) -> None:
    mounts = mounted(
        tmp_path, ("/", "ext4" if keeps else "btrfs", "rw"), (str(tmp_path), kind, options)
    )
    assert keeps_overwritten(tmp_path / "not" / "there", mounts) is keeps


def test_the_nearest_and_last_mount_counts(tmp_path: Path) -> None:
    (tmp_path / "a b").mkdir()
    inner = str(tmp_path / "a b").replace(" ", "\\040")
    mounts = mounted(
        tmp_path, (inner, "btrfs", "rw"), (inner, "ext4", "rw"), (str(tmp_path), "zfs", "rw")
    )
    assert not keeps_overwritten(tmp_path / "a b" / "keys", mounts)
    assert keeps_overwritten(tmp_path / "c", mounts)
    assert not keeps_overwritten(tmp_path, tmp_path / "no such file")


def test_keys_on_the_volume_of_the_data_are_told(tmp_path: Path) -> None:
    mounts = mounted(tmp_path, ("/", "ext4", "rw"))
    assert doubts_about(tmp_path / "keys", tmp_path / "data", mounts) == (Doubt.SAME_VOLUME,)
    other = Path("/proc")
    assert Doubt.SAME_VOLUME not in doubts_about(other, tmp_path, mounts)
