"""Processor time and memory of the PDF; run as `python -m bench.pdf UNITS FOLDER` for one."""

import resource
import subprocess
import sys
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import pikepdf
import psutil
from pydantic import BaseModel

from app.advice.levels import load_advice
from app.reports.fonts import font_configuration
from app.reports.pdf import render_html, report_html
from app.reports.report import build_report
from bench.people import make_release
from bench.table import Row, middle, say, show

#: Runs for each number of units.
RUNS = {6: 3, 50: 3, 200: 1}
CLOSED = datetime(2026, 5, 4, 9, 30, tzinfo=UTC)


class Rendered(BaseModel):
    """What one PDF took, the child process that renders it included."""

    cpu: float
    seconds: float
    child_mb: float
    pages: int
    size_kb: float


def measure_pdf() -> None:
    """Print what reports of growing organisations take."""
    results: dict[int, list[Rendered]] = {}
    with TemporaryDirectory(prefix="siloscope-bench-") as folder:
        prepare = "import sys; from bench.pdf import prepare_fonts; prepare_fonts(sys.argv[1])"
        subprocess.run([sys.executable, "-c", prepare, folder], check=True)
        for units, runs in RUNS.items():
            say(f"PDF of {units} units, {runs} times")
            results[units] = [_render_apart(units, folder) for _ in range(runs)]
    cpu = {units: middle([run.cpu for run in runs]) for units, runs in results.items()}
    rows = [
        Row(f"{units} units", _figure(runs), "<= 3 s CPU, <= 180 MB" * (units == 50))
        for units, runs in results.items()
    ]
    rows.append(Row("CPU of 200 units / of 50", f"{cpu[200] / cpu[50]:.1f}", "linear: about 4"))
    show("PDF", rows, "rendering process included; fonts prepared before; memory is its peak")


def _figure(runs: list[Rendered]) -> str:
    cpu, seconds, memory = (
        middle([getattr(run, name) for run in runs]) for name in ("cpu", "seconds", "child_mb")
    )
    return (
        f"{cpu:.2f} s CPU, {seconds:.2f} s, {memory:.0f} MB, "
        f"{runs[0].pages} pages, {runs[0].size_kb:.0f} kB"
    )


def prepare_fonts(folder: str) -> None:
    """Make the fonts once, in a process that ends before anything is measured."""
    font_configuration(Path(folder))


def _render_apart(units: int, folder: str) -> Rendered:
    command = [sys.executable, "-m", "bench.pdf", str(units), folder]
    done = subprocess.run(command, stdout=subprocess.PIPE, check=True)
    return Rendered.model_validate_json(done.stdout)


def _cpu() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in used)


@dataclass
class _Watch:
    """Follows the rendering process: its peak memory, and what following it cost."""

    peak_mb: float = 0.0
    cpu: float = 0.0


def _follow_child(done: threading.Event, watch: _Watch) -> None:
    """Note the peak memory of the rendering process until it is done.

    ru_maxrss of a child also counts its parent, whose memory it has until it runs its program.
    """
    while not done.wait(0.03):
        for child in psutil.Process().children():
            with suppress(OSError, IndexError):
                status = Path(f"/proc/{child.pid}/status").read_text(encoding="ascii")
                watch.peak_mb = float(status.partition("VmHWM:")[2].split()[0]) / 1024
    watch.cpu = time.thread_time()


def main() -> None:
    """Make one release and render it; only the rendering is measured."""
    units, folder = int(sys.argv[1]), Path(sys.argv[2])
    release, advice = make_release(units), load_advice()
    for old in folder.glob("*.pdf"):
        old.unlink()
    done, watch = threading.Event(), _Watch()
    follower = threading.Thread(target=_follow_child, args=(done, watch))
    follower.start()
    cpu, start = _cpu(), time.perf_counter()
    report = build_report("Made-up Organisation", 1, CLOSED, release, advice)
    file = render_html(report_html(report), folder)
    seconds = time.perf_counter() - start
    done.set()
    follower.join()
    cpu = _cpu() - cpu - watch.cpu
    with pikepdf.open(file) as document:
        pages = len(document.pages)
    result = Rendered(
        cpu=cpu,
        seconds=seconds,
        child_mb=watch.peak_mb,
        pages=pages,
        size_kb=file.stat().st_size / 1000,
    )
    print(result.model_dump_json())


if __name__ == "__main__":
    main()
