"""The key of the installation: a file outside the database, from which other secrets are made."""

import hmac
import os
import secrets
from pathlib import Path


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
        # Complete under another name first: of two processes that start at once, both then
        # read the same one.
        new = self._file.with_name(f"{self._file.name}.{secrets.token_hex(8)}")
        descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(secrets.token_bytes(32))
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(new, self._file)
        except FileExistsError:
            pass
        finally:
            new.unlink()
