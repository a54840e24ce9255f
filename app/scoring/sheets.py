"""Answer sheets as numbers: one row a sheet, with whose it is and how it was shown."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from app.questionnaires.answers import CARELESS, sheet_length
from app.questionnaires.presentation import PATTERNS, UNKNOWN_PATTERN
from app.scoring.respondent import Integers, LevelMatrix, read_levels, read_unsure

#: The pattern of a sheet of which it is not known how it was shown.
UNKNOWN: Final = -1


@dataclass(frozen=True)
class SheetTable:
    """The sheets of several units; n rows, all arrays in the same order.

    `levels` (n, items) are 1 to 5, 0 where missing; `unsure` says where "cannot say" was
    chosen; `owner` (n) is the place of the unit. `pattern` (n) is the number of the pattern in
    which the pages were shown, or UNKNOWN; `careless` (n) says which sheets stay out.
    """

    levels: LevelMatrix
    unsure: NDArray[np.bool_]
    owner: Integers
    pattern: Integers
    careless: NDArray[np.bool_]

    def where(self, rows: NDArray[np.bool_]) -> "SheetTable":
        """Return the rows that are true."""
        if rows.all():
            return self
        return SheetTable(
            levels=self.levels[rows],
            unsure=self.unsure[rows],
            owner=self.owner[rows],
            pattern=self.pattern[rows],
            careless=self.careless[rows],
        )

    @property
    def careful(self) -> "SheetTable":
        """The sheets that count: those that do not bear both flags of response quality."""
        return self.where(~self.careless)

    def rose(self, page: int) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """Return which sheets showed a core page with rising statements, and which falling."""
        up = np.array([*(pattern[page] for pattern in PATTERNS), False])[self.pattern]
        known = self.pattern != UNKNOWN
        return up & known, ~up & known


def read_sheets(texts: Sequence[str], items: int) -> SheetTable:
    """Return the sheets of units, each unit's written one after the other, of so many items.

    Raises ValueError if a text is not a whole number of sheets.
    """
    width = sheet_length(items)
    text = "".join(texts)
    codes = np.frombuffer(text.encode("ascii"), dtype=np.uint8).reshape(-1, width)
    mark = codes[:, items].astype(np.int64)
    return SheetTable(
        levels=read_levels(text, width)[:, :items],
        unsure=read_unsure(text, width)[:, :items],
        owner=np.repeat(np.arange(len(texts)), [len(text) // width for text in texts]),
        pattern=np.where(mark == ord(UNKNOWN_PATTERN), UNKNOWN, mark - ord("0")),
        careless=codes[:, items + 1] == ord(CARELESS),
    )
