"""A link to results in a real browser: what a mail scanner does with it, and what a person."""

from datetime import UTC, datetime
from random import Random

import pytest
from playwright.sync_api import Browser, Page, expect

from app.storage.store import Store
from app.usecases.access import links_of, make_link
from app.usecases.launches import LaunchedWave
from app.usecases.members import Member, Role
from app.usecases.waves import close_wave
from tests.builders import NOW, codes_of, launch, marked
from tests.usecases.test_waves import answer
from tests.web.visitor import add_account, first_organisation, member_in


@pytest.fixture
def closed(sqlite_store: Store) -> LaunchedWave:
    wave = launch(sqlite_store, name="Acme")
    answer(sqlite_store, codes_of(wave, "ERP"), marked("4" * 21))
    close_wave(sqlite_store, wave.wave_id, NOW)
    return wave


@pytest.fixture
def consultant(sqlite_store: Store) -> Member:
    organisation = first_organisation(sqlite_store)
    return member_in(sqlite_store, organisation, Role.CONSULTANT, add_account(sqlite_store))


def made(store: Store, member: Member, wave: LaunchedWave, site: str) -> str:
    # Its days count from now on: the site runs by the clock of this machine.
    now = datetime.now(UTC)
    return f"{site}/enter#{make_link(store, member, wave.wave_id, 'CIO', 30, now, Random(3))}"


def open_in(chromium: Browser, link: str) -> Page:
    """Follow a link in a browser that knows nothing, run its scripts, and let it come to rest."""
    page = chromium.new_context().new_page()
    page.goto(link)
    page.wait_for_load_state("networkidle")
    return page


def openings(store: Store, member: Member, wave: LaunchedWave) -> int:
    (link,) = links_of(store, member, wave.wave_id)
    return len(link.views)


def test_a_scanner_that_runs_scripts_sees_nothing_and_a_person_who_presses_is_counted(
    chromium: Browser,
    site: str,
    sqlite_store: Store,
    closed: LaunchedWave,
    consultant: Member,
) -> None:
    link = made(sqlite_store, consultant, closed, site)
    for _visit in range(2):
        page = open_in(chromium, link)
        assert "Acme" not in page.content()
        page.context.close()
    assert openings(sqlite_store, consultant, closed) == 0

    page = open_in(chromium, link)
    assert link.partition("#")[2] not in page.url
    expect(page.get_by_role("button", name="Open")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Acme")).to_be_visible()
    page.context.close()
    assert openings(sqlite_store, consultant, closed) == 1


def test_a_link_pasted_over_the_open_page_fills_the_field_too(
    chromium: Browser,
    site: str,
    sqlite_store: Store,
    closed: LaunchedWave,
    consultant: Member,
) -> None:
    link = made(sqlite_store, consultant, closed, site)
    page = open_in(chromium, f"{site}/enter")
    page.goto(link)
    expect(page.get_by_label("Your key")).to_have_value(link.partition("#")[2])
    page.get_by_role("button", name="Open").click()
    expect(page.get_by_role("heading", name="Acme")).to_be_visible()
    page.context.close()
