"""The site as a process of its own; run as `python -m bench.server` it is that process."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil
from fastapi import Request
from fastapi.responses import HTMLResponse
from starlette.routing import Route

from app.main import MOST_BYTES, SiteApp, create_app
from app.questionnaires.answers import read_answers
from app.rendering import render
from app.serving import serve_site
from app.settings import Settings
from app.web.forms import read_form
from app.web.response_pages import ThanksPage
from app.web.responses import HANDLERS
from app.web.short_way import ShortWay
from bench.people import core_instrument

STARTS_WITHIN = 30
#: All of a send but the ballot and the storing: an ordinary route, and one of the short way.
BARE, BARE_SHORT = "/bench/validate", "/bench/validate/short"


@dataclass(frozen=True)
class RunningServer:
    """A server that answers on a port of this machine."""

    port: int
    process: psutil.Process

    def cpu_seconds(self) -> float:
        """Return the processor time used so far, by all threads, in user and system mode."""
        # The number that clock_getcpuclockid(3) gives; /proc counts in hundredths of a second.
        return time.clock_gettime((~self.process.pid << 3) | 2)


@contextmanager
def running_server(data: Path, database: str = "") -> Iterator[RunningServer]:
    """Start a server on a free port, and stop it at the end."""
    port = _free_port()
    environment = os.environ | {
        "SILOSCOPE_DATA": str(data),
        "SILOSCOPE_DATABASE": database,
        "SILOSCOPE_BASE_URL": "",
        "SILOSCOPE_HOST": "127.0.0.1",
        "SILOSCOPE_PORT": str(port),
    }
    child = subprocess.Popen([sys.executable, "-m", "bench.server"], env=environment)
    try:
        _wait_for(port, child)
        yield RunningServer(port, psutil.Process(child.pid))
    finally:
        child.terminate()
        child.wait(timeout=20)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait_for(port: int, child: subprocess.Popen[bytes]) -> None:
    patience = time.monotonic() + STARTS_WITHIN
    while child.poll() is None and time.monotonic() < patience:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError("the server did not start")


def create_bench_app(settings: Settings) -> SiteApp:
    """Return the site with two more routes: all of a send but the ballot and the storing."""
    app = create_app(settings)
    item_ids = core_instrument().item_ids
    thanks = render(ThanksPage(title="Thank you", k=5, code=""))

    async def validate(request: Request) -> HTMLResponse:
        read_answers(await read_form(request), item_ids)
        return HTMLResponse(thanks)

    app.router.routes.insert(0, Route(BARE, validate, methods=["POST"]))
    app.short_way = ShortWay(
        {**HANDLERS, ("POST", BARE_SHORT): validate},
        hosts={"127.0.0.1"},
        most_bytes=MOST_BYTES,
        https=False,
    )
    return app


def main() -> None:
    """Serve as `siloscope serve` does."""
    settings = Settings()
    serve_site(create_bench_app(settings), settings)


if __name__ == "__main__":
    main()
