"""A consultant, and an assessment of hers."""

import pytest

from app.storage.store import Store
from app.usecases.members import Member
from tests.usecases.workspace import consultant, set_up


@pytest.fixture
def ann(store: Store) -> Member:
    return consultant(store)


@pytest.fixture
def assessment(store: Store, ann: Member) -> str:
    return set_up(store, ann)
