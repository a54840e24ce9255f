"""Who may open what: every route, with everybody. A route without a row here fails the test."""

import shutil
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from starlette.routing import Route

from app.main import ROOMS, create_app
from app.settings import Settings
from app.storage.database import create_database_engine
from app.storage.store import Store
from app.usecases.members import Role
from tests.builders import NOW
from tests.web.client_a import SECRET, ClientA, make_client_a, other_clients_consultant
from tests.web.visitor import Visitor, add_account, member_in, start_session

pytestmark = pytest.mark.anyio

NOBODY, RESPONDENT, READER = "nobody", "respondent", "holder of a link"
VIEWER, CONSULTANT, OWNER, OTHER = "viewer", "consultant", "owner", "other client's consultant"
OPERATOR = "operator of no client"
EVERYBODY = frozenset({NOBODY, RESPONDENT, READER, VIEWER, CONSULTANT, OWNER, OTHER, OPERATOR})
SIGNED_IN = EVERYBODY - {NOBODY, RESPONDENT, READER}
#: Pages of one's own client; another client's consultant sees the pages of theirs.
MEMBERS = SIGNED_IN - {OPERATOR}
CONSULTANTS = MEMBERS - {VIEWER}
OURS = CONSULTANTS - {OTHER}
READERS = OURS | {READER, VIEWER}

WAVE, PLAN, ASSESSMENT = "/waves/{wave_id}", "/waves/{wave_id}/plan", "/assessments/{assessment_id}"
ROWS: dict[str, frozenset[str]] = {
    **dict.fromkeys(
        [
            "GET /",
            *("GET /health", "GET /health/live", "GET /health/ready"),
            "GET /robots.txt",
            "GET /static/{version}/{name}",
            *("GET /s", "POST /s", "POST /s/questions", "POST /s/send"),
            *("GET /sign-in", "POST /sign-in", "GET /sign-in/code", "POST /sign-in/code"),
            *("GET /join", "POST /join", "POST /join/password", "GET /forgot", "POST /forgot"),
            *("GET /enter", "POST /enter", "POST /leave"),
            *("GET /sheet/{wave_id}", "GET /sheet/{wave_id}/sheet.pdf"),
        ],
        EVERYBODY,
    ),
    **dict.fromkeys(
        [
            *("GET /account", "POST /account/password", "POST /account/sign-out-everywhere"),
            *("GET /account/second-factor", "POST /account/second-factor", "GET /clients"),
        ],
        SIGNED_IN,
    ),
    "POST /clients": frozenset({OPERATOR}),
    "GET /operations": frozenset({OPERATOR}),
    "POST /operations/mail": frozenset({OPERATOR}),
    "POST /operations/clock": frozenset({OPERATOR}),
    "POST /clients/{organisation_id}/open": frozenset({VIEWER, CONSULTANT, OWNER}),
    "GET /assessments": MEMBERS,
    **dict.fromkeys(["POST /assessments", "GET /log", "GET /certificates"], CONSULTANTS),
    **dict.fromkeys(
        [
            *(
                f"GET {ASSESSMENT}",
                f"POST {ASSESSMENT}/waves",
                f"POST {ASSESSMENT}/remove",
                "GET /certificates/{certificate_id}",
            ),
            *(f"{way} {ASSESSMENT}/roster" for way in ("GET", "POST")),
            *(f"POST {ASSESSMENT}/roster/{deed}" for deed in ("rows", "apply", "drop")),
            *(f"{way} {ASSESSMENT}/units/new" for way in ("GET", "POST")),
            *(f"{way} {ASSESSMENT}/units/{{unit_id}}" for way in ("GET", "POST")),
            *(f"{way} {ASSESSMENT}/units/{{unit_id}}/route" for way in ("GET", "POST")),
            *(f"{way} {PLAN}" for way in ("GET", "POST")),
            *(f"GET {PLAN}/{page}" for page in ("mail/{text}", "questionnaire/{kind}", "sheet")),
            *(f"{way} {PLAN}/launch" for way in ("GET", "POST")),
            *(f"{way} {ASSESSMENT}/heads" for way in ("GET", "POST")),
            f"POST {PLAN}/drop",
            *(f"GET {WAVE}{page}" for page in ("", "/hand-over")),
            *(
                f"POST {WAVE}/{deed}"
                for deed in ("extend", "close", "remind", "retry", "address", "bounces")
            ),
            *(f"POST {WAVE}/{deed}" for deed in ("letters.pdf", "codes.pdf", "archive.zip")),
            *(f"POST {WAVE}/{deed}" for deed in ("links", "links/{link_id}/revoke")),
            *(f"POST {WAVE}/{deed}" for deed in ("retention", "erase", "scope/lines")),
        ],
        OURS,
    ),
    **dict.fromkeys(
        [
            f"GET {WAVE}/{page}"
            for page in ("results", "results/chart.json", "report", "report.pdf", "scope")
        ],
        READERS,
    ),
    "GET /members": frozenset({OWNER}),
    "POST /members": frozenset({OWNER}),
    "POST /client.zip": frozenset({OWNER}),
    f"POST {WAVE}/report": READERS,
    "POST /members/{account_id}": frozenset({OWNER}),
}


