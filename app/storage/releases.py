"""The frozen releases: one for each closed wave, never changed."""

from sqlmodel import Session, select

from app.scoring.release import Release
from app.storage.tables import FrozenRelease


class Releases:
    """All releases."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def freeze(self, wave_id: str, release: Release) -> None:
        """Keep the release of a wave; it is written once."""
        self._session.add(FrozenRelease(wave_id=wave_id, content=release.model_dump_json()))
        self._session.flush()

    def get(self, wave_id: str) -> Release | None:
        """Return the release of a wave, or None before its close."""
        row = self._session.get(FrozenRelease, wave_id)
        return None if row is None else Release.model_validate_json(row.content)

    def has(self, wave_id: str) -> bool:
        """Return whether the release of a wave is frozen."""
        query = select(FrozenRelease.wave_id).where(FrozenRelease.wave_id == wave_id)
        return self._session.exec(query).first() is not None
