"""What every route may use, joined once at the start."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from random import Random

from fastapi import Request

from app.storage.store import Store
from app.usecases.responses import ResponseDesk


@dataclass(frozen=True)
class Site:
    """This installation as the routes see it."""

    store: Store
    desk: ResponseDesk
    reports: Path
    public_url: str
    now: Callable[[], datetime]
    chance: Random


def site_of(request: Request) -> Site:
    """Return the site that a request came to."""
    site: Site = request.app.state.site
    return site
