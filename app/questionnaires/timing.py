"""How long a questionnaire takes to answer."""

from math import ceil

from app.questionnaires.questionnaire import Questionnaire

#: Silent reading speed of adults, words a minute (Brysbaert 2019).
WORDS_PER_MINUTE = 238
SECONDS_TO_CHOOSE = 3
SECONDS_TO_BEGIN = 45


def expected_minutes(questionnaire: Questionnaire) -> int:
    """Return the expected minutes, rounded up: reading, a choice for each item, the start."""
    words = sum(
        len(" ".join((item.stem, item.example, *item.anchors)).split())
        for item in questionnaire.items
    )
    seconds = (
        words * 60 / WORDS_PER_MINUTE
        + SECONDS_TO_CHOOSE * len(questionnaire.items)
        + SECONDS_TO_BEGIN
    )
    return ceil(seconds / 60)
