"""Everything that is printed of a group on one scale, as whole numbers: a row a group.

Worked out by the product's own functions for many groups at once. `row_of` writes a figure as
it is frozen in the same columns, so that a test can compare both.
"""

from collections.abc import Sequence

import numpy as np

from app.scoring.coarse import coarse_of, coarse_splits
from app.scoring.figure import (
    UNSETTLED_WIDTH,
    Alike,
    Bound,
    Figure,
    ItemFigure,
    Mean,
    is_coarse,
    questions_of_one_mind,
)
from app.scoring.moments import Flags, Floats, Moments
from app.scoring.profile import Profiles, profiles_of
from app.scoring.respondent import Integers
from app.scoring.rounding import OVER, STEP, UNDER, percents, tenths
from app.scoring.rules import AD_SHARED, K_FINE, K_FLOOR, K_ITEMS, MEAN_LEAST, MEAN_MOST

#: What stands in a column of which nothing is told.
NOTHING = -1
#: Columns: coarse, split, level, band, mean, bound, mix, reached, their errors, se, alike, views.
WIDTH = 2 + 1 + 2 + 2 + 5 + 4 + 4 + 1 + 5 + 1


def prints_of(moments: Moments, *, named: bool = True) -> Integers:
    """Return what is printed of G groups: shape (G, WIDTH and four for each item)."""
    groups, items = len(moments), moments.counts.shape[1]
    rows = np.full((groups, WIDTH + 4 * items), NOTHING, dtype=np.int64)
    coarse = (moments.n < K_FINE) | moments.of_few_minds()
    rows[:, 0] = coarse
    if coarse.any():
        rows[coarse, 1:] = _coarse(moments.where(coarse), named=named)[:, 1:]
    if not coarse.all():
        rows[~coarse, 1:] = _fine(profiles_of(moments.where(~coarse), 5), named=named)[:, 1:]
    rows[~coarse, WIDTH:] = _items(moments.where(~coarse))
    return rows


def _coarse(moments: Moments, *, named: bool) -> Integers:
    items = moments.counts.shape[1]
    rows = np.full((len(moments), WIDTH + 4 * items), NOTHING, dtype=np.int64)
    split, found = coarse_splits(moments), coarse_of(moments)
    rows[:, 1] = split
    known = ~split
    rows[:, 2:5] = _placed(found.level, found.band, split, named=named)
    rows[:, 5] = np.where(
        found.low, found.least_mean, np.where(found.high, 60 - found.least_mean, found.mean)
    )
    rows[:, 6] = np.where(found.low, 1, np.where(found.high, 2, 0))
    rows[:, 7:12], rows[:, 12:16] = found.mix, found.reached
    rows[~known, 2:] = NOTHING
    return rows


def _fine(profiles: Profiles, *, named: bool) -> Integers:
    moments = profiles.moments
    items = moments.counts.shape[1]
    rows = np.full((len(moments), WIDTH + 4 * items), NOTHING, dtype=np.int64)
    whole = moments.whole[:, None]
    edges = np.concatenate([whole, moments.at_least, np.zeros_like(whole)], axis=1)
    reached = percents(moments.at_least, whole, STEP)
    low = moments.score * MEAN_LEAST.denominator <= MEAN_LEAST.numerator * moments.whole
    high = moments.score * MEAN_MOST.denominator >= MEAN_MOST.numerator * moments.whole
    mean = tenths(moments.score, moments.whole)
    rows[:, 1] = profiles.split
    rows[:, 2:5] = _placed(profiles.level, profiles.band, profiles.split, named=named)
    rows[:, 5] = np.where(low, 12, np.where(high, 48, mean))
    rows[:, 6] = np.where(low, 1, np.where(high, 2, 0))
    rows[:, 7:12], rows[:, 12:16] = percents(edges[:, :-1] - edges[:, 1:], whole, STEP), reached
    told = (reached != UNDER) & (reached != OVER)
    rows[:, 16:20] = np.where(told, _errors(profiles.share_se), NOTHING)
    rows[:, 20] = _errors(profiles.se)
    alike = [getattr(profiles.agreement, name) for name in Alike.model_fields]
    rows[:, 21:26] = np.stack([_hundredths(values) for values in alike], axis=1)
    rows[questions_of_one_mind(moments.counts, K_FLOOR).any(axis=1), 21:26] = NOTHING
    apart = profiles.agreement.ad_mean > AD_SHARED
    rows[:, 26] = np.where(profiles.split, NOTHING, apart)
    return rows


