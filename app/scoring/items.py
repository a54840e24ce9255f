"""Results of single items, where they expose nobody (rule R3 of the method, made stricter)."""

from collections.abc import Mapping, Sequence

from app.maturity import LEVELS
from app.scoring.moments import Moments, merge
from app.scoring.profile import ItemFigure
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
            figures[unit] = _all_or_none(merge(cells[unit]), block, k)
            blocks[unit] = [] if any(figures[unit]) else block
            below[unit] = len(cells[unit])
        if unit != ORGANISATION:
            above = parents[unit] or ORGANISATION
            blocks[above] += blocks[unit]
            below[above] += below[unit]
    return figures


def _all_or_none(whole: Moments, block: Sequence[Moments], k: int) -> Items:
    hidden = (None,) * len(whole.counts)
    if any(sum(counts) < K_ITEMS for counts in whole.counts):
        return hidden
    if block:
        apart = sum(_fewest_apart(cell) for cell in block)
        answers = [sum(counts) for counts in merge(block).counts]
        if 0 < apart < k or min(answers) < k:
            return hidden
    return tuple(_figure(counts, sum(counts)) for counts in whole.counts)


def _fewest_apart(cell: Moments) -> int:
    """How many people are left when those who answered the most common number are taken out."""
    return cell.n - max(cell.answered)


def _figure(counts: Sequence[int], n: int) -> ItemFigure:
    mean = sum(level * count for level, count in enumerate(counts, start=1)) / n
    # The two-thirds rule in whole numbers; the answers at level 1 or above are all of them.
    at_least = [sum(counts[level:]) for level in range(len(LEVELS))]
    reached = [
        level
        for level, count in zip(LEVELS, at_least, strict=True)
        if count * TAU.denominator >= TAU.numerator * n
    ]
    most = max(LEVELS, key=lambda level: counts[level - 1])
    return ItemFigure(
        n=n,
        mean=mean,
        level=max(reached),
        most=most if 2 * counts[most - 1] >= n else None,
    )
