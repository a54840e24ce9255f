"""Links to results: what they open, until when, and that only their hash is kept."""

from datetime import timedelta
from pathlib import Path
from random import Random

import pytest

from app.storage.store import Store
from app.usecases.access import (
    BadTerm,
    check_access,
    grant_access,
    links_of,
    make_link,
    note_view,
    revoke_link,
)
from app.usecases.errors import AccessDenied, UnknownWave
from app.usecases.members import BadName, Member, Role
from tests.builders import NOW, launch
from tests.web.visitor import add_account, first_organisation, member_in


@pytest.fixture
def wave_id(store: Store) -> str:
    return launch(store).wave_id


@pytest.fixture
def consultant(store: Store, wave_id: str) -> Member:
    return member_in(store, first_organisation(store), Role.CONSULTANT, add_account(store))


def test_a_key_opens_its_wave(store: Store, wave_id: str) -> None:
    access = check_access(store, grant_access(store, Random(1), wave_id), NOW)
    assert access.wave_id == wave_id
    assert not access.may_change


def test_there_is_no_key_for_a_wave_that_does_not_exist(store: Store) -> None:
    with pytest.raises(UnknownWave):
        grant_access(store, Random(1), "nothing")


@pytest.mark.parametrize("key", ["", "short", "A" * 26, "0" * 26])
def test_a_wrong_key_opens_nothing(store: Store, key: str) -> None:
    with pytest.raises(AccessDenied):
        check_access(store, key, NOW)


def test_a_link_ends_by_itself(store: Store, consultant: Member, wave_id: str) -> None:
    key = make_link(store, consultant, wave_id, "CIO", 30, NOW, Random(1))
    assert check_access(store, key, NOW + timedelta(days=29)).wave_id == wave_id
    with pytest.raises(AccessDenied):
        check_access(store, key, NOW + timedelta(days=30))


def test_a_link_is_ended_at_once(store: Store, consultant: Member, wave_id: str) -> None:
    key = make_link(store, consultant, wave_id, "CIO", 30, NOW, Random(1))
    other = make_link(store, consultant, wave_id, "CFO", 30, NOW, Random(2))
    (_cfo, cio) = links_of(store, consultant, wave_id)
    revoke_link(store, consultant, wave_id, cio.id, NOW)
    with pytest.raises(AccessDenied):
        check_access(store, key, NOW)
    assert check_access(store, other, NOW).wave_id == wave_id


def test_every_opening_is_noted(store: Store, consultant: Member, wave_id: str) -> None:
    key = make_link(store, consultant, wave_id, "CIO", 30, NOW, Random(1))
    for hours in (0, 5):
        note_view(store, key, NOW + timedelta(hours=hours), Random(hours))
    (link,) = links_of(store, consultant, wave_id)
    assert link.views == (NOW + timedelta(hours=5), NOW)
    assert link.id.encode() not in key.encode()


def test_a_link_needs_a_reader_and_an_end(store: Store, consultant: Member, wave_id: str) -> None:
    with pytest.raises(BadName):
        make_link(store, consultant, wave_id, "  ", 30, NOW, Random(1))
    for days in (0, 367):
        with pytest.raises(BadTerm):
            make_link(store, consultant, wave_id, "CIO", days, NOW, Random(1))


def test_the_key_itself_is_not_stored(sqlite_store: Store, tmp_path: Path) -> None:
    key = grant_access(sqlite_store, Random(1), launch(sqlite_store).wave_id)
    for file in tmp_path.rglob("*"):
        if file.is_file():
            assert key.encode() not in file.read_bytes()
