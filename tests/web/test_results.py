"""Results: who may see them, when they exist, and that a suppressed figure is nowhere."""

import json
import re
from io import BytesIO
from random import Random

import httpx
import plotly.graph_objects as go
import pytest
from pypdf import PdfReader

from app.storage.store import Store
from app.usecases.access import grant_access
from app.usecases.launches import LaunchedWave
from app.usecases.waves import close_wave
from tests.builders import NOW, all_at, codes_of, launch
from tests.web.test_responses import send
from tests.web.visitor import visitor

pytestmark = pytest.mark.anyio


@pytest.fixture
async def closed(client: httpx.AsyncClient, sqlite_store: Store) -> LaunchedWave:
    """A closed wave: ERP at 4, Development at 2, three answers at 5 from Security."""
    wave = launch(sqlite_store)
    for unit, level, number in (("ERP", 4, 8), ("Development", 2, 12), ("Security", 5, 3)):
        for code in codes_of(wave, unit)[:number]:
            await send(client, code, **all_at(level))
    close_wave(sqlite_store, wave.wave_id, NOW)
    return wave


async def sign_in(client: httpx.AsyncClient, key: str) -> httpx.Response:
    return await client.post("/enter", data={"code": key})


async def test_without_a_key_no_page_opens(client: httpx.AsyncClient, closed: LaunchedWave) -> None:
    for path in (f"/waves/{closed.wave_id}/{p}" for p in PARTS):
        assert (await client.get(path)).status_code == 403
    for path in ("/assessments", f"/waves/{closed.wave_id}"):
        assert (await client.get(path)).headers["location"] == "/sign-in"
    assert (await sign_in(client, "ABCDE-FGHJK-MNPQR-STVWX-YZ012-3")).status_code == 403


PARTS = ("results", "results/chart.json", "report.pdf")


async def test_a_cio_sees_the_results_of_one_wave_and_no_others(
    client: httpx.AsyncClient, sqlite_store: Store, closed: LaunchedWave
) -> None:
    other = launch(sqlite_store, seed=2)
    close_wave(sqlite_store, other.wave_id, NOW)
    answer = await sign_in(client, grant_access(sqlite_store, Random(1), closed.wave_id))
    assert answer.headers["location"] == f"/waves/{closed.wave_id}/results"
    assert (await client.get(f"/waves/{closed.wave_id}/results")).status_code == 200
    assert (await client.get("/assessments")).status_code == 303
    for part in PARTS:
        assert (await client.get(f"/waves/{other.wave_id}/{part}")).status_code == 403


async def test_a_consultant_sees_a_wave_in_counts(
    client: httpx.AsyncClient, sqlite_store: Store, closed: LaunchedWave
) -> None:
    page = (await visitor(client, sqlite_store).get(f"/waves/{closed.wave_id}")).text
    # Three of Security answered; a total of 23 would tell it.
    assert "At least 20 of 34 (59 %)" in page
    assert "23" not in re.sub("<[^>]*>", " ", page)
    assert "under 5" not in page, "it may be that more answered, and too few on one orientation"


async def test_results_exist_only_after_the_close(
    client: httpx.AsyncClient, sqlite_store: Store
) -> None:
    wave = launch(sqlite_store)
    consultant = visitor(client, sqlite_store)
    for part in PARTS:
        assert (await consultant.get(f"/waves/{wave.wave_id}/{part}")).status_code == 409
        for unknown in ("nothing", "0123456789", "%00", "%ff"):
            assert (await consultant.get(f"/waves/{unknown}/{part}")).status_code == 404


async def test_the_heatmap_shows_levels_and_says_why_a_cell_is_hidden(
    client: httpx.AsyncClient, sqlite_store: Store, closed: LaunchedWave
) -> None:
    await sign_in(client, grant_access(sqlite_store, Random(1), closed.wave_id))
    page = (await client.get(f"/waves/{closed.wave_id}/results")).text
    assert page.count('class="level-4"') >= 4
    assert "Not shown: fewer than 5 people" in page
    assert "– <small>4 invited" in page


