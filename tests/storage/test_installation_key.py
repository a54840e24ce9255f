"""The installation's key: made once, and never silently replaced."""

from contextlib import closing
from pathlib import Path

import pytest

from app.storage.installation_key import InstallationKeyLost
from app.storage.store import Store
from tests.usecases.workspace import consultant


def test_a_key_that_is_lost_is_told_and_not_replaced(tmp_path: Path) -> None:
    url, keys = f"sqlite:///{tmp_path / 'siloscope.sqlite'}", tmp_path / "keys"
    with closing(Store.open(url, keys)) as store:
        consultant(store)
        before = store.installation_key.derive("test")
    key = keys / "installation.key"
    content = key.read_bytes()
    key.unlink()
    with pytest.raises(InstallationKeyLost, match="Put it back from a backup"):
        Store.open(url, keys)
    assert not key.exists()
    key.write_bytes(content)
    with closing(Store.open(url, keys)) as store:
        assert store.installation_key.derive("test") == before
