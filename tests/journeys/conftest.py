"""A site that listens on a port, and a real browser to use it."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import pytest
import uvicorn
from playwright.sync_api import Browser, BrowserContext, expect, sync_playwright

from app.main import create_app, utc_now
from app.settings import Settings
from app.storage.store import Store
from app.web.connections import BoundedConnection

CHROMIUM = next(
    (path for path in ("/usr/bin/chromium", "/usr/bin/chromium-browser") if Path(path).exists()),
    "/usr/bin/chromium",
)


# A busy machine is slow, not wrong.
expect.set_options(timeout=30_000)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def listening(
    settings: Settings, store: Store, now: Callable[[], datetime] = utc_now
) -> Iterator[str]:
    """Serve a site in a thread of this process; yield its address."""
    config = uvicorn.Config(
        create_app(settings, store, now),
        host="127.0.0.1",
        port=settings.port,
        http=BoundedConnection,
        access_log=False,
        log_level="warning",
        timeout_graceful_shutdown=1,
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started and thread.is_alive():
        time.sleep(0.01)
    assert server.started, "somebody else took the port"
    yield settings.public_url
    server.should_exit = True
    thread.join()


@pytest.fixture
def site(sqlite_store: Store, tmp_path: Path) -> Iterator[str]:
    settings = Settings(data=tmp_path, database="", port=free_port())
    with listening(settings, sqlite_store) as address:
        yield address


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    flags = ["--no-sandbox", "--disable-background-networking", "--disable-sync", "--no-first-run"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=flags)
        yield browser
        browser.close()


@pytest.fixture
def context(chromium: Browser) -> Iterator[BrowserContext]:
    """A phone of 360 pixels that complains about every console message."""
    context = chromium.new_context(viewport={"width": 360, "height": 720})
    complaints: list[str] = []
    context.on("console", lambda message: complaints.append(message.text))
    context.on("weberror", lambda error: complaints.append(str(error.error)))
    yield context
    context.close()
    assert complaints == []
