"""Where the folder of the keys lies, and what speaks against it."""

import re
from enum import Enum, auto
from pathlib import Path
from typing import Final

#: File systems that write anew instead of over what was there, or that lie on other machines.
KEEPING: Final = re.compile(
    r"btrfs|zfs|bcachefs|overlay|aufs|nfs\d?|cifs|smb\d?|9p|virtiofs|ceph|glusterfs|fuse(\..+)?"
)
_MOUNTS: Final = Path("/proc/self/mountinfo")


class Doubt(Enum):
    """Why keys that were destroyed may be found again, or be copied with the data."""

    SAME_VOLUME = auto()
    KEEPS_OVERWRITTEN = auto()


def doubts_about(keys: Path, data: Path, mounts: Path = _MOUNTS) -> tuple[Doubt, ...]:
    """Return what speaks against a folder of keys beside a folder of data.

    One volume: a snapshot of the data takes the keys too. A file system that keeps what is
    overwritten: a destroyed key may be read from the disk. Nothing where a system tells nothing.
    """
    found = []
    if _device(keys) == _device(data):
        found.append(Doubt.SAME_VOLUME)
    if keeps_overwritten(keys, mounts):
        found.append(Doubt.KEEPS_OVERWRITTEN)
    return tuple(found)


def keeps_overwritten(folder: Path, mounts: Path = _MOUNTS) -> bool:
    """Return whether the file system of a folder keeps what is overwritten, as far as is known."""
    try:
        lines = mounts.read_text(encoding="utf-8", errors="surrogateescape").splitlines()
    except OSError:
        return False
    place, kind, options = Path("/"), "", ""
    there = _existing(folder)
    for line in lines:
        before, _dash, after = line.partition(" - ")
        point = Path(_unescaped(before.split(" ")[4]))
        # The last of several mounts on one place is the one that is seen.
        if there.is_relative_to(point) and len(point.parts) >= len(place.parts):
            place = point
            kind, _source, options = (*after.split(" ", 2), "", "")[:3]
    journals_data = kind.startswith("ext") and "data=journal" in options.split(",")
    return bool(KEEPING.fullmatch(kind)) or journals_data


def _unescaped(text: str) -> str:
    r"""A place as mountinfo writes it: blanks are "\040"."""
    return re.sub(r"\\([0-7]{3})", lambda found: chr(int(found[1], 8)), text)


def _existing(folder: Path) -> Path:
    """The folder, or the nearest one above it that is there."""
    there = folder.resolve()
    while not there.exists() and there != there.parent:
        there = there.parent
    return there


def _device(folder: Path) -> int:
    return _existing(folder).stat().st_dev
