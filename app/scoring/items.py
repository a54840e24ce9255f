"""Results of single items, where they expose nobody (rule R3 of the method, made stricter)."""

from collections.abc import Mapping, Sequence

import numpy as np

from app.maturity import LEVELS
from app.scoring.moments import Moments
from app.scoring.profile import ItemFigure
from app.scoring.respondent import Integers
from app.scoring.rules import K_ITEMS, TAU
from app.scoring.suppression import ORGANISATION

Items = tuple[ItemFigure | None, ...]


def item_figures(
    parents: Mapping[str, str | None], cells: Mapping[str, Sequence[Moments]], k: int
) -> dict[str, Items]:
    """Return each released unit's items on one scale, all of them or none.

    A unit's block is what it holds beyond the units below it that show their items. Every item
    needs ten answers in the unit and k in the block. And scale means must not undo the items:
    whoever subtracts, for one number m of answered items in each cell, m times the scale's sum
    from the items' sums, keeps the people who answered another number; over the block these
    must be nobody, or k at least. `cells` are a unit's cells; `parents` holds parents first.
    """
    blocks: dict[str, list[Moments]] = {unit: [] for unit in [*parents, ORGANISATION]}
    below = dict.fromkeys([*parents, ORGANISATION], 0)
    figures: dict[str, Items] = {}
    for unit in [*reversed(list(parents)), ORGANISATION]:
        if unit in cells:
            # A cell that stands in no unit below is this unit's own, and the last one.
            block = [*blocks[unit], *cells[unit][below[unit] :]]
            figures[unit] = _all_or_none(cells[unit], block, k)
            blocks[unit] = [] if any(figures[unit]) else block
            below[unit] = len(cells[unit])
        if unit != ORGANISATION:
            above = parents[unit] or ORGANISATION
            blocks[above] += blocks[unit]
            below[above] += below[unit]
    return figures


def _all_or_none(cells: Sequence[Moments], block: Sequence[Moments], k: int) -> Items:
    counts = _counts(cells)
    hidden = (None,) * len(counts)
    if (counts.sum(axis=1) < K_ITEMS).any():
        return hidden
    if block:
        apart = sum(_fewest_apart(cell) for cell in block)
        if 0 < apart < k or _counts(block).sum(axis=1).min() < k:
            return hidden
    return _figures(counts)


def _counts(cells: Sequence[Moments]) -> Integers:
    """How many of several cells' people gave each level to each item; shape (items, 5)."""
    counts: Integers = np.sum([cell.counts for cell in cells], axis=0)
    return counts


def _fewest_apart(cell: Moments) -> int:
    """How many people are left when those who answered the most common number are taken out."""
    return cell.n - max(cell.answered)


def _figures(counts: Integers) -> Items:
    n = counts.sum(axis=1)
    means = counts @ np.array(LEVELS) / n
    # The two-thirds rule in whole numbers; the answers at level 1 or above are all of them.
    at_least = counts[:, ::-1].cumsum(axis=1)[:, ::-1]
    reached = (at_least * TAU.denominator >= TAU.numerator * n[:, None]).sum(axis=1)
    most = counts.argmax(axis=1)
    common = 2 * counts.max(axis=1) >= n
    rows = zip(*(a.tolist() for a in (n, means, reached, most, common)), strict=True)
    return tuple(
        ItemFigure(n=answers, mean=mean, level=LEVELS[level - 1], most=place + 1 if half else None)
        for answers, mean, level, place, half in rows
    )
