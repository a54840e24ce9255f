"""The scope page: an answer that changes as one chooses, and advice that a consultant changes."""

import re
from html import unescape
from random import Random

import httpx
import pytest

from app.reports.pdf import report_html
from app.storage.store import Store
from app.usecases.access import grant_access
from app.usecases.audit_log import Deed
from app.usecases.results import report_of, view_results
from app.usecases.waves import close_wave
from tests.builders import NOW, codes_of, launch, marked
from tests.usecases.test_waves import answer
from tests.web.test_results import sign_in
from tests.web.visitor import visitor

pytestmark = pytest.mark.anyio


@pytest.fixture
def wave_id(sqlite_store: Store) -> str:
    """A closed wave: ERP at 4, Development at 3, the data centre at 1, Security hidden."""
    wave = launch(sqlite_store)
    for unit, level in (("ERP", 4), ("Development", 3), ("Data centre", 1), ("Security", 5)):
        people = codes_of(wave, unit)
        answer(sqlite_store, people[: 3 if unit == "Security" else None], marked(str(level) * 21))
    close_wave(sqlite_store, wave.wave_id, NOW)
    return wave.wave_id


async def as_consultant(client: httpx.AsyncClient, store: Store) -> str:
    """Sign a consultant in; return what their forms carry."""
    one = visitor(client, store)
    client.cookies.set("siloscope-session", one.session)
    return one.token


def text_of(page: httpx.Response) -> str:
    return unescape(re.sub(r"\s+", " ", re.sub("<[^>]*>", " ", page.text)))


def line_key(page: httpx.Response, part: str) -> str:
    keys = re.findall(r'name="key" value="([^"]+)"', page.text)
    return next(unescape(key) for key in keys if part in key)


async def test_the_answer_changes_as_one_chooses(
    client: httpx.AsyncClient, sqlite_store: Store, wave_id: str
) -> None:
    await sign_in(client, grant_access(sqlite_store, Random(1), wave_id))
    way = f"/waves/{wave_id}/scope"
    page = text_of(await client.get(way, params={"topic": "incident-restoration", "reach": "4"}))
    assert "ERP fits now" in page
    assert "Development too early" in page
    assert "Data centre too early" in page
    assert "Security unknown" in page
    assert "The limit is set by Data centre" in page
    page = text_of(await client.get(way, params={"topic": "provisioning", "reach": "1"}))
    assert "Data centre fits now" in page


async def test_groups_can_be_left_out(
    client: httpx.AsyncClient, sqlite_store: Store, wave_id: str
) -> None:
    await sign_in(client, grant_access(sqlite_store, Random(1), wave_id))
    page = await client.get(f"/waves/{wave_id}/scope")
    boxes = re.findall(r'name="unit" value="(\w+)"[^>]*> ([^<]+)</label>', page.text)
    ids = {unescape(name).strip(): value for value, name in boxes}
    chosen = {"topic": "demand-delivery", "reach": "3", "unit": [ids["ERP"], ids["Development"]]}
    answered = text_of(await client.get(f"/waves/{wave_id}/scope", params=chosen))
    assert "All of them can share this stream: Demand, plan, build and run as one" in answered
    assert "Data centre too early" not in answered


async def test_without_a_question_the_project_ranked_first_is_shown(
    client: httpx.AsyncClient, sqlite_store: Store, wave_id: str
) -> None:
    await sign_in(client, grant_access(sqlite_store, Random(1), wave_id))
    page = text_of(await client.get(f"/waves/{wave_id}/scope"))
    assert "All topics, the best one first" in page
    assert "Charter of the first project" in page
    assert "Rule The group's scope level is at least what this stream needs of its kind." in page
    assert re.search(r"Figures Overall level 4, band 4, n 8", page)