async def test_a_unit_that_holds_groups_has_counts_and_no_level_on_the_page_and_in_the_chart(
    client: httpx.AsyncClient, sqlite_store: Store, closed: LaunchedWave
) -> None:
    await sign_in(client, grant_access(sqlite_store, Random(1), closed.wave_id))
    page = (await client.get(f"/waves/{closed.wave_id}/results")).text
    (row,) = re.findall(
        r'<tr class="parent[^>]*>\s*<th scope="row">Applications</th>.*?</tr>', page, re.S
    )
    assert "1 at level 2, 1 at level 4" in row
    assert "band" not in row
    assert "mean" not in row
    figure = (await client.get(f"/waves/{closed.wave_id}/results/chart.json")).json()
    assert "Applications" not in figure["layout"]["yaxis"]["ticktext"]


async def test_the_chart_is_a_figure_that_plotly_accepts_with_gaps_for_hidden_cells(
    client: httpx.AsyncClient, sqlite_store: Store, closed: LaunchedWave
) -> None:
    await sign_in(client, grant_access(sqlite_store, Random(1), closed.wave_id))
    answer = await client.get(f"/waves/{closed.wave_id}/results/chart.json")
    figure = json.loads(answer.text)
    go.Figure(figure)
    names = figure["layout"]["yaxis"]["ticktext"]
    assert figure["data"][0]["z"][names.index("Security")] == [None] * 4
    assert figure["data"][0]["z"][names.index("ERP")] == [4] * 4


async def test_only_the_results_page_may_set_styles_inline(
    client: httpx.AsyncClient, sqlite_store: Store, closed: LaunchedWave
) -> None:
    await sign_in(client, grant_access(sqlite_store, Random(1), closed.wave_id))
    results = await client.get(f"/waves/{closed.wave_id}/results")
    assert "style-src 'self' 'unsafe-inline'" in results.headers["content-security-policy"]
    assert "unsafe" not in (await client.get("/")).headers["content-security-policy"]


async def test_the_key_is_kept_from_scripts_and_other_sites(
    client: httpx.AsyncClient, sqlite_store: Store, closed: LaunchedWave
) -> None:
    answer = await sign_in(client, grant_access(sqlite_store, Random(1), closed.wave_id))
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie


async def test_the_page_of_the_links_claims_no_more_than_is_known(
    client: httpx.AsyncClient, sqlite_store: Store, closed: LaunchedWave
) -> None:
    consultant = visitor(client, sqlite_store)
    key = grant_access(sqlite_store, Random(1), closed.wave_id, "CIO")
    await client.get("/enter")
    way = f"/waves/{closed.wave_id}"
    assert "Not opened yet." in (await consultant.get(f"{way}/hand-over")).text
    await sign_in(client, key)
    await client.get(f"{way}/results")
    page = (await consultant.get(f"{way}/hand-over")).text
    assert "Opened by somebody once, on " in page
    assert "Who that was nobody knows" in page


# A17 of the method: no page, file or interface carries a number of a group that is not shown.
@pytest.mark.usefixtures("shared_fonts")
async def test_no_way_out_carries_a_suppressed_figure(
    client: httpx.AsyncClient, sqlite_store: Store, closed: LaunchedWave
) -> None:
    await sign_in(client, grant_access(sqlite_store, Random(1), closed.wave_id))
    way = f"/waves/{closed.wave_id}"
    page = re.sub("<[^>]*>", " ", (await client.get(f"{way}/results")).text)
    chart = (await client.get(f"{way}/results/chart.json")).json()
    reader = PdfReader(BytesIO((await client.get(f"{way}/report.pdf")).content))
    text = "\n".join(sheet.extract_text() for sheet in reader.pages)
    # Only Security chose level 5, so a 5 as a level, a mean or a share would be theirs.
    levels = {level for row in chart["data"][0]["z"] for level in row}
    assert 5 not in levels
    for content in (page, json.dumps(chart), text, str(reader.metadata)):
        assert not re.search(r"mean 5|level 5, n|Level 5 |5 people in Security", content)
    assert "Security" in page
