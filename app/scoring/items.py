"""Results of single items, where they expose nobody (rule R3 of the method)."""

from collections.abc import Mapping, Sequence

from app.maturity import LEVELS
from app.scoring.moments import Moments
from app.scoring.profile import ItemFigure
from app.scoring.rules import K_ITEMS, TAU
from app.scoring.suppression import ORGANISATION

Items = tuple[ItemFigure | None, ...]


def item_figures(
    parents: Mapping[str, str | None],
    released: Mapping[str, Sequence[str]],
    moments: Mapping[str, Moments],
    k: int,
) -> dict[str, Items]:
    """Return each released unit's items on one scale; None for an item that may not be shown.

    An item needs ten valid answers in the unit. Where, for some number m of answered items, all
    but 1 to k-1 people answered exactly m, the unit shows no item: beside the scale's mean the
    items' means would give these few away. And where a unit holds 1 to k-1 answers to an item
    beyond those of the units below that show it, it does not show the item itself.
    `parents` holds parents before their children.
    """
    width = max((len(unit.counts) for unit in moments.values()), default=0)
    told = {unit: [0] * width for unit in [*parents, ORGANISATION]}
    figures: dict[str, Items] = {}
    for unit in [*reversed(list(parents)), ORGANISATION]:
        if unit in released:
            leaves = [moments[leaf] for leaf in released[unit]]
            figures[unit] = _shown(leaves, told[unit], k)
            told[unit] = [
                item.n if item else below
                for item, below in zip(figures[unit], told[unit], strict=True)
            ]
        if unit != ORGANISATION:
            above = told[parents[unit] or ORGANISATION]
            above[:] = [sum(pair) for pair in zip(above, told[unit], strict=True)]
    return figures


def _shown(leaves: Sequence[Moments], told_below: Sequence[int], k: int) -> Items:
    people = sum(leaf.n for leaf in leaves)
    exactly = [sum(column) for column in zip(*(leaf.answered for leaf in leaves), strict=True)]
    if any(0 < people - count < k for count in exactly if count):
        return (None,) * len(told_below)
    items: list[ItemFigure | None] = []
    for item, below in enumerate(told_below):
        counts = [sum(leaf.counts[item][level] for leaf in leaves) for level in range(len(LEVELS))]
        n = sum(counts)
        items.append(_figure(counts, n) if n >= K_ITEMS and not 0 < n - below < k else None)
    return tuple(items)


def _figure(counts: Sequence[int], n: int) -> ItemFigure:
    mean = sum(level * count for level, count in enumerate(counts, start=1)) / n
    # The two-thirds rule in whole numbers; the answers at level 1 or above are all of them.
    at_least = [sum(counts[level:]) for level in range(len(LEVELS))]
    reached = [
        level
        for level, count in zip(LEVELS, at_least, strict=True)
        if count * TAU.denominator >= TAU.numerator * n
    ]
    return ItemFigure(n=n, mean=mean, level=max(reached))
