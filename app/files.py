"""Files that survive a power cut: whole under their name, or not there."""

import os
import secrets
from pathlib import Path

#: What a file is called while it is written.
UNFINISHED = ".part"


def write_file(file: Path, content: bytes, *, replacing: bool = True) -> None:
    """Write a file that only the owner of the process can read; on disk when this returns.

    It is written under another name, synced, renamed, and its folder synced: whoever reads it
    finds all of it or nothing. Of several who write at once one is last; with `replacing` off
    the first stays. Raises OSError.
    """
    new = file.with_name(f"{secrets.token_hex(16)}{UNFINISHED}")
    descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as opened:
            opened.write(content)
            opened.flush()
            os.fsync(opened.fileno())
        if replacing:
            new.replace(file)
        else:
            _link(new, file)
    finally:
        new.unlink(missing_ok=True)
    sync_folder(file.parent)


def sync_folder(folder: Path) -> None:
    """Bring the names in a folder to the disk, where a system can."""
    if not hasattr(os, "O_DIRECTORY"):
        return
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _link(new: Path, file: Path) -> None:
    try:
        os.link(new, file)
    except FileExistsError:
        return
