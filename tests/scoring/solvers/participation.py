"""Who took part, as far as a release tells: counts of each group by integer programming.

Known to the attacker: who was invited to which group, every count of the release, and the rule
by which groups stand alone, form pools or are left out.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

from app.maturity import ORIENTATIONS
from app.scoring.release import Release, UnitResult
from app.scoring.suppression import ORGANISATION

#: Whether the attacker knows that pools which would tell who took part are not shown.
TELLING_POOLS_ARE_HIDDEN = True

#: Sets of groups that could have formed a pool at a unit, and did not.
Waiting = tuple[str, ...]


@dataclass
class _Programme:
    """Whole numbers under linear conditions; variables are numbered as they are first named."""

    places: dict[object, int] = field(default_factory=dict)
    most: list[float] = field(default_factory=list)
    rows: list[tuple[dict[int, float], float, float]] = field(default_factory=list)

    def variable(self, name: object, most: float) -> int:
        if name not in self.places:
            self.places[name] = len(self.places)
            self.most.append(most)
        return self.places[name]

    def add(self, parts: Mapping[int, float], least: float, most: float) -> None:
        self.rows.append((dict(parts), least, most))

    def any_of(
        self, sums: Sequence[Sequence[int]], most: int, name: object, least: int | None = None
    ) -> None:
        """One of several sums is at most so much, or one is `least` and more."""
        small = [self.variable((name, n), 1) for n in range(len(sums))]
        large = [self.variable((name, -1 - n), 1) for n in range(len(sums)) if least is not None]
        self.add(dict.fromkeys([*small, *large], 1.0), 1, np.inf)
        for switch, one in zip(small, sums, strict=True):
            room = sum(self.most[place] for place in one)
            self.add(dict.fromkeys(one, 1.0) | {switch: room}, -np.inf, most + room)
        for switch, one in zip(large, sums, strict=bool(large)):
            self.add(dict.fromkeys(one, 1.0) | {switch: -float(least or 0)}, 0, np.inf)

    def between(self, place: int) -> tuple[int, int]:
        """Return the least and the most that a variable can be."""
        width = len(self.places)
        matrix = np.zeros((len(self.rows), width))
        for row, (parts, _, _) in zip(matrix, self.rows, strict=True):
            row[list(parts)] = list(parts.values())
        fits = LinearConstraint(matrix, [r[1] for r in self.rows], [r[2] for r in self.rows])
        goal = np.zeros(width)
        goal[place] = 1
        ends = []
        for way in (1, -1):
            bounds = Bounds(0, np.array(self.most))
            found = milp(way * goal, constraints=fits, integrality=np.ones(width), bounds=bounds)
            if not found.success:
                raise ValueError(
                    "nobody's answers fit what is printed: the attacker knows too much"
                )
            ends.append(round(way * found.fun))
        return ends[0], ends[1]


def hidden_groups(release: Release) -> list[UnitResult]:
    """Return the groups that were asked and do not stand alone."""
    rows = (u for u in release.units if not u.is_parent and not u.is_pool and u.invited)
    return [unit for unit in rows if unit.answered is None]


def took_part(release: Release, group: str) -> tuple[int, int]:
    """Return how many of a hidden group can have taken part, at the least and at the most."""
    programme, hidden = _Programme(), {unit.id: unit for unit in hidden_groups(release)}
    for name, unit in hidden.items():
        sent = programme.variable(name, unit.invited)
        usable = [programme.variable((name, o), unit.invited) for o in ORIENTATIONS]
        for place in usable:
            programme.add({sent: 1, place: -1}, 0, np.inf)
        # With k on every orientation it would stand alone.
        programme.any_of([[place] for place in usable], release.k - 1, ("alone", name))
    for pool in (row for row in release.units if row.is_pool):
        _add_pool(programme, pool)
    for at, waiting, room in _not_pooled(release):
        sums = [[programme.places[name, o] for name in waiting] for o in ORIENTATIONS]
        # Also where they are as many as they can be: that would tell who took part.
        few = (
            TELLING_POOLS_ARE_HIDDEN
            and min(release.unit(name).invited for name in waiting) < release.k
        )
        programme.any_of(sums, release.k - 1, ("pool", at), room if few else None)
    return programme.between(programme.places[group])


def _add_pool(programme: _Programme, pool: UnitResult) -> None:
    members = [programme.places[name] for name in pool.members]
    sent = float(pool.answered or 0)
    programme.add(dict.fromkeys(members, 1.0), sent, sent)
    for orientation in ORIENTATIONS:
        places = [programme.places[name, orientation] for name in pool.members]
        usable = float(pool.profiles[orientation].n)
        programme.add(dict.fromkeys(places, 1.0), usable, usable)


def _not_pooled(release: Release) -> list[tuple[str, Waiting, int]]:
    """The groups that waited at each unit and formed no pool there, and how many would tell."""
    pools = {unit.parent or ORGANISATION: unit.members for unit in release.units if unit.is_pool}
    hidden = {unit.id for unit in hidden_groups(release)}
    rows = [unit for unit in release.units if not unit.is_pool]
    waiting: dict[str, list[str]] = {unit.id: [] for unit in rows}
    room, few = dict.fromkeys(waiting, 0), release.k - 1
    found = []
    for unit in [*reversed(rows[1:]), rows[0]]:
        together = waiting[unit.id] + [unit.id] * (unit.id in hidden)
        room[unit.id] += min(few, unit.invited) * (unit.id in hidden)
        if set(together) == set(pools.get(unit.id, ())) and len(together) > 1:
            continue
        if len(together) > 1:
            found.append((unit.id, tuple(together), room[unit.id]))
        if unit.id != ORGANISATION:
            waiting[unit.parent or ORGANISATION] += together
            room[unit.parent or ORGANISATION] += min(few, room[unit.id])
    return found
