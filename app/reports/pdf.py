"""The PDF: rendered in a child process with limits, kept by the hash of its content.

This is the only module that touches WeasyPrint. Run as `python -m app.reports.pdf` it is the
child: HTML on standard input, PDF on standard output.
"""

import hashlib
import logging
import os
import subprocess
import sys
from pathlib import Path
from tempfile import NamedTemporaryFile

from markupsafe import Markup

from app.rendering import render
from app.reports.fonts import font_configuration
from app.reports.pages import ReportPage
from app.reports.report import Report
from app.resources import resource

#: Seconds of work, and bytes of memory, that one report may take before it is stopped.
SECONDS = 120
MEMORY = 2 * 1024**3

MISSING_LIBRARY = 3
INSTALL = "apt-get install -y --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0"


class ReportFailed(Exception):
    """The PDF could not be made; the text says why and what to do."""


def render_pdf(report: Report, folder: Path) -> Path:
    """Return the PDF of a report, from `folder` if this content was rendered before.

    PDF/UA-1, tagged; the same report gives the same bytes. Raises ReportFailed.
    """
    html = report_html(report)
    file = folder / f"{hashlib.sha256(html.encode()).hexdigest()}.pdf"
    if not file.exists():
        folder.mkdir(parents=True, exist_ok=True)
        content = _render_apart(html, font_configuration(folder))
        # Written under another name first: a reader never sees half a file.
        with NamedTemporaryFile(dir=folder, delete=False) as unfinished:
            unfinished.write(content)
        Path(unfinished.name).replace(file)
    return file


def report_html(report: Report) -> str:
    """Return the report as one HTML document that needs nothing but itself."""
    css = (resource("templates") / "reports" / "print.css").read_text(encoding="utf-8")
    return render(ReportPage(report=report, css=Markup(css)))  # noqa: S704 - our own file


def _render_apart(html: str, fonts: Path) -> bytes:
    environment = dict(os.environ) | {"FONTCONFIG_FILE": str(fonts)}
    try:
        done = subprocess.run(
            [sys.executable, "-m", "app.reports.pdf"],
            input=html.encode(),
            capture_output=True,
            env=environment,
            cwd=resource("templates").parent,
            timeout=SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise ReportFailed(f"The report took longer than {SECONDS} seconds.") from error
    if done.returncode == MISSING_LIBRARY:
        raise ReportFailed(f"The PDF needs the Pango library. Install it with: {INSTALL}")
    if done.returncode != 0:
        last = done.stderr.decode(errors="replace").strip().splitlines()[-1:]
        raise ReportFailed(f"The PDF could not be made: {''.join(last)}")
    return done.stdout


def main() -> int:
    """Read HTML, write PDF; the exit status tells a missing library from other faults."""
    _limit_resources()
    try:
        import weasyprint
        from weasyprint.urls import URLFetcher
    except OSError:
        return MISSING_LIBRARY
    # Collecting garbage finds nothing here and takes a fifth of the time.
    import gc

    gc.disable()
    logging.getLogger("weasyprint").addHandler(logging.StreamHandler(sys.stderr))
    document = weasyprint.HTML(
        string=sys.stdin.buffer.read().decode(),
        url_fetcher=URLFetcher(allowed_protocols=("data",)),
    )
    sys.stdout.buffer.write(document.write_pdf(pdf_variant="pdf/ua-1"))
    return 0


def _limit_resources() -> None:
    import resource as limits

    limits.setrlimit(limits.RLIMIT_CPU, (SECONDS, SECONDS))
    limits.setrlimit(limits.RLIMIT_AS, (MEMORY, MEMORY))


if __name__ == "__main__":
    sys.exit(main())
