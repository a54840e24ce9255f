"""What a respondent can answer, and how one sheet of answers is written down.

A sheet is one character per item in the instrument's order: the level "1" to "5" whose
anchor was chosen, "?" for "I cannot say", "x" for "does not apply to my group" and "-" for
an item left open. Both "?" and "x" count as missing, but are told apart.
"""

from collections.abc import Mapping, Sequence

CANNOT_SAY = "?"
NOT_APPLICABLE = "x"
OPEN = "-"
LEVEL_CODES = ("1", "2", "3", "4", "5")
CODES = (*LEVEL_CODES, CANNOT_SAY, NOT_APPLICABLE)


class UnreadableAnswer(ValueError):
    """A form field held something that is not an answer to that item."""

    def __init__(self, item_id: str) -> None:
        super().__init__(f"The answer to {item_id} is not one of the choices on the page.")
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


def write_sheet(answers: Mapping[str, str], item_ids: Sequence[str]) -> str:
    """Return the sheet: one character per item of `item_ids`."""
    return "".join(answers.get(item_id, OPEN) for item_id in item_ids)
