"""The keys that open the consultant's pages, or the results of one wave."""

from sqlmodel import Session

from app.storage.tables import AccessKey


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
