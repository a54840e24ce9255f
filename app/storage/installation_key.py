"""The key of the installation: a file outside the database, from which other secrets are made."""

import hmac
import secrets
from pathlib import Path

from app.files import write_file


class InstallationKeyLost(Exception):
    """The key is gone, and the database was written with it."""

    def __init__(self, file: Path) -> None:
        super().__init__(
            f"{file} is missing, and second factors and the log of this database depend on it. Put "
            "it back from a backup. If it is lost for good, put 32 random bytes in its place: all "
            "second factors must then be set again, and older entries of the log can no longer be "
            "verified."
        )


class InstallationKey:
    """Makes secrets that the database does not hold: whoever copies it cannot sign in."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "installation.key"

    def ensure_kept(self) -> None:
        """Make sure that the key is there. Raises InstallationKeyLost."""
        if not self._file.exists():
            raise InstallationKeyLost(self._file)

    def derive(self, purpose: str) -> bytes:
        """Return 32 bytes for a purpose: HMAC-SHA-256(key of the installation, purpose)."""
        return hmac.digest(self._read(), purpose.encode(), "sha256")

    def _read(self) -> bytes:
        try:
            return self._file.read_bytes()
        except FileNotFoundError:
            self._create()
            return self._file.read_bytes()

    def _create(self) -> None:
        self._file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        # Of two processes that start at once, both then read the same one.
        write_file(self._file, secrets.token_bytes(32), replacing=False)
