"""The file of personal links that a launch leaves behind: one for each person, and secret."""

import csv
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from io import StringIO
from pathlib import Path

from app.usecases.errors import SiloscopeError
from app.usecases.launches import Invitation, SharedCode

#: What a spreadsheet takes for the beginning of a formula; the wide ones too, in Japan.
_FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


class LinksNotWritten(SiloscopeError):
    """The file for the links cannot be written."""


def links_csv(
    invitations: Sequence[Invitation], codes: Sequence[SharedCode], public_url: str
) -> str:
    """Return the links as CSV, at the end those of shared codes, which are nobody's in particular.

    Cells that a spreadsheet would run start with an apostrophe.
    """
    text = StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(["unit", "name", "email", "link", "code"])
    for invited in invitations:
        link = f"{public_url}/s#{invited.code}"
        cells = (invited.unit, invited.name, invited.email, link, invited.code)
        writer.writerow([_harmless(cell) for cell in cells])
    for shared in codes:
        link, seats = f"{public_url}/s#{shared.code}", f"shared by {shared.seats}"
        writer.writerow([_harmless(cell) for cell in (shared.unit, seats, "", link, shared.code)])
    return text.getvalue()


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA_SIGNS) else cell


@contextmanager
def reserved(file: Path) -> Iterator[None]:
    """Take the file before anything happens, so that no wave opens whose links are lost.

    Only its owner can read it. It goes away again if nothing gets written. Raises
    LinksNotWritten, for a file that exists too.
    """
    try:
        os.close(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    except FileExistsError as error:
        raise LinksNotWritten(f"{file} exists already; choose another name.") from error
    except OSError as error:
        raise LinksNotWritten(f"{file} cannot be written: {error.strerror}.") from error
    try:
        yield
    except BaseException:
        # Links that are written belong to a wave that is open, whatever failed afterwards.
        if file.stat().st_size == 0:
            file.unlink()
        raise


def write_links(file: Path, text: str, wave_id: str) -> None:
    """Fill the reserved file. Raises LinksNotWritten, with what to do about the open wave."""
    try:
        # With a byte order mark, without which Excel misreads every accent.
        with file.open("w", encoding="utf-8-sig", newline="") as opened:
            opened.write(text)
            opened.flush()
            os.fsync(opened.fileno())
    except OSError as error:
        raise LinksNotWritten(
            f"Wave {wave_id} is open, but its links could not be written to {file} "
            f"({error.strerror}): run “siloscope close {wave_id}”, then launch again."
        ) from error
