"""The respondent's way over HTTP, and everything that can go wrong on it."""

import re
from collections.abc import AsyncIterator
from datetime import timedelta

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from markupsafe import escape
from sqlalchemy.exc import OperationalError

from app.demo.journey import answer_survey
from app.questionnaires.answers import MARKS
from app.storage.database import WRITES
from app.storage.store import Store
from app.usecases.waves import close_wave
from tests.builders import NOW, all_at, codes_of, instrument, launch
from tests.submissions import records_of

pytestmark = pytest.mark.anyio


def stored(store: Store) -> list[str]:
    """The answers of all sheets of open waves, without their marks."""
    with store.reading() as work:
        waves = work.waves.open_ids()
    return [record.sheet[:-MARKS] for wave in waves for record in records_of(store, wave)]


async def send(client: httpx.AsyncClient, code: str, form: str = "f", **answers: str):  # type: ignore[no-untyped-def]
    return await client.post("/s/send", data={"code": code, "form": form, "asked": "1", **answers})


async def test_a_person_answers_all_questions(
    client: httpx.AsyncClient, sqlite_store: Store
) -> None:
    code = codes_of(launch(sqlite_store), "ERP")[0]
    await answer_survey(client, code, all_at(4))
    assert stored(sqlite_store) == ["4" * 21]


async def test_each_group_reads_its_own_words(
    client: httpx.AsyncClient, sqlite_store: Store
) -> None:
    wave = launch(sqlite_store)
    for unit, kind in (("ERP", "enterprise-applications"), ("Data centre", "data-centre")):
        code = codes_of(wave, unit)[0]
        page = await client.post("/s/questions", data={"code": code, "go": "1"})
        anchor = instrument().for_kind(kind).items[0].anchors[1]
        assert escape(anchor) in page.text


async def test_the_welcome_page_says_who_asks_and_from_which_size_results_show(
    client: httpx.AsyncClient, sqlite_store: Store
) -> None:
    wave = launch(sqlite_store, name="Örebro & Söner", closes_at=NOW + timedelta(days=30))
    page = await client.post("/s", data={"code": codes_of(wave, "ERP")[0]})
    assert "Örebro &amp; Söner" in page.text
    assert "at least 5 people" in page.text
    assert "open until 3 June 2026" in page.text


async def test_answers_travel_along_and_come_back(
    client: httpx.AsyncClient, sqlite_store: Store
) -> None:
    code = codes_of(launch(sqlite_store), "ERP")[0]
    fields = {"code": code, "form": "f", "VS1": "2", "CU3": "?", "go": "2"}
    second = (await client.post("/s/questions", data=fields)).text
    assert '<input type="hidden" name="VS1" value="2">' in second
    assert re.search(r'name="CU3" value="\?" checked', second)
    assert "<span data-answered>2</span> of 21 answered" in second


async def test_questions_may_stay_open(client: httpx.AsyncClient, sqlite_store: Store) -> None:
    code = codes_of(launch(sqlite_store), "ERP")[0]
    answer = await send(client, code, VS2="5", ME1="x", AC3="?")
    assert answer.status_code == 200
    assert stored(sqlite_store) == ["-5----------x-------?"]


async def test_a_sheet_without_any_answer_is_refused(
    client: httpx.AsyncClient, sqlite_store: Store
) -> None:
    code = codes_of(launch(sqlite_store), "ERP")[0]
    answer = await send(client, code)
    assert answer.status_code == 422
    assert "Nothing is answered yet" in answer.text
    assert 'formaction="/s/send"' in answer.text
    assert stored(sqlite_store) == []


async def test_an_answer_that_the_page_never_offered_loses_nothing_else(
    client: httpx.AsyncClient, sqlite_store: Store
) -> None:
    code = codes_of(launch(sqlite_store), "ERP")[0]
    answer = await send(client, code, VS1="9", VS2="3", ME4="2")
    assert answer.status_code == 422
    assert "VS1" in answer.text
    assert '<input type="hidden" name="ME4" value="2">' in answer.text
    assert re.search(r'name="VS2" value="3" checked', answer.text)
    assert stored(sqlite_store) == []


async def test_the_same_form_twice_is_thanked_twice_and_stored_once(
    client: httpx.AsyncClient, sqlite_store: Store
) -> None:
    code = codes_of(launch(sqlite_store), "ERP")[0]
    pages = [(await send(client, code, VS1="3")).text for _ in range(2)]
    assert "Thank you" in pages[0]
    assert pages[0] == pages[1]
    assert len(stored(sqlite_store)) == 1


async def test_after_the_close_used_and_unused_links_look_the_same(
    client: httpx.AsyncClient, sqlite_store: Store
) -> None:
    wave = launch(sqlite_store)
    used, unused = codes_of(wave, "ERP")[:2]
    await send(client, used, VS1="3")
    close_wave(sqlite_store, wave.wave_id, NOW)
    pages = [await client.post("/s", data={"code": code}) for code in (used, unused)]
    assert [page.status_code for page in pages] == [410, 410]
    assert pages[0].text == pages[1].text
    assert (await send(client, unused, VS1="3")).status_code == 410


async def test_a_wrong_code_keeps_what_was_typed(client: httpx.AsyncClient) -> None:
    for code in ("", "abc", "ABCDE-FGHJK-MNPQR-STVWX-YZ012-3", "<script>", "٣" * 26, "🙂"):
        answer = await client.post("/s", data={"code": code})
        assert answer.status_code == 404
        assert "<script>" not in answer.text
        assert "not known" in answer.text
    assert 'value="abc"' in (await client.post("/s", data={"code": "abc"})).text


