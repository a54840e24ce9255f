"""What a visitor may cost before a request is one, tried with bytes on a real connection."""

import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from urllib.parse import urlsplit

import httpx
import pytest

from app.web import connections
from app.web.connections import MOST_HEAD, BoundedConnection, allow_many_connections

GET = b"GET /health/live HTTP/1.1\r\nhost: localhost\r\n"


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let patience end at once."""
    monkeypatch.setattr(connections, "PATIENCE", 0.4)
    monkeypatch.setattr(connections, "LOOK", 0.1)


@contextmanager
def connected(site: str) -> Iterator[socket.socket]:
    where = urlsplit(site)
    with closing(socket.create_connection((where.hostname, where.port), 10)) as made:
        yield made


def read_all(made: socket.socket) -> bytes:
    """Return what comes until the other side closes."""
    found = b""
    try:
        while part := made.recv(65536):
            found += part
    except ConnectionResetError:
        pass
    return found


def pour(made: socket.socket, data: bytes, most: int) -> int:
    """Send the same again and again until the other side has had enough; return the bytes."""
    sent = 0
    try:
        while sent < most:
            sent += made.send(data)
            time.sleep(0.001)
    except OSError:
        pass
    return sent


@pytest.mark.parametrize(
    "endless",
    [b"x" * 8192, b"x: y\r\n" * 1024],
    ids=["one header without end", "headers without end"],
)
def test_a_head_without_end_is_refused_early_and_nobody_waits(site: str, endless: bytes) -> None:
    with connected(site) as made:
        made.sendall(GET + b"endless: ")
        sent = pour(made, endless, 50_000_000)
        assert sent < 5_000_000
        assert read_all(made).startswith((b"HTTP/1.1 431 ", b""))
    assert httpx.get(f"{site}/health/live").text == "ok\n"


def test_a_head_that_is_too_large_is_answered_as_such(site: str) -> None:
    with connected(site) as made:
        made.sendall(GET + b"large: " + b"x" * MOST_HEAD + b"\r\n\r\n")
        assert read_all(made).startswith(b"HTTP/1.1 431 Request Header Fields Too Large\r\n")
    large = {"cookie": "x" * (MOST_HEAD - 500)}
    assert httpx.get(f"{site}/health/live", headers=large).text == "ok\n"


def test_many_requests_on_one_connection_are_no_large_head(site: str) -> None:
    with httpx.Client() as client:
        for _ in range(40):
            answer = client.post(f"{site}/s/questions", content=b"code=" + b"x" * 4000)
            assert answer.status_code < 500
            assert client.get(f"{site}/health/live").text == "ok\n"


@pytest.mark.usefixtures("hasty")
@pytest.mark.parametrize(
    ("begun", "answered"),
    [(b"", b""), (b"GET / HT", b"HTTP/1.1 408 "), (GET, b"HTTP/1.1 408 ")],
    ids=["nothing", "half a line", "half a head"],
)
def test_a_head_that_does_not_come_is_not_waited_for(
    site: str, begun: bytes, answered: bytes
) -> None:
    with connected(site) as made:
        made.sendall(begun)
        begins = time.monotonic()
        assert read_all(made).startswith(answered)
        assert time.monotonic() - begins < 9


@pytest.mark.usefixtures("hasty")
def test_a_body_that_does_not_come_is_not_waited_for_and_one_that_goes_on_is(site: str) -> None:
    head = b"POST /s/questions HTTP/1.1\r\nhost: localhost\r\ncontent-length: 4005\r\n\r\n"
    with connected(site) as made:
        made.sendall(head + b"code=")
        begins = time.monotonic()
        read_all(made)
        assert time.monotonic() - begins < 9
    with connected(site) as made:
        made.sendall(head + b"code=")
        for _ in range(4):
            made.sendall(b"x" * 1000)
            time.sleep(0.2)
        assert made.recv(100).startswith(b"HTTP/1.1 ")


def test_half_open_connections_keep_nobody_out(
    site: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(BoundedConnection, "most_connections", 20)
    with ExitStack() as stack:
        opened = [stack.enter_context(connected(site)) for _ in range(60)]
        for made in opened[-5:]:
            made.sendall(b"GET / HT")
        for _ in range(5):
            assert httpx.get(f"{site}/health/live").text == "ok\n"
    assert "as many connections are open as there may be" in caplog.text


def test_there_is_room_for_a_thousand_at_least() -> None:
    assert allow_many_connections() > 500
