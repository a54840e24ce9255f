"""Carry-up suppression: which units may be shown, so that no figure rests on fewer than k."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.scoring.rules import K_FLOOR

#: The root of every tree: all units together.
ORGANISATION = "organisation"


class ThresholdTooLow(ValueError):
    """k may be raised, never lowered below the floor."""


@dataclass(frozen=True)
class CarriedUp:
    """`released[unit]` are the leaves its figures rest on; `left_out` are in no figure."""

    released: Mapping[str, tuple[str, ...]]
    left_out: tuple[str, ...]


def carry_up(
    parents: Mapping[str, str | None], counts: Mapping[str, int], k: int = K_FLOOR
) -> CarriedUp:
    """Return what may be released of a tree, from counts of usable respondents only.

    `parents` gives each unit's parent (None: directly under the organisation) and holds
    parents before their children; `counts` the usable respondents of each leaf. A leaf with
    at least k is released. Leftovers of smaller ones travel up until together they number k,
    where they enter the parent's figures as one cell. A parent is released on the released
    part of what lies below it.

    Released sets form a laminar family of unions of cells of >= k people, so no linear
    combination of released sums rests on 1 to k-1 of them. Linear in the number of units,
    independent of answers, and no unit of k or more loses its report.
    Raises ThresholdTooLow for k below 5.
    """
    if k < K_FLOOR:
        raise ThresholdTooLow(f"k is {k}; it may be raised but never lowered below {K_FLOOR}.")
    inner = {parent for parent in parents.values() if parent is not None}
    below: dict[str, list[str]] = {unit: [] for unit in [*parents, ORGANISATION]}
    waiting: dict[str, list[str]] = {unit: [] for unit in [*parents, ORGANISATION]}
    released: dict[str, tuple[str, ...]] = {}
    for unit in [*reversed(list(parents)), ORGANISATION]:
        if unit != ORGANISATION and unit not in inner and counts.get(unit, 0):
            (below if counts[unit] >= k else waiting)[unit].append(unit)
        elif _people(waiting[unit], counts) >= k:
            below[unit] += waiting[unit]
            waiting[unit] = []
        if below[unit]:
            released[unit] = tuple(sorted(below[unit]))
        if unit != ORGANISATION:
            above = parents[unit] or ORGANISATION
            below[above] += below[unit]
            waiting[above] += waiting[unit]
    return CarriedUp(released=released, left_out=tuple(sorted(waiting[ORGANISATION])))


def cells_of(
    parents: Mapping[str, str | None], carried: CarriedUp
) -> dict[str, tuple[tuple[str, ...], ...]]:
    """Return the cells of each released unit: the sets of groups that nothing tells apart.

    A released group is a cell; leftovers that enter together at one unit are another. Figures
    depend on a cell's people only together. `parents` holds parents before their children.
    """
    below: dict[str, list[tuple[str, ...]]] = {unit: [] for unit in [*parents, ORGANISATION]}
    cells: dict[str, tuple[tuple[str, ...], ...]] = {}
    for unit in [*reversed(list(parents)), ORGANISATION]:
        if unit in carried.released:
            known = {leaf for cell in below[unit] for leaf in cell}
            own = tuple(leaf for leaf in carried.released[unit] if leaf not in known)
            cells[unit] = (*below[unit], own) if own else tuple(below[unit])
            below[unit] = list(cells[unit])
        if unit != ORGANISATION:
            below[parents[unit] or ORGANISATION] += below[unit]
    return cells


def pools_of(
    parents: Mapping[str, str | None], counts: Mapping[str, int], k: int = K_FLOOR
) -> tuple[tuple[str, ...], ...]:
    """Return the cells of several groups, between which it is in no figure who answered what.

    `counts` are the sheets of each group. Raises ThresholdTooLow for k below 5.
    """
    cells = cells_of(parents, carry_up(parents, counts, k)).get(ORGANISATION, ())
    return tuple(cell for cell in cells if len(cell) > 1)


def _people(units: Sequence[str], counts: Mapping[str, int]) -> int:
    return sum(counts[unit] for unit in units)
