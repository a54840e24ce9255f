"""The units of an assessment: its groups and what they roll up to."""

from collections.abc import Iterable, Sequence

from sqlmodel import Session, col, select

from app.storage.tables import Unit


class Units:
    """All units."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add_all(self, units: Iterable[Unit]) -> None:
        """Keep new units; parents come before their children."""
        for unit in units:
            self._session.add(unit)
            self._session.flush()

    def get(self, unit_id: str) -> Unit | None:
        """Return a unit, or None."""
        return self._session.get(Unit, unit_id)

    def of(self, assessment_id: str) -> Sequence[Unit]:
        """Return the units of an assessment, parents before their children."""
        query = select(Unit).where(Unit.assessment_id == assessment_id)
        return self._session.exec(query.order_by(col(Unit.position))).all()
