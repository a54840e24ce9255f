"""The roster: who is invited. Nothing here knows whether they answered."""

from collections.abc import Iterable, Sequence

from sqlalchemy import delete, func
from sqlmodel import Session, col, select

from app.storage.tables import Invitee, Person, Unit


class People:
    """Everybody on a roster."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add_all(self, people: Iterable[Person]) -> None:
        """Keep new people."""
        self._session.add_all(people)
        self._session.flush()

    def of(self, assessment_id: str) -> Sequence[Person]:
        """Return the people of an assessment by unit and name."""
        query = (
            select(Person)
            .join(Unit, col(Person.unit_id) == col(Unit.id))
            .where(Unit.assessment_id == assessment_id)
        )
        return self._session.exec(query.order_by(col(Unit.position), Person.name)).all()

    def addresses(self, assessment_id: str) -> dict[str, list[str]]:
        """Return the addresses of each unit's people, by their names; of a letter it is empty.

        Without the people themselves: tens of thousands cost a page half a second.
        """
        query = (
            select(Person.unit_id, Person.email)
            .join(Unit, col(Person.unit_id) == col(Unit.id))
            .where(Unit.assessment_id == assessment_id)
            .order_by(Person.name)
        )
        found: dict[str, list[str]] = {}
        for unit_id, address in self._session.exec(query):
            found.setdefault(unit_id, []).append(address)
        return found

    def without_address(self, assessment_id: str) -> dict[str, int]:
        """Return how many people of each unit have no address; units of none are absent."""
        query = (
            select(Person.unit_id, func.count())
            .join(Unit, col(Person.unit_id) == col(Unit.id))
            .where(Unit.assessment_id == assessment_id, Person.email == "")
            .group_by(col(Person.unit_id))
        )
        return dict(self._session.exec(query).all())

    def get(self, person_id: str) -> Person | None:
        """Return a person, or None."""
        return self._session.get(Person, person_id)

    def in_unit(self, unit_id: str) -> Sequence[Person]:
        """Return the people of a unit by name."""
        query = select(Person).where(Person.unit_id == unit_id)
        return self._session.exec(query.order_by(Person.name)).all()

    def save(self, person: Person) -> None:
        """Keep what was changed of a person."""
        self._session.add(person)

    def remove(self, person: Person) -> None:
        """Take somebody off the roster, and off those of earlier waves."""
        gone = delete(Invitee).where(col(Invitee.person_id) == person.id)
        self._session.connection().execute(gone)
        self._session.delete(person)
