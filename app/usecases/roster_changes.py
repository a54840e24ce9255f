"""What a roster would change of the units and people that are there."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from app.storage.tables import Person, Unit
from app.usecases.launches import unit_from
from app.usecases.rosters import Roster
from app.usecases.table_rows import TableFault


@dataclass(frozen=True)
class Changes:
    """What an import would do to units and people, each by name."""

    added_units: tuple[str, ...] = ()
    changed_units: tuple[str, ...] = ()
    removed_units: tuple[str, ...] = ()
    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()

    @property
    def are_none(self) -> bool:
        """Return whether the roster is what is there already."""
        units = self.added_units + self.changed_units + self.removed_units
        return not (units + self.added + self.changed + self.removed)


def compare_roster(roster: Roster, units: Collection[Unit], people: Collection[Person]) -> Changes:
    """Return what applying a roster would do; what it says nothing of stays as it is.

    Units and people that it lacks are removed only if that is asked for.
    """
    names = {unit.id: unit.name for unit in units}
    known = {unit.name.casefold(): unit for unit in units}
    new = {unit.name.casefold(): unit for unit in roster.units}
    changed = [
        described.name
        for key, described in new.items()
        if key in known
        and _facts(known[key], names)
        != _facts(
            with_known(unit_from(described, "", "", 0), known[key]),
            {},
            described.parent,
            described.about,
        )
    ]
    before = {person_key(p.name, p.email, names[p.unit_id]): p for p in people}
    after = {
        person_key(p.name, p.email, unit.name): (p, unit)
        for unit in roster.units
        for p in unit.people
    }
    moved = [
        f"{p.name} ({unit.name})"
        for key, (p, unit) in after.items()
        if key in before
        and (before[key].name, names[before[key].unit_id].casefold())
        != (p.name, unit.name.casefold())
    ]
    return Changes(
        added_units=tuple(unit.name for key, unit in new.items() if key not in known),
        changed_units=tuple(changed),
        removed_units=tuple(unit.name for key, unit in known.items() if key not in new),
        added=tuple(f"{p.name} ({u.name})" for key, (p, u) in after.items() if key not in before),
        changed=tuple(moved),
        removed=tuple(
            f"{p.name} ({names[p.unit_id]})" for key, p in before.items() if key not in after
        ),
    )


def with_known(new: Unit, known: Unit) -> Unit:
    """Return a unit as a roster describes it, with what it leaves open as it is known."""
    for name in ("places", "head_name", "head_email", "expected", "seats"):
        if not getattr(new, name):
            setattr(new, name, getattr(known, name))
    return new


def _facts(
    unit: Unit, names: Mapping[str, str], parent: str | None = None, about: str | None = None
) -> tuple[object, ...]:
    """Everything that a roster can change about a unit."""
    return (
        unit.name,
        unit.kind,
        (parent or names.get(unit.parent_id or "", "")).casefold(),
        (about or names.get(unit.about_id or "", "")).casefold(),
        unit.places or "",
        unit.head_name or "",
        unit.head_email or "",
        unit.expected,
        unit.seats,
    )


def person_key(name: str, email: str, unit: str) -> str:
    """Return what tells one person of a roster from all others."""
    return email.casefold() or f"{unit.casefold()}\n{name.casefold()}"


def misplaced(units: Collection[Unit], people: Collection[Person]) -> Iterator[TableFault]:
    """Return what does not fit once a roster and what was kept stand side by side.

    A unit that answers has a kind and nothing below it: else its answers would count nowhere.
    """
    peopled = {person.unit_id for person in people}
    parents = {unit.parent_id for unit in units}
    for unit in units:
        answers = unit.id in peopled or bool(unit.seats)
        if unit.id in parents and (answers or unit.kind):
            remedy = (
                "answers itself, here or in the file, and would have units below it; put its "
                "people into a group of their own, or import with removing what the file lacks."
            )
            yield TableFault(1, "unit", unit.name, remedy)
        elif answers and not unit.kind:
            yield TableFault(1, "kind", unit.name, "has people here, and no kind in the file.")
