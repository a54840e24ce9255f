"""Links as they arrive in a browser after mail programs, gateways and people touched them."""

import pytest
from playwright.sync_api import Browser, expect

from app.storage.store import Store
from tests.builders import codes_of, launch


@pytest.mark.parametrize(
    "address",
    [
        "/s%23{}",
        "/s/#{}",
        "/S#{}",
        "/#{}",
        "/s/{}",
        "/surveys#{}",
        "/s#{}=20",
        "/s#{}%20x",
        "/s#{}?utm_source=mail",
        "/s?utm_source=mail#{}",
        "/s?code={}",
    ],
)
def test_a_link_that_was_touched_opens_the_survey(
    chromium: Browser, site: str, sqlite_store: Store, address: str
) -> None:
    code = codes_of(launch(sqlite_store), "ERP")[0]
    context = chromium.new_context()  # one in which a 404 on the console is no complaint
    page = context.new_page()
    page.goto(site + address.format(code))
    expect(page.get_by_text("Your group here is ERP")).to_be_visible()
    assert code not in page.url
    context.close()


@pytest.mark.parametrize("address", ["/s#{}", "/s%23{}", "/join#{}"])
def test_a_cut_link_is_told_as_cut(chromium: Browser, site: str, address: str) -> None:
    context = chromium.new_context()
    page = context.new_page()
    page.goto(site + address.format("12345-6789A-BCD"))
    expect(page.get_by_role("alert")).to_contain_text("it has 13 letters and digits")
    context.close()


def test_a_cut_key_is_told_as_cut_once_it_is_opened(chromium: Browser, site: str) -> None:
    context = chromium.new_context()
    page = context.new_page()
    page.goto(f"{site}/enter#12345-6789A-BCD")
    page.get_by_role("button", name="Open").click()
    expect(page.get_by_role("alert")).to_contain_text("it has 13 letters and digits")
    context.close()


def test_a_link_inside_the_page_is_no_code(chromium: Browser, site: str) -> None:
    context = chromium.new_context()
    page = context.new_page()
    page.goto(f"{site}/s#main")
    expect(page.get_by_label("Your code")).to_be_visible()
    page.get_by_role("link", name="Skip to the content").press("Enter")
    page.wait_for_timeout(200)
    expect(page.get_by_role("alert")).to_have_count(0)
    context.close()


def test_without_javascript_a_code_in_the_address_leads_to_the_door(
    chromium: Browser, site: str, sqlite_store: Store
) -> None:
    code = codes_of(launch(sqlite_store), "ERP")[0]
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{site}/s/{code}")
    assert page.url == f"{site}/s#{code}"
    page.get_by_label("Your code").fill(page.url)
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_text("Your group here is ERP")).to_be_visible()
    context.close()
