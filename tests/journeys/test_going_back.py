"""Back, Forward and Reload of a real browser, with JavaScript and without: no answer is lost."""

import re
from collections.abc import Iterator
from random import Random

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Request, expect
from sqlalchemy.exc import OperationalError

from app.main import utc_now
from app.storage.store import Store
from app.usecases.access import grant_access
from app.usecases.accounts import create_owner
from tests.builders import codes_of, launch
from tests.journeys.test_browser import answer_page
from tests.web.test_responses import stored


@pytest.fixture(params=[True, False], ids=["javascript", "no-javascript"])
def page(request: pytest.FixtureRequest, chromium: Browser) -> Iterator[Page]:
    """A page of a browser with scripts, and of one without."""
    context = chromium.new_context(java_script_enabled=request.param)
    yield context.new_page()
    context.close()


def begin(page: Page, site: str, code: str) -> None:
    page.goto(f"{site}/s")
    page.get_by_label("Your code").fill(code)
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("button", name=re.compile("^Start")).click()


def go_on(page: Page, number: int) -> None:
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_text(f"page {number} of 3")).to_be_visible()


def test_back_shows_each_page_with_all_that_was_chosen(
    page: Page, site: str, sqlite_store: Store
) -> None:
    begin(page, site, codes_of(launch(sqlite_store), "ERP")[0])
    for number in (2, 3):
        answer_page(page, 4)
        go_on(page, number)
    answer_page(page, 4)
    for number in (2, 1):
        page.go_back()
        expect(page.get_by_text(f"page {number} of 3")).to_be_visible()
        expect(page.locator("input[value='4']:checked")).to_have_count(6)
    page.go_forward()
    page.go_forward()
    expect(page.get_by_text("page 3 of 3")).to_be_visible()
    page.get_by_role("button", name="Send my answers").click()
    expect(page.get_by_role("heading", name="Thank you")).to_be_visible()
    assert stored(sqlite_store) == ["4" * 21]


def test_a_reload_asks_nothing_and_loses_nothing(
    context: BrowserContext, site: str, sqlite_store: Store
) -> None:
    page = context.new_page()
    begin(page, site, codes_of(launch(sqlite_store), "ERP")[0])
    for number in (1, 2, 3):
        if number > 1:
            go_on(page, number)
        answer_page(page, 2)
        posted = posts_of(page)
        page.reload()
        expect(page.get_by_text(f"page {number} of 3")).to_be_visible()
        expect(page.get_by_text(re.compile("^(6|12|21) of 21 answered"))).to_be_visible()
        assert {kind for _, kind in posted} <= {"document GET", "fetch POST"}
    page.get_by_role("button", name="Send my answers").click()
    expect(page.get_by_role("heading", name="Thank you")).to_be_visible()
    assert stored(sqlite_store) == ["2" * 21]


def posts_of(page: Page) -> list[tuple[str, str]]:
    """What a page asks for from now on: addresses of the survey, and how they are asked for."""
    seen: list[tuple[str, str]] = []

    def note(request: Request) -> None:
        if "/static/" not in request.url:
            seen.append((request.url, f"{request.resource_type} {request.method}"))

    page.on("request", note)
    return seen


def test_going_on_from_an_earlier_page_keeps_what_later_pages_hold(
    context: BrowserContext, site: str, sqlite_store: Store
) -> None:
    page = context.new_page()
    begin(page, site, codes_of(launch(sqlite_store), "ERP")[0])
    for number in (2, 3):
        answer_page(page, 5)
        go_on(page, number)
    answer_page(page, 5)
    page.go_back()
    page.go_back()
    expect(page.get_by_text("page 1 of 3")).to_be_visible()
    expect(page.get_by_text("21 of 21 answered")).to_be_visible()
    page.get_by_role("radio").first.check()
    go_on(page, 2)
    expect(page.get_by_text("21 of 21 answered")).to_be_visible()
    page.go_back()
    expect(page.get_by_role("radio").first).to_be_checked()
    page.go_back()
    page.get_by_role("button", name=re.compile("^Go on where you were")).click()
    expect(page.get_by_text("21 of 21 answered")).to_be_visible()


