"""Headers, hosts, logs: what holds for every answer of the site."""

import logging
import re

import httpx
import pytest
from python_multipart.exceptions import MultipartParseError
from python_multipart.multipart import MultipartParser

from app.main import ROOMS, create_app
from app.serving import quiet_logs
from app.settings import Settings
from app.storage.store import Store
from app.usecases.ballots import read_code
from app.web import responses
from tests.builders import all_at, codes_of, launch

pytestmark = pytest.mark.anyio

PAGES = ("/", "/s", "/enter", "/waves", "/nowhere", "/static/0/none.css", "/health", "/robots.txt")


@pytest.mark.parametrize("path", PAGES)
async def test_every_answer_carries_the_strict_policy(client: httpx.AsyncClient, path: str) -> None:
    answer = await client.get(path)
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self';")
    assert "unsafe" not in policy
    assert answer.headers["x-frame-options"] == "DENY"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["cache-control"] == "no-store"
    assert "server" not in answer.headers


@pytest.mark.parametrize("path", PAGES)
async def test_nothing_is_inline_and_nothing_comes_from_elsewhere(
    client: httpx.AsyncClient, path: str
) -> None:
    text = (await client.get(path)).text
    assert not re.search(r"\sstyle=|\son[a-z]+=|<script(?![^>]*\ssrc=)|<style", text)
    assert not re.search(r"(?:src|href|action)=\"(?:https?:)?//", text)


async def test_assets_are_kept_for_good_under_the_hash_of_their_content(
    client: httpx.AsyncClient,
) -> None:
    page = (await client.get("/s")).text
    for url in re.findall(r'"(/static/[^"]+)"', page):
        answer = await client.get(url)
        assert answer.status_code == 200
        assert "immutable" in answer.headers["cache-control"]
    assert (await client.get("/static/000000000000/siloscope.css")).status_code == 404


async def test_hsts_only_with_https(sqlite_store: Store, settings: Settings) -> None:
    for url, expected in (("https://survey.example", True), ("http://survey.example", False)):
        app = create_app(settings.model_copy(update={"base_url": url}), sqlite_store)
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=url) as browser:
            answer = await browser.get("/s")
        assert ("strict-transport-security" in answer.headers) is expected


async def test_answers_to_forms_are_kept_by_browsers_without_scripts_only(
    client: httpx.AsyncClient, sqlite_store: Store
) -> None:
    form = {"code": codes_of(launch(sqlite_store), "ERP")[0], "form": "f", **all_at(3)}
    for path in ("/s", "/s/questions", "/enter"):
        assert (await client.post(path, data=form)).headers["cache-control"] == "private, no-cache"
        kept = await client.post(path, data={**form, "kept": "1"})
        assert kept.headers["cache-control"] == "no-store"
    for more, cleared in (({}, '"cache"'), ({"kept": "1"}, None)):
        thanks = await client.post("/s/send", data={**form, **more})
        assert thanks.headers["cache-control"] == "no-store"
        assert thanks.headers.get("clear-site-data") == cleared


async def test_an_unknown_host_is_refused(client: httpx.AsyncClient) -> None:
    answer = await client.get("/s", headers={"host": "evil.example"})
    assert answer.status_code == 400


async def test_an_unexpected_error_tells_nothing(
    client: httpx.AsyncClient, sqlite_store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    code = codes_of(launch(sqlite_store), "ERP")[0]

    def broken(*_: object) -> None:
        raise RuntimeError(f"secret {code}")

    desk = client._transport.app.state.site.desk  # type: ignore[attr-defined]
    desk.open_ballot = broken
    answer = await client.post("/s", data={"code": code})
    assert answer.status_code == 500
    assert "secret" not in answer.text
    assert "RuntimeError" in caplog.text
    assert code not in caplog.text


async def test_no_token_reaches_a_log(
    client: httpx.AsyncClient, sqlite_store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    code = codes_of(launch(sqlite_store), "ERP")[0]
    form = {"code": code, "form": "canary-form", **all_at(3)}
    for path in ("/s", "/s/questions", "/s/send", "/s/send", "/enter"):
        await client.post(path, data=form)
    await client.post("/s", data={"code": code[:-1]})
    token = read_code(code)
    assert token is not None
    for secret in (code, code.replace("-", ""), token.hex(), "canary-form", repr(token)[2:-1]):
        assert secret not in caplog.text


def test_an_upload_that_cannot_be_read_is_quoted_nowhere(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logging.getLogger("python_multipart"), "level", logging.WARNING)

    def read() -> None:
        with pytest.raises(MultipartParseError):
            MultipartParser(b"b").write(b"canary")

    read()
    assert caplog.text, "the attack is blind"
    caplog.clear()
    quiet_logs()
    read()
    assert caplog.text == ""


async def test_what_nobody_expected_has_a_page_with_all_headers_and_quotes_nothing(
    client: httpx.AsyncClient,
    sqlite_store: Store,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def fail(*_arguments: object) -> None:
        raise RuntimeError("canary")

    monkeypatch.setattr(sqlite_store.ballot_reader, "find", fail)
    code = codes_of(launch(sqlite_store), "ERP")[0]
    answer = await client.post("/s", data={"code": code})
    assert answer.status_code == 500
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")
    assert answer.headers["cache-control"] == "no-store"
    assert "Something went wrong on our side" in answer.text
    assert "canary" not in answer.text + caplog.text
    assert "RuntimeError" in caplog.text


async def test_a_phone_that_hangs_up_is_nothing_to_report(
    sqlite_store: Store, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    app = create_app(settings, sqlite_store)
    headers = [(b"content-type", b"application/x-www-form-urlencoded"), (b"host", b"127.0.0.1")]
    scope: dict[str, object] = {"type": "http", "method": "POST", "path": "/s", "raw_path": b"/s"}
    scope |= {"headers": headers, "query_string": b"", "http_version": "1.1", "scheme": "http"}
    messages = iter([{"type": "http.request", "body": b"co", "more_body": True}])

    async def receive() -> dict[str, object]:
        return next(messages, {"type": "http.disconnect"})

    async def send(_message: object) -> None: ...

    await app(scope, receive, send)
    assert caplog.text == ""


async def test_head_answers_wherever_get_does(client: httpx.AsyncClient) -> None:
    static = re.findall(r'"(/static/[^"]+)"', (await client.get("/s")).text)
    routes = [*responses.ROUTES, *(route for room in ROOMS for route in room.router.routes)]
    paths = {route.path for route in routes if "GET" in route.methods}
    assert len(paths) > 30
    for path in [*sorted(paths), *static, "/nowhere"]:
        address = re.sub(r"{[^}]+}", "0", path)
        get, head = await client.get(address), await client.head(address)
        assert (head.status_code, head.content) == (get.status_code, b""), path
        assert head.headers == get.headers, path


async def test_no_redirect_leads_away_from_https(client: httpx.AsyncClient) -> None:
    assert (await client.get("/waves/")).status_code == 404
    for path in ("/s/", "/enter/"):
        assert (await client.get(path)).headers["location"] == path.rstrip("/")

    assert (await client.get("/waves/%00/results")).status_code == 404
