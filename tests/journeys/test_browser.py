"""Real people's journeys in a real browser."""

import re
from random import Random

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from app.storage.store import Store
from app.usecases.access import grant_access
from app.usecases.waves import close_wave
from tests.builders import NOW, codes_of, launch, marked
from tests.submissions import marks_of
from tests.usecases.test_waves import answer
from tests.web.test_responses import stored


def open_link(page: Page, site: str, code: str) -> None:
    page.goto(f"{site}/s#{code}")
    page.get_by_role("button", name=re.compile("^Start")).click()


def answer_page(page: Page, level: int) -> None:
    for group in page.get_by_role("group").all():
        # By what it says, wherever on the page it stands.
        group.locator(f"input[value='{level}']").check()


def finish(page: Page, level: int) -> None:
    for _ in range(2):
        answer_page(page, level)
        page.get_by_role("button", name="Continue").click()
    answer_page(page, level)
    page.get_by_role("button", name="Send my answers").click()
    expect(page.get_by_role("heading", name="Thank you")).to_be_visible()


def test_answers_from_a_browser_appear_in_the_release(
    context: BrowserContext, site: str, sqlite_store: Store
) -> None:
    wave = launch(sqlite_store)
    page = context.new_page()
    for code in codes_of(wave, "ERP")[:5]:
        open_link(page, site, code)
        finish(page, 4)
    release = close_wave(sqlite_store, wave.wave_id, NOW)
    erp = next(unit for unit in release.units if unit.name == "ERP")
    assert erp.answered == 5
    assert erp.overall is not None
    assert erp.overall.level == 4

    page.goto(f"{site}/enter#{grant_access(sqlite_store, Random(2), wave.wave_id)}")
    page.get_by_role("button", name="Open").click()
    expect(page.get_by_role("row", name=re.compile("^ERP 4 Business partner"))).to_be_visible()


def test_the_token_never_leaves_the_fragment(
    context: BrowserContext, site: str, sqlite_store: Store
) -> None:
    code = codes_of(launch(sqlite_store), "ERP")[0]
    page = context.new_page()
    seen: list[str] = []
    page.on("request", lambda r: seen.extend([r.url, str(r.headers.get("referer"))]))
    open_link(page, site, code)
    expect(page.get_by_text("page 1 of 3")).to_be_visible()
    assert code not in page.url
    # The browser's own view of the first address keeps the fragment; the server never sees it.
    assert [url for url in seen if code in url and "#" not in url] == []


def test_without_javascript_the_typed_code_leads_to_the_same_end(
    chromium: Browser, site: str, sqlite_store: Store
) -> None:
    code = codes_of(launch(sqlite_store), "ERP")[0]
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{site}/s")
    page.get_by_label("Your code").fill(code.replace("-", " ").lower())
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("button", name=re.compile("^Start")).click()
    answer_page(page, 2)
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("button", name="Back").click()
    expect(page.locator("input[type=radio][value='2']").first).to_be_checked()
    finish(page, 2)
    context.close()
    assert stored(sqlite_store) == ["2" * 21]


def test_a_draft_stays_in_the_browser_until_it_is_sent(
    context: BrowserContext, site: str, sqlite_store: Store
) -> None:
    first, other = codes_of(launch(sqlite_store), "ERP")[:2]
    page = context.new_page()
    open_link(page, site, first)
    answer_page(page, 3)
    page.wait_for_function("localStorage.length > 0")
    kept = page.evaluate("JSON.stringify(localStorage)")
    assert "VS1" not in kept
    assert first not in kept
    page.close()

    again = context.new_page()
    again.goto(f"{site}/s#{first}")
    expect(again.get_by_text("your choices are still here")).to_be_visible()
    again.get_by_role("button", name="Go on where you were: page 1").click()
    expect(again.get_by_text("6 of 21 answered")).to_be_visible()
    finish(again, 3)
    again.wait_for_function("!Object.keys(localStorage).some(name => name.includes('draft'))")

    open_link(again, site, other)
    expect(again.get_by_text("0 of 21 answered")).to_be_visible()


def test_the_whole_survey_can_be_done_with_the_keyboard(
    context: BrowserContext, site: str, sqlite_store: Store
) -> None:
    page = context.new_page()
    page.goto(f"{site}/s#{codes_of(launch(sqlite_store), 'ERP')[0]}")
    page.get_by_role("button", name=re.compile("^Start")).focus()
    page.keyboard.press("Enter")
    for last in (False, False, True):
        heading = page.get_by_role("heading", level=1)
        heading.wait_for()
        name = heading.inner_text()
        radios = page.get_by_role("radio")
        radios.first.focus()
        page.keyboard.press("Space")
        page.keyboard.press("ArrowDown")
        expect(radios.nth(1)).to_be_checked()
        press(page, "Send my answers" if last else "Continue")
        if last:
            expect(page.get_by_text("Some questions are still open")).to_be_visible()
            press(page, "Send them as they are")
        expect(page.get_by_role("heading", level=1, name=name, exact=True)).to_have_count(0)
    expect(page.get_by_role("heading", name="Thank you")).to_be_visible()
    assert [len(sheet) - sheet.count("-") for sheet in stored(sqlite_store)] == [3]


