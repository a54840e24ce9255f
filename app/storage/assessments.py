"""Assessments."""

from collections.abc import Sequence

from sqlmodel import Session, select

from app.storage.tables import Assessment, Organisation


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

    def lock(self, assessment_id: str) -> None:
        """Keep others from changing an assessment until the commit."""
        query = select(Assessment.id).where(Assessment.id == assessment_id).with_for_update()
        self._session.exec(query).first()

    def of(self, organisation_id: str) -> Sequence[Assessment]:
        """Return the assessments of an organisation by name."""
        query = select(Assessment).where(Assessment.organisation_id == organisation_id)
        return self._session.exec(query.order_by(Assessment.name)).all()

    def organisation_of(self, assessment_id: str) -> Organisation | None:
        """Return the organisation whose assessment it is, or None."""
        assessment = self.get(assessment_id)
        if assessment is None:
            return None
        return self._session.get(Organisation, assessment.organisation_id)