def _placed(level: Integers, band: Integers, split: Flags, *, named: bool) -> Integers:
    settled = ~split & (band[:, 1] - band[:, 0] + 1 < UNSETTLED_WIDTH)
    placed = np.column_stack([np.where(settled, level, NOTHING), band])
    return placed if named else np.full_like(placed, NOTHING)


def _hundredths(values: Floats) -> Integers:
    rounded = np.floor(values * 100 + 0.5 + 1e-9)
    return np.where(np.isnan(rounded), -999, rounded).astype(np.int64)


def _errors(values: Floats) -> Integers:
    rounded = _hundredths(values)
    return np.where((values > 0) & (rounded == 0), 1, rounded)


def _items(moments: Moments) -> Integers:
    """Four columns an item: how many, mean and bound, level, most."""
    counts, n = moments.counts, moments.counts.sum(axis=2)
    answers = np.maximum(n, 1)
    total, shown = counts @ np.arange(1, 6), tenths(counts @ np.arange(1, 6), answers)
    shown = np.where(10 * total <= 12 * n, 112, np.where(10 * total >= 48 * n, 248, shown))
    at_least = counts[:, :, ::-1].cumsum(axis=2)[:, :, ::-1]
    reached = (3 * at_least >= 2 * n[:, :, None]).sum(axis=2)
    most = np.where(2 * counts.max(axis=2) >= n, 1 + counts.argmax(axis=2), 0)
    shown = np.where(n - counts.max(axis=2) < K_FLOOR, NOTHING, shown)
    rows = np.stack([n, shown, reached, most], axis=2).reshape(len(moments), 4 * n.shape[1])
    apart = moments.n - moments.answered.max(axis=1)
    hidden = (n < K_ITEMS).any(axis=1) | ((apart > 0) & (apart < K_FLOOR))
    rows[hidden] = NOTHING
    return rows


def _item(item: ItemFigure | None) -> Sequence[int]:
    if item is None:
        return (NOTHING,) * 4
    mean = NOTHING if item.mean is None else _mean(item.mean)[0] + 100 * _mean(item.mean)[1]
    return (item.n, mean, int(item.level), item.most or 0)


def _mean(mean: Mean) -> tuple[int, int]:
    return round(10 * mean.value), list(Bound).index(mean.bound)


def row_of(figure: Figure) -> list[int]:
    """Write a figure in the columns of `prints_of`."""
    row = [int(figure.coarse), int(figure.split), int(figure.level or NOTHING)]
    row += figure.band or (NOTHING, NOTHING)
    row += _mean(figure.mean) if figure.mean else (NOTHING, NOTHING)
    row += figure.mix or (NOTHING,) * 5
    row += figure.reached or (NOTHING,) * 4
    row += [_whole(error) for error in figure.reached_se or (None,) * 4]
    row.append(_whole(figure.se))
    alike = figure.alike.model_dump().values() if figure.alike else (None,) * 5
    row += [-999 if figure.alike and value is None else _whole(value) for value in alike]
    row.append(NOTHING if figure.views is None else int(figure.views == "differ"))
    return row + [number for item in figure.items for number in _item(item)]


def _whole(value: float | None) -> int:
    return NOTHING if value is None else round(100 * value)


def coarse_flags(moments: Moments) -> Flags:
    """Return which groups are coarse, by the product's own rule."""
    return is_coarse(profiles_of(moments, 5))
