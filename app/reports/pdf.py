"""The PDF: rendered in a child process with limits, kept by the hash of its content."""

import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import BoundedSemaphore

from markupsafe import Markup

from app.files import write_file
from app.rendering import render
from app.reports.fonts import font_configuration
from app.reports.pages import ReportPage
from app.reports.renderer import MEMORY, MISSING_LIBRARY, SECONDS
from app.reports.report import Report
from app.resources import resource

INSTALL = (
    "apt-get install -y --no-install-recommends "
    "libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"
)


#: How a PDF begins and ends, and in how many of its last bytes the end is.
_BEGINS, _ENDS, _TAIL = b"%PDF-", b"%%EOF", 1024

#: Renderers at once, of which each takes a processor; and how many may render or wait for it,
#: since whoever waits holds a thread that pages need too.
_RENDERERS, _WAITING = BoundedSemaphore(2), BoundedSemaphore(8)


class ReportFailed(Exception):
    """The PDF could not be made; the text says why and what to do."""


class RendererBusy(ReportFailed):
    """So many documents are being made that this one would keep others from their pages."""

    def __init__(self) -> None:
        super().__init__("Other documents are being made just now. Try again in a minute.")


def render_html(html: str, folder: Path) -> Path:
    """Return a document that needs nothing but itself as a PDF, made once and kept in `folder`.

    PDF/UA-1, tagged; the same document gives the same bytes. Raises ReportFailed, or
    RendererBusy, which is one.
    """
    file = folder / f"{hashlib.sha256(html.encode()).hexdigest()}.pdf"
    render_into(file, html)
    return file


def render_into(file: Path, html: str) -> None:
    """Make a document that needs nothing but itself into a PDF, unless that is there already.

    Raises what `render_html` does.
    """
    if not is_whole(file):
        with _one_of_few():
            if not is_whole(file):  # another one who waited may have made it
                _make(html, file)


def _make(html: str, file: Path) -> None:
    folder = file.parent
    folder.mkdir(parents=True, exist_ok=True)
    content = _render(html, font_configuration(folder))
    write_file(file, content)


def is_whole(file: Path) -> bool:
    """Return whether a file is a PDF to its end: one that a power cut left may be cut or empty."""
    try:
        with file.open("rb") as opened:
            begins = opened.read(len(_BEGINS)) == _BEGINS
            size = opened.seek(0, os.SEEK_END)
            opened.seek(max(0, size - _TAIL))
            return begins and _ENDS in opened.read()
    except FileNotFoundError:
        return False


@contextmanager
def _one_of_few() -> Iterator[None]:
    """Wait for a renderer to be free. Raises RendererBusy where many wait already."""
    if not _WAITING.acquire(blocking=False):
        raise RendererBusy
    try:
        with _RENDERERS:
            yield
    finally:
        _WAITING.release()


def render_unkept(html: str, folder: Path) -> bytes:
    """Return a document as a PDF that is kept nowhere; `folder` has the fonts.

    Raises ReportFailed.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with _one_of_few():
        return _render(html, font_configuration(folder))


def report_html(report: Report) -> str:
    """Return the report as one HTML document that needs nothing but itself."""
    css = (resource("templates") / "reports" / "print.css").read_text(encoding="utf-8")
    return render(ReportPage(report=report, css=Markup(css), language=report.language))  # noqa: S704 - our own file


def _render(html: str, fonts: Path) -> bytes:
    done = _run(html, fonts)
    if done.returncode < 0:
        # Killed from outside, as a machine does that runs out of memory: once more.
        done = _run(html, fonts)
    if done.returncode < 0:
        raise ReportFailed(
            f"The renderer was stopped twice (signal {-done.returncode}); the machine may be "
            f"short of memory. A report needs up to {MEMORY // 1024**3} GB."
        )
    if done.returncode == MISSING_LIBRARY:
        raise ReportFailed(f"The PDF needs the Pango library. Install it with: {INSTALL}")
    if done.returncode != 0:
        last = done.stderr.decode(errors="replace").strip().splitlines()[-1:]
        raise ReportFailed(f"The PDF could not be made: {''.join(last)}")
    return done.stdout


def _run(html: str, fonts: Path) -> subprocess.CompletedProcess[bytes]:
    try:
        return subprocess.run(
            [sys.executable, "-m", "app.reports.renderer"],
            input=html.encode(),
            capture_output=True,
            env=dict(os.environ) | {"FONTCONFIG_FILE": str(fonts)},
            cwd=resource("templates").parent,
            timeout=SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise ReportFailed(f"The report took longer than {SECONDS} seconds.") from error