def press(page: Page, name: str) -> None:
    """Press a button as somebody without a mouse does."""
    button = page.get_by_role("button", name=name)
    while not button.evaluate("button => button === document.activeElement"):
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")


def test_a_reload_and_a_second_tab_store_one_sheet(
    chromium: Browser, site: str, sqlite_store: Store
) -> None:
    context = chromium.new_context()
    code = codes_of(launch(sqlite_store), "ERP")[0]
    page, tab = context.new_page(), context.new_page()
    open_link(page, site, code)
    open_link(tab, site, code)
    page.bring_to_front()
    finish(page, 3)
    page.reload()
    expect(page.get_by_role("heading", name="Thank you")).to_be_visible()
    tab.bring_to_front()  # a tab behind draws so rarely that each press takes seconds
    for _ in range(2):
        tab.get_by_role("button", name="Continue").click()
    tab.get_by_role("radio").first.check()
    tab.get_by_role("button", name="Send my answers").click()
    with tab.expect_response(re.compile("/s/send")) as answer:
        tab.get_by_role("button", name="Send them as they are").click()
    assert answer.value.status == 409
    assert len(stored(sqlite_store)) == 1
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_interactive_heatmap_is_drawn_and_cannot_send_its_data_away(
    chromium: Browser, site: str, sqlite_store: Store, scheme: str
) -> None:
    wave = launch(sqlite_store)
    answer(sqlite_store, codes_of(wave, "ERP"), marked("4" * 21))
    close_wave(sqlite_store, wave.wave_id, NOW)
    context = chromium.new_context(color_scheme=scheme)  # type: ignore[arg-type]
    page = context.new_page()
    hosts: set[str] = set()
    page.on("request", lambda request: hosts.add(request.url.split("/")[2]))
    page.goto(f"{site}/enter#{grant_access(sqlite_store, Random(2), wave.wave_id)}")
    page.get_by_role("button", name="Open").click()
    page.wait_for_url("**/results")
    page.goto(f"{site}/waves/{wave.wave_id}/results")
    page.locator(".heatmaplayer").first.wait_for(state="attached")
    page.locator("[data-plot]").hover()
    assert page.locator("a[data-title*='hare'], a[data-title*='cloud']").count() == 0
    assert hosts == {site.split("/")[2]}
    context.close()


@pytest.mark.parametrize("javascript", [True, False])
def test_enter_on_an_answer_sends_nothing(
    chromium: Browser, site: str, sqlite_store: Store, javascript: bool
) -> None:
    code = codes_of(launch(sqlite_store), "ERP")[0]
    context = chromium.new_context(java_script_enabled=javascript)
    page = context.new_page()
    page.goto(f"{site}/s")
    page.get_by_label("Your code").fill(code)
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("button", name=re.compile("^Start")).click()
    for _ in range(2):
        page.get_by_role("button", name="Continue").click()
    expect(page.get_by_text("Stay on this page")).to_be_hidden()
    first = page.get_by_role("radio").first
    first.focus()
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    expect(page.get_by_text("page 3 of 3")).to_be_visible()
    expect(page.get_by_role("radio").first).to_be_checked()
    context.close()
    assert stored(sqlite_store) == []


def test_a_link_pasted_over_an_open_page_is_taken(
    chromium: Browser, site: str, sqlite_store: Store
) -> None:
    wave = launch(sqlite_store, name="Acme")
    context = chromium.new_context()  # one in which a 404 on the console is no complaint
    page = context.new_page()
    page.goto(f"{site}/s#00000-00000-00000-00000-00000-0")
    expect(page.get_by_text("This code is not known")).to_be_visible()
    for unit in ("ERP", "Data centre"):
        code = codes_of(wave, unit)[0]
        page.goto(f"{site}/s#{code}")
        expect(page.get_by_text(f"Your group here is {unit}")).to_be_visible()
        assert code not in page.url
    context.close()


def test_a_scanner_that_presses_every_button_answers_nothing(
    chromium: Browser, site: str, sqlite_store: Store
) -> None:
    wave = launch(sqlite_store)
    code = codes_of(wave, "ERP")[0]
    for _visit in range(3):
        context = chromium.new_context()
        page = context.new_page()
        page.goto(f"{site}/s#{code}")
        page.get_by_role("button", name=re.compile("^Start")).wait_for()
        for step in range(12):
            buttons = page.locator("main button:visible")
            if not buttons.count():
                break
            buttons.nth(min(step % 3, buttons.count() - 1)).click()
            page.wait_for_load_state()
        assert page.get_by_role("heading", name="Thank you").count() == 0
        context.close()
    assert marks_of(sqlite_store, wave.wave_id) == 0
    assert page_opens(chromium, site, code)


def page_opens(chromium: Browser, site: str, code: str) -> bool:
    """Return whether the person can still answer."""
    context = chromium.new_context()
    page = context.new_page()
    page.goto(f"{site}/s#{code}")
    page.get_by_role("button", name=re.compile("^Start")).wait_for()
    context.close()
    return True
