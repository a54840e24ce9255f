"""kill -9 at every point of a launch and of a close: nothing is lost, no key is out of place."""

from datetime import timedelta
from pathlib import Path
from random import Random

import pytest

from app.storage.database import create_database_engine
from app.storage.store import Store
from app.storage.wave_keys import NEEDED, WaveKeys
from app.usecases.launches import open_next_wave
from app.usecases.schedule import close_and_settle, finish_closes
from app.usecases.wave_keys import key_state, tidy_keys
from app.usecases.waves import read_comments
from tests.builders import NOW, codes_of, instrument, launch
from tests.submissions import submission
from tests.usecases.killed import killed_at

#: More points than a launch or a close has, so that some runs come to their end.
MOST = 60


@pytest.fixture
def keys(tmp_path: Path) -> WaveKeys:
    return WaveKeys(tmp_path / "wave-keys", tmp_path / "mirror")


def test_a_close_that_is_killed_anywhere_is_finished_and_loses_nothing(
    database_url: str, keys: WaveKeys
) -> None:
    kills = 0
    store = Store(create_database_engine(database_url), keys.folder, keys)
    for point in range(MOST):
        wave = launch(store, name=f"Acme {point}", seed=point + 1, modules=("pain-points",))
        codes = codes_of(wave, "ERP") + codes_of(wave, "Development")
        for number, code in enumerate(codes):
            sent = submission(store, code, comment=f"comment {number}")
            store.ballot_box.submit(sent).result()

        def deed(other: Store, wave_id: str = wave.wave_id) -> None:
            close_and_settle(other, wave_id, "test", NOW)

        # No connection is shared with the process that dies.
        store.ballot_box.close()
        store.engine.dispose()
        was_killed = killed_at(point, database_url, keys, deed)
        kills += was_killed
        with store.reading() as work:
            row = work.waves.get(wave.wave_id)
            assert row is not None
            begun = row.closed_at is not None
        if not begun:
            # Killed before the first commit: the wave is open as before, with all its keys.
            assert key_state(store).lost == ()
            close_and_settle(store, wave.wave_id, "test", NOW)
        # What every start and every hour does.
        finish_closes(store, NOW + timedelta(hours=1))
        tidy_keys(store)
        with store.reading() as work:
            release = work.releases.get(wave.wave_id)
            assert release is not None
            assert (release.answered, work.sealed.count(wave.wave_id)) == (20, 0)
            assert list(work.sealed.boxes(wave.wave_id)) == []
        assert set(read_comments(store, wave.wave_id)) == {f"comment {n}" for n in range(20)}
        assert store.wave_keys.names(wave.wave_id) == {"words", "public"}
        if not was_killed:
            break
    assert kills >= 20
    assert kills < MOST - 1, "a close has more points than were tried"
    store.close()


def test_a_launch_that_is_killed_anywhere_leaves_no_open_wave_without_keys(
    database_url: str, keys: WaveKeys
) -> None:
    kills = opened = 0
    store = Store(create_database_engine(database_url), keys.folder, keys)
    first = launch(store)
    for point in range(MOST):

        def deed(other: Store, seed: int = point) -> None:
            asked = instrument("pain-points")
            open_next_wave(other, first.assessment_id, asked, NOW, Random(seed + 100))

        store.engine.dispose()
        was_killed = killed_at(point, database_url, keys, deed)
        kills += was_killed
        with store.reading() as work:
            found = [wave.id for wave in work.waves.of(first.assessment_id)]
        opened = len(found)
        assert key_state(store).lost == ()
        for wave_id in found:
            assert set(NEEDED) <= store.wave_keys.names(wave_id)
        if not was_killed:
            break
    assert kills >= 20
    assert 1 < opened <= kills + 2
    store.close()


def test_a_kill_between_the_release_and_its_keys_is_noticed_without_the_tidying(
    database_url: str, keys: WaveKeys
) -> None:
    """The control: keys do stay behind where nobody goes on."""
    store = Store(create_database_engine(database_url), keys.folder, keys)
    stayed = 0
    for point in range(MOST):
        wave = launch(store, seed=point + 1)

        def deed(other: Store, wave_id: str = wave.wave_id) -> None:
            close_and_settle(other, wave_id, "test", NOW)

        store.engine.dispose()
        if not killed_at(point, database_url, keys, deed):
            break
        with store.reading() as work:
            is_released = work.releases.has(wave.wave_id)
        stayed += is_released and bool(store.wave_keys.names(wave.wave_id))
    assert stayed > 0
    store.close()
