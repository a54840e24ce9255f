"""The keys of waves: files outside the database and its folder, gone when their wave closes."""

import ctypes
import os
import re
import sys
from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from app.files import sync_folder, write_file
from app.storage.sealing import digest_of, public_half

#: The key from which everybody's link is made. Whoever has it and the roster can tell whose
#: ballot is whose.
LINKS: Final = "links"
#: Makes the marks that say that a ballot is spent.
SPEND: Final = "spend"
#: Mixed into the key of every box.
SEAL: Final = "seal"
#: The two halves of the pair for which boxes are sealed; the public one is no secret.
BOX: Final = "box"
PUBLIC: Final = "public"
#: Seals comments after the close, until the day of erasure.
WORDS: Final = "words"

#: What joins people and ballots: gone first, so that nobody can be named once anything is opened.
OF_PEOPLE: Final = (LINKS, SPEND)
#: What opens answers: gone once the release is frozen.
OF_ANSWERS: Final = (BOX, SEAL)
#: Without these an open wave has lost its answers.
NEEDED: Final = (LINKS, SPEND, SEAL, PUBLIC)

#: Says to programs that make backups that a folder is to be left out (https://bford.info/cachedir).
TAG: Final = "CACHEDIR.TAG"
_TAGGED: Final = (
    "Signature: 8a477f597d28d172789f06886806bc55\n"
    "# Keys of open waves. A copy that outlives the close of its wave undoes its anonymity:\n"
    "# leave this folder out of every backup and snapshot.\n"
)

_PR_SET_DUMPABLE: Final = 4

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


class KeysMissing(Exception):
    """Keys of a wave are not where they should be, or are not those of this wave."""

    def __init__(self, wave_id: str) -> None:
        super().__init__(wave_id)

    def __str__(self) -> str:
        return f"The keys of wave {self.args[0]} are missing: put the folder of keys back."


@dataclass(frozen=True)
class Destroyed:
    """What became of a wave's keys: which files were removed, and where that was not possible.

    `away` are folders that cannot be reached; `refused` those whose keys are of another wave.
    """

    removed: tuple[Path, ...] = ()
    away: tuple[Path, ...] = ()
    refused: tuple[Path, ...] = ()

    def also(self, other: "Destroyed") -> "Destroyed":
        """Return this and another destroying of the same wave's keys as one."""
        return Destroyed(self.removed + other.removed, other.away, other.refused)


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

    def need(self, wave_id: str, digest: bytes | None, *names: str) -> dict[str, bytes]:
        """Return keys by name, with the public half that a wave's row names by its SHA-256.

        Nothing is remembered: whoever needs a key reads it, and drops it when done. Raises
        KeysMissing if one is nowhere, empty, or beside the public half of another wave.
        """
        for folder in self.folders:
            with suppress(OSError):
                found = {n: _file(folder, wave_id, n).read_bytes() for n in (PUBLIC, *names)}
                if digest_of(found[PUBLIC]) == digest and all(found.values()):
                    return found
        raise KeysMissing(wave_id)

    def names(self, wave_id: str) -> frozenset[str]:
        """Return the names of the keys of a wave that are kept, wherever."""
        files = (f for folder in self.folders for f in folder.glob(f"{_checked(wave_id)}.*"))
        return frozenset(file.suffix[1:] for file in files if _FILE.fullmatch(file.name))

    def destroy(
        self, wave_id: str, names: Collection[str] | None, digest: bytes | None
    ) -> Destroyed:
        """Overwrite and remove keys of a wave wherever they are, or all; safe to repeat.

        Only beside the public half whose SHA-256 the wave's row bears: of keys that somebody put
        there under the id of another wave nothing is lost. A wave that closed before answers
        were sealed has no such half, and nothing but `words`. A folder that is away, such as a
        mirror that is not mounted, is named: its keys are there still.
        """
        _checked(wave_id)
        removed: list[Path] = []
        away, refused = [], []
        for folder in self.folders:
            if not (folder / TAG).exists():
                away.append(folder)
                continue
            files = [f for f in self._files(folder, wave_id) if not names or f.suffix[1:] in names]
            if digest is None:
                files = [file for file in files if file.suffix[1:] == WORDS]
            elif files and _digest_in(folder, wave_id) != digest:
                refused.append(folder)
                continue
            removed += [file for file in files if _destroy(file)]
            sync_folder(folder)
        return Destroyed(tuple(removed), tuple(away), tuple(refused))

    def drop(self, wave_id: str) -> Destroyed:
        """Overwrite and remove whatever keys bear an id, since a person said so."""
        _checked(wave_id)
        here = [folder for folder in self.folders if (folder / TAG).exists()]
        removed: list[Path] = []
        for folder in here:
            removed += [file for file in self._files(folder, wave_id) if _destroy(file)]
            sync_folder(folder)
        return Destroyed(tuple(removed), tuple(set(self.folders) - set(here)))

    def _files(self, folder: Path, wave_id: str) -> list[Path]:
        """The files of a wave; the public half, by which the others are known, last."""
        found = [f for f in folder.glob(f"{_checked(wave_id)}.*") if _FILE.fullmatch(f.name)]
        return sorted(found, key=lambda file: (file.suffix[1:] == PUBLIC, file.name))

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
                taken += bool(_destroy(file))
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


def _digest_in(folder: Path, wave_id: str) -> bytes | None:
    """Whose keys a folder holds: by their public half, or by the private one."""
    with suppress(OSError):
        return digest_of(_file(folder, wave_id, PUBLIC).read_bytes())
    with suppress(OSError, ValueError):
        return digest_of(public_half(_file(folder, wave_id, BOX).read_bytes()))
    return None


def _destroy(file: Path) -> bool:
    """Overwrite and remove a file; False if another process has done so."""
    try:
        with file.open("r+b") as opened:
            opened.write(bytes(file.stat().st_size))
            opened.flush()
            os.fsync(opened.fileno())
        file.unlink()
    except FileNotFoundError:
        return False
    return True


def forbid_dumps() -> None:
    """Keep this process from being dumped or read by others of its account (Linux: prctl(2))."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
