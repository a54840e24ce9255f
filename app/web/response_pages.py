"""The page values of the respondent's way, and how a page of questions is put together."""

from dataclasses import dataclass
from functools import lru_cache
from typing import ClassVar

from markupsafe import Markup

from app.language import gettext as _
from app.language import ngettext, say_date
from app.questionnaires.answers import LONGEST_COMMENT
from app.questionnaires.questionnaire import Item
from app.rendering import Page, render_fragment
from app.reports.questionnaires import choices_of, heading_of
from app.usecases.responses import Invited, OpenBallot
from app.web.layout import WebPage
from app.web.survey_form import SurveyForm, new_form


@dataclass(frozen=True, kw_only=True)
class EntryPage(WebPage):
    """Where a link or a typed code comes in."""

    template: ClassVar[str] = "responses/entry.html"
    scripts: ClassVar[tuple[str, ...]] = ("entry.js",)

    code: str = ""
    problem: str = ""


@dataclass(frozen=True, kw_only=True)
class WelcomePage(WebPage):
    """Who asks, why, how long it takes, and how anonymity is kept."""

    template: ClassVar[str] = "responses/welcome.html"
    scripts: ClassVar[tuple[str, ...]] = ("draft.js", "entry.js")

    organisation: str
    group: str
    mirror: bool
    items: int
    minutes: int
    k: int
    closes: str
    comments: bool
    hidden: tuple[tuple[str, str], ...]


@dataclass(frozen=True, kw_only=True)
class ItemFragment(Page):
    """One question with the choice made so far."""

    template: ClassVar[str] = "responses/item.html"

    item: Item
    choices: tuple[tuple[int, str], ...]
    chosen: str
    mirror: bool
    language: str


@dataclass(frozen=True, kw_only=True)
class QuestionsPage(WebPage):
    """One page of questions. Answers of the other pages travel along in hidden fields."""

    template: ClassVar[str] = "responses/questions.html"
    scripts: ClassVar[tuple[str, ...]] = ("draft.js",)

    group: str
    mirror: bool
    number: int
    last: int
    answered: int
    items: int
    questions: Markup
    acceptance: Markup
    comment_id: str
    comment_prompt: str
    comment: str
    longest_comment: int
    hidden: tuple[tuple[str, str], ...]
    shown: str
    problem: str = ""
    #: Where questions are open, as page numbers with words; shown once, before sending.
    open_pages: tuple[tuple[int, str], ...] = ()


@dataclass(frozen=True, kw_only=True)
class AgainPage(WebPage):
    """The database does not answer: everything that was entered, to be sent once more."""

    template: ClassVar[str] = "responses/again.html"

    action: str
    fields: tuple[tuple[str, str], ...]


@dataclass(frozen=True, kw_only=True)
class ThanksPage(WebPage):
    """The answers are stored."""

    template: ClassVar[str] = "responses/thanks.html"
    scripts: ClassVar[tuple[str, ...]] = ("draft.js",)

    k: int


def welcome_page(ballot: OpenBallot, code: str) -> WelcomePage:
    """Return the first page of a ballot, with a new form."""
    invited = ballot.invited
    return WelcomePage(
        title=_("Survey of %(organisation)s", organisation=invited.organisation),
        language=invited.language,
        organisation=invited.organisation,
        group=invited.group,
        mirror=invited.questionnaire.mirror,
        items=len(invited.questionnaire.items),
        minutes=invited.minutes,
        k=invited.k,
        closes=say_date(ballot.closes_at.date()) if ballot.closes_at else "",
        comments=invited.questionnaire.comment is not None,
        hidden=new_form(code).hidden(set(), ""),
    )


def questions_page(
    invited: Invited, form: SurveyForm, number: int, shown: str, problem: str = "", *, ask: bool
) -> QuestionsPage:
    """Return page `number` (1, 2, 3, …); with `ask` it names the questions still open."""
    questionnaire = invited.questionnaire
    questions = questionnaire.pages[number - 1]
    comment = questions.module.comment if questions.module else None
    here = {item.id for item in questions.all_items} | ({comment.id} if comment else set())
    comment_id = questionnaire.comment.id if questionnaire.comment else ""
    parts = [
        (
            item,
            _item_html(
                item, rising, form.answers.get(item.id, ""), questionnaire.mirror, invited.language
            ),
        )
        for item, rising in form.presentation.shown(number - 1, questions)
    ]
    willing = {item.id for item in questions.acceptance}
    return QuestionsPage(
        title=heading_of(questions),
        language=invited.language,
        group=invited.group,
        mirror=questionnaire.mirror,
        number=number,
        last=len(questionnaire.pages),
        answered=len(form.answers),
        items=len(questionnaire.items),
        questions=Markup().join(html for item, html in parts if item.id not in willing),
        acceptance=Markup().join(html for item, html in parts if item.id in willing),
        comment_id=comment.id if comment else "",
        comment_prompt=comment.prompt if comment else "",
        comment=form.comment,
        longest_comment=LONGEST_COMMENT,
        hidden=form.hidden(here, comment_id),
        shown=shown,
        problem=problem,
        open_pages=_open_pages(invited, form) if ask else (),
    )


def _open_pages(invited: Invited, form: SurveyForm) -> tuple[tuple[int, str], ...]:
    """Each page with questions left open, with how many in words."""
    found = []
    for number, page in enumerate(invited.questionnaire.pages, start=1):
        count = sum(1 for item in page.all_items if item.id not in form.answers)
        if count:
            text = ngettext(
                "page %(page)s: one question",
                "page %(page)s: %(num)s questions",
                count,
                page=number,
            )
            found.append((number, text))
    return tuple(found)


@lru_cache(maxsize=8192)
def _item_html(item: Item, rising: bool, chosen: str, mirror: bool, language: str) -> Markup:
    # Escaping seven radio buttons an item is most of a page's work, and there are few variants.
    return render_fragment(
        ItemFragment(
            item=item,
            choices=choices_of(item, rising=rising),
            chosen=chosen,
            mirror=mirror,
            language=language,
        )
    )
