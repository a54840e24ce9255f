"""What a roster would change of the units and people that are there."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeVar

from app.storage.tables import Person, Unit
from app.usecases.addresses import address_key
from app.usecases.roster_rows import unit_from
from app.usecases.roster_units import RosterUnit
from app.usecases.rosters import Roster
from app.usecases.table_rows import TableFault

T = TypeVar("T")


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
        if key in known and _facts(known[key], names) != _as_described(described, known[key])
    ]
    before = told_apart(people, lambda p: person_key(p.name, p.email, names[p.unit_id]))
    after = told_apart(
        ((p, unit) for unit in roster.units for p in unit.people),
        lambda one: person_key(one[0].name, one[0].email, one[1].name),
    )
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


def _as_described(described: RosterUnit, known: Unit) -> tuple[object, ...]:
    """The facts of a unit once the roster is applied."""
    new = with_known(unit_from(described, "", "", 0), known, described.kind)
    return _facts(new, {}, described.parent, described.about)


def with_known(new: Unit, known: Unit, kind: str | None) -> Unit:
    """Return a unit as a roster describes it, with what it leaves open as it is known.

    A group that is known stays one, and answers in the words of the roster's `kind`.
    """
    for name in ("places", "head_name", "head_email", "expected", "seats"):
        if not getattr(new, name):
            setattr(new, name, getattr(known, name))
    if new.seats or known.kind:
        new.kind = kind
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
    """Return what tells one person of a roster from all others who have another address or name."""
    return address_key(email) or f"{unit.casefold()}\n{name.casefold()}"


def told_apart(people: Iterable[T], key: Callable[[T], str]) -> dict[tuple[str, int], T]:
    """Return people by their key and which of those it is: two of one name stay two."""
    seen: Counter[str] = Counter()
    apart: dict[tuple[str, int], T] = {}
    for person in people:
        name = key(person)
        apart[name, seen[name]] = person
        seen[name] += 1
    return apart


def misplaced(
    units: Collection[Unit], people: Collection[Person], mirrors: Collection[str]
) -> Iterator[TableFault]:
    """Return what does not fit once a roster and what was kept stand side by side.

    A unit that answers has a kind and nothing below it, nothing stands below itself, and
    partners (kinds in `mirrors`) answer about a group of IT: else answers would count nowhere.
    """
    known = {unit.id: unit for unit in units}
    peopled = {person.unit_id for person in people}
    parents = {unit.parent_id for unit in units}
    for unit in units:
        answers = unit.id in peopled or bool(unit.seats)
        about = known.get(unit.about_id or "")
        if _is_below_itself(unit, known):
            above = known[unit.parent_id or ""].name
            remedy = f"would stand below “{above}”, which stands below it: {_OR_REMOVE}"
            yield TableFault(1, "parent", unit.name, remedy)
        elif unit.id in parents and (answers or unit.kind):
            remedy = (
                "answers itself, here or in the file, and would have units below it; put its "
                f"people into a group of their own, or {_OR_REMOVE}"
            )
            yield TableFault(1, "unit", unit.name, remedy)
        elif answers and not unit.kind:
            yield TableFault(1, "kind", unit.name, "has people here, and no kind in the file.")
        elif answers and unit.kind in mirrors and (about is None or about.kind in mirrors):
            remedy = f"answers about no group of IT: say about which one, or {_OR_REMOVE}"
            yield TableFault(1, "about", unit.name, remedy)


_OR_REMOVE = "import with removing what the file lacks."


def _is_below_itself(unit: Unit, known: Mapping[str, Unit]) -> bool:
    seen, above = set[str](), known.get(unit.parent_id or "")
    while above is not None and above.id not in seen:
        if above.id == unit.id:
            return True
        seen.add(above.id)
        above = known.get(above.parent_id or "")
    return False