def route_table(tmp_path: Path, store: Store) -> Iterator[str]:
    """Return every route of the site."""
    app = create_app(Settings(data=tmp_path, database="", base_url="http://127.0.0.1"), store)
    rooms = [room.router.routes for room in ROOMS]
    found = [route for routes in (app.router.routes, *rooms) for route in routes]
    for route in found:
        if isinstance(route, Route):
            for method in sorted((route.methods or set()) - {"HEAD"}):
                yield f"{method} {route.path}"


def test_every_route_has_a_row(tmp_path: Path, sqlite_store: Store) -> None:
    assert set(route_table(tmp_path, sqlite_store)) == set(ROWS)


@dataclass(frozen=True)
class World:
    """A database with our client and everybody's cookies, to be copied for each test."""

    file: Path
    keys: Path
    ours: ClientA
    cookies: dict[str, str]


@pytest.fixture(scope="module")
def world(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> World:
    folder = tmp_path_factory.mktemp("world")
    file = folder / "world.sqlite"
    file.write_bytes(migrated_sqlite.read_bytes())
    store = Store(create_database_engine(f"sqlite:///{file}"), folder / "keys")
    ours = make_client_a(store)
    other = other_clients_consultant(store)
    operator = add_account(store, operator=True)
    cookies = {
        NOBODY: "",
        RESPONDENT: f"siloscope={ours.respondent_code}",
        READER: f"siloscope={ours.key}",
        OTHER: f"siloscope-session={start_session(store, other, other.organisation_id)}",
        OPERATOR: f"siloscope-session={start_session(store, operator, None)}",
    }
    for name in (VIEWER, CONSULTANT, OWNER):
        member = member_in(store, ours.organisation, Role(name), add_account(store))
        token = start_session(store, member, ours.organisation)
        cookies[name] = f"siloscope-session={token}"
    with store.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    store.close()
    return World(file, folder / "keys", ours, cookies)


@pytest.fixture
def store(world: World, tmp_path: Path) -> Iterator[Store]:
    file = tmp_path / "siloscope.sqlite"
    file.write_bytes(world.file.read_bytes())
    shutil.copytree(world.keys, tmp_path / "keys")
    store = Store(create_database_engine(f"sqlite:///{file}"), tmp_path / "keys")
    yield store
    store.close()


@pytest.fixture
async def visitors(
    store: Store, world: World, settings: Settings
) -> AsyncIterator[dict[str, Visitor]]:
    app = create_app(settings, store, now=lambda: NOW)
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as browser:
        yield {name: Visitor(browser, cookie) for name, cookie in world.cookies.items()}


def is_refused(answer: httpx.Response) -> bool:
    """Return whether a page was kept from somebody: led to the sign-in, refused, or not there."""
    led = answer.headers.get("location", "") in ("/sign-in", "/clients", "/sign-in/code")
    return answer.status_code in (403, 404) or (answer.status_code == 303 and led)


@pytest.mark.usefixtures("shared_fonts")
@pytest.mark.parametrize("name", sorted(ROWS))
async def test_a_route_is_open_to_its_roles_only(
    visitors: dict[str, Visitor], world: World, store: Store, name: str
) -> None:
    method, route = name.split(" ")
    path, allowed = world.ours.path(route), ROWS[name]
    # Those who may not come first: what they could do must not hide behind what others did.
    for who in sorted(visitors, key=lambda who: who in allowed):
        if name.endswith("sign-out-everywhere") and who in allowed:
            continue  # ends the session of whoever asks
        answer = await visitors[who].ask(method, path)
        assert answer.status_code < 500, who
        if who not in allowed:
            assert is_refused(answer), (who, answer.status_code)
        if who not in READERS and not name.startswith("GET /sheet"):
            assert SECRET not in answer.text, who
    with store.reading() as work:
        assert work.waves.get(world.ours.closed) is not None


#: Of these a form without anything in it is refused, whoever sends it.
EMPTY_REFUSED = (
    "static",
    "roster/",
    "/join",
    "/sign-in",
    "/enter",
    "POST /s",
    "scope/",
    "password",
)


@pytest.mark.parametrize("name", sorted(name for name in ROWS if ROWS[name] & OURS))
@pytest.mark.usefixtures("shared_fonts")
async def test_a_route_lets_its_roles_in(
    visitors: dict[str, Visitor], world: World, name: str
) -> None:
    method, route = name.split(" ")
    if any(part in name for part in EMPTY_REFUSED) or name.endswith("everywhere"):
        return
    who = CONSULTANT if CONSULTANT in ROWS[name] else OWNER
    answer = await visitors[who].ask(method, world.ours.path(route))
    assert not is_refused(answer), answer.status_code


async def test_the_matrix_tells_a_page_that_is_shown_from_one_that_is_not(
    visitors: dict[str, Visitor], world: World
) -> None:
    path = world.ours.path(ASSESSMENT)
    shown = await visitors[OWNER].get(path)
    assert not is_refused(shown)
    assert is_refused(await visitors[OTHER].get(path))
    assert SECRET in shown.text
