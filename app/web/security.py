"""The headers on every answer: nothing from elsewhere, nothing inline, nothing remembered."""

from collections.abc import Mapping

from starlette.types import ASGIApp, Message, Receive, Scope, Send

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'{styles}; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; "
    "base-uri 'none'"
)
STRICT_POLICY = _POLICY.format(styles="")
#: Plotly writes style attributes. Only the interactive results page may do so.
CHART_POLICY = _POLICY.format(styles=" 'unsafe-inline'")

ALWAYS = {
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), browsing-topics=()",
}
UNLESS_SET = {"Content-Security-Policy": STRICT_POLICY, "Cache-Control": "no-store"}
HSTS = "max-age=63072000; includeSubDomains"
#: For pages that answer a form, in a browser that runs no script of ours: it goes back to what it
#: has itself, and would ask to send the form again if it had to keep nothing.
GONE_BACK_TO = {"Cache-Control": "private, no-cache"}
#: Such pages are no longer needed once the answers are sent.
FORGOTTEN = {"Clear-Site-Data": '"cache"'}
#: The field by which a script of ours says that it brings such pages back by itself.
KEPT = "kept"
#: Files under /static carry the hash of their content in their address.
FOR_GOOD = "public, max-age=31536000, immutable"


class SecurityHeaders:
    """ASGI middleware that sets the headers; what a route set itself stays."""

    def __init__(self, app: ASGIApp, *, https: bool) -> None:
        self._app = app
        self._always = _encoded(_always(https=https))
        self._unless_set = _encoded(UNLESS_SET)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and add headers to what comes back."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                own = message["headers"]
                names = {name for name, _ in own}
                added = [header for header in self._unless_set if header[0] not in names]
                message["headers"] = [*own, *added, *self._always]
            await send(message)

        await self._app(scope, receive, send_with_headers)


def headers_of(*, https: bool) -> list[tuple[bytes, bytes]]:
    """Return all headers of an answer that sets none of them itself."""
    return _encoded(UNLESS_SET | _always(https=https))


def headers_to_go_back(fields: Mapping[str, str]) -> Mapping[str, str] | None:
    """Return what lets a browser go back to the answer to a form; None if a script does that."""
    return None if KEPT in fields else GONE_BACK_TO


def _always(*, https: bool) -> dict[str, str]:
    return ALWAYS | ({"Strict-Transport-Security": HSTS} if https else {})


def _encoded(headers: Mapping[str, str]) -> list[tuple[bytes, bytes]]:
    return [(name.lower().encode(), value.encode()) for name, value in headers.items()]
