"""The survey in a real browser: what may stay open, modules, business partners, careless sheets."""

import re

from playwright.sync_api import BrowserContext, expect

from app.storage.store import Store
from app.usecases.waves import close_wave
from tests.builders import KINDS, MIRRORS, NOW, codes_of, launch
from tests.journeys.test_browser import answer_page, finish, open_link
from tests.submissions import records_of
from tests.web.test_responses import stored


def test_open_questions_are_asked_about_once_and_may_stay_open(
    context: BrowserContext, site: str, sqlite_store: Store
) -> None:
    page = context.new_page()
    open_link(page, site, codes_of(launch(sqlite_store), "ERP")[0])
    for _ in range(2):
        page.get_by_role("button", name="Continue").click()
    page.get_by_role("radio").first.check()
    page.get_by_role("button", name="Send my answers").click()
    expect(page.get_by_role("button", name="Look at page 1: 6 questions")).to_be_visible()
    assert stored(sqlite_store) == []
    page.get_by_role("button", name="Look at page 1: 6 questions").click()
    expect(page.get_by_text("page 1 of 3")).to_be_visible()
    for _ in range(2):
        page.get_by_role("button", name="Continue").click()
    page.get_by_role("button", name="Send my answers").click()
    expect(page.get_by_role("heading", name="Thank you")).to_be_visible()
    assert [sheet.count("-") for sheet in stored(sqlite_store)] == [20]


def test_modules_and_a_comment_are_answered_on_pages_of_their_own(
    context: BrowserContext, site: str, sqlite_store: Store
) -> None:
    wave = launch(sqlite_store, modules=("handoffs", "conditions", "pain-points"))
    page = context.new_page()
    open_link(page, site, codes_of(wave, "ERP")[0])
    for _ in range(5):
        answer_page(page, 2)
        page.get_by_role("button", name="Continue").click()
    expect(page.get_by_text("page 6 of 6")).to_be_visible()
    expect(page.get_by_text("36 of 36 answered")).to_be_visible()
    page.get_by_label("could be done better").fill("The Monday <b>forms</b>\nand their copies.")
    page.get_by_role("button", name="Back").click()
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_label("could be done better")).to_have_value(re.compile("^The Monday"))
    page.get_by_role("button", name="Send my answers").click()
    expect(page.get_by_role("heading", name="Thank you")).to_be_visible()
    assert stored(sqlite_store) == ["2" * 36]
    (record,) = records_of(sqlite_store, wave.wave_id)
    assert record.comment == "The Monday <b>forms</b>\nand their copies."


def test_a_business_partner_answers_about_an_it_group(
    context: BrowserContext, site: str, sqlite_store: Store
) -> None:
    page = context.new_page()
    open_link(page, site, codes_of(launch(sqlite_store, partners=5), "Sales")[0])
    for name in ("Continue", "Continue", "Send my answers"):
        expect(page.get_by_text(re.compile("^ERP · page"))).to_be_visible()
        expect(page.get_by_role("group")).to_have_count(3)
        answer_page(page, 3)
        page.get_by_role("button", name=name).click()
    expect(page.get_by_role("heading", name="Thank you")).to_be_visible()
    assert [sheet.count("3") for sheet in stored(sqlite_store)] == [9]


def test_a_line_down_one_side_at_full_speed_stays_out_of_the_figures(
    context: BrowserContext, site: str, sqlite_store: Store
) -> None:
    wave = launch(sqlite_store)
    page = context.new_page()
    for number, code in enumerate(codes_of(wave, "ERP")[:6]):
        open_link(page, site, code)
        if number:
            finish(page, 4)
            continue
        for name in ("Continue", "Continue", "Send my answers"):
            for group in page.get_by_role("group").all():
                group.get_by_role("radio").first.check()
            page.get_by_role("button", name=name).click()
        expect(page.get_by_role("heading", name="Thank you")).to_be_visible()
    release = close_wave(sqlite_store, wave.wave_id, NOW)
    erp = next(unit for unit in release.units if unit.name == "ERP")
    assert erp.answered == 6
    assert {profile.n for profile in erp.profiles.values()} == {5}
    assert release.careless is None  # some, but too few to say how many


def test_every_kind_can_be_answered_in_the_browser(
    context: BrowserContext, site: str, sqlite_store: Store
) -> None:
    kinds = sorted(set(KINDS) - MIRRORS)
    groups = {(kind.title(), "", kind): 5 for kind in kinds}
    wave = launch(sqlite_store, {**groups, ("ERP", "", kinds[0]): 5}, partners=5)
    page = context.new_page()
    for unit in [*(kind.title() for kind in kinds), "Sales"]:
        open_link(page, site, codes_of(wave, unit)[0])
        finish(page, 3)
    assert sorted(len(s) - s.count("-") for s in stored(sqlite_store)) == [9] + [21] * len(kinds)
