"""The keys that open the results of one wave, and when they were used."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from app.storage.tables import AccessKey
from app.storage.workspace_tables import AccessView


class AccessKeys:
    """All access keys, by their hash."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, key: AccessKey) -> None:
        """Keep a new key's hash."""
        self._session.add(key)
        self._session.flush()

    def get(self, key_hash: bytes) -> AccessKey | None:
        """Return the key with this hash, or None."""
        return self._session.get(AccessKey, key_hash)

    def of(self, wave_id: str) -> Sequence[AccessKey]:
        """Return the keys of a wave by what they are called."""
        query = select(AccessKey).where(AccessKey.wave_id == wave_id)
        return self._session.exec(query.order_by(AccessKey.label, col(AccessKey.key_hash))).all()

    def save(self, key: AccessKey) -> None:
        """Keep what was changed of a key."""
        self._session.add(key)
        self._session.flush()

    def note_view(self, view: AccessView) -> None:
        """Keep that results were opened with a key."""
        self._session.add(view)
        self._session.flush()

    def views(self, key_hash: bytes) -> Sequence[datetime]:
        """Return when a key was used, the latest first."""
        query = select(AccessView.viewed_at).where(AccessView.key_hash == key_hash)
        return self._session.exec(query.order_by(col(AccessView.viewed_at).desc())).all()
