"""From answer sheets to each respondent's score, in whole numbers so that ties stay ties."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import lcm
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.questionnaires.answers import CANNOT_SAY, LEVEL_CODES
from app.questionnaires.consistency import MOST_ITEMS
from app.questionnaires.questionnaire import Scale

#: Answers as levels: 1 to 5, and 0 for missing. Shape (respondents, items).
LevelMatrix = NDArray[np.int8]
Integers = NDArray[np.int64]

_LEVEL_OF_CODE = np.zeros(256, dtype=np.int8)
for _code in LEVEL_CODES:
    _LEVEL_OF_CODE[ord(_code)] = int(_code)


def read_levels(sheets: str, items: int) -> LevelMatrix:
    """Return the levels of answer sheets written one after the other, `items` characters each.

    "Cannot say", "does not apply" and items left open are all 0 (missing).
    Raises ValueError if the text is not a whole number of sheets.
    """
    codes = np.frombuffer(sheets.encode("ascii"), dtype=np.uint8)
    return _LEVEL_OF_CODE[codes].reshape(-1, items)


def read_unsure(sheets: str, items: int) -> NDArray[np.bool_]:
    """Return where "cannot say" was chosen, in the shape of `read_levels`."""
    codes = np.frombuffer(sheets.encode("ascii"), dtype=np.uint8)
    unsure: NDArray[np.bool_] = (codes == ord(CANNOT_SAY)).reshape(-1, items)
    return unsure


def minimum_valid(items: int) -> int:
    """Return how many of `items` answers make a respondent usable: ceil(2K/3)."""
    return -(-2 * items // 3)


def common_denominator(items: int) -> int:
    """Return W, the smallest number that every possible count of valid answers divides."""
    return lcm(*range(minimum_valid(items), items + 1))


@dataclass(frozen=True)
class Scores:
    """Usable respondents on one orientation; n rows, all numbers exact multiples of 1/W.

    `score` (n) is W times the mean of the respondent's valid answers, so W to 5 W.
    `at_least` (n, 4) is W times the share of them at level 2, 3, 4 and 5 or above.
    `levels` (n, K) holds the answers themselves, 0 where missing; `weight` is W.
    """

    score: Integers
    at_least: Integers
    levels: LevelMatrix
    weight: int


def columns_of(scale: Scale, scales: Sequence[Scale]) -> list[int]:
    """Return the positions of the items of one orientation (or of acceptance) in a sheet."""
    return [position for position, other in enumerate(scales) if other == scale]


def usable_rows(levels: LevelMatrix) -> NDArray[np.bool_]:
    """Return who is usable (n): with ceil(2K/3) valid answers."""
    usable: NDArray[np.bool_] = _along(levels > 0) >= minimum_valid(levels.shape[1])
    return usable


def score_respondents(levels: LevelMatrix) -> tuple[NDArray[np.bool_], Scores]:
    """Score the items of one orientation; return who is usable (n) and the scores of those.

    A respondent is usable with ceil(2K/3) valid answers; nothing is imputed. Raises ValueError
    for more than MOST_ITEMS items.
    """
    items = levels.shape[1]
    if items > MOST_ITEMS:
        raise ValueError(f"{items} items are more than 64 bits can score exactly: {MOST_ITEMS}")
    weight = common_denominator(items)
    usable = usable_rows(levels)
    kept = levels[usable]
    each = weight // _along(kept > 0)
    at_least = np.stack([_along(kept >= level) * each for level in (2, 3, 4, 5)], axis=1)
    score = _along(kept) * each
    return usable, Scores(score=score, at_least=at_least, levels=kept, weight=weight)


def _along(rows: NDArray[Any]) -> Integers:
    """Sum each row, column by column: far quicker than row by row where rows are short."""
    total = np.zeros(len(rows), dtype=np.int64)
    for column in rows.T:
        total += column
    return total
