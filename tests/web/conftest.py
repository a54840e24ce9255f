"""A consultant in a browser of its own."""

import httpx
import pytest

from app.storage.store import Store
from tests.usecases.workspace import consultant, set_up
from tests.web.visitor import Visitor, start_session


@pytest.fixture
def ann(client: httpx.AsyncClient, sqlite_store: Store) -> tuple[Visitor, str]:
    """A consultant who signed in, and an assessment of theirs."""
    member = consultant(sqlite_store)
    assessment = set_up(sqlite_store, member)
    token = start_session(sqlite_store, member, member.organisation_id)
    return Visitor(client, f"siloscope-session={token}"), assessment
