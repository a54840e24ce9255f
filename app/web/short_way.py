"""The respondents' routes, past all the layers around the other pages that they have no use for.

A page of theirs takes a fifth of a millisecond; walking through all layers took as long again.
Whatever is not quite usual goes the whole way, and gets its answer there.
"""

from collections.abc import Awaitable, Callable, Collection, Mapping

from fastapi import FastAPI, Request
from fastapi.responses import Response
from starlette.types import Receive, Scope, Send

from app.web.errors import answer_error
from app.web.security import headers_of

Handler = Callable[[Request], Awaitable[Response]]
#: The only header of those on every answer that a handler sets itself.
_CACHING = b"cache-control"


class ShortWay:
    """Serves the usual requests to a few plain routes, with the same checks and headers.

    `routes` are handlers by method and path, `hosts` the names that we go by, in small letters,
    and `most_bytes` the size of the largest form.
    """

    def __init__(
        self,
        routes: Mapping[tuple[str, str], Handler],
        hosts: Collection[str],
        most_bytes: int,
        *,
        https: bool,
    ) -> None:
        self._routes = routes
        self._hosts = frozenset(host.encode() for host in hosts)
        self._most_bytes = most_bytes
        self._headers = headers_of(https=https)
        self._cached = [header for header in self._headers if header[0] != _CACHING]

    def find(self, scope: Scope) -> Handler | None:
        """Return who serves a request; None for one that has to go the whole way."""
        if scope["type"] != "http":
            return None
        handler = self._routes.get((scope["method"], scope["path"]))
        return handler if handler and self._is_usual(scope) else None

    def _is_usual(self, scope: Scope) -> bool:
        """One host that is ours, and a body whose length is told and small."""
        headers = scope["headers"]
        for name, value in headers:
            if (
                name == b"transfer-encoding"
                or (name == b"content-length" and not self._is_small(value))
                or (name == b"host" and not self._is_ours(value))
            ):
                return False
        return sum(1 for name, _ in headers if name == b"host") == 1

    def _is_ours(self, address: bytes) -> bool:
        host, _, port = address.partition(b":")
        return host in self._hosts and (port.isdigit() or not port)

    def _is_small(self, length: bytes) -> bool:
        # As many digits as there are to read: int() refuses thousands with an error.
        return length.isdigit() and len(length) < 10 and int(length) <= self._most_bytes

    async def serve(
        self, app: FastAPI, handler: Handler, scope: Scope, receive: Receive, send: Send
    ) -> None:
        """Answer a request with its handler, or for the handler's error."""
        scope["app"] = app
        request = Request(scope, receive)
        try:
            response = await handler(request)
        except Exception as error:
            response = await answer_error(request, error)
        own = any(name == _CACHING for name, _ in response.raw_headers)
        response.raw_headers += self._cached if own else self._headers
        await response(scope, receive, send)
