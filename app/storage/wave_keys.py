"""The keys of waves: files outside the database and its folder, gone when their wave closes."""

import os
import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from app.files import sync_folder, write_file

#: The key from which everybody's link is made. Whoever has it and the roster can tell whose
#: ballot is whose.
LINKS: Final = "links"

#: Says to programs that make backups that a folder is to be left out (https://bford.info/cachedir).
TAG: Final = "CACHEDIR.TAG"
_TAGGED: Final = (
    "Signature: 8a477f597d28d172789f06886806bc55\n"
    "# Keys of open waves. A copy that outlives the close of its wave undoes its anonymity:\n"
    "# leave this folder out of every backup and snapshot.\n"
)

_WAVE = re.compile(r"[0-9A-Za-z]{1,64}")
_FILE = re.compile(r"([0-9A-Za-z]{1,64})\.([a-z]+)")


class KeysNotSafe(OSError):
    """The keys of a wave cannot be kept where they must be, so the wave does not open."""

    def __init__(self, folder: Path, error: OSError) -> None:
        super().__init__(error.errno, error.strerror, str(folder))

    def __str__(self) -> str:
        return (
            f"The keys of a wave cannot be written to {self.filename} ({self.strerror}). Make the "
            "folder writable, or name another one with SILOSCOPE_KEYS or SILOSCOPE_KEYS_MIRROR; "
            "it must not be backed up."
        )


@dataclass(frozen=True)
class Destroyed:
    """What became of a wave's keys: how many files were removed, and which folders were away."""

    removed: int
    away: tuple[Path, ...] = ()


class WaveKeys:
    """The keys of waves in a folder of their own, and in a mirror of it if there is one."""

    def __init__(self, folder: Path, mirror: Path | None = None) -> None:
        self.folder, self.mirror = folder, mirror

    @property
    def folders(self) -> tuple[Path, ...]:
        """Return where keys are kept, the mirror last."""
        return (self.folder,) if self.mirror is None else (self.folder, self.mirror)

    def create(self, wave_id: str, keys: Mapping[str, bytes]) -> None:
        """Keep the keys of a new wave where only the owner of the process can read them.

        Returns once files and folders are on disk, in the mirror too. Those that a launch left
        behind which came to nothing are replaced. Raises KeysNotSafe.
        """
        for folder in self.folders:
            try:
                _prepare(folder)
                for name, key in keys.items():
                    write_file(_file(folder, wave_id, name), key)
            except OSError as error:
                raise KeysNotSafe(folder, error) from error

    def read(self, wave_id: str, name: str = LINKS) -> bytes | None:
        """Return a key of a wave, from the mirror if it must be; None if it is nowhere."""
        for folder in self.folders:
            with suppress(OSError):
                return _file(folder, wave_id, name).read_bytes()
        return None

    def destroy(self, wave_id: str) -> Destroyed:
        """Overwrite and remove the keys of a wave wherever they are; safe to repeat.

        A folder that is away, such as a mirror that is not mounted, is named: its keys are there
        still.
        """
        removed, away = 0, []
        for folder in self.folders:
            if not (folder / TAG).exists():
                away.append(folder)
                continue
            for file in folder.glob(f"{_checked(wave_id)}.*"):
                removed += _destroy(file)
            sync_folder(folder)
        return Destroyed(removed, tuple(away))

    def away(self) -> tuple[Path, ...]:
        """Return the folders that cannot be reached though keys were kept there."""
        return tuple(folder for folder in self.folders if not (folder / TAG).exists())

    def waves(self) -> frozenset[str]:
        """Return the ids of all waves of which a key is kept, wherever."""
        names = (_FILE.fullmatch(f.name) for folder in self.folders for f in folder.glob("*.*"))
        return frozenset(found[1] for found in names if found and found[0] != TAG)

    def adopt(self, older: Path) -> int:
        """Take over keys that an older version kept in the data folder; return how many.

        Several processes may do so at once: a key that is here already is never replaced.
        Raises KeysNotSafe.
        """
        taken = 0
        for file in sorted(older.glob("*.key")):
            if not _WAVE.fullmatch(file.stem) or file.stem == "installation":
                continue
            with suppress(FileNotFoundError):
                self._take(file.stem, file.read_bytes())
                taken += _destroy(file)
        return taken

    def _take(self, wave_id: str, key: bytes) -> None:
        for folder in self.folders:
            try:
                _prepare(folder)
                write_file(_file(folder, wave_id, LINKS), key, replacing=False)
            except OSError as error:
                raise KeysNotSafe(folder, error) from error


def _checked(wave_id: str) -> str:
    """Return an id of ours: never a path that leads elsewhere. Raises ValueError."""
    if not _WAVE.fullmatch(wave_id):
        raise ValueError(f"{wave_id!r} is no id of a wave")
    return wave_id


def _file(folder: Path, wave_id: str, name: str) -> Path:
    return folder / f"{_checked(wave_id)}.{name}"


def _prepare(folder: Path) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not (folder / TAG).exists():
        write_file(folder / TAG, _TAGGED.encode())


def _destroy(file: Path) -> int:
    """Overwrite and remove a file; 0 if another process has done so."""
    try:
        with file.open("r+b") as opened:
            opened.write(bytes(file.stat().st_size))
            opened.flush()
            os.fsync(opened.fileno())
        file.unlink()
    except FileNotFoundError:
        return 0
    return 1
