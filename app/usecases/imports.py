"""Importing a roster: what its draft says is made of units and people."""

from collections.abc import Collection, Mapping
from datetime import datetime
from random import Random

from app.storage.store import Store
from app.storage.tables import Person, Unit
from app.storage.unit_of_work import UnitOfWork
from app.usecases.assessments import ensure_unlocked
from app.usecases.audit_log import Deed, record
from app.usecases.ids import long_id, short_id
from app.usecases.members import Member
from app.usecases.roster_changes import (
    Changes,
    compare_roster,
    misplaced,
    person_key,
    told_apart,
    with_known,
)
from app.usecases.roster_drafts import Kinds, find_draft, roster_in
from app.usecases.roster_rows import unit_from
from app.usecases.rosters import Roster
from app.usecases.table_rows import FaultyTable


def apply_import(
    store: Store,
    member: Member,
    assessment_id: str,
    kinds: Kinds,
    now: datetime,
    chance: Random,
    *,
    removing: bool = True,
) -> Changes:
    """Make units and people what the draft says; who stays keeps their id.

    `removing`: those that it lacks go; else they stay as they are.

    Raises UnknownAssessment, NoDraft, WaveRunning, or FaultyTable where there are faults still.
    """
    with store.writing() as work:
        draft = find_draft(work, member, assessment_id)
        ensure_unlocked(work, assessment_id)
        roster = roster_in(draft, kinds)
        units, people = work.units.of(assessment_id), work.people.of(assessment_id)
        changes = compare_roster(roster, units, people)
        ids = _apply_units(work, roster, assessment_id, units, chance, keeping=not removing)
        left = _apply_people(work, roster, ids, people, chance)
        if removing:
            for person in left:
                work.people.remove(person)
            for unit in reversed(units):
                if unit.id not in ids.values():
                    work.units.remove(unit)  # children before their parents
        kept = work.units.of(assessment_id), work.people.of(assessment_id)
        if faults := list(misplaced(*kept, kinds.mirrors)):
            # What is kept and what came do not fit together; nothing of it is kept.
            raise FaultyTable(faults)
        work.roster_drafts.remove(assessment_id)
        detail = f"{assessment_id}: {roster.people} people in {len(roster.units)} units"
        record(store, work, member.who, Deed.ROSTER_IMPORTED, detail, now)
        work.commit()
    return changes


def _apply_units(
    work: UnitOfWork,
    roster: Roster,
    assessment_id: str,
    units: Collection[Unit],
    chance: Random,
    *,
    keeping: bool,
) -> dict[str, str]:
    known = {unit.name.casefold(): unit for unit in units}
    ids: dict[str, str] = {}
    for position, described in enumerate(roster.units):
        key = described.name.casefold()
        unit = known.get(key)
        new = unit_from(described, unit.id if unit else short_id(chance), assessment_id, position)
        ids[key] = new.id
        if unit is None:
            unit = new
        else:
            with_known(new, unit, described.kind)
        for name in ("name", "kind", "places", "head_name", "head_email", "expected", "seats"):
            setattr(unit, name, getattr(new, name))
        unit.position = position
        if described.parent:
            unit.parent_id = ids[described.parent.casefold()]
        elif not keeping:
            unit.parent_id = None
        # Whom partners answer about may stand further down; it is set once all have their ids.
        unit.about_id = None
        work.units.save(unit)
        known[key] = unit
    for described in roster.units:
        if described.about:
            unit = known[described.name.casefold()]
            unit.about_id = ids[described.about.casefold()]
            work.units.save(unit)
    return ids


def _apply_people(
    work: UnitOfWork,
    roster: Roster,
    ids: Mapping[str, str],
    people: Collection[Person],
    chance: Random,
) -> list[Person]:
    """Keep who is on the roster; return who was there and is not on it."""
    names = {unit_id: key for key, unit_id in ids.items()}
    before = told_apart(
        people, lambda p: person_key(p.name, p.email, names.get(p.unit_id, p.unit_id))
    )
    after = told_apart(
        ((p, unit) for unit in roster.units for p in unit.people),
        lambda one: person_key(one[0].name, one[0].email, one[1].name),
    )
    for key, (one, unit) in after.items():
        unit_id = ids[unit.name.casefold()]
        person = before.pop(key, None)
        if person is None:
            person = Person(id=long_id(chance), unit_id=unit_id, name="", email="")
        person.name, person.email, person.unit_id = one.name, one.email, unit_id
        work.people.save(person)
    return list(before.values())
