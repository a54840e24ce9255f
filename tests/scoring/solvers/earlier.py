"""What used to be printed of a group, before shares, means and errors were made coarser.

Means to 0.1, below ten people never beyond 1.2 and 4.8; shares in whole percent, below ten
people in steps of 5 and "under 10 %", "over 90 %"; both errors of the mean to 0.01, below ten
people "< 0.10" at the least; from ten people on how alike they are, and n and mean of items.
Only a group whose scores were all alike was as coarse at ten people and more.
"""

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.scoring.figure import Alike
from app.scoring.moments import Flags, Floats, Moments
from app.scoring.profile import profiles_of
from app.scoring.respondent import Integers

NOTHING = -1


def earlier_prints_of(moments: Moments) -> Integers:
    """Return what was printed of G groups, a row a group."""
    profiles, whole = profiles_of(moments, 5), moments.whole[:, None]
    first, last = moments.starts[:-1], moments.starts[1:] - 1
    coarse = (moments.n < 10) | (moments.scores[first] == moments.scores[last])
    edges = np.concatenate([whole, moments.at_least, np.zeros_like(whole)], axis=1)
    mean = np.where(coarse, np.clip(profiles.mean, 1.2, 4.8), profiles.mean)
    alike = [_spread(getattr(profiles.agreement, name), ~coarse) for name in Alike.model_fields]
    told: list[Iterable[NDArray[Any]]] = [
        [coarse, profiles.split, profiles.level, *profiles.band.T],
        [np.floor(10 * mean + 0.5 + 1e-9).astype(np.int64)],
        _mix(edges[:, :-1] - edges[:, 1:], whole, coarse).T,
        [_error(profiles.se, coarse), _error(profiles.se_textbook, coarse), *alike],
        _items(moments, coarse).T,
    ]
    return np.stack([column for columns in told for column in columns], axis=1).astype(np.int64)


def _mix(part: Integers, whole: Integers, coarse: Flags) -> Integers:
    exact, steps = (200 * part + whole) // (2 * whole), 5 * ((40 * part + whole) // (2 * whole))
    capped = np.where(10 * part < whole, 0, np.where(10 * part > 9 * whole, 100, steps))
    return np.where(coarse[:, None], capped, exact)


def _error(values: Floats, coarse: Flags) -> Integers:
    told = np.floor(values * 100 + 0.5 + 1e-9)
    return np.where(coarse & (values < 0.1), 0, told).astype(np.int64)


def _spread(values: Floats, shown: Flags) -> Integers:
    told = np.floor(np.nan_to_num(values, nan=-9.99) * 100 + 0.5 + 1e-9)
    return np.where(shown, told, NOTHING).astype(np.int64)


def _items(moments: Moments, coarse: Flags) -> Integers:
    n, total = moments.counts.sum(axis=2), moments.counts @ np.arange(1, 6)
    apart = moments.n - moments.answered.max(axis=1)
    shown = ~coarse & (n >= 10).all(axis=1) & ((apart == 0) | (apart >= 5))
    means = (20 * total + n) // np.maximum(1, 2 * n)
    return np.where(shown[:, None], np.concatenate([n, means], axis=1), NOTHING)
