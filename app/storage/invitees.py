"""Who was invited in which wave: a fact of the roster, which says nothing of answering."""

from collections.abc import Iterable, Mapping

from sqlalchemy import insert
from sqlmodel import Session, select

from app.storage.tables import Invitee, UnitCode


class Invitees:
    """Everybody who was invited with a link of their own, by wave."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add_all(self, wave_id: str, invitees: Iterable[tuple[str, str]]) -> None:
        """Keep who is invited, (person, unit) each; by their random ids, so in no order."""
        rows = [
            {"wave_id": wave_id, "person_id": person, "unit_id": unit}
            for person, unit in sorted(invitees)
        ]
        if rows:
            self._session.connection().execute(insert(Invitee), rows)

    def of(self, wave_id: str) -> dict[str, str]:
        """Return the unit in which each person was invited, by the person's id."""
        query = select(Invitee.person_id, Invitee.unit_id).where(Invitee.wave_id == wave_id)
        return dict(self._session.exec(query).all())

    def overlap(self, wave_id: str, earlier_wave_id: str) -> dict[str, float]:
        """Return the share of each unit's invitees who were invited in it in an earlier wave.

        Units are absent where that is not known: where a code was shared, in either wave, and
        where nobody noted who was invited.
        """
        return self.kept(self.of(wave_id), earlier_wave_id)

    def kept(self, people: Mapping[str, str], earlier_wave_id: str) -> dict[str, float]:
        """Return the same for people by the unit in which they would be invited now."""
        before = self.of(earlier_wave_id)
        if not before:
            return {}
        shared = select(UnitCode.unit_id).where(UnitCode.wave_id == earlier_wave_id)
        unknown = set(self._session.exec(shared))
        now: dict[str, int] = {}
        again: dict[str, int] = {}
        for person, unit in people.items():
            now[unit] = now.get(unit, 0) + 1
            again[unit] = again.get(unit, 0) + (before.get(person) == unit)
        return {unit: again[unit] / now[unit] for unit in now if unit not in unknown}
