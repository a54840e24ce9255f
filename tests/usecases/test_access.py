"""Keys: what they open, and that only their hash is kept."""

from pathlib import Path
from random import Random

import pytest

from app.storage.store import Store
from app.usecases.access import check_access, grant_access
from app.usecases.errors import AccessDenied, UnknownWave
from tests.builders import launch


def test_a_consultants_key_opens_everything(store: Store) -> None:
    access = check_access(store, grant_access(store, Random(1)))
    assert access.wave_id is None
    assert access.may_see("any wave")


def test_a_key_for_one_wave_opens_no_other(store: Store) -> None:
    wave = launch(store)
    access = check_access(store, grant_access(store, Random(1), wave.wave_id))
    assert access.may_see(wave.wave_id)
    assert not access.may_see("another")


def test_there_is_no_key_for_a_wave_that_does_not_exist(store: Store) -> None:
    with pytest.raises(UnknownWave):
        grant_access(store, Random(1), "nothing")


@pytest.mark.parametrize("key", ["", "short", "A" * 26, "0" * 26])
def test_a_wrong_key_opens_nothing(store: Store, key: str) -> None:
    with pytest.raises(AccessDenied):
        check_access(store, key)


def test_the_key_itself_is_not_stored(sqlite_store: Store, tmp_path: Path) -> None:
    key = grant_access(sqlite_store, Random(1))
    for file in tmp_path.rglob("*"):
        if file.is_file():
            assert key.encode() not in file.read_bytes()
