"""The keys of open waves: files outside the database, destroyed when their wave closes."""

import os
from contextlib import suppress
from pathlib import Path


class WaveKeys:
    """K of each open wave. Whoever has K and the roster can tell whose ballot is whose."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def create(self, wave_id: str, key: bytes) -> None:
        """Keep the key of a new wave where only the owner of the process can read it.

        One that a launch left behind which came to nothing is replaced.
        """
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        new = self._folder / f"{wave_id}.new"
        new.unlink(missing_ok=True)
        descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(key)
            file.flush()
            os.fsync(file.fileno())
        new.replace(self._file(wave_id))

    def read(self, wave_id: str) -> bytes | None:
        """Return the key of a wave, or None once it is destroyed."""
        try:
            return self._file(wave_id).read_bytes()
        except FileNotFoundError:
            return None

    def destroy(self, wave_id: str) -> None:
        """Overwrite and remove the key of a wave; does nothing if it is gone already."""
        file = self._file(wave_id)
        # Another process may be at it too.
        with suppress(FileNotFoundError):
            with file.open("r+b") as opened:
                opened.write(bytes(file.stat().st_size))
                opened.flush()
                os.fsync(opened.fileno())
            file.unlink()

    def _file(self, wave_id: str) -> Path:
        return self._folder / f"{wave_id}.key"
