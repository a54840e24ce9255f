"""Results of single items, where they expose nobody (rule R3 of the method, made stricter)."""

from collections.abc import Sequence

import numpy as np

from app.maturity import LEVELS
from app.scoring.figure import ItemFigure, bounds_of, means_of, questions_of_one_mind
from app.scoring.moments import Flags, Moments
from app.scoring.respondent import Integers
from app.scoring.rules import K_FINE, K_ITEMS, TAU

Items = tuple[ItemFigure | None, ...]

_LEVELS = np.array(LEVELS)


def item_figures(moments: Moments, k: int) -> list[Items]:
    """Return each cell's items on one scale, all of them or none.

    Every item needs ten answers. And scale means must not undo the items: whoever subtracts m
    times the scale's sum from the items' sums keeps the people who answered another number of
    items than m; these must be nobody, or k at least.
    """
    shown = _may_show(moments, k)
    hidden: Items = (None,) * moments.counts.shape[1]
    items = iter(_figures(moments.counts[shown], k))
    return [next(items) if is_shown else hidden for is_shown in shown]


#: Whatever a group keeps back, all together tell once it is more than one part in so many.
PARTS = 20


def all_together(moments: Moments, shown: Flags, capped: Flags, k: int) -> Items:
    """Return the items of all cells together, all of them or none; the same rule for the block.

    `shown` (G) says which cells show their items themselves. The others are the block, whose
    items could be worked out by subtracting: it needs ten answers to each as well. `capped` (G)
    says whose mean on the scale is told as a bound: the items together less the other cells'
    means would undo it, unless these cells are a twentieth of all at most.
    """
    counts = moments.counts.sum(axis=0, keepdims=True)
    hidden: Items = (None,) * counts.shape[1]
    if (counts.sum(axis=2) < K_FINE).any() or PARTS * moments.n[capped].sum() > moments.n.sum():
        return hidden
    block = moments.where(~shown)
    if len(block):
        apart, fewest = int(_apart(block).sum()), int(block.counts.sum(axis=(0, 2)).min())
        if 0 < apart < k or fewest < K_ITEMS:
            return hidden
    parts = np.concatenate([moments.counts[shown], block.counts.sum(axis=0, keepdims=True)])
    kept = _kept_back(parts, k) & (PARTS * parts.sum(axis=2) > counts.sum(axis=2))
    items = _figures(counts, k)[0]
    return tuple(
        item and item.model_copy(update={"mean": None}) if is_kept else item
        for item, is_kept in zip(items, kept.any(axis=0).tolist(), strict=True)
    )


def _kept_back(counts: Integers, k: int) -> Flags:
    """Which questions (G, items) have no mean by themselves, or one that is a bound."""
    n = counts.sum(axis=2)
    low, high = bounds_of(counts @ _LEVELS, n)
    kept: Flags = (n > 0) & (low | high | questions_of_one_mind(counts, k))
    return kept


def _may_show(moments: Moments, k: int) -> Flags:
    apart = _apart(moments)
    shown: Flags = (moments.counts.sum(axis=2) >= K_ITEMS).all(axis=1) & ~(
        (apart > 0) & (apart < k)
    )
    return shown


def _apart(moments: Moments) -> Integers:
    """How many are left in each cell when those who answered the most common number are out."""
    apart: Integers = moments.n - moments.answered.max(axis=1)
    return apart


def _figures(counts: Integers, k: int) -> list[Items]:
    """Items of G cells from how many gave each level; `counts` has shape (G, items, 5).

    A question of one mind, to which all but fewer than k gave one answer, has no mean.
    """
    n = counts.sum(axis=2)
    means = means_of((counts @ _LEVELS).ravel(), n.ravel())
    # The two-thirds rule in whole numbers; the answers at level 1 or above are all of them.
    at_least = counts[:, :, ::-1].cumsum(axis=2)[:, :, ::-1]
    reached = (at_least * TAU.denominator >= TAU.numerator * n[:, :, None]).sum(axis=2)
    common = 2 * counts.max(axis=2) >= n
    most = np.where(common, 1 + counts.argmax(axis=2), 0)
    one_mind = questions_of_one_mind(counts, k)
    columns = (a.ravel().tolist() for a in (n, reached, most, one_mind))
    flat = [
        ItemFigure(
            n=answers, mean=None if alike else mean, level=LEVELS[level - 1], most=place or None
        )
        for mean, answers, level, place, alike in zip(means, *columns, strict=True)
    ]
    return [tuple(flat[i : i + n.shape[1]]) for i in range(0, len(flat), n.shape[1])]


def item_names(names: Sequence[str], items: Items) -> list[tuple[str, ItemFigure]]:
    """Return the items that are shown, each with its name."""
    return [(name, item) for name, item in zip(names, items, strict=False) if item is not None]
