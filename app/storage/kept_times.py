"""The time that is kept in the database, one row for all processes."""

from datetime import datetime

from sqlmodel import Session

from app.storage.workspace_tables import KeptTime


class KeptTimes:
    """The time as the site last knew it."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def get(self) -> datetime | None:
        """Return the time that was kept last; None before the first."""
        row = self._session.get(KeptTime, 1)
        return None if row is None else row.at

    def keep(self, moment: datetime) -> None:
        """Keep a time in place of the one before."""
        self._session.merge(KeptTime(id=1, at=moment))
