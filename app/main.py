"""Joins the parts: the only place that knows them all."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from random import SystemRandom
from time import monotonic
from typing import Any
from urllib.parse import urlsplit

from fastapi import FastAPI
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.types import Receive, Scope, Send

from app.mailing.server import MailServer
from app.settings import Settings
from app.storage.store import Store
from app.storage.wave_keys import WaveKeys
from app.usecases.clock import Clock
from app.usecases.due_times import HELD
from app.usecases.jobs import Office
from app.usecases.responses import ResponseDesk
from app.usecases.upgrade import open_store
from app.usecases.wave_keys import tidy_keys
from app.web import (
    access,
    accounts,
    assessments,
    assets,
    audit_log,
    clients,
    handover,
    heads,
    home,
    launches,
    members,
    operations,
    participants,
    plans,
    responses,
    results,
    rosters,
    scope,
    sign_in,
    units,
    waves,
)
from app.web.background import working
from app.web.errors import ErrorsAnswered, TooLargeExplained, add_error_pages
from app.web.head_method import HeadLikeGet
from app.web.packing import PackLargePages
from app.web.security import SecurityHeaders
from app.web.short_way import ShortWay
from app.web.site import Site

#: Larger than any page's form, smaller than anything that hurts.
MOST_BYTES = 64 * 1024


#: Rooms whose routes come in this order: the planned part of a wave before the wave itself.
ROOMS = (
    home,
    sign_in,
    access,
    accounts,
    clients,
    members,
    assessments,
    rosters,
    units,
    heads,
    launches,
    plans,
    waves,
    results,
    scope,
    handover,
    participants,
    audit_log,
    operations,
    assets,
)


def utc_now() -> datetime:
    """Return the time, with its zone."""
    return datetime.now(UTC)


class SiteApp(FastAPI):
    """The site: what is usual on the respondents' way, and everything else."""

    def __init__(self, short_way: ShortWay, *, https: bool, **options: Any) -> None:
        super().__init__(**options)
        self.short_way = short_way
        # Around everything: the framework's own answers carry our headers too.
        answered = HeadLikeGet(TooLargeExplained(super().__call__))
        self._whole_way = SecurityHeaders(answered, https=https)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request by the short way if it can."""
        handler = self.short_way.find(scope)
        if handler is None:
            await self._whole_way(scope, receive, send)
        else:
            await self.short_way.serve(self, handler, scope, receive, send)


def store_of(settings: Settings) -> Store:
    """Open the store that the settings name, sealed. Raises what `open_store` does."""
    wave_keys = WaveKeys(settings.wave_keys, settings.keys_mirror)
    return open_store(settings.database_url, settings.secrets, wave_keys, utc_now())


def create_app(
    settings: Settings, store: Store | None = None, now: Callable[[], datetime] = utc_now
) -> SiteApp:
    """Return the application on an open store, or on the one that the settings name."""
    kept = store or store_of(settings)
    tidy_keys(kept)
    site = _site(settings, kept, now)

    @asynccontextmanager
    async def run_with_work(_app: FastAPI) -> AsyncIterator[None]:
        with working(site.office, settings.reports):
            yield
        kept.close()

    app = SiteApp(
        _short_way(settings),
        https=_is_https(settings),
        title="Siloscope",
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        # A redirect would name the scheme that the proxy spoke to us, which is not HTTPS.
        redirect_slashes=False,
        telemetry={"auto_configure": False},
        max_body_size=MOST_BYTES,
        middleware=_middleware(settings),
        lifespan=run_with_work,
        routes=responses.ROUTES,
    )
    app.state.site = site
    app.state.sign_in_limits = sign_in.SignInLimits()
    for room in ROOMS:
        app.include_router(room.router)
    add_error_pages(app)
    return app


def _site(settings: Settings, store: Store, now: Callable[[], datetime]) -> Site:
    chance = SystemRandom()
    office = Office(
        store=store,
        public_url=settings.public_url,
        now=now,
        chance=chance,
        server=MailServer.read(settings.mail) if settings.mail else None,
        mail_from=settings.mail_from,
        mail_rate=settings.mail_rate,
        lease=timedelta(seconds=settings.lease),
        clock=Clock(store, now, monotonic),
        held=HELD,
    )
    return Site(
        store=store,
        desk=ResponseDesk(store),
        data=settings.data,
        reports=settings.reports,
        public_url=settings.public_url,
        now=now,
        chance=chance,
        office=office,
        second_factor=settings.second_factor,
    )


def _short_way(settings: Settings) -> ShortWay:
    return ShortWay(responses.HANDLERS, _hosts(settings), MOST_BYTES, https=_is_https(settings))


def _middleware(settings: Settings) -> list[Middleware]:
    return [
        # A link made from a forged Host header would lead people away.
        Middleware(TrustedHostMiddleware, allowed_hosts=sorted(_hosts(settings))),
        Middleware(PackLargePages),
        Middleware(ErrorsAnswered),
    ]


def _hosts(settings: Settings) -> set[str]:
    return {urlsplit(settings.public_url).hostname or "", "localhost", "127.0.0.1"}


def _is_https(settings: Settings) -> bool:
    return urlsplit(settings.public_url).scheme == "https"
