"""The units of an assessment: its groups and what they roll up to."""

from collections.abc import Iterable, Sequence

from sqlalchemy import update
from sqlmodel import Session, col, select

from app.storage.tables import AskedUnit, Unit


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
        return [unit for unit in self.ever_of(assessment_id) if not unit.is_retired]

    def ever_of(self, assessment_id: str) -> Sequence[Unit]:
        """Return the units of an assessment, those too that only earlier waves asked."""
        query = select(Unit).where(Unit.assessment_id == assessment_id)
        return _parents_first(self._session.exec(query.order_by(col(Unit.position))).all())

    def save(self, unit: Unit) -> None:
        """Keep what was changed of a unit."""
        self._session.add(unit)
        self._session.flush()

    def remove(self, unit: Unit) -> None:
        """Remove a unit that nobody was ever asked in; one that was is retired.

        What stood below it moves up.
        """
        below = update(Unit).where(col(Unit.parent_id) == unit.id)
        self._session.connection().execute(below.values(parent_id=unit.parent_id))
        asked = select(AskedUnit.unit_id).where(AskedUnit.unit_id == unit.id)
        if self._session.exec(asked).first():
            unit.is_retired = True
            self._session.add(unit)
        else:
            self._session.delete(unit)
        self._session.flush()


def _parents_first(units: Sequence[Unit]) -> list[Unit]:
    """Put each unit behind the one above it, and else leave them in their order.

    Positions alone do not say so: a unit may have been put below one that came later.
    """
    ids = {unit.id for unit in units}
    below: dict[str | None, list[Unit]] = {}
    for unit in reversed(units):
        below.setdefault(unit.parent_id if unit.parent_id in ids else None, []).append(unit)
    ordered, waiting = [], below.get(None, [])
    while waiting:
        unit = waiting.pop()
        ordered.append(unit)
        waiting += below.get(unit.id, [])
    # Units that stand below each other in a ring are reached from nowhere, and still there.
    reached = {unit.id for unit in ordered}
    return ordered + [unit for unit in units if unit.id not in reached]
