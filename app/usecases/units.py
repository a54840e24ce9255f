"""Units typed in one by one: added, changed, merged, removed; and their people."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from random import Random

from app.storage.store import Store
from app.storage.tables import Person, Unit
from app.storage.unit_of_work import UnitOfWork
from app.usecases.addresses import address_key, email_fault, spoken_name
from app.usecases.assessments import ROLL_UP, ensure_unlocked
from app.usecases.audit_log import Deed, record
from app.usecases.errors import SiloscopeError, UnknownUnit
from app.usecases.ids import long_id, short_id
from app.usecases.launches import WORKSHOP
from app.usecases.members import Member, assessment_of, tidy_name
from app.usecases.roster_changes import person_key, told_apart
from app.usecases.roster_units import LETTER, MOST_SEATS, RosterUnit, read_unit_cells
from app.usecases.table_rows import TableFault, TableRow

MOST_LINES = 2000


class UnitRefused(SiloscopeError):
    """What was typed cannot be a unit; each line of the text says what to mend."""


@dataclass(frozen=True)
class UnitForm:
    """A unit as it is typed: `people` has one person a line, name and address."""

    name: str
    parent: str = ""
    kind: str = ""
    about: str = ""
    place: str = ""
    head: str = ""
    head_email: str = ""
    expected: str = ""
    seats: str = ""
    people: str = ""


def people_in(store: Store, member: Member, assessment_id: str, unit_id: str) -> str:
    """Return the people of a unit as the form shows them: one a line. Raises UnknownUnit."""
    with store.reading() as work:
        assessment_of(work, member, assessment_id)
        _found({one.id: one for one in work.units.of(assessment_id)}, unit_id)
        people = work.people.in_unit(unit_id)
    return "\n".join(f"{person.name}, {person.email or LETTER}" for person in people)


def save_unit(
    store: Store,
    member: Member,
    assessment_id: str,
    unit_id: str | None,
    form: UnitForm,
    kinds: Mapping[str, bool],
    now: datetime,
    chance: Random,
) -> str:
    """Add a unit (without an id), or change one; return its id.

    `kinds` has all kinds, and for each whether it is of business partners. Raises
    UnknownAssessment, UnknownUnit, WaveRunning, BadName or UnitRefused.
    """
    name = tidy_name(form.name, "the group")
    with store.writing() as work:
        assessment_of(work, member, assessment_id)
        ensure_unlocked(work, assessment_id)
        units = {unit.id: unit for unit in work.units.of(assessment_id)}
        unit = _found(units, unit_id) if unit_id else _new(units, assessment_id, chance)
        people, problems = _read_people(form.people)
        problems += _fill(unit, form, name)
        problems += _place(unit, form, units, kinds)
        problems += _check(unit, units, people, kinds)
        problems += _taken(work, unit, people)
        if problems:
            raise UnitRefused("\n".join(problems))
        work.units.save(unit)
        _set_people(work, unit.id, people, chance)
        deed = Deed.UNIT_CHANGED if unit_id else Deed.UNIT_ADDED
        record(store, work, member.who, deed, f"{assessment_id}: {name}", now)
        work.commit()
    return unit.id


def set_route(
    store: Store, member: Member, assessment_id: str, unit_id: str, route: str, now: datetime
) -> None:
    """Say what happens to a group that is too small to be shown: roll-up or workshop.

    Raises UnknownAssessment, UnknownUnit or WaveRunning.
    """

    def change(_work: UnitOfWork, unit: Unit) -> str:
        unit.route = route if route in (ROLL_UP, WORKSHOP) else None
        return f"{unit.name}: {unit.route or 'no route'}"

    _change(store, member, assessment_id, unit_id, Deed.UNIT_CHANGED, change, now)


def merge_unit(
    store: Store, member: Member, assessment_id: str, unit_id: str, into_id: str, now: datetime
) -> None:
    """Move the people of a group into a neighbour, whose questions they then answer.

    Raises UnknownAssessment, UnknownUnit, WaveRunning or UnitRefused.
    """

    def change(work: UnitOfWork, unit: Unit) -> str:
        units = {one.id: one for one in work.units.of(assessment_id)}
        into = _found(units, into_id)
        if into.id == unit.id or not into.kind or into.about_id or unit.about_id:
            raise UnitRefused("Choose another group of IT that answers itself.")
        for person in work.people.in_unit(unit.id):
            person.unit_id = into.id
            work.people.save(person)
        if unit.seats:
            into.seats = (into.seats or 0) + unit.seats
            if into.seats > MOST_SEATS:
                raise UnitRefused(f"A shared code takes at most {MOST_SEATS} answers.")
        _let_go(units, unit)
        work.units.save(into)
        work.units.remove(unit)
        return f"{unit.name} into {into.name}"

    _change(store, member, assessment_id, unit_id, Deed.UNITS_MERGED, change, now)


def remove_unit(
    store: Store, member: Member, assessment_id: str, unit_id: str, now: datetime
) -> None:
    """Remove a unit with its people; what was below it moves up.

    Raises UnknownAssessment, UnknownUnit or WaveRunning.
    """

    def change(work: UnitOfWork, unit: Unit) -> str:
        for person in work.people.in_unit(unit.id):
            work.people.remove(person)
        _let_go({one.id: one for one in work.units.of(assessment_id)}, unit)
        work.units.remove(unit)
        return unit.name

    _change(store, member, assessment_id, unit_id, Deed.UNIT_REMOVED, change, now)


def _change(
    store: Store,
    member: Member,
    assessment_id: str,
    unit_id: str,
    deed: Deed,
    change: Callable[[UnitOfWork, Unit], str],
    now: datetime,
) -> None:
    with store.writing() as work:
        assessment_of(work, member, assessment_id)
        ensure_unlocked(work, assessment_id)
        unit = _found({one.id: one for one in work.units.of(assessment_id)}, unit_id)
        detail = change(work, unit)
        record(store, work, member.who, deed, f"{assessment_id}: {detail}", now)
        work.commit()


def _let_go(units: Mapping[str, Unit], unit: Unit) -> None:
    """Point others elsewhere that point at a unit which goes."""
    for other in units.values():
        if other.parent_id == unit.id:
            other.parent_id = unit.parent_id
        if other.about_id == unit.id:
            other.about_id = None


def _found(units: Mapping[str, Unit], unit_id: str) -> Unit:
    if unit_id not in units:
        raise UnknownUnit("There is no such group in this assessment.")
    return units[unit_id]


def _new(units: Mapping[str, Unit], assessment_id: str, chance: Random) -> Unit:
    position = max((unit.position for unit in units.values()), default=-1) + 1
    return Unit(id=short_id(chance), assessment_id=assessment_id, position=position, name="")


def _fill(unit: Unit, form: UnitForm, name: str) -> list[str]:
    cells = {
        "head": " ".join(form.head.split()),
        "head email": form.head_email.strip(),
        "expected": form.expected.strip(),
        "seats": form.seats.strip(),
        "place": form.place,
    }
    read, faults = RosterUnit(name, 1), list[TableFault]()
    read_unit_cells(TableRow(1, cells), read, faults)
    unit.name, unit.places = name, " ".join(read.places)
    unit.head_name, unit.head_email = read.head_name, read.head_email
    unit.expected, unit.seats = read.expected, read.seats
    titles = {"head": "Head", "head email": "Address of the head", "expected": "Head count"}
    titles |= {"seats": "Answers by shared code", "place": "Place"}
    return [f"{titles[fault.column]}: “{fault.value[:80]}” {fault.remedy}" for fault in faults]


def _place(
    unit: Unit, form: UnitForm, units: Mapping[str, Unit], kinds: Mapping[str, bool]
) -> list[str]:
    unit.kind = form.kind if form.kind in kinds else None
    partners = bool(unit.kind and kinds[unit.kind])
    unit.parent_id = form.parent if form.parent in units and not partners else None
    unit.about_id = form.about if form.about in units and partners else None
    above: str | None = unit.parent_id
    while above is not None:
        if above == unit.id:
            return ["Above it: a unit cannot stand below itself."]
        above = units[above].parent_id
    about = units.get(unit.about_id or "")
    if partners and (about is None or not about.kind or kinds.get(about.kind, True)):
        return ["Business partners answer about a group of IT: choose which one."]
    return []


def _check(
    unit: Unit, units: Mapping[str, Unit], people: list[tuple[str, str]], kinds: Mapping[str, bool]
) -> list[str]:
    problems = []
    others = [one for one in units.values() if one.id != unit.id]
    if any(one.name.casefold() == unit.name.casefold() for one in others):
        problems.append(f"Name: there is a group “{unit.name}” already; choose another name.")
    holds = any(one.parent_id == unit.id for one in others)
    if holds and (people or unit.seats or unit.kind):
        problems.append(
            "Kind: units stand below this one, so it has no kind and no people of its own; put "
            "its people into a group below it."
        )
    if (people or unit.seats) and not unit.kind:
        problems.append(
            "Kind: say which kind of group it is; it decides in which words it is asked."
        )
    parent = units.get(unit.parent_id or "")
    if parent is not None and parent.kind:
        problems.append(f"Above it: “{parent.name}” answers itself, so nothing can stand below it.")
    return problems


def _read_people(text: str) -> tuple[list[tuple[str, str]], list[str]]:
    people, problems, seen = [], [], set[str]()
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if len(lines) > MOST_LINES:
        return [], [f"People: at most {MOST_LINES} can be typed; import a roster instead."]
    for line in lines:
        name, _, address = (part.strip() for part in line.rpartition(","))
        email = "" if address.casefold() == LETTER else address
        if not name or not name.isprintable() or len(name) > 120:
            problems.append(f"People: “{line[:80]}” needs a name, a comma, and an address.")
        elif email and (fault := email_fault(email)):
            problems.append(f"People: “{address[:80]}” {fault} For a letter write “letter”.")
        elif email and address_key(email) in seen:
            problems.append(f"People: {email} stands there twice.")
        seen.add(address_key(email))
        people.append((spoken_name(name), email))
    return people, problems


def _taken(work: UnitOfWork, unit: Unit, people: list[tuple[str, str]]) -> list[str]:
    typed = {address_key(email) for _, email in people if email}
    others = [p for p in work.people.of(unit.assessment_id) if p.unit_id != unit.id]
    taken = sorted(p.email for p in others if address_key(p.email) in typed)
    return [f"People: {email} is in another group; each is invited once." for email in taken]


def _set_people(
    work: UnitOfWork, unit_id: str, people: list[tuple[str, str]], chance: Random
) -> None:
    known = told_apart(work.people.in_unit(unit_id), lambda p: person_key(p.name, p.email, ""))
    typed = told_apart(people, lambda one: person_key(*one, ""))
    for key, (name, email) in typed.items():
        person = known.pop(key, None)
        if person is None:
            person = Person(id=long_id(chance), unit_id=unit_id, name=name, email=email)
        person.name, person.email = name, email
        work.people.save(person)
    for person in known.values():
        work.people.remove(person)
