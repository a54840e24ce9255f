"""A newcomer's whole way: from the first sign-in to the CIO's link, in a real browser."""

import asyncio
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import httpx
import pyotp
import pytest
from playwright.sync_api import Browser, Page, expect

from app.demo.journey import answer_survey
from app.settings import Settings
from app.storage.store import Store
from app.usecases.accounts import create_owner
from app.usecases.audit_log import verify_audit_log
from tests.builders import all_at
from tests.journeys.conftest import free_port, listening
from tests.mailing.sink import Sink, SinkServer, code_in, text_of

GROUPS = {
    "Data centre": ("Operations", "data-centre", 16),
    "Network": ("Operations", "network", 14),
    "Service desk": ("Operations", "service-desk", 15),
    "Field support": ("Operations", "service-desk", 13),
    "ERP": ("Applications", "enterprise-applications", 14),
    "Development": ("Applications", "applications", 22),
    "Data": ("Applications", "data", 10),
    "Security": ("Governance", "security", 4),
    "Architecture": ("Governance", "governance", 12),
}
PASSWORD = "seven small boats at noon"  # noqa: S105 - of a test


@pytest.fixture
def sink() -> Iterator[SinkServer]:
    with SinkServer(Sink(), free_port()) as server:
        yield server


@pytest.fixture
def address(sqlite_store: Store, tmp_path: Path, sink: SinkServer) -> Iterator[str]:
    settings = Settings(
        data=tmp_path,
        database="",
        port=free_port(),
        mail=sink.address,
        mail_from="survey@example.org",
        mail_rate=500,
    )
    with listening(settings, sqlite_store) as address:
        yield address


def faulty_roster() -> str:
    """120 people in nine groups; five rows are faulty."""
    rows = ["unit,parent,kind,name,email,head"]
    for unit, (parent, kind, people) in GROUPS.items():
        rows += [
            f"{unit},{parent},{kind},{unit} {n},{unit.replace(' ', '')}{n}@example.org,Head {unit}"
            for n in range(people)
        ]
    rows[5] = rows[5].replace("@", " at ", 1)
    rows[20] = rows[20].replace(",network,", ",netwrk,")
    rows[40] = rows[40].replace(",Service desk 9,", ",,")
    rows[60] = rows[60].replace("ERP1@", "ERP0@")
    rows[90] = rows[90].replace("Development,", ",", 1)
    return "\n".join(rows)


MENDED = {
    (6, "email"): "Datacentre4@example.org",
    (41, "name"): "Service desk 9",
    (61, "email"): "ERP1@example.org",
    (91, "unit"): "Development",
}


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def join(page: Page, link: str) -> None:
    page.goto(link)
    page.get_by_label("Your name").fill("Olive Owner")
    page.get_by_label("Password").fill(PASSWORD)
    press(page, "Set the password and sign in")
    secret = page.locator("code").inner_text().replace(" ", "")
    page.get_by_label("Code", exact=True).fill(pyotp.TOTP(secret).now())
    press(page, "Switch it on")
    expect(page.locator(".codes li")).to_have_count(10)
    with page.expect_download() as saving:
        page.get_by_role("link", name="Save them as a file").click()
    assert len(saving.value.path().read_text(encoding="utf-8").split()) == 10
    page.get_by_role("link", name="I have kept them").click()


def set_up(page: Page, roster: Path) -> None:
    page.get_by_label("Name of the organisation").fill("Nordwind")
    press(page, "Make the client")
    page.get_by_label("Name").fill("Baseline")
    press(page, "Make the assessment")
    page.get_by_role("link", name="Import a roster").click()
    page.get_by_label("Roster as CSV or XLSX").set_input_files(roster)
    press(page, "Check the file")
    expect(page.get_by_role("status")).to_contain_text("5 things to mend")
    for (line, column), text in MENDED.items():
        page.locator(f"input[name='{line}-{column}']").fill(text)
    # What looks most like it is chosen already.
    expect(page.get_by_label("“netwrk”, in one row")).to_have_value("network")
    press(page, "Check again")
    expect(page.get_by_role("status")).to_contain_text("120 people in 9 groups")
    press(page, "Import it")