def test_a_page_that_knows_less_takes_nothing_from_the_draft(
    context: BrowserContext, site: str, sqlite_store: Store
) -> None:
    code = codes_of(launch(sqlite_store), "ERP")[0]
    page, tab = context.new_page(), context.new_page()
    begin(tab, site, code)
    begin(page, site, code)
    page.bring_to_front()
    answer_page(page, 3)
    go_on(page, 2)
    answer_page(page, 3)
    expect(page.get_by_text("12 of 21 answered")).to_be_visible()
    page.wait_for_function("sessionStorage.length === 0")
    tab.bring_to_front()  # it began before anything was chosen
    tab.get_by_role("radio").first.check()
    tab.wait_for_function("sessionStorage.length === 0")
    tab.reload()
    expect(tab.get_by_text("12 of 21 answered")).to_be_visible()
    expect(tab.get_by_role("radio").first).to_be_checked()


def test_the_page_of_a_database_that_was_away_can_be_reloaded(
    chromium: Browser, site: str, sqlite_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    context = chromium.new_context()  # one in which a 503 on the console is no complaint
    page = context.new_page()
    begin(page, site, codes_of(launch(sqlite_store), "ERP")[0])
    answer_page(page, 3)
    with monkeypatch.context() as patch:
        patch.setattr("app.usecases.responses.ResponseDesk.recall", away)
        page.get_by_role("button", name="Continue").click()
        expect(page.get_by_role("heading", name="Just a moment")).to_be_visible()
        posted = posts_of(page)
        page.reload()
        expect(page.get_by_role("heading", name="Just a moment")).to_be_visible()
    page.reload()
    assert {kind for _, kind in posted} <= {"document GET", "fetch POST"}
    expect(page.get_by_text("page 2 of 3")).to_be_visible()
    expect(page.get_by_text("6 of 21 answered")).to_be_visible()
    context.close()


async def away(*_arguments: object) -> None:
    raise OperationalError("SELECT", None, Exception("away"))


@pytest.mark.parametrize("door", ["s", "join", "enter"])
def test_going_back_to_a_door_and_loading_it_anew_asks_nothing(
    page: Page, site: str, sqlite_store: Store, door: str
) -> None:
    wave = launch(sqlite_store)
    code = {
        "s": codes_of(wave, "ERP")[0],
        "join": create_owner(sqlite_store, "ann@example.org", utc_now(), Random(1)),
        "enter": grant_access(sqlite_store, Random(2), wave.wave_id),
    }[door]
    page.goto(f"{site}/{door}")
    page.locator("#code").fill(code[:-3] if door == "enter" else code)
    page.locator("main form button").click()
    shown = page.get_by_role("heading", level=1).inner_text()
    page.get_by_role("link", name="Siloscope").click()
    page.go_back()
    expect(page.get_by_role("heading", level=1, name=shown)).to_be_visible()
    if door != "enter":
        expect(page.locator(f"input[name=code][value='{code}']")).to_be_attached()


def test_a_page_that_the_browser_had_put_aside_learns_what_came_after_it(
    context: BrowserContext, site: str, sqlite_store: Store
) -> None:
    code = codes_of(launch(sqlite_store), "ERP")[0]
    page, tab = context.new_page(), context.new_page()
    begin(page, site, code)
    begin(tab, site, code)
    tab.bring_to_front()
    answer_page(tab, 3)
    tab.wait_for_function("sessionStorage.length === 0")
    page.bring_to_front()
    put_back = "dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true}))"
    page.evaluate(put_back)
    expect(page.get_by_text("6 of 21 answered")).to_be_visible()
    expect(page.locator("input[value='3']:checked")).to_have_count(6)
    page.evaluate("localStorage.clear()")  # as after sending
    page.evaluate(put_back)
    expect(page.get_by_role("button", name=re.compile("^Start"))).to_be_visible()
