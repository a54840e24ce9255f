"""What a respondent's form carries from page to page: the server keeps nothing in between.

Item ids are capitals and digits; the fields here are small letters, so none can be mistaken.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from random import SystemRandom

from app.language import tidy_text
from app.questionnaires.answers import UnreadableAnswer, read_answers
from app.questionnaires.presentation import Presentation
from app.questionnaires.questionnaire import Questionnaire
from app.usecases.responses import Filled, Invited
from app.web.security import KEPT

#: Longest number that one of our own fields can hold.
_LONGEST_NUMBER = 15
_chance = SystemRandom()


@dataclass(frozen=True)
class SurveyForm:
    """A form as it arrived. `seconds` are those of each page (0, 1, 2, …) so far.

    `asked` says that the soft prompt about open questions was shown.
    """

    code: str
    mark: str
    presentation: Presentation
    answers: dict[str, str]
    comment: str
    seconds: dict[int, float]
    asked: bool
    #: Whether the form said how it was shown; else the presentation is a new one.
    is_known: bool = True
    #: Whether a script in the browser brings pages back by itself.
    is_kept: bool = False

    @property
    def filled(self) -> Filled:
        """What is sent at the end."""
        shown = self.presentation if self.is_known else None
        return Filled(self.mark, self.answers, self.comment, shown, self.seconds)

    def is_to_be_asked(self, invited: Invited) -> bool:
        """Return whether questions are open about which no soft prompt was shown yet."""
        some_open = len(self.answers) < len(invited.questionnaire.items)
        return some_open and bool(self.answers) and not self.asked

    def hidden(self, here: set[str], comment_id: str) -> tuple[tuple[str, str], ...]:
        """Return the fields that travel along unseen; `here` are the ids of the page shown."""
        fields = [("code", self.code), ("form", self.mark)]
        fields.append(("order", str(self.presentation.number)))
        fields += [(f"p{n}", f"{round(10 * s)}") for n, s in sorted(self.seconds.items())]
        if self.asked:
            fields.append(("asked", "1"))
        fields += [(name, code) for name, code in self.answers.items() if name not in here]
        if self.comment and comment_id not in here:
            fields.append((comment_id, self.comment))
        return tuple(fields)


def new_form(code: str) -> SurveyForm:
    """Return an empty form with a random mark, to be shown in a random way."""
    mark = secrets.token_urlsafe(16)
    return SurveyForm(code, mark, Presentation.draw(_chance), {}, "", {}, asked=False)


def read_survey_form(
    fields: Mapping[str, str], invited: Invited, now: datetime
) -> tuple[SurveyForm, UnreadableAnswer | None]:
    """Return the form with the time of the page that it was sent from added.

    An answer that no page offers is left out, and returned as the problem.
    """
    questionnaire, problem = invited.questionnaire, None
    ids = [item.id for item in questionnaire.items]
    kept = dict(fields)
    while True:
        try:
            answers = read_answers(kept, ids)
            break
        except UnreadableAnswer as error:
            problem = error
            del kept[error.item_id]
    order = whole_number(fields.get("order", ""))
    presentation = Presentation(order) if order is not None else Presentation.draw(_chance)
    form = SurveyForm(
        code=fields.get("code", ""),
        mark=fields.get("form", ""),
        presentation=presentation,
        answers=answers,
        comment=_comment(fields, questionnaire),
        seconds=_seconds(fields, len(questionnaire.pages)),
        asked=fields.get("asked") == "1",
        is_known=order is not None,
        is_kept=KEPT in fields,
    )
    return _timed(form, fields, now, len(questionnaire.pages)), problem


def shown_at(now: datetime) -> str:
    """Return the moment at which a page is shown, as its form carries it."""
    return str(round(10 * now.timestamp()))


def whole_number(text: str) -> int | None:
    """Return a number that one of our fields holds, or None for anything else."""
    usable = text.isascii() and text.isdigit() and len(text) <= _LONGEST_NUMBER
    return int(text) if usable else None


def _timed(form: SurveyForm, fields: Mapping[str, str], now: datetime, pages: int) -> SurveyForm:
    page, shown = whole_number(fields.get("page", "")), whole_number(fields.get("shown", ""))
    if page is None or shown is None or not 1 <= page <= pages:
        return form
    spent = max(0.0, now.timestamp() - shown / 10)
    before = form.seconds.get(page - 1, 0.0)
    return replace(form, seconds={**form.seconds, page - 1: before + spent})


def _seconds(fields: Mapping[str, str], pages: int) -> dict[int, float]:
    found = {page: whole_number(fields.get(f"p{page}", "")) for page in range(pages)}
    return {page: tenths / 10 for page, tenths in found.items() if tenths is not None}


def _comment(fields: Mapping[str, str], questionnaire: Questionnaire) -> str:
    if questionnaire.comment is None:
        return ""
    return tidy_text(fields.get(questionnaire.comment.id, ""))
