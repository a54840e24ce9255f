"""Packs what is large enough to be worth it, and leaves respondents' pages as they are."""

from starlette.middleware.gzip import GZipMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

#: Packing a page of questions (10 kB) costs as much as making it, and saves 6 kB.
WORTH_PACKING = 16_384


class PackLargePages:
    """ASGI middleware: gzip on all pages but respondents' and others that begin with /s.

    Neither /sign-in, /sheet nor files under /static, which are packed already, gain by it. Only
    looking whether a page is large enough would take a twentieth of a respondent's whole way.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._plain = app
        self._packing = GZipMiddleware(app, minimum_size=WORTH_PACKING, compresslevel=1)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, by way of the packer or not."""
        small = scope["type"] == "http" and scope["path"].startswith("/s")
        await (self._plain if small else self._packing)(scope, receive, send)
