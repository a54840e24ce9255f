"""What a respondent can answer, and how one sheet of answers is written down.

A sheet is one character per item in the instrument's order: the level "1" to "5" whose
anchor was chosen, "?" for "I cannot say", "x" for "does not apply to my group" and "-" for
an item left open. Both "?" and "x" count as missing, but are told apart. Two marks follow:
which pages had rising statements ("0" to "5", "-" if not known), and two flags of response
quality ("0" none, "1" one place on all pages, "2" hasty, "3" both).
"""

from collections.abc import Mapping, Sequence

CANNOT_SAY = "?"
NOT_APPLICABLE = "x"
OPEN = "-"
LEVEL_CODES = ("1", "2", "3", "4", "5")
CODES = (*LEVEL_CODES, CANNOT_SAY, NOT_APPLICABLE)

#: Characters of a sheet after those of the items.
MARKS = 2
#: The last mark of a sheet; the last of them stays out of every figure.
FLAGS = ("0", "1", "2", "3")
CARELESS = "3"

#: Longest comment that is taken, in characters.
LONGEST_COMMENT = 1000


class UnreadableAnswer(ValueError):
    """A form field held something that is not an answer to that item."""

    def __init__(self, item_id: str) -> None:
        super().__init__(item_id)
        self.item_id = item_id


def read_answers(fields: Mapping[str, str], item_ids: Sequence[str]) -> dict[str, str]:
    """Return the codes answered in a form, by item id; items left open are absent.

    Raises UnreadableAnswer for a value that the page never offers.
    """
    answers = {}
    for item_id in item_ids:
        code = fields.get(item_id, "")
        if code in CODES:
            answers[item_id] = code
        elif code:
            raise UnreadableAnswer(item_id)
    return answers


def write_sheet(
    answers: Mapping[str, str],
    item_ids: Sequence[str],
    pattern: str = "-",
    *,
    straight_line: bool = False,
    hasty: bool = False,
) -> str:
    """Return the sheet: one character per item of `item_ids`, then the two marks."""
    codes = "".join(answers.get(item_id, OPEN) for item_id in item_ids)
    return f"{codes}{pattern}{straight_line + 2 * hasty}"


def sheet_length(items: int) -> int:
    """Return how many characters a sheet of so many items has."""
    return items + MARKS
