"""The load: a process that plays respondents on keep-alive connections, as cheaply as it can.

Run as `python -m bench.load` it reads an `Errand` as JSON and prints a `Tally` as JSON. All
requests are made before the clock starts.
"""

import asyncio
import gc
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import cast
from urllib.parse import urlencode

import uvloop
from pydantic import BaseModel

#: What a browser sends besides; it is part of what the server has to read.
HEADERS = (
    "Host: 127.0.0.1\r\n"
    "User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0\r\n"
    "Accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8\r\n"
    "Accept-Language: en-GB,en;q=0.5\r\n"
    "Accept-Encoding: gzip, deflate, br\r\n"
)
FORM = "Content-Type: application/x-www-form-urlencoded\r\n"


class Errand(BaseModel):
    """What to do: each visit is one respondent's requests, as (path, form); None is a GET."""

    port: int
    connections: int
    visits: list[list[tuple[str, dict[str, str] | None]]]


class Tally(BaseModel):
    """What came of it. `last_ms` are the waits for each visit's last answer."""

    seconds: float
    completed: int
    refused: dict[int, int]
    last_ms: list[float]


def run_load(errand: Errand) -> Tally:
    """Run an errand in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "bench.load"],
        input=errand.model_dump_json().encode(),
        stdout=subprocess.PIPE,
        check=True,
    )
    return Tally.model_validate_json(done.stdout)


def write_request(path: str, form: dict[str, str] | None) -> bytes:
    """Return a request as the bytes that a browser would send."""
    if form is None:
        return f"GET {path} HTTP/1.1\r\n{HEADERS}\r\n".encode()
    body = urlencode(form)
    return (
        f"POST {path} HTTP/1.1\r\n{HEADERS}{FORM}Content-Length: {len(body)}\r\n\r\n{body}".encode()
    )


class _Connection(asyncio.Protocol):
    """One connection: sends a request, waits for all of its answer, sends the next."""

    def __init__(self, visits: Iterator[Sequence[bytes]], tally: Tally) -> None:
        self._visits, self._tally = visits, tally
        self._visit: Sequence[bytes] = ()
        self._step, self._sent, self._missing = 0, 0.0, 0
        self._head = b""
        self._transport: asyncio.Transport
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.done.done():
            self.done.set_exception(exc or ConnectionError("the server closed the connection"))

    def start_visit(self) -> None:
        """Begin the next respondent's visit, if there is one."""
        visit = next(self._visits, None)
        if visit is None:
            self.done.set_result(None)
            self._transport.close()
            return
        self._visit, self._step = visit, 0
        self._send()

    def _send(self) -> None:
        self._sent = time.perf_counter()
        self._transport.write(self._visit[self._step])

    def data_received(self, data: bytes) -> None:
        if self._missing:
            self._missing -= len(data)
        else:
            self._head += data
            end = self._head.find(b"\r\n\r\n")
            if end < 0:
                return
            self._missing = end + 4 + _content_length(self._head, end) - len(self._head)
        if not self._missing:
            head, self._head = self._head, b""
            self._answered(int(head[9:12]))

    def _answered(self, status: int) -> None:
        last = self._step == len(self._visit) - 1
        if status != 200:
            self._tally.refused[status] = self._tally.refused.get(status, 0) + 1
        elif last:
            self._tally.last_ms.append((time.perf_counter() - self._sent) * 1000)
            self._tally.completed += 1
        else:
            self._step += 1
            self._send()
            return
        self.start_visit()


def _content_length(head: bytes, end: int) -> int:
    start = head.find(b"content-length: ", 0, end) + 16
    if start < 16:
        raise ValueError("an answer without its length")
    return int(head[start : head.find(b"\r", start)])


async def _run(errand: Errand) -> Tally:
    ready = [[write_request(path, form) for path, form in visit] for visit in errand.visits]
    tally = Tally(seconds=0, completed=0, refused=Counter(), last_ms=[])
    visits = iter(ready)
    loop = asyncio.get_running_loop()
    connections = [
        (
            await loop.create_connection(
                lambda: _Connection(visits, tally), "127.0.0.1", errand.port
            )
        )[1]
        for _ in range(errand.connections)
    ]
    gc.disable()
    start = time.perf_counter()
    for connection in connections:
        connection.start_visit()
    await asyncio.gather(*(connection.done for connection in connections))
    tally.seconds = time.perf_counter() - start
    return tally


def main() -> None:
    """Read an errand, run it, print the tally."""
    errand = Errand.model_validate_json(sys.stdin.buffer.read())
    print(uvloop.run(_run(errand)).model_dump_json())


if __name__ == "__main__":
    main()
