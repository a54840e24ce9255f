"""One connection, bounded: how large a head may be, and how long a request may take to come.

The parser itself sets no bounds: a header without end cost everybody seconds, and connections
that never ask anything kept all others out.
"""

import asyncio
import resource
from http import HTTPStatus
from typing import Any, Final

from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.server import ServerState

from app.web.troubles import TROUBLES

#: Most bytes of the head of a request: its first line and its headers.
MOST_HEAD: Final = 32 * 1024

#: Seconds for a head to be there, and for a body to go on; and the least bytes a second of a
#: body that takes longer.
PATIENCE: Final = 15.0
LEAST_RATE: Final = 1024

#: Seconds between two looks at a connection.
LOOK: Final = 5.0

#: File descriptors that are kept for files, the database, mails and children.
KEPT_FREE: Final = 256

#: Most connections at once where the system tells no limit.
MOST_CONNECTIONS: Final = 16_384


class BoundedConnection(HttpToolsProtocol):
    """uvicorn's protocol on httptools, with bounds on what a request may cost before it is one."""

    most_connections = MOST_CONNECTIONS

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self._head: int | None = 0  # bytes of the head so far; None while there is none to come
        self._body: int | None = None
        self._since = self.loop.time()
        self._refused = False
        self._look: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Take a connection; where there are too many, the one that waited longest goes."""
        super().connection_made(transport)
        self._look = self.loop.call_later(LOOK, self._check)
        if len(self.connections) > self.most_connections:
            TROUBLES.note("as many connections are open as there may be: idle ones are closed")
            self._close_idlest()

    def connection_lost(self, exc: Exception | None) -> None:
        """Let everything of the connection go."""
        if self._look is not None:
            self._look.cancel()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Read what came, as far as it is within bounds."""
        if self._refused:
            return
        was_in_head = self._head is not None
        super().data_received(data)
        if was_in_head and self._head is not None:
            self._head += len(data)
            if self._head > MOST_HEAD:
                self._refuse(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)

    def on_message_begin(self) -> None:
        """Begin a request."""
        self._head, self._body, self._since = 0, None, self.loop.time()
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        """Begin to answer, unless the head is too large."""
        self._head, self._body, self._since = None, 0, self.loop.time()
        if len(self.url) + sum(len(n) + len(value) for n, value in self.headers) > MOST_HEAD:
            self._refuse(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)
        else:
            super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """Take a part of the body."""
        if not self._refused:
            self._body = (self._body or 0) + len(body)
            super().on_body(body)

    def on_message_complete(self) -> None:
        """End the request: nothing more is to come until the next one begins."""
        if not self._refused:
            self._body = None
            super().on_message_complete()

    def _check(self) -> None:
        """Close a connection whose request does not come; look again later."""
        waited = self.loop.time() - self._since
        if self._head is not None and waited > PATIENCE:
            # Before the first byte of a request nobody waits for an answer.
            self._refuse(HTTPStatus.REQUEST_TIMEOUT if self._head else None)
        elif self._body is not None and waited > PATIENCE + self._body / LEAST_RATE:
            self.transport.close()
        else:
            self._look = self.loop.call_later(LOOK, self._check)

    def _refuse(self, status: HTTPStatus | None) -> None:
        """Answer without the application, and close."""
        self._refused = True
        if status is not None and not self.transport.is_closing():
            said = f"{status.phrase}\n"
            self.transport.write(
                f"HTTP/1.1 {status.value} {status.phrase}\r\ncontent-type: text/plain\r\n"
                f"content-length: {len(said)}\r\nconnection: close\r\n\r\n{said}".encode()
            )
        self.transport.close()

    def _close_idlest(self) -> None:
        waiting = [
            one
            for one in self.connections
            if isinstance(one, BoundedConnection) and one._head is not None and one is not self
        ]
        if waiting:
            min(waiting, key=lambda one: one._since)._refuse(None)


def allow_many_connections() -> int:
    """Raise the number of open files to what the system allows; return how many connections fit."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard == resource.RLIM_INFINITY:
        hard = max(soft, MOST_CONNECTIONS + KEPT_FREE)
    if soft < hard:
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    return max(1, min(MOST_CONNECTIONS, hard - KEPT_FREE))
