"""The keys of waves against the waves: leftovers go, missing ones are told, strange ones stay."""

from random import Random

import pytest

from app.storage.store import Store
from app.storage.wave_keys import LINKS
from app.usecases.wave_keys import (
    KeysNotDestroyed,
    KeyState,
    destroy_unknown,
    key_state,
    state_in_words,
    tidy_keys,
)
from app.usecases.waves import close_wave
from tests.builders import NOW, launch


def test_an_open_wave_keeps_its_key_and_nothing_is_amiss(sqlite_store: Store) -> None:
    wave = launch(sqlite_store).wave_id
    assert tidy_keys(sqlite_store) == KeyState()
    assert sqlite_store.wave_keys.read(wave) is not None
    assert state_in_words(KeyState()) == ()


def test_keys_that_a_crash_left_after_the_close_are_destroyed(sqlite_store: Store) -> None:
    wave = launch(sqlite_store).wave_id
    key = sqlite_store.wave_keys.read(wave)
    assert key is not None
    close_wave(sqlite_store, wave, NOW, Random(1))
    sqlite_store.wave_keys.create(wave, {LINKS: key})
    assert key_state(sqlite_store).left == (wave,)
    tidy_keys(sqlite_store)
    assert sqlite_store.wave_keys.read(wave) is None
    assert key_state(sqlite_store) == KeyState()


def test_a_wave_whose_close_is_not_done_keeps_its_key(sqlite_store: Store) -> None:
    wave = launch(sqlite_store).wave_id
    with sqlite_store.writing() as work:
        work.waves.close(wave, NOW)
        work.commit()
    tidy_keys(sqlite_store)
    assert sqlite_store.wave_keys.read(wave) is not None


def test_an_open_wave_without_its_key_is_told(
    sqlite_store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    wave = launch(sqlite_store).wave_id
    sqlite_store.wave_keys.destroy(wave)
    state = tidy_keys(sqlite_store)
    assert state.lost == (wave,)
    assert f"the key of the open wave {wave} is missing" in caplog.text
    (said,) = state_in_words(state)
    assert said.startswith(f"The key of the open wave {wave} is missing: put its file back")


def test_keys_of_a_wave_that_nobody_knows_stay_until_somebody_says_so(sqlite_store: Store) -> None:
    sqlite_store.wave_keys.create("other", {LINKS: b"of another installation"})
    assert tidy_keys(sqlite_store).unknown == ("other",)
    assert sqlite_store.wave_keys.read("other") is not None
    assert destroy_unknown(sqlite_store, "other") == 1
    with pytest.raises(KeysNotDestroyed, match="No key of a wave other is here"):
        destroy_unknown(sqlite_store, "other")


def test_no_key_of_a_known_wave_is_destroyed_by_hand(sqlite_store: Store) -> None:
    wave = launch(sqlite_store).wave_id
    with pytest.raises(KeysNotDestroyed, match="go by themselves once it is closed"):
        destroy_unknown(sqlite_store, wave)
    assert sqlite_store.wave_keys.read(wave) is not None
