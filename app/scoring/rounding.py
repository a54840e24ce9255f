"""Rounding in whole numbers, so that halves go up and caps are decided by the figure itself."""

from typing import Any

import numpy as np

from app.scoring.moments import Floats
from app.scoring.respondent import Integers
from app.scoring.rules import SHARE_LEAST

#: A share in whole percent. UNDER says less than the smallest told, OVER more than the largest.
Percent = int
UNDER, OVER = 0, 100

#: Shares of a scale are told in steps of so many percent.
STEP: Percent = 5

#: The smallest share that is told, in percent, where the size of a group asks for no larger one.
LEAST: Percent = int(100 * SHARE_LEAST)


def tenths(part: Integers, whole: Integers) -> Integers:
    """Return part / whole in tenths, halves up; exact."""
    rounded: Integers = (20 * part + whole) // (2 * whole)
    return rounded


def percents(
    part: Integers, whole: Integers, step: Integers | int = 1, least: Integers | int = LEAST
) -> Integers:
    """Return the shares part / whole in percent, in steps, capped by the share itself.

    None is told below `least` or above 100 - `least`. Shapes are broadcast. Exact: halves of a
    step go up.
    """
    steps = 100 // np.asarray(step)
    shown = step * ((2 * steps * part + whole) // (2 * whole))
    low, high = 100 * part < least * whole, 100 * (whole - part) < least * whole
    capped: Integers = np.where(low, UNDER, np.where(high, OVER, shown))
    return capped


def hundredths(value: float | None) -> float | None:
    """Return a figure to two decimals, halves up; None where it is not defined."""
    if value is None or np.isnan(value):
        return None
    return float(np.floor(value * 100 + 0.5 + 1e-9)) / 100


def errors_of(values: Floats) -> list[Any]:
    """Return errors to two decimals; one that is not 0 is never told as 0."""
    rounded = np.floor(values * 100 + 0.5 + 1e-9) / 100
    told: list[Any] = np.where(values > 0, np.maximum(rounded, 0.01), rounded).tolist()
    return told
