"""The report as a file: made once, served as it lies there, and made anew when it would differ."""

from pathlib import Path

import httpx
import pytest
from sqlalchemy import func
from sqlmodel import select

from app.storage.store import Store
from app.storage.tables import AdviceEdit, LedgerEntry
from app.usecases import ledger, results
from app.usecases.launches import LaunchedWave
from app.usecases.waves import close_wave
from tests.builders import NOW, codes_of, launch, marked
from tests.usecases.test_waves import answer
from tests.web.visitor import Visitor, visitor

pytestmark = pytest.mark.anyio


@pytest.fixture
def wave(sqlite_store: Store) -> LaunchedWave:
    """A wave that is closed."""
    launched = launch(sqlite_store)
    for unit in ("ERP", "Development"):
        answer(sqlite_store, codes_of(launched, unit)[:8], marked("3" * 21))
    close_wave(sqlite_store, launched.wave_id, NOW)
    return launched


@pytest.fixture
def rendered(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Documents that went to the renderer; each becomes a PDF with its number."""
    made: list[str] = []

    def render(html: str, _fonts: Path) -> bytes:
        made.append(html)
        return f"%PDF-1.7 {len(made)} %%EOF".encode()

    monkeypatch.setattr("app.reports.pdf._render", render)
    monkeypatch.setattr("app.reports.pdf.font_configuration", lambda folder: folder)
    return made


@pytest.fixture
def ann(client: httpx.AsyncClient, sqlite_store: Store, wave: LaunchedWave) -> Visitor:
    """A consultant of the wave's client."""
    assert wave
    return visitor(client, sqlite_store)


async def download(ann: Visitor, wave: LaunchedWave) -> bytes:
    file = await ann.get(f"/waves/{wave.wave_id}/report.pdf")
    assert file.status_code == 200
    assert file.headers["content-type"] == "application/pdf"
    return file.content


async def test_a_report_that_is_made_is_served_without_being_laid_out_again(
    ann: Visitor,
    sqlite_store: Store,
    wave: LaunchedWave,
    rendered: list[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    first = await download(ann, wave)

    def lay_out(*_: object) -> None:
        raise AssertionError("it lies there already")

    asked: list[tuple[object, ...]] = []

    def admit(*given: object) -> None:
        asked.append(given)
        admitted(*given)  # type: ignore[arg-type]

    admitted = ledger.admit
    monkeypatch.setattr(results, "build_report", lay_out)
    monkeypatch.setattr(results, "admit", admit)
    assert await download(ann, wave) == first
    assert len(rendered) == 1
    # Each download passes the gate once, and the way is noted once for all.
    assert [given[3] for given in asked] == ["PDF"]
    with sqlite_store.engine.connect() as connection:
        noted = select(func.count()).where(LedgerEntry.channel == "PDF")
        assert connection.execute(noted).scalar_one() == 1


async def test_a_report_whose_advice_was_changed_is_made_anew(
    ann: Visitor, sqlite_store: Store, wave: LaunchedWave, rendered: list[str]
) -> None:
    first = await download(ann, wave)
    edit = AdviceEdit(
        wave_id=wave.wave_id,
        key="added.1",
        original="",
        content="Begin with ERP.",
        author="Ann",
        edited_at=NOW,
    )
    with sqlite_store.writing() as work:
        work.advice.keep(edit)
        work.commit()
    assert await download(ann, wave) != first
    assert "Begin with ERP." in rendered[-1]


async def test_a_report_that_another_version_made_is_made_anew(
    ann: Visitor,
    wave: LaunchedWave,
    rendered: list[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    first = await download(ann, wave)
    monkeypatch.setattr(results, "fingerprint", lambda: "another version")
    assert await download(ann, wave) != first
    assert len(rendered) == 2


@pytest.mark.usefixtures("rendered")
async def test_the_page_of_the_report_knows_that_it_is_there(
    ann: Visitor,
    wave: LaunchedWave,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    way = f"/waves/{wave.wave_id}/report"
    assert "report.pdf" not in (await ann.get(way)).text
    await download(ann, wave)
    monkeypatch.delattr(results, "build_report")
    assert "report.pdf" in (await ann.get(way)).text
