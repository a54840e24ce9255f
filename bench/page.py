"""The weight of a respondent's first pages, as it comes over the wire."""

import gzip
import re
import socket
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from urllib.parse import urljoin

from app.main import utc_now
from app.storage.store import Store
from app.usecases.launches import launch_assessment
from bench.load import write_request
from bench.people import core_instrument, make_roster
from bench.server import RunningServer, running_server
from bench.table import Row, show

#: What a file of ours may pull in further: a stylesheet, a typeface, a module.
_PULLED = re.compile(
    r"""@import\s+["']([^"']+)|url\(["']?([^"')]+)|^import\b[^"']*["']([^"']+)""", re.MULTILINE
)


class _Links(HTMLParser):
    """Collects what a browser fetches of its own accord to show a page."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        address = values.get("href") if tag == "link" else values.get("src")
        if address:
            self.found.append(address)


@dataclass
class Browser:
    """Counts requests and bytes; what it has fetched once it keeps, as a browser does."""

    server: RunningServer
    requests: int = 0
    bytes: int = 0
    kept: set[str] = field(default_factory=set)

    def open(self, path: str, form: dict[str, str] | None = None) -> None:
        """Fetch a page and all that it needs."""
        parser = _Links()
        parser.feed(self._fetch(path, form))
        waiting = [urljoin(path, address) for address in parser.found]
        while waiting:
            address = waiting.pop()
            if address.startswith("data:") or address in self.kept:
                continue
            self.kept.add(address)
            text = self._fetch(address, None)
            waiting += [urljoin(address, next(filter(None, m))) for m in _PULLED.findall(text)]

    def _fetch(self, path: str, form: dict[str, str] | None) -> str:
        request = write_request(path, form).replace(b"\r\n", b"\r\nConnection: close\r\n", 1)
        answer = b""
        with socket.create_connection(("127.0.0.1", self.server.port)) as connection:
            connection.sendall(request)
            while received := connection.recv(65536):
                answer += received
        self.requests += 1
        self.bytes += len(answer)
        head, _, body = answer.partition(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 200"), f"{path}: {head[:40]!r}"
        packed = b"content-encoding: gzip" in head.lower()
        return (gzip.decompress(body) if packed else body).decode()

    @property
    def figure(self) -> str:
        """Both counts in words."""
        return f"{self.bytes / 1000:.1f} kB in {self.requests} requests"


def measure_page() -> None:
    """Print what the first pages weigh."""
    with TemporaryDirectory(prefix="siloscope-bench-") as folder:
        data = Path(folder)
        store = Store.open(f"sqlite:///{data}/siloscope.sqlite", data / "keys")
        roster = make_roster(2, 5)
        wave = launch_assessment(store, roster, "Bench", core_instrument(), utc_now(), Random(1))
        store.close()
        code = wave.invitations[0].code
        with running_server(data) as server:
            rows = _rows(server, code)
    show("First respondent page", rows, "headers and bodies of the answers, gzip, nothing cached")


def _rows(server: RunningServer, code: str) -> list[Row]:
    first, welcome, both = Browser(server), Browser(server), Browser(server)
    first.open("/s")
    welcome.open("/s", {"code": code})
    both.open("/s")
    both.open("/s", {"code": code})
    way = Browser(server, kept=set(both.kept))
    form = {"code": code, "form": "0" * 22}
    for number in ("1", "2", "3"):
        way.open("/s/questions", form | {"go": number})
    return [
        Row("GET /s with its files", first.figure, "<= 30 kB, <= 4 requests"),
        Row("welcome page with its files", welcome.figure, "<= 30 kB, <= 4 requests"),
        Row("both, as a personal link opens them", both.figure),
        Row("the three pages of questions after that", way.figure),
    ]
