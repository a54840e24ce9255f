"""The short way of respondents answers as the whole way does; what is odd goes the whole way."""

import httpx
import pytest

from app.main import MOST_BYTES, SiteApp
from app.storage.store import Store
from app.web.responses import HANDLERS
from tests.builders import all_at, codes_of, launch

pytestmark = pytest.mark.anyio

URLENCODED = "application/x-www-form-urlencoded"
#: Our host, written so that only the whole way knows it.
WHOLE_WAY = {"host": "LOCALHOST"}


def app_of(client: httpx.AsyncClient) -> SiteApp:
    app: SiteApp = client._transport.app  # type: ignore[attr-defined]
    return app


def is_short(client: httpx.AsyncClient, method: str, path: str, **headers: str) -> bool:
    """Whether a request would take the short way."""
    named = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    scope = {"type": "http", "method": method, "path": path, "headers": named}
    return app_of(client).short_way.find(scope) is not None


async def test_both_ways_answer_alike(client: httpx.AsyncClient, sqlite_store: Store) -> None:
    code, used = codes_of(launch(sqlite_store), "ERP")[:2]
    form = {"form": "f", "order": "7", "asked": "1", **all_at(3)}
    await client.post("/s/send", data={"code": used, **form})
    asked = [
        ("GET", "/s", {}),
        ("POST", "/s", {"code": "nonsense"}),
        ("POST", "/s/questions", {"code": code, "go": "2", **form}),
        ("POST", "/s/questions", {"code": "nonsense"}),
        ("POST", "/s/send", {"code": code, "form": "f", "order": "7"}),
        ("POST", "/s/send", {"code": used, **form, "form": "other"}),
        ("POST", "/s/send", {"code": used, **form}),
    ]
    for method, path, data in asked:
        short = await client.request(method, path, data=data)
        whole = await client.request(method, path, data=data, headers=WHOLE_WAY)
        assert (short.status_code, short.text) == (whole.status_code, whole.text), (path, data)
        assert dict(short.headers) == dict(whole.headers)


async def test_what_is_usual_takes_the_short_way(client: httpx.AsyncClient) -> None:
    for method, path in HANDLERS:
        for host in ("127.0.0.1", "localhost:8000"):
            assert is_short(client, method, path, host=host, content_length="2000")


@pytest.mark.parametrize(
    ("method", "path", "headers"),
    [
        ("GET", "/", {"host": "localhost"}),
        ("HEAD", "/s", {"host": "localhost"}),
        ("PUT", "/s", {"host": "localhost"}),
        ("GET", "/s", {}),
        ("GET", "/s", {"host": "evil.example"}),
        ("GET", "/s", {"host": "localhost@evil.example"}),
        ("GET", "/s", {"host": "localhost:evil.example"}),
        ("GET", "/s", {"host": "localhost:80@evil.example"}),
        ("POST", "/s", {"host": "localhost", "content-length": "9" * 5000}),
        ("POST", "/s", {"host": "localhost", "content-length": str(MOST_BYTES + 1)}),
        ("POST", "/s", {"host": "localhost", "content-length": "-1"}),
        ("POST", "/s", {"host": "localhost", "transfer-encoding": "chunked"}),
    ],
)
async def test_what_is_odd_goes_the_whole_way(
    client: httpx.AsyncClient, method: str, path: str, headers: dict[str, str]
) -> None:
    assert not is_short(client, method, path, **headers)


async def test_two_hosts_are_odd(client: httpx.AsyncClient) -> None:
    hosts = [(b"host", b"localhost"), (b"host", b"evil.example")]
    scope = {"type": "http", "method": "GET", "path": "/s", "headers": hosts}
    assert app_of(client).short_way.find(scope) is None
    assert app_of(client).short_way.find({"type": "lifespan"}) is None


async def test_a_form_that_is_none_is_refused_on_both_ways(client: httpx.AsyncClient) -> None:
    for headers in ({}, WHOLE_WAY):
        for kind in ("application/json", "multipart/form-data; boundary=x"):
            answer = await client.post(
                "/s", content=b"{}", headers={"content-type": kind, **headers}
            )
            assert answer.status_code == 400
            assert answer.headers["cache-control"] == "no-store"
