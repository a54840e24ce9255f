"""The menu stands on every page of the workspace, and says where one is."""

import re

import httpx
import pytest

from app.storage.store import Store
from app.usecases.members import Role
from tests.web.client_a import make_client_a
from tests.web.visitor import Visitor, visitor

pytestmark = pytest.mark.anyio

PAGES = {
    "/assessments": "Zanzibar Holdings",
    "/assessments/{assessment_id}": "Zanzibar Holdings",
    "/waves/{wave_id}": "Zanzibar Holdings",
    "/waves/{wave_id}/results": "Zanzibar Holdings",
    "/waves/{wave_id}/scope": "Zanzibar Holdings",
    "/waves/{wave_id}/report": "Zanzibar Holdings",
    "/log": "Log",
    "/certificates": "Log",
    "/members": "Members",
    "/clients": "Clients",
    "/operations": "Operations",
    "/account": "Account",
}


async def test_every_page_has_the_menu_with_its_own_item_marked(
    client: httpx.AsyncClient, sqlite_store: Store
) -> None:
    known = make_client_a(sqlite_store)
    someone = visitor(client, sqlite_store, Role.OWNER, known.organisation, operator=True)
    for path, item in PAGES.items():
        page = (await someone.get(known.path(path))).text
        assert re.findall('aria-current="true">([^<]*)<', page) == [item], path
    for path in ("/waves/0123456789/results", "/no-such-page"):
        page = (await someone.get(path)).text
        assert 'aria-label="Workspace"' in page
        assert "aria-current" not in page
        assert "Type a survey code" not in page


async def test_who_has_no_account_sees_no_menu(
    client: httpx.AsyncClient, sqlite_store: Store
) -> None:
    known = make_client_a(sqlite_store)
    reader = Visitor(client, f"siloscope={known.key}")
    for path in ("results", "scope", "report"):
        page = (await reader.get(f"/waves/{known.closed}/{path}")).text
        assert 'aria-label="Workspace"' not in page
        assert "Sign out" in page
    assert "Type a survey code" in (await reader.get("/no-such-page")).text
