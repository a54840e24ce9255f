"""How long a questionnaire takes to answer."""

from math import ceil

from app.questionnaires.questionnaire import Questionnaire

#: Silent reading speed of adults, words a minute (Brysbaert 2019).
WORDS_PER_MINUTE = 238
SECONDS_TO_CHOOSE = 3
SECONDS_TO_BEGIN = 45
#: A few lines, thought of and typed on a phone.
SECONDS_TO_COMMENT = 90


def expected_seconds(questionnaire: Questionnaire) -> float:
    """Return the expected seconds: reading every word, a choice for each item, the start.

    An open question takes the time of writing a few lines on top.
    """
    texts = [
        text for item in questionnaire.items for text in (item.stem, item.example, *item.anchors)
    ]
    comment = questionnaire.comment
    if comment:
        texts.append(comment.prompt)
    return (
        sum(len(text.split()) for text in texts) * 60 / WORDS_PER_MINUTE
        + SECONDS_TO_CHOOSE * len(questionnaire.items)
        + (SECONDS_TO_COMMENT if comment else 0)
        + SECONDS_TO_BEGIN
    )


def expected_minutes(questionnaire: Questionnaire) -> int:
    """Return the expected minutes, rounded up."""
    return ceil(expected_seconds(questionnaire) / 60)
