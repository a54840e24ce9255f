"""The keys of waves against the waves: leftovers go, missing ones are told, strange ones stay."""

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
    with sqlite_store.reading() as work:
        digest = work.waves.get(wave).box_digest  # type: ignore[union-attr]
    keys = sqlite_store.wave_keys.need(wave, digest, LINKS, "box", "seal")
    close_wave(sqlite_store, wave, NOW)
    sqlite_store.wave_keys.create(wave, keys)
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
    sqlite_store.wave_keys.drop(wave)
    state = tidy_keys(sqlite_store)
    assert state.lost == (wave,)
    assert f"keys of the wave {wave} are missing" in caplog.text
    (said,) = state_in_words(state)
    assert said.startswith(f"Keys of the wave {wave} are missing: put its files back")


def test_a_wave_with_the_keys_of_another_one_is_lost(sqlite_store: Store) -> None:
    wave, other = launch(sqlite_store).wave_id, launch(sqlite_store, name="B", seed=2).wave_id
    for name in sqlite_store.wave_keys.names(other):
        file = sqlite_store.wave_keys.folder / f"{other}.{name}"
        file.rename(sqlite_store.wave_keys.folder / f"{wave}.{name}")
    assert key_state(sqlite_store).lost == tuple(sorted((wave, other)))


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
