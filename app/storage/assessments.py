"""Assessments."""

from collections.abc import Sequence

from sqlmodel import Session, select

from app.storage.tables import Assessment


class Assessments:
    """All assessments of this installation."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, assessment: Assessment) -> None:
        """Keep a new assessment."""
        self._session.add(assessment)
        self._session.flush()

    def get(self, assessment_id: str) -> Assessment | None:
        """Return an assessment, or None."""
        return self._session.get(Assessment, assessment_id)

    def all(self) -> Sequence[Assessment]:
        """Return all assessments by name."""
        return self._session.exec(select(Assessment).order_by(Assessment.name)).all()
