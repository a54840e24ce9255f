"""The pages say that the clock is doubted, and take a person's word for it."""

from collections.abc import AsyncIterator
from datetime import timedelta

import httpx
import pytest

from app.main import create_app
from app.settings import Settings
from app.storage.store import Store
from tests.builders import NOW, launch
from tests.usecases.test_clock import Hardware
from tests.web.visitor import visitor

DOUBT = "The clock of this server is 1 hour ahead of what the site expects."


@pytest.fixture
def hardware() -> Hardware:
    return Hardware()


@pytest.fixture
async def client(
    sqlite_store: Store, settings: Settings, hardware: Hardware
) -> AsyncIterator[httpx.AsyncClient]:
    app = create_app(settings, sqlite_store, now=hardware.now)
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as browser:
        yield browser


@pytest.mark.anyio
async def test_a_doubt_stands_on_the_wave_and_on_operations_until_it_is_confirmed(
    client: httpx.AsyncClient, sqlite_store: Store, hardware: Hardware
) -> None:
    wave = launch(sqlite_store, closes_at=NOW + timedelta(days=20))
    boss = visitor(client, sqlite_store, operator=True)
    pages = (f"/waves/{wave.wave_id}", "/operations")
    for page in pages:
        assert "The clock of this server" not in (await boss.get(page)).text
    hardware.wall += timedelta(hours=1)
    for page in pages:
        assert DOUBT in (await boss.get(page)).text
    assert "It is really 2026-05-04 10:30 UTC" in (await boss.get("/operations")).text
    answer = await boss.post("/operations/clock")
    assert answer.headers["location"] == "/operations?done=clock"
    for page in pages:
        assert "The clock of this server" not in (await boss.get(page)).text
