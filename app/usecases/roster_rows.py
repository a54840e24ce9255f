"""A roster as the rows that are kept of it: units and people, under random ids."""

from random import Random

from app.storage.tables import Person, Unit
from app.usecases.ids import long_id, short_id
from app.usecases.roster_units import RosterUnit
from app.usecases.rosters import Roster


def unit_from(described: RosterUnit, unit_id: str, assessment_id: str, position: int) -> Unit:
    """Return a unit as a roster describes it, still without the ids of others."""
    answers = described.people or described.seats
    return Unit(
        id=unit_id,
        assessment_id=assessment_id,
        position=position,
        name=described.name,
        kind=described.kind if answers else None,
        places=" ".join(described.places),
        head_name=described.head_name,
        head_email=described.head_email,
        expected=described.expected,
        seats=described.seats,
    )


def rows_of(roster: Roster, assessment_id: str, chance: Random) -> tuple[list[Unit], list[Person]]:
    """Return the units and people of a roster as rows with new ids, the units in its order."""
    ids = {unit.name: short_id(chance) for unit in roster.units}
    units = []
    for position, described in enumerate(roster.units):
        unit = unit_from(described, ids[described.name], assessment_id, position)
        unit.parent_id = ids[described.parent] if described.parent else None
        unit.about_id = ids[described.about] if described.about else None
        units.append(unit)
    people = [
        Person(id=long_id(chance), unit_id=ids[unit.name], name=person.name, email=person.email)
        for unit in roster.units
        for person in unit.people
    ]
    return units, people