@pytest.mark.parametrize(
    "query",
    ["topic=nothing&reach=2", "topic=provisioning&reach=2&unit=nobody", "topic=%00", "topic=x" * 9],
)
async def test_what_does_not_exist_is_said(
    client: httpx.AsyncClient, sqlite_store: Store, wave_id: str, query: str
) -> None:
    await as_consultant(client, sqlite_store)
    page = await client.get(f"/waves/{wave_id}/scope?{query}")
    assert page.status_code == 404
    assert "choose from" in page.text


@pytest.mark.parametrize("reach", ["0", "6", "-1", "٣", "9" * 40, "x"])
async def test_no_reach_breaks_the_page(
    client: httpx.AsyncClient, sqlite_store: Store, wave_id: str, reach: str
) -> None:
    await as_consultant(client, sqlite_store)
    asked = {"topic": "provisioning", "reach": reach}
    page = await client.get(f"/waves/{wave_id}/scope", params=asked)
    assert page.status_code in (200, 404)


async def test_a_consultant_changes_a_line_and_the_report_says_so(
    client: httpx.AsyncClient, sqlite_store: Store, wave_id: str
) -> None:
    token = await as_consultant(client, sqlite_store)
    page = await client.get(f"/waves/{wave_id}/scope")
    key = line_key(page, "portfolio.")
    _, topic, reach = key.split(".")
    fields = {"topic": topic, "reach": reach, "key": key, "token": token}
    way = f"/waves/{wave_id}/scope/lines"
    changed = await client.post(way, data=fields | {"action": "save", "text": "Ask <ERP> first."})
    assert changed.status_code == 303
    page = await client.get(changed.headers["location"])
    assert "Ask &lt;ERP&gt; first." in page.text
    assert "changed by Name " in page.text
    assert "Siloscope said" in page.text

    results = view_results(sqlite_store, wave_id)
    assert results.edits[key].edited_at == NOW
    assert "can join now" in results.edits[key].original
    assert "Ask &lt;ERP&gt; first." in report_html(report_of(results))

    await client.post(way, data=fields | {"action": "drop"})
    assert "Ask &lt;ERP&gt;" not in report_html(report_of(view_results(sqlite_store, wave_id)))
    await client.post(way, data=fields | {"action": "restore"})
    assert view_results(sqlite_store, wave_id).edits == {}
    with sqlite_store.reading() as work:
        wave = work.waves.get(wave_id)
        assert wave is not None
        organisation = work.assessments.organisation_of(wave.assessment_id)
        assert organisation is not None
        log = work.audit_log.of(organisation.id, 9)
    said = [one.detail for one in reversed(log) if one.deed == Deed.ADVICE_CHANGED]
    assert said == [f"{wave_id}: {key}", f"{wave_id}: {key} dropped", f"{wave_id}: {key} restored"]


async def test_a_consultant_adds_a_line_and_removes_it(
    client: httpx.AsyncClient, sqlite_store: Store, wave_id: str
) -> None:
    token = await as_consultant(client, sqlite_store)
    fields = {"topic": "provisioning", "reach": "1", "token": token}
    way = f"/waves/{wave_id}/scope/lines"
    await client.post(way, data=fields | {"action": "add", "text": "Talk to the CFO."})
    assert "Talk to the CFO." in report_html(report_of(view_results(sqlite_store, wave_id)))
    (key,) = view_results(sqlite_store, wave_id).edits
    await client.post(way, data=fields | {"action": "restore", "key": key})
    assert view_results(sqlite_store, wave_id).edits == {}


@pytest.mark.parametrize(
    ("fields", "status", "said"),
    [
        ({"action": "add", "text": " "}, 422, "1 to 1000 characters"),
        ({"action": "add", "text": "x" * 1001}, 422, "1 to 1000 characters"),
        ({"action": "save", "text": "x", "key": "fit.no"}, 409, "not on the page"),
        ({"action": "burn"}, 409, "not on the page"),
    ],
)
async def test_an_edit_that_cannot_be_kept_is_refused(
    client: httpx.AsyncClient,
    sqlite_store: Store,
    wave_id: str,
    fields: dict[str, str],
    status: int,
    said: str,
) -> None:
    token = await as_consultant(client, sqlite_store)
    asked = {"topic": "provisioning", "reach": "1", "token": token} | fields
    page = await client.post(f"/waves/{wave_id}/scope/lines", data=asked)
    assert page.status_code == status
    assert said in page.text
    assert view_results(sqlite_store, wave_id).edits == {}


