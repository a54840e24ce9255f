"""HEAD answers wherever GET does, with the same status and headers and nothing after them."""

from starlette.types import ASGIApp, Message, Receive, Scope, Send


class HeadLikeGet:
    """ASGI middleware: asks for the page as GET does, and keeps back what it says.

    The framework answers HEAD on plain routes only; link checkers and previews of mail programs
    ask so before a person does.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, HEAD as GET."""
        if scope["type"] != "http" or scope["method"] != "HEAD":
            await self._app(scope, receive, send)
            return

        asked = {**scope, "method": "GET"}

        async def send_head(message: Message) -> None:
            # A code in an address is forgotten before it can be logged.
            scope.update({name: asked[name] for name in ("path", "raw_path", "query_string")})
            if message["type"] == "http.response.body":
                message = {**message, "body": b""}
            await send(message)

        await self._app(asked, receive, send_head)
