"""The frozen releases: one for each closed wave, never changed."""

from sqlmodel import Session, col, select

from app.scoring.release import RULES, Release
from app.storage.tables import FrozenRelease

#: How a release of today's rules begins: they are its first field.
_NEW = f'{{"rules":{RULES},'


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

    def of_older_rules(self) -> list[str]:
        """Return the waves whose release was made by rules before today's."""
        query = select(FrozenRelease.wave_id).where(
            ~col(FrozenRelease.content).startswith(_NEW, autoescape=True)
        )
        return sorted(self._session.exec(query))

    def content_of_older_rules(self, wave_id: str) -> str | None:
        """Return the JSON of a release of older rules, or None if it is gone, or was renewed."""
        row = self._session.get(FrozenRelease, wave_id, with_for_update=True)
        return None if row is None or row.content.startswith(_NEW) else row.content

    def renew(self, wave_id: str, release: Release) -> None:
        """Put a release of today's rules in the place of an older one."""
        row = self._session.get_one(FrozenRelease, wave_id)
        row.content = release.model_dump_json()
        self._session.flush()
