"""A consultant, and an assessment of hers."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from app.storage.store import Store
from app.usecases.advice import edit_line, first_question, lines_of
from app.usecases.handover import export_client
from app.usecases.members import Member
from app.usecases.results import view_results
from tests.builders import NOW
from tests.usecases.moving import OWNER
from tests.usecases.workspace import close, consultant, launched, plan, set_up
from tests.web.visitor import add_account


@pytest.fixture
def ann(store: Store) -> Member:
    return consultant(store)


@pytest.fixture
def assessment(store: Store, ann: Member) -> str:
    return set_up(store, ann)


@pytest.fixture
def moved(store: Store, ann: Member, assessment: str) -> tuple[str, bytes]:
    """A closed wave, an edited line of its advice and a plan, and the file of the client."""
    wave = launched(store, ann, assessment, retention_days=30)
    close(store, wave.wave_id)
    release = view_results(store, wave.wave_id).release
    for line in lines_of(release, first_question(release)).values():
        edit_line(store, ann, wave.wave_id, line, f"Our own {line.text}", NOW)
    plan(store, ann, assessment)
    return wave.wave_id, export_client(store, ann, NOW)


@pytest.fixture
def other(tmp_path: Path) -> Iterator[Store]:
    folder = tmp_path / "other"
    with closing(Store.open(f"sqlite:///{folder}/other.sqlite", folder / "keys")) as store:
        add_account(store, OWNER)
        yield store