async def test_whoever_reads_one_wave_changes_nothing(
    client: httpx.AsyncClient, sqlite_store: Store, wave_id: str
) -> None:
    await sign_in(client, grant_access(sqlite_store, Random(1), wave_id))
    page = await client.get(f"/waves/{wave_id}/scope")
    assert "Save" not in page.text
    fields = {"topic": "provisioning", "reach": "1", "action": "add", "text": "x"}
    changed = await client.post(f"/waves/{wave_id}/scope/lines", data=fields)
    assert changed.status_code == 403
    client.cookies.clear()
    assert (await client.get(f"/waves/{wave_id}/scope")).status_code == 403


async def test_advice_never_reveals_a_hidden_group(
    client: httpx.AsyncClient, sqlite_store: Store, wave_id: str
) -> None:
    await as_consultant(client, sqlite_store)
    for reach in "123":
        asked = {"topic": "continuity-security", "reach": reach}
        page = text_of(await client.get(f"/waves/{wave_id}/scope", params=asked))
        assert re.search(r"Security unknown level –", page)
        assert not re.search(r"level 5, (band|n)", page)


async def test_nothing_ticked_is_no_question(
    client: httpx.AsyncClient, sqlite_store: Store, wave_id: str
) -> None:
    await as_consultant(client, sqlite_store)
    asked = {"topic": "provisioning", "reach": "1", "chosen": "1"}
    page = text_of(await client.get(f"/waves/{wave_id}/scope", params=asked))
    assert "choose at least one group" in page


async def test_a_refused_edit_keeps_what_was_typed(
    client: httpx.AsyncClient, sqlite_store: Store, wave_id: str
) -> None:
    token = await as_consultant(client, sqlite_store)
    fields = {
        "topic": "provisioning",
        "reach": "1",
        "action": "add",
        "text": "Long thought. " * 80,
        "token": token,
    }
    page = await client.post(f"/waves/{wave_id}/scope/lines", data=fields)
    assert page.status_code == 422
    assert "Long thought. </textarea>" in page.text


async def test_a_dropped_line_can_be_restored_and_leaves_page_and_report(
    client: httpx.AsyncClient, sqlite_store: Store, wave_id: str
) -> None:
    token = await as_consultant(client, sqlite_store)
    way = f"/waves/{wave_id}/scope"
    page = await client.get(way)
    key = line_key(page, "handoff.")
    fields = {"topic": "provisioning", "reach": "1", "key": key, "token": token}
    await client.post(f"{way}/lines", data=fields | {"action": "drop"})
    assert key in (await client.get(way)).text, "the consultant can bring it back"
    client.cookies.clear()
    await sign_in(client, grant_access(sqlite_store, Random(2), wave_id))
    assert "dropped by" not in (await client.get(way)).text
    report = report_of(view_results(sqlite_store, wave_id))
    dropped = next(line for line in report.scope.handoff_lines if line.key == key)
    assert dropped.text not in report_html(report)


async def test_an_added_line_can_be_changed(
    client: httpx.AsyncClient, sqlite_store: Store, wave_id: str
) -> None:
    token = await as_consultant(client, sqlite_store)
    fields = {"topic": "provisioning", "reach": "1", "token": token}
    way = f"/waves/{wave_id}/scope/lines"
    await client.post(way, data=fields | {"action": "add", "text": "First\r\nthought"})
    (key,) = view_results(sqlite_store, wave_id).edits
    assert view_results(sqlite_store, wave_id).edits[key].text == "First\nthought"
    await client.post(way, data=fields | {"action": "save", "key": key, "text": "Second"})
    assert view_results(sqlite_store, wave_id).edits[key].text == "Second"
