"""Where a database of an older version lies, and its keys."""

import shutil
from pathlib import Path

import pytest

from app.storage.wave_keys import WaveKeys


@pytest.fixture
def secrets(tmp_path: Path) -> Path:
    return tmp_path / "data" / "keys"


@pytest.fixture
def keys(tmp_path: Path) -> WaveKeys:
    return WaveKeys(tmp_path / "wave-keys", tmp_path / "mirror")


@pytest.fixture
def sqlite_url(migrated_sqlite: Path, tmp_path: Path) -> str:
    """The file in a data folder of its own, which is searched."""
    (tmp_path / "data").mkdir()
    shutil.copy(migrated_sqlite, tmp_path / "data" / "siloscope.sqlite")
    return f"sqlite:///{tmp_path / 'data' / 'siloscope.sqlite'}"
