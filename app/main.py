"""Joins the parts: the only place that knows them all."""

import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from random import SystemRandom
from urllib.parse import urlsplit

from fastapi import FastAPI
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware

from app.settings import Settings
from app.storage.store import Store
from app.usecases.responses import ResponseDesk
from app.web import access, assets, home, responses, results, scope, waves
from app.web.errors import ErrorsAnswered, add_error_pages
from app.web.mixing import keep_mixing
from app.web.packing import PackLargePages
from app.web.security import SecurityHeaders
from app.web.site import Site

#: Larger than any page's form, smaller than anything that hurts.
MOST_BYTES = 64 * 1024


def utc_now() -> datetime:
    """Return the time, with its zone."""
    return datetime.now(UTC)


def create_app(
    settings: Settings, store: Store | None = None, now: Callable[[], datetime] = utc_now
) -> FastAPI:
    """Return the application on an open store, or on the one that the settings name."""
    kept = store or Store.open(settings.database_url, settings.keys)
    site = Site(
        store=kept,
        desk=ResponseDesk(kept),
        reports=settings.reports,
        public_url=settings.public_url,
        now=now,
        chance=SystemRandom(),
    )

    @asynccontextmanager
    async def run_with_mixing(_app: FastAPI) -> AsyncIterator[None]:
        stop = threading.Event()
        mixer = keep_mixing(kept, site.chance, settings.mix_every, stop)
        yield
        stop.set()
        mixer.join()
        kept.close()

    app = FastAPI(
        title="Siloscope",
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        # A redirect would name the scheme that the proxy spoke to us, which is not HTTPS.
        redirect_slashes=False,
        telemetry={"auto_configure": False},
        max_body_size=MOST_BYTES,
        middleware=_middleware(settings),
        lifespan=run_with_mixing,
        routes=responses.ROUTES,
    )
    app.state.site = site
    for room in (home, access, waves, results, scope, assets):
        app.include_router(room.router)
    add_error_pages(app)
    return app


def _middleware(settings: Settings) -> list[Middleware]:
    public = urlsplit(settings.public_url)
    hosts = {public.hostname or "", "localhost", "127.0.0.1"}
    return [
        Middleware(SecurityHeaders, https=public.scheme == "https"),
        # A link made from a forged Host header would lead people away.
        Middleware(TrustedHostMiddleware, allowed_hosts=sorted(hosts)),
        Middleware(PackLargePages),
        Middleware(ErrorsAnswered),
    ]