async def test_a_get_changes_nothing_and_opening_spends_nothing(
    client: httpx.AsyncClient, sqlite_store: Store
) -> None:
    code = codes_of(launch(sqlite_store), "ERP")[0]
    for _ in range(3):  # a mail scanner that opens, clicks and posts, but fills nothing in
        await client.get("/s")
        await client.get(f"/s/{code}")
        await client.get("/s/send", params={"code": code, "VS1": "3"})
        await client.post("/s", data={"code": code})
        for page in ("1", "2", "3"):
            await client.post("/s/questions", data={"code": code, "go": page})
        await send(client, code)
    assert stored(sqlite_store) == []
    assert (await send(client, code, VS1="3")).status_code == 200


async def test_a_database_that_fails_gives_the_answers_back(
    client: httpx.AsyncClient, sqlite_store: Store
) -> None:
    code = codes_of(launch(sqlite_store), "ERP")[0]
    await client.post("/s/questions", data={"code": code})
    with sqlite_store.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE sealed RENAME TO away")
    answer = await send(client, code, VS1="3", ME2="4")
    assert answer.status_code == 503
    assert "still here" in answer.text
    assert '<input type="hidden" name="VS1" value="3">' in answer.text
    with sqlite_store.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE away RENAME TO sealed")
    assert (await send(client, code, VS1="3", ME2="4")).status_code == 200
    assert len(stored(sqlite_store)) == 1


async def test_a_silent_database_is_told_and_the_same_form_counts_once(
    client: httpx.AsyncClient, sqlite_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.storage.database.PATIENCE", 0.2)
    code = codes_of(launch(sqlite_store), "ERP")[0]
    with sqlite_store.engine.connect().execution_options(**{WRITES: True}) as other:
        other.begin()
        answer = await send(client, code, VS1="3")
    assert answer.status_code == 503
    assert "they count once" in answer.text
    assert '<input type="hidden" name="VS1" value="3">' in answer.text
    monkeypatch.undo()
    assert "Thank you" in (await send(client, code, VS1="3")).text
    assert len(stored(sqlite_store)) == 1


@pytest.fixture
def a_code(sqlite_store: Store) -> str:
    return codes_of(launch(sqlite_store), "ERP")[0]


PATHS = st.sampled_from(["/s", "/s/questions", "/s/send", "/enter", "/leave", "/", "/waves"])
NAMES = st.sampled_from(["code", "form", "go", "VS1", "AC3", "x" * 300]) | st.text(max_size=8)
VALUES = st.sampled_from(["1", "5", "?", "x", "6", "-1", "None", "'; --", "{{7*7}}"]) | st.text()


@given(path=PATHS, fields=st.dictionaries(NAMES, VALUES, max_size=12), known=st.booleans())
@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
async def test_no_form_makes_the_server_fail(
    client: httpx.AsyncClient, a_code: str, path: str, fields: dict[str, str], known: bool
) -> None:
    if known:
        fields = fields | {"code": a_code}
    data = {k.encode("utf-8", "replace"): v.encode("utf-8", "replace") for k, v in fields.items()}
    answer = await client.post(path, data=data)  # type: ignore[arg-type]
    assert answer.status_code < 500


@given(path=PATHS, body=st.binary(max_size=300), kind=st.sampled_from(["urlencoded", "json", ""]))
@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
async def test_no_bytes_make_the_server_fail(
    client: httpx.AsyncClient, path: str, body: bytes, kind: str
) -> None:
    types = {"urlencoded": "application/x-www-form-urlencoded", "json": "application/json"}
    headers = {"content-type": types[kind]} if kind else {}
    answer = await client.post(path, content=body, headers=headers)
    assert answer.status_code < 500


async def test_too_much_is_refused(client: httpx.AsyncClient) -> None:
    async def chunks() -> AsyncIterator[bytes]:
        for _ in range(70):
            yield b"a=b&" * 256

    headers = {"content-type": "application/x-www-form-urlencoded"}
    for content in (b"x" * 100_000, chunks()):
        answer = await client.post("/s", content=content, headers=headers)
        assert answer.status_code == 413
        assert answer.headers["cache-control"] == "no-store"
    many = "&".join(f"f{n}=1" for n in range(1000))
    assert (await client.post("/s", content=many, headers=headers)).status_code == 400


async def test_a_database_that_is_away_costs_no_answer(
    client: httpx.AsyncClient, sqlite_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(_token: bytes) -> None:
        raise OperationalError("SELECT", None, Exception("away"))

    code = codes_of(launch(sqlite_store), "ERP")[0]
    with monkeypatch.context() as patch:
        patch.setattr(sqlite_store.ballot_reader, "find", away)
        for path in ("/s/questions", "/s/send"):
            fields = {"code": code, "form": "f", "asked": "1", "VS1": "3", "go": "2"}
            page = await client.post(path, data=fields)
            assert page.status_code == 503
            assert 'name="VS1" value="3"' in page.text
            assert f'action="{path}"' in page.text
    again = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', page.text))
    assert "Thank you" in (await client.post("/s/send", data=again)).text
    assert stored(sqlite_store) == ["3" + "-" * 20]
