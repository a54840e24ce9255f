"""An address that was meant for a door leads to it, and keeps no code where it could be logged."""

import logging
from urllib.parse import quote

import httpx
import pytest

from app.storage.store import Store
from tests.builders import codes_of, launch

pytestmark = pytest.mark.anyio

CODE = "12345-6789A-BCDEF-GHJKM-NPQRS-T"


@pytest.mark.parametrize(
    ("address", "door"),
    [
        (f"/s%23{CODE}", "/s"),
        (f"/s%2523{CODE}", "/s"),
        (f"/s/{CODE}", "/s"),
        (f"/S/%23{CODE.lower()}%20x", "/s"),
        (f"/s%20{CODE}=20", "/s"),
        (f"/{CODE}", "/s"),
        (f"/%23{CODE}?utm_source=x", "/s"),
        (f"/survey/{CODE}", "/s"),
        (f"/s?{CODE}", "/s"),
        (f"/s?utm_source=x&code={CODE}", "/s"),
        (f"/s/?code={CODE}", "/s"),
        (f"/s?u={quote(quote('https://a.example/s#' + CODE))}", "/s"),
        (f"/s/send?code={CODE}&VS1=3", "/s"),
        (f"/join%23{CODE}", "/join"),
        (f"/Join/{CODE}", "/join"),
        (f"/join?{CODE}", "/join"),
        (f"/enter%23{CODE}", "/enter"),
        (f"/ENTER?{CODE}", "/enter"),
    ],
)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
async def test_a_code_in_an_address_goes_on_in_the_fragment(
    client: httpx.AsyncClient, method: str, address: str, door: str
) -> None:
    answer = await client.request(method, address)
    assert (answer.status_code, answer.headers["location"]) == (303, f"{door}#{CODE}")
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    ("address", "location"),
    [
        ("/s/", "/s"),
        ("/S", "/s"),
        ("/s.", "/s"),
        ("/Join", "/join"),
        ("/enter/", "/enter"),
        ("/s/questions", "/s"),
        ("/s%2312345-6789A", "/s#12345-6789A"),
        ("/s%23", "/s"),
    ],
)
async def test_an_address_beside_a_door_leads_to_it(
    client: httpx.AsyncClient, address: str, location: str
) -> None:
    answer = await client.get(address)
    assert (answer.status_code, answer.headers["location"]) == (303, location)


async def test_other_addresses_are_not_led_anywhere(client: httpx.AsyncClient) -> None:
    for address in ("/nowhere", "/sheet", "/static/0/s", "/sign", "/joined", "/s2"):
        assert (await client.get(address)).status_code == 404, address
    for address in ("/s?utm_source=x", "/join?a=b", "/enter?123"):
        assert (await client.get(address)).status_code == 200
    assert (await client.post(f"/s/{CODE}", data={})).status_code == 404


@pytest.mark.parametrize("method", ["GET", "HEAD"])
async def test_an_address_with_a_code_is_forgotten(
    client: httpx.AsyncClient, caplog: pytest.LogCaptureFixture, method: str
) -> None:
    caplog.set_level(logging.DEBUG)
    app = client._transport.app  # type: ignore[attr-defined]
    for path, query in ((f"/s#{CODE}", b""), ("/s", CODE.encode()), (f"/{CODE}", b"x=1")):
        scope: dict[str, object] = {"type": "http", "method": method}
        scope |= {"path": path, "raw_path": path.encode()}
        scope |= {"query_string": query, "headers": [(b"host", b"127.0.0.1")], "scheme": "http"}
        scope |= {"http_version": "1.1", "client": None, "server": None, "root_path": ""}
        logged: list[str] = []

        async def send(_message: object, scope: object = scope, logged: list[str] = logged) -> None:
            logged.append(repr(scope))  # when a server writes its access log

        await app(scope, None, send)
        assert logged
        assert CODE not in "".join(logged)
    assert CODE not in caplog.text


@pytest.mark.parametrize("door", ["/s", "/join", "/enter"])
async def test_a_cut_code_is_told_as_cut(client: httpx.AsyncClient, door: str) -> None:
    for text in (CODE[:-3], f"https://a.example{door}#{CODE[:-3]}", f"{door}%23{CODE[:-3]}"):
        answer = await client.post(door, data={"code": text})
        assert answer.status_code in (403, 404)
        assert "it has 24 letters and digits, and should have 26" in answer.text
    assert "should have 26" not in (await client.post(door, data={"code": "nonsense"})).text


async def test_whatever_is_pasted_opens_the_survey_of_the_code(
    client: httpx.AsyncClient, sqlite_store: Store
) -> None:
    code = codes_of(launch(sqlite_store), "ERP")[0]
    wrapped = (
        f"https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fa%2Fs%23{code}&a=b"
    )
    for text in (wrapped, f"Look at this: https://a.example/s#{code}, thank you", f"{code}=20"):
        page = await client.post("/s", data={"code": text})
        assert f'name="code" value="{code}"' in page.text  # from here on as it is written
