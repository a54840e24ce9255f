"""Every page of the workspace, light and dark, wide and narrow: no axe violation, no overflow."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from app.settings import Settings
from app.storage.store import Store
from app.usecases.access import make_link
from app.usecases.accounts import create_owner
from app.usecases.assessments import create_assessment
from app.usecases.erasure import erase_wave
from app.usecases.members import Member
from app.usecases.roster_drafts import start_import
from app.usecases.schedule import close_and_settle
from tests.builders import NOW, marked, roster_text
from tests.journeys.axe import AXE, check_dresses
from tests.journeys.conftest import free_port, listening
from tests.usecases.test_waves import answer
from tests.usecases.workspace import CHANCE, consultant, import_roster, launched, plan, set_up
from tests.web.visitor import start_session

FAULTY = "unit,parent,kind,name,email\nERP,,netwrk,Ann,ann at x\nERP,,network,Bob,bob@example.org"


@dataclass(frozen=True)
class Client:
    """A client with one of everything, and a session of its owner."""

    member: Member
    cookie: str
    paths: dict[str, str]


def make_client(store: Store, folder: Path) -> Client:
    create_owner(store, "first@example.org", NOW, CHANCE)
    ann = consultant(store)
    erased = set_up(store, ann)
    gone = launched(store, ann, erased)
    close_and_settle(store, gone.wave_id, "test", NOW)
    certificate = erase_wave(store, ann, gone.wave_id, gone.wave_id, folder, NOW, CHANCE)
    done = set_up(store, ann)
    closed = launched(store, ann, done)
    answer(store, [i.code for i in closed.invitations], marked("3" * 21))
    close_and_settle(store, closed.wave_id, "test", NOW)
    make_link(store, ann, closed.wave_id, "Carla CIO", 30, NOW, CHANCE)
    running = set_up(store, ann, roster_text() + "Shop,Operations,service-desk,Lee,letter,\n")
    opened = launched(store, ann, running)
    raw = create_assessment(store, ann, "Raw", NOW, CHANCE)
    import_roster(store, ann, raw, roster_text(partners=6))
    planned = plan(store, ann, raw, reminders=(20,))
    faulty = create_assessment(store, ann, "Faulty", NOW, CHANCE)
    start_import(store, ann, faulty, "roster.csv", FAULTY.encode())
    empty = create_assessment(store, ann, "Empty", NOW, CHANCE)
    start_import(store, ann, empty, "roster.csv", roster_text().encode())
    ready = plan(store, ann, done)
    ids = (opened.wave_id, closed.wave_id, certificate)
    made = Made(raw, running, faulty, empty, planned, ready, *ids)
    token = start_session(store, ann, ann.organisation_id)
    return Client(ann, token, paths_of(store, made))


@dataclass(frozen=True)
class Made:
    """The ids of what was made."""

    raw: str
    running: str
    faulty: str
    empty: str
    planned: str
    ready: str
    opened: str
    closed: str
    certificate: str


def paths_of(store: Store, made: Made) -> dict[str, str]:
    """Return every page by name."""
    with store.reading() as work:
        units = {unit.name: unit.id for unit in work.units.of(made.raw)}
    security = f"/assessments/{made.raw}/units/{units['Security']}"
    return {
        "sign in": "/sign-in",
        "second step": "/sign-in/code",
        "link": "/join",
        "forgot": "/forgot",
        "clients": "/clients",
        "assessments": "/assessments",
        "assessment": f"/assessments/{made.raw}",
        "locked assessment": f"/assessments/{made.running}",
        "empty assessment": f"/assessments/{made.empty}",
        "new group": f"/assessments/{made.raw}/units/new",
        "group": security,
        "small group": f"{security}/route",
        "import": f"/assessments/{made.raw}/roster",
        "faulty rows": f"/assessments/{made.faulty}/roster",
        "changes": f"/assessments/{made.empty}/roster",
        "plan": f"/waves/{made.planned}/plan",
        "launch": f"/waves/{made.ready}/plan/launch",
        "heads": f"/assessments/{made.raw}/heads",
        "mail": f"/waves/{made.planned}/plan/mail/invitation",
        "sheet to come": f"/waves/{made.planned}/plan/sheet",
        "questionnaire": f"/waves/{made.planned}/plan/questionnaire/network",
        "open wave": f"/waves/{made.opened}",
        "closed wave": f"/waves/{made.closed}",
        "results": f"/waves/{made.closed}/results",
        "scope": f"/waves/{made.closed}/scope",
        "hand over": f"/waves/{made.closed}/hand-over",
        "certificates": "/certificates",
        "certificate": f"/certificates/{made.certificate}",
        "members": "/members",
        "account": "/account",
        "second factor": "/account/second-factor",
        "log": "/log",
        "sheet": f"/sheet/{made.opened}",
        "nothing": "/waves/0123456789",
    }


@pytest.fixture
def client(sqlite_store: Store, tmp_path: Path) -> Client:
    return make_client(sqlite_store, tmp_path)


@pytest.fixture
def address(sqlite_store: Store, tmp_path: Path) -> Iterator[str]:
    settings = Settings(
        data=tmp_path,
        database="",
        port=free_port(),
        mail="smtp+plain://127.0.0.1:9",
        mail_from="survey@example.org",
    )
    with listening(settings, sqlite_store, lambda: NOW) as address:
        yield address


def check(page: Page, name: str) -> None:
    page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true; })")
    check_dresses(page, name)


def test_every_page_of_the_workspace_is_accessible(
    chromium: Browser, address: str, client: Client
) -> None:
    context = chromium.new_context(bypass_csp=True)
    context.add_cookies([{"name": "siloscope-session", "value": client.cookie, "url": address}])
    context.add_init_script(AXE)
    page = context.new_page()
    for name, path in client.paths.items():
        page.goto(f"{address}{path}")
        check(page, name)
    _check_refusals(page, address, client)
    context.close()


def _check_refusals(page: Page, address: str, client: Client) -> None:
    """Pages that only a form leads to."""
    page.goto(f"{address}{client.paths['plan']}")
    page.locator("input[name=zone]").fill("Nowhere")
    page.get_by_role("button", name="Save", exact=True).click()
    check(page, "refused plan")
    page.goto(f"{address}{client.paths['new group']}")
    page.get_by_label("Name", exact=True).fill("Security")
    page.get_by_role("button", name="Save").click()
    check(page, "refused group")
    page.goto(f"{address}{client.paths['hand over']}")
    page.get_by_label("Reader").fill("Bob")
    page.get_by_role("button", name="Make a link").click()
    check(page, "new link")
    page.goto(f"{address}/sign-in")
    page.get_by_label("E-mail").fill("a@b.cd")
    page.get_by_label("Password").fill("wrong")
    page.get_by_role("button", name="Sign in").click()
    check(page, "refused sign-in")
