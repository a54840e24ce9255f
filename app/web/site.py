"""What every route may use, joined once at the start."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from random import Random

from fastapi import Request

from app.storage.store import Store
from app.usecases.jobs import Office
from app.usecases.responses import ResponseDesk


@dataclass(frozen=True)
class Site:
    """This installation as the routes see it."""

    store: Store
    desk: ResponseDesk
    data: Path
    reports: Path
    public_url: str
    now: Callable[[], datetime]
    chance: Random
    office: Office
    #: Whether consultants need a second factor.
    second_factor: bool = True

    @property
    def has_mail(self) -> bool:
        """Return whether mail can leave."""
        return self.office.server is not None


def site_of(request: Request) -> Site:
    """Return the site that a request came to."""
    site: Site = request.app.state.site
    return site
