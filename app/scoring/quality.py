"""Whether a sheet was filled in with care: two flags, and both are needed to leave it out."""

from collections.abc import Sequence
from typing import Final

from app.maturity import LEVELS

#: Answers on one position from which a line is no accident, and the position that may be meant.
LINE_LENGTH: Final = 12
MIDDLE: Final = 3

#: Seconds an item takes at least, and pages below it that make a sheet hasty.
FASTEST: Final = 2.0
HASTY_PAGES: Final = 2


def is_straight_line(pages: Sequence[tuple[Sequence[int], bool]]) -> bool:
    """Return whether all answers stand at one place on the screen, whatever they say.

    `pages` are the levels answered (0: none) with whether the statements rose down the page.
    The same level everywhere is legitimate; the same place on rising and falling pages is not.
    Needs twelve answers, not in the middle, and both directions. Method, 1.5.
    """
    places = [
        level if rising else len(LEVELS) + 1 - level
        for levels, rising in pages
        for level in levels
        if level
    ]
    directions = {rising for levels, rising in pages if any(levels)}
    alike = len(set(places)) == 1 and places[0] != MIDDLE
    return alike and len(places) >= LINE_LENGTH and len(directions) == 2


def is_hasty(pages: Sequence[tuple[float, int]]) -> bool:
    """Return whether two pages or more took under two seconds an item.

    `pages` are active seconds and the number of items. The page-time index of Huang 2012 and
    of Bowling et al.; times are used in memory and never stored.
    """
    return sum(1 for seconds, items in pages if seconds < FASTEST * items) >= HASTY_PAGES
