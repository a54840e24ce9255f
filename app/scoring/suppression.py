"""The cells of a wave: which groups are shown alone, which only together, which not at all."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.scoring.rules import K_FLOOR

#: The root of every tree: all units together.
ORGANISATION = "organisation"


class ThresholdTooLow(ValueError):
    """k may be raised, never lowered below the floor."""


@dataclass(frozen=True)
class Cell:
    """People whose answers are only ever told together: a group, or a pool of several.

    `parent` is the unit under which it stands (None: directly under the organisation);
    `members` are its groups in the order of the tree, those without any answer included.
    """

    parent: str | None
    members: tuple[str, ...]

    @property
    def is_pool(self) -> bool:
        """Whether it holds several groups, none of which is shown alone."""
        return len(self.members) > 1


def cells_of(
    parents: Mapping[str, str | None],
    counts: Mapping[str, Sequence[int]],
    k: int = K_FLOOR,
    invited: Mapping[str, int] | None = None,
) -> tuple[Cell, ...]:
    """Return the cells of a tree, once for all scales, in the order of the tree.

    `parents` gives each unit's parent (None: directly under the organisation) and holds parents
    before their children; `counts` gives each group that was asked its usable respondents on
    each orientation. A group with at least k on every orientation stands alone. The others
    travel up until, together, they number k on every orientation: they form a pool there, which
    names all of them, whoever answered. What is left at the root stands in no figure.

    A pool would tell who took part if it were as large as its groups can make it without one of
    them standing alone: where a group of one and one of eight number five together, the one
    answered. Then it travels on as if it were too small, unless everybody answered. `invited`
    are the people of each group; without it nobody is taken to be found out so.

    Cells are disjoint and number k or more, so no combination of their sums rests on fewer. From
    counts alone, linear in the number of units. Raises ThresholdTooLow for k below 5.
    """
    if k < K_FLOOR:
        raise ThresholdTooLow(f"k is {k}; it may be raised but never lowered below {K_FLOOR}.")
    waiting: dict[str, list[str]] = {unit: [] for unit in [*parents, ORGANISATION]}
    # How many can stand waiting at each unit without standing alone, or as a pool, below it.
    room: dict[str, int] = dict.fromkeys(waiting, 0)
    found: list[Cell] = []
    for unit in [*reversed(list(parents)), ORGANISATION]:
        above = None if unit == ORGANISATION else parents[unit]
        if unit in counts:
            waiting[unit].append(unit)
            room[unit] += min(k - 1, invited[unit]) if invited else 0
        together = waiting[unit]
        is_alone = together == [unit] and unit in counts
        tells = invited and not is_alone and _tells(together, counts, invited, room[unit], k)
        if together and _fewest(together, counts) >= k and not tells:
            found.append(Cell(above if is_alone else _own(unit), tuple(reversed(together))))
            together = []
        if unit != ORGANISATION:
            waiting[above or ORGANISATION] += together
            room[above or ORGANISATION] += min(k - 1, room[unit]) if together else 0
    order = {unit: place for place, unit in enumerate(parents)}
    return tuple(sorted(found, key=lambda cell: (cell.is_pool, order[cell.members[0]])))


def _tells(
    units: Sequence[str],
    counts: Mapping[str, Sequence[int]],
    invited: Mapping[str, int],
    room: int,
    k: int,
) -> bool:
    """Whether groups are together as many as they can be, so that small ones all took part."""
    most = max((sum(column) for column in zip(*(counts[u] for u in units), strict=True)), default=0)
    people = [invited[unit] for unit in units]
    return room <= most < sum(people) and min(people) < k


def _own(unit: str) -> str | None:
    return None if unit == ORGANISATION else unit


def _fewest(units: Sequence[str], counts: Mapping[str, Sequence[int]]) -> int:
    """How many are usable on the orientation that has fewest; 0 where nothing was asked."""
    return min((sum(column) for column in zip(*(counts[u] for u in units), strict=True)), default=0)
