"""In which order a respondent meets the items, and which way the five statements run.

Items come in random order within a page. The statements run up or down a whole page, never
shuffled, since each contains the ones before it; both ways occur in every questionnaire, so
that whoever starts reading at the top does not always start at the same end (starting-point
bias: Yan, Cernat & Keusch 2025), and marking one place on all pages shows.
"""

from collections.abc import Sequence
from functools import lru_cache
from itertools import product
from random import Random
from typing import Final

from app.questionnaires.questionnaire import PLACE, Item, QuestionnairePage

#: Which of the three core pages have statements that rise: all ways in which both occur.
PATTERNS: Final[tuple[tuple[bool, ...], ...]] = tuple(
    rising for rising in product((False, True), repeat=3) if len(set(rising)) == 2
)

#: How many different presentations are drawn from; a multiple of the number of patterns.
DRAWN_FROM: Final = 100 * len(PATTERNS)

#: How a sheet whose presentation is not known is marked.
UNKNOWN_PATTERN: Final = "-"


class Presentation:
    """One way to show a questionnaire, told by a number from 0 to DRAWN_FROM - 1."""

    def __init__(self, number: int) -> None:
        self.number = number % DRAWN_FROM
        self.pattern = self.number % len(PATTERNS)

    @classmethod
    def draw(cls, chance: Random) -> "Presentation":
        """Return a random one; each pattern is as likely as the others."""
        return cls(chance.randrange(DRAWN_FROM))

    @property
    def mark(self) -> str:
        """One character for the pattern, kept with the answers."""
        return str(self.pattern)

    def is_rising(self, page: int) -> bool:
        """Return whether the statements of a page (0, 1, 2, …) rise from level 1 to 5."""
        pattern = PATTERNS[self.pattern]
        return pattern[page % len(pattern)]

    def order(self, page: int, items: Sequence[Item]) -> tuple[Item, ...]:
        """Return the items of a page in the order in which they are shown."""
        places = _shuffled(self.number, page, len(items))
        return tuple(items[place] for place in places)

    def shown(self, page: int, questions: QuestionnairePage) -> tuple[tuple[Item, bool], ...]:
        """Return the items of a page with whether their statements rise; acceptance comes last.

        The steps of a path keep their order.
        """
        ordered = self.order(page, questions.items) + self.order(page, questions.acceptance)
        rising = self.is_rising(page)
        return tuple((item, rising or item.scale == PLACE) for item in ordered)


@lru_cache(maxsize=8192)
def _shuffled(number: int, page: int, count: int) -> tuple[int, ...]:
    places = list(range(count))
    Random(f"{number} {page}").shuffle(places)  # noqa: S311 - an order of questions, no secret
    return tuple(places)
