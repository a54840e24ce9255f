"""Every page, in light and dark, wide and narrow: no axe violation, no sideways scroll."""

import re
from collections.abc import Callable
from random import Random

import pytest
from playwright.sync_api import Browser, Page

from app.storage.store import Store
from app.usecases.access import grant_access
from app.usecases.launches import LaunchedWave, open_next_wave
from app.usecases.waves import close_wave
from tests.builders import NOW, codes_of, instrument, launch, marked
from tests.journeys.axe import AXE, check_dresses, violations
from tests.usecases.test_waves import answer


def _start(page: Page) -> None:
    page.get_by_role("button", name=re.compile("^Start")).click()
    page.get_by_text("page 1 of 6").wait_for()


def _answer_one(page: Page) -> None:
    page.get_by_role("button", name="Back").click()
    page.get_by_role("radio").first.check()
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("button", name="Send my answers").click()


def _send_another(page: Page, site: str, used: str) -> None:
    """Answer with a link that somebody used elsewhere."""
    page.goto(f"{site}/s#{used}")
    _start(page)
    page.get_by_role("radio").first.check()
    for _ in range(5):
        page.get_by_role("button", name="Continue").click()
    page.get_by_role("button", name="Send my answers").click()
    page.get_by_role("button", name="Send them as they are").click()
    page.get_by_text("What is on this page is not sent").wait_for()


def _open_all(page: Page, address: str) -> None:
    page.goto(address)
    page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true; })")


def _open_results(page: Page, link: str) -> None:
    page.goto(link)
    page.get_by_role("button", name="Open").click()
    page.wait_for_url("**/results")
    _open_all(page, page.url)


def _walk(
    page: Page, site: str, code: str, used: str, key: str, wave: str
) -> dict[str, Callable[[], object]]:
    """Each page by name, and how a person gets there from the one before."""

    def send(text: str) -> Callable[[], None]:
        return lambda: page.get_by_role("button", name=text).click()

    def enter(text: str) -> Callable[[], None]:
        def go() -> None:
            page.goto(f"{site}/s")
            page.get_by_label("Your code").fill(text)
            send("Continue")()

        return go

    return {
        "home": lambda: page.goto(site),
        "entry": lambda: page.goto(f"{site}/s"),
        "unknown code": enter("nonsense"),
        "welcome": enter(code),
        "first questions": lambda: _start(page),
        "second questions": send("Continue"),
        "willingness": send("Continue"),
        "conditions": send("Continue"),
        "hand-offs": send("Continue"),
        "comment": send("Continue"),
        "nothing answered": send("Send my answers"),
        "open questions": lambda: _answer_one(page),
        "thanks": send("Send them as they are"),
        "sent before": enter(code),
        "used link": lambda: _send_another(page, site, used),
        "not found": lambda: page.goto(f"{site}/nowhere"),
        "key": lambda: page.goto(f"{site}/enter"),
        "forbidden": lambda: page.goto(f"{site}/waves/{wave}/results"),
        "results": lambda: _open_results(page, f"{site}/enter#{key}"),
        "scope": lambda: _open_all(page, f"{site}/waves/{wave}/scope"),
    }


@pytest.fixture
def closed_and_open(sqlite_store: Store) -> tuple[LaunchedWave, LaunchedWave]:
    """A closed wave with results and a hidden group, and an open one."""
    wave = launch(sqlite_store)
    for unit, level, number in (("ERP", "4", 8), ("Data centre", "1", 9), ("Security", "2", 3)):
        answer(sqlite_store, codes_of(wave, unit)[:number], marked(level * 21))
    close_wave(sqlite_store, wave.wave_id, NOW)
    asked = instrument("handoffs", "conditions", "pain-points")
    return wave, open_next_wave(sqlite_store, wave.assessment_id, asked, NOW, Random(8))


def test_every_page_is_accessible(
    chromium: Browser,
    site: str,
    sqlite_store: Store,
    closed_and_open: tuple[LaunchedWave, LaunchedWave],
) -> None:
    closed, opened = closed_and_open
    code, used = codes_of(opened, "ERP")[:2]
    answer(sqlite_store, [used], marked("3" * 36))
    key = grant_access(sqlite_store, Random(3), closed.wave_id)
    context = chromium.new_context()
    context.add_init_script(AXE)
    page = context.new_page()
    for name, go in _walk(page, site, code, used, key, closed.wave_id).items():
        go()
        if name == "results":
            page.locator("[data-plot] .plotly").first.wait_for(state="attached")
        check_dresses(page, name)
    context.close()


def test_axe_sees_a_planted_fault(chromium: Browser, site: str) -> None:
    context = chromium.new_context()
    context.add_init_script(AXE)
    page = context.new_page()
    page.goto(site)
    page.evaluate("document.querySelector('main').append(document.createElement('input'))")
    assert [rule for rule, _ in violations(page)] == ["label"]
    context.close()
