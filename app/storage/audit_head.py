"""The head of the audit log, outside the database: without it a log cut short looks whole."""

from pathlib import Path
from threading import Lock

from app.files import write_file


class AuditHead:
    """Number and digest of the newest entry, in a file."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "audit.head"
        self._lock = Lock()

    def write(self, number: int, digest: bytes) -> None:
        """Keep the head, unless a newer one is kept already.

        Raises OSError if it cannot be written, or ValueError if somebody spoilt the one before.
        """
        with self._lock:
            known = self.read()
            if known is not None and known[0] >= number:
                return
            self._file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            write_file(self._file, f"{number} {digest.hex()}\n".encode())

    def read(self) -> tuple[int, bytes] | None:
        """Return number and digest of the head, or None before the first entry.

        Raises ValueError for a file that somebody spoilt.
        """
        try:
            number, digest = self._file.read_text(encoding="ascii").split()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise ValueError(f"{self._file.name} cannot be read") from error
        return int(number), bytes.fromhex(digest)