def plan_and_launch(page: Page) -> str:
    """Return the id of the wave."""
    press(page, "Plan a wave")
    page.get_by_label("Last day").fill(f"{datetime.now(UTC) + timedelta(days=14):%Y-%m-%d}")
    for name in ("quiet_from", "quiet_to"):
        page.locator(f"input[name={name}]").fill("0")
    press(page, "Save and launch …")
    # Four people can never be shown: a way has to be chosen before the launch.
    expect(page.locator(".blocking")).to_have_count(1)
    page.get_by_role("button", name=re.compile("Fewer than 5 people: Security")).click()
    page.get_by_role("link", name=re.compile("too small")).click()
    press(page, "Take this way")
    page.get_by_role("link", name="Planned wave").click()
    page.get_by_label("Signed by").fill("Olive of Nordwind")
    page.get_by_label("Signed by").press("Enter")
    expect(page.get_by_role("status")).to_contain_text("saved")
    page.get_by_label("Questions go to").fill("questions@example.org")
    press(page, "Save and launch …")
    press(page, "Launch for 120 people")
    found = re.search(r"/waves/([0-9a-f]{10})", page.url)
    assert found
    return found[1]


async def answer_all(address: str, codes: list[str]) -> None:
    """Answer as most people do: each their own level, over HTTP."""
    chance = Random(4)
    async with httpx.AsyncClient(base_url=address, trust_env=False) as browser:
        for code in codes:
            await answer_survey(browser, code, all_at(chance.choice("234")))


def answer_by_code(browser: Browser, address: str, code: str, *, javascript: bool) -> None:
    """Type the code on a phone, answer one question, send."""
    context = browser.new_context(
        viewport={"width": 360, "height": 720}, java_script_enabled=javascript
    )
    page = context.new_page()
    page.goto(f"{address}/s")
    page.get_by_label("Your code").fill(code)
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("button", name=re.compile("^Start")).click()
    for index in range(6):
        page.get_by_role("group").nth(index).get_by_role("radio").nth(2).check()
    for _ in range(2):
        page.get_by_role("button", name="Continue").click()
    for index in range(6):
        page.get_by_role("group").nth(index).get_by_role("radio").nth(1).check()
    page.get_by_role("button", name="Send my answers").click()
    page.get_by_role("button", name="Send them as they are").click()
    page.get_by_role("heading", name="Thank you").wait_for()
    context.close()


def test_from_an_empty_client_to_the_cios_link(
    chromium: Browser, address: str, sink: SinkServer, sqlite_store: Store, tmp_path: Path
) -> None:
    roster = tmp_path / "roster.csv"
    roster.write_text(faulty_roster(), encoding="utf-8")
    code = create_owner(sqlite_store, "olive@example.org", datetime.now(UTC), Random(1))
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    join(page, f"{address}/join#{code}")
    set_up(page, roster)
    wave_id = plan_and_launch(page)

    invited = sink.sink
    invited.wait_for(120, 120)
    assert len(set(invited.to())) == 120
    assert {mail["Reply-To"] for mail in invited.mails} == {"questions@example.org"}
    assert "Olive of Nordwind" in text_of(invited.mails[0])
    codes = {who: code_in(mail) for who, mail in zip(invited.to(), invited.mails, strict=True)}
    answering = sorted(codes)[:80]
    with ThreadPoolExecutor(1) as apart:  # this thread has the browser's event loop
        coroutine = answer_all(address, [codes[who] for who in answering[:76]])
        apart.submit(asyncio.run, coroutine).result()
    for number, who in enumerate(answering[76:]):
        answer_by_code(chromium, address, codes[who], javascript=number % 2 == 0)

    page.goto(f"{address}/waves/{wave_id}")
    press(page, "Send the next reminder now")
    invited.wait_for(160, 120)
    expect(page.get_by_text("Reminder 1: sent")).to_be_visible(timeout=30_000)
    assert sorted(invited.to()[120:]) == sorted(set(codes) - set(answering))
    assert all(
        codes[who] in text_of(mail) for who, mail in zip(invited.to(), invited.mails, strict=True)
    )

    page.get_by_label("Yes, close it for ever").check()
    press(page, "Close the wave now")
    page.get_by_role("link", name="Results", exact=True).wait_for(timeout=30_000)
    hand_over_and_read(page, chromium, address)
    assert verify_audit_log(sqlite_store) > 8
    assert len(invited.mails) == 160
    context.close()


def hand_over_and_read(page: Page, browser: Browser, address: str) -> None:
    """Make a link for the CIO, who opens it in a browser that knows nothing."""
    page.get_by_role("link", name="Hand over, export, erase").click()
    page.get_by_label("Reader").fill("Carla CIO")
    press(page, "Make a link")
    link = page.locator(".note code").inner_text()
    context = browser.new_context()
    reader = context.new_page()
    reader.goto(link)
    reader.get_by_role("button", name="Open").click()
    reader.get_by_role("heading", name="Nordwind").wait_for()
    assert reader.locator("table.heatmap td[class*=level-]").count() >= 8
    reader.goto(f"{address}/assessments")
    reader.get_by_role("heading", name="Sign in").wait_for()
    context.close()
    page.reload()
    expect(page.get_by_text(re.compile("Opened by somebody once"))).to_be_visible()
