"""kill -9 at every point of an upgrade: the next start goes on, and nothing is lost or doubled."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import make_url
from sqlalchemy.engine.base import RootTransaction

from app.storage import sole_use, wave_keys
from app.storage.plain_answers import PlainAnswers
from app.storage.wave_keys import WaveKeys
from app.usecases import upgrade
from app.usecases.schedule import close_and_settle, finish_closes
from app.usecases.upgrade import open_store
from app.usecases.wave_keys import tidy_keys
from tests.builders import NOW
from tests.postgres import PostgresServer
from tests.upgrade.checks import check_all, check_closed, check_sending
from tests.usecases.killed import killed_on_its_way
from tests.usecases.older import make_older, waves_of

#: Both ends of each commit, each key written or removed, each table written anew or dropped.
POINTS = (
    (RootTransaction, "commit"),
    (wave_keys, "write_file"),
    (wave_keys, "_destroy"),
    (PlainAnswers, "keep_sealed"),
    (PlainAnswers, "remove"),
    (upgrade, "write_anew"),
    (sole_use, "_set_temporary"),
    (sole_use, "empty_log"),
    (upgrade, "finish_closes"),
)
#: Killed at each so many points: all would take minutes, and several ends of a run say the same.
STEP = 9
#: More points than an upgrade has.
MOST = 200


@pytest.fixture
def whole(
    request: pytest.FixtureRequest, database_url: str, tmp_path: Path
) -> Callable[[int], tuple[str, Path, WaveKeys]]:
    """Copies of a database of before with its keys: address, folder of secrets, keys of waves."""
    made = tmp_path / "made"
    make_older(database_url, "0006", made / "data" / "keys", WaveKeys(made / "wave-keys"))

    def copy(number: int) -> tuple[str, Path, WaveKeys]:
        folder = tmp_path / str(number)
        shutil.copytree(made, folder)
        keys = WaveKeys(folder / "wave-keys", folder / "mirror")
        if database_url.startswith("sqlite"):
            file = folder / "siloscope.sqlite"
            shutil.copy(database_url.removeprefix("sqlite:///"), file)
            return f"sqlite:///{file}", folder / "data" / "keys", keys
        server: PostgresServer = request.getfixturevalue("postgres")
        source = str(make_url(database_url).database)
        name = f"{source}_{number}"
        server.execute(f"CREATE DATABASE {name} TEMPLATE {source} STRATEGY file_copy")
        request.addfinalizer(lambda: server.execute(f"DROP DATABASE {name} WITH (FORCE)"))
        return server.url(name), folder / "data" / "keys", keys

    return copy


def test_an_upgrade_that_is_killed_anywhere_is_finished_by_the_next_start(
    whole: Callable[[int], tuple[str, Path, WaveKeys]],
) -> None:
    kills, point = 0, -1
    for point in range(0, MOST, STEP):
        url, secrets, keys = whole(point)

        def deed(url: str = url, secrets: Path = secrets, keys: WaveKeys = keys) -> None:
            open_store(url, secrets, keys, NOW)

        was_killed = killed_on_its_way(point, POINTS, deed)
        # And the next start too, somewhere else.
        kills += was_killed + killed_on_its_way(point // 2, POINTS, deed)
        store = open_store(url, secrets, keys, NOW)
        waves = waves_of("0006")
        finish_closes(store, NOW)
        tidy_keys(store)
        check_all(store, waves)
        check_sending(store, waves["Open"])
        close_and_settle(store, "waveOpen", "test", NOW)
        check_closed(store, waves["Open"], waves["Open"].texts)
        store.close()
        if not was_killed:
            break
    assert kills >= 20
    assert point < MOST - STEP, "an upgrade has more points than were tried"
