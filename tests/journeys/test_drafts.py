"""Drafts in the browser: one for each code, and gone on with where one was."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, BrowserContext, expect

from app.storage.store import Store
from tests.builders import codes_of, launch
from tests.journeys.test_browser import answer_page, finish, open_link
from tests.web.test_responses import stored


def test_two_people_on_one_device_keep_a_draft_each(
    context: BrowserContext, site: str, sqlite_store: Store
) -> None:
    codes = codes_of(launch(sqlite_store), "ERP")[:2]
    for level, code in enumerate(codes, 2):
        page = context.new_page()
        open_link(page, site, code)
        expect(page.get_by_text("0 of 21 answered")).to_be_visible()
        answer_page(page, level)
        page.wait_for_function("sessionStorage.length === 0")
        page.close()
    page = context.new_page()
    for level, code in enumerate(codes, 2):
        page.goto(f"{site}/s#{code}")
        page.get_by_role("button", name="Go on where you were: page 1").click()
        expect(page.locator(f"input[value='{level}']:checked")).to_have_count(6)
    finish(page, 3)  # sending the second takes nothing from the first
    page.goto(f"{site}/s#{codes[0]}")
    expect(page.get_by_text("6 of 21 questions are answered")).to_be_visible()
    kept = page.evaluate("JSON.stringify([localStorage, sessionStorage])")
    for code in codes:
        assert code not in kept
        assert code.replace("-", "") not in kept


def test_going_on_leads_to_the_page_where_one_was_and_says_so(
    context: BrowserContext, site: str, sqlite_store: Store
) -> None:
    code = codes_of(launch(sqlite_store), "ERP")[0]
    page = context.new_page()
    open_link(page, site, code)
    for _ in range(2):
        answer_page(page, 4)
        page.get_by_role("button", name="Continue").click()
    answer_page(page, 4)
    page.wait_for_function("sessionStorage.length === 0")
    page.close()
    page = context.new_page()
    page.goto(f"{site}/s#{code}")
    expect(page.get_by_text("21 of 21 questions are answered")).to_be_visible()
    expect(page.get_by_role("button", name=re.compile("^Start"))).to_be_hidden()
    page.get_by_role("button", name="Go on where you were: page 3").click()
    expect(page.get_by_text("page 3 of 3")).to_be_visible()
    page.get_by_role("button", name="Send my answers").click()
    expect(page.get_by_role("heading", name="Thank you")).to_be_visible()
    assert stored(sqlite_store) == ["4" * 21]


@pytest.mark.parametrize("words", ["الاجتماع الأسبوعي", "The weekly meeting"])
def test_what_people_type_runs_in_its_own_direction(
    context: BrowserContext, site: str, sqlite_store: Store, words: str
) -> None:
    page = context.new_page()
    open_link(page, site, codes_of(launch(sqlite_store, modules=("pain-points",)), "ERP")[0])
    for _ in range(3):
        page.get_by_role("button", name="Continue").click()
    page.get_by_label("could be done better").fill(words)
    way = "ltr" if words.isascii() else "rtl"
    expect(page.get_by_label("could be done better")).to_have_css("direction", way)


def test_the_example_is_read_with_its_question(
    context: BrowserContext, site: str, sqlite_store: Store
) -> None:
    page = context.new_page()
    open_link(page, site, codes_of(launch(sqlite_store), "ERP")[0])
    for group in page.get_by_role("group").all():
        expect(group).to_have_accessible_description(group.locator(".example").inner_text())


def test_the_browser_that_sent_says_so_and_lets_others_go_on(
    context: BrowserContext, site: str, sqlite_store: Store
) -> None:
    first, other = codes_of(launch(sqlite_store), "ERP")[:2]
    page = context.new_page()
    open_link(page, site, first)
    finish(page, 4)
    page.wait_for_function("Object.keys(localStorage).some(name => name.includes('sent'))")
    assert first not in page.evaluate("JSON.stringify(localStorage)")
    said = page.get_by_text("From this browser answers were sent already")
    start = page.get_by_role("button", name=re.compile("^Start"))
    ways: list[Callable[[], object]] = [page.reload, page.go_back]
    ways.append(lambda: page.goto(f"{site}/s#{first}"))
    for come_back in ways:
        come_back()
        expect(said).to_be_visible()
        expect(start).to_be_hidden()
    page.get_by_role("button", name="Go on all the same").press("Enter")
    expect(start).to_be_focused()
    expect(said).to_be_hidden()
    page.keyboard.press("Enter")
    expect(page.get_by_text("0 of 21 answered")).to_be_visible()
    page.goto(f"{site}/s")  # whoever asks for the door itself has another code
    page.get_by_label("Your code").fill(other)
    page.get_by_role("button", name="Continue").click()
    expect(start).to_be_visible()
    expect(said).to_be_hidden()


def test_whoever_sends_with_a_used_link_is_told_and_loses_nothing(
    chromium: Browser, site: str, sqlite_store: Store
) -> None:
    code = codes_of(launch(sqlite_store), "ERP")[0]
    for again in (False, True):
        context = chromium.new_context()  # somebody else's browser the second time
        page = context.new_page()
        open_link(page, site, code)
        if not again:
            finish(page, 4)
        else:
            for _ in range(2):
                answer_page(page, 2)
                page.get_by_role("button", name="Continue").click()
            answer_page(page, 2)
            page.get_by_role("button", name="Send my answers").click()
            expect(page.get_by_text("What is on this page is not sent")).to_be_visible()
            page.reload()
            expect(page.get_by_text("21 of 21 answered")).to_be_visible()
            expect(page.locator("input[value='2']:checked")).to_have_count(9)
        context.close()
    assert stored(sqlite_store) == ["4" * 21]
