"""The expected time: reading at 238 words a minute, 3 s for each choice, 45 s to begin."""

import pytest

from app.questionnaires.timing import expected_minutes
from tests.questionnaires.builders import item, questionnaire

#: Words of a test item beside its stem: the example and five anchors.
OTHER_WORDS = 6


@pytest.mark.parametrize(
    ("items", "words", "minutes"),
    [(1, 7, 1), (5, 238, 2), (5, 239, 3), (1, 238, 2), (18, 18 * 82, 8)],
)
def test_minutes_are_those_of_reading_choosing_and_beginning_rounded_up(
    items: int, words: int, minutes: int
) -> None:
    extra = words - items * (OTHER_WORDS + 1)
    long = item("A0", stem="word " * (1 + extra))
    asked = questionnaire("a", long, *(item(f"A{n}") for n in range(1, items)))
    assert expected_minutes(asked) == minutes
