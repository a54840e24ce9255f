"""The page values of the respondent's way, and how a page of questions is put together."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from typing import ClassVar, NamedTuple

from markupsafe import Markup

from app.language import gettext as _
from app.language import ngettext, say_date, speaking
from app.questionnaires.answers import LONGEST_COMMENT
from app.questionnaires.questionnaire import Item, QuestionnairePage
from app.rendering import Mould, Page, hole, mould, render, render_fragment
from app.reports.questionnaires import choices_of, heading_of
from app.usecases.plans import last_day
from app.usecases.responses import Invited, OpenBallot
from app.web.layout import WebPage
from app.web.survey_form import SurveyForm, new_form


@dataclass(frozen=True, kw_only=True)
class EntryPage(WebPage):
    """Where a link or a typed code comes in."""

    template: ClassVar[str] = "responses/entry.html"
    scripts: ClassVar[tuple[str, ...]] = ("draft.js", "entry.js")

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
    wave_id: str
    hidden: str


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
    """One page of questions. Answers of the other pages travel along in hidden fields.

    What differs from one respondent to the next is text, so that it can be a hole of a mould.
    """

    template: ClassVar[str] = "responses/questions.html"
    scripts: ClassVar[tuple[str, ...]] = ("draft.js", "entry.js")

    group: str
    mirror: bool
    number: int
    last: int
    answered: str
    items: int
    questions: str
    acceptance: str
    comment_id: str
    comment_prompt: str
    comment: str
    longest_comment: int
    hidden: str
    shown: str
    problem: str = ""
    #: Where questions are open, as page numbers with words; shown once, before sending.
    open_pages: tuple[tuple[int, str], ...] = ()


@dataclass(frozen=True, kw_only=True)
class AgainPage(WebPage):
    """The database does not answer: everything that was entered, to be sent once more."""

    template: ClassVar[str] = "responses/again.html"
    scripts: ClassVar[tuple[str, ...]] = ("draft.js", "entry.js")

    action: str
    fields: Markup


@dataclass(frozen=True, kw_only=True)
class ThanksPage(WebPage):
    """The answers are stored."""

    template: ClassVar[str] = "responses/thanks.html"
    scripts: ClassVar[tuple[str, ...]] = ("draft.js", "entry.js")

    k: int
    #: Whose draft the browser may forget, and what it may remember as sent.
    code: str


def write_thanks(invited: Invited, code: str) -> str:
    """Return the last page, with the code whose draft the browser may forget."""
    return _thanks_mould(invited.k, invited.language).fill(code=code)


@lru_cache
def _thanks_mould(k: int, language: str) -> Mould:
    with speaking(language):
        return mould(ThanksPage(title=_("Thank you"), k=k, language=language, code=hole("code")))


def write_welcome(ballot: OpenBallot, code: str) -> str:
    """Return the first page of a ballot, with a new form."""
    invited = ballot.invited
    page = _welcome_mould(
        invited.questionnaire.mirror,
        len(invited.questionnaire.items),
        invited.minutes,
        invited.k,
        say_date(last_day(ballot.closes_at)) if ballot.closes_at else "",
        invited.questionnaire.comment is not None,
        invited.language,
    )
    return page.fill(
        organisation=invited.organisation,
        group=invited.group,
        wave_id=invited.wave_id,
        hidden=hidden_fields(new_form(code).hidden(set(), "")),
    )


@lru_cache
def _welcome_mould(
    mirror: bool, items: int, minutes: int, k: int, closes: str, comments: bool, language: str
) -> Mould:
    organisation = hole("organisation")
    with speaking(language):
        title = _("Survey of %(organisation)s", organisation=organisation)
    return mould(
        WelcomePage(
            title=title,
            language=language,
            organisation=organisation,
            group=hole("group"),
            mirror=mirror,
            items=items,
            minutes=minutes,
            k=k,
            closes=closes,
            comments=comments,
            wave_id=hole("wave_id"),
            hidden=hole("hidden"),
        )
    )


def hidden_fields(fields: Iterable[tuple[str, str]]) -> Markup:
    """Return fields as hidden inputs."""
    # html.escape means the same as Markup.escape, in half of its time.
    inputs = [
        f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">\n'
        for name, value in fields
    ]
    return Markup("".join(inputs))  # noqa: S704 - both parts are escaped


def write_questions(
    invited: Invited, form: SurveyForm, number: int, shown: str, problem: str = "", *, ask: bool
) -> str:
    """Return page `number` (1, 2, 3, …); with `ask` it names the questions still open."""
    questionnaire = invited.questionnaire
    questions = questionnaire.pages[number - 1]
    comment = questions.module.comment if questions.module else None
    here = {item.id for item in questions.all_items} | ({comment.id} if comment else set())
    comment_id = questionnaire.comment.id if questionnaire.comment else ""
    mirror, language = questionnaire.mirror, invited.language
    parts = [
        _item_html(item, rising, form.answers.get(item.id, ""), mirror, language)
        for item, rising in form.presentation.shown(number - 1, questions)
    ]
    # Those of acceptance come last.
    core = len(questions.items)
    values = {
        "group": invited.group,
        "answered": str(len(form.answers)),
        "questions": _joined(parts[:core]),
        "acceptance": _joined(parts[core:]),
        "comment": form.comment,
        "hidden": hidden_fields(form.hidden(here, comment_id)),
        "shown": shown,
    }
    last, items = len(questionnaire.pages), len(questionnaire.items)
    place = _Place(questions, number, last, items, mirror)
    if problem or ask:
        pages = _open_pages(invited, form) if ask else ()
        return render(_questions_page(place, language, values, problem, pages))
    return _questions_mould(place, language).fill(**values)


def _joined(parts: Iterable[Markup]) -> Markup:
    # Markup.join would look at each part once more.
    return Markup("".join(parts))  # noqa: S704 - each of them is markup


class _Place(NamedTuple):
    """A page of questions with where it stands in its questionnaire."""

    questions: QuestionnairePage
    number: int
    last: int
    items: int
    mirror: bool


@lru_cache(maxsize=1024)
def _questions_mould(place: _Place, language: str) -> Mould:
    names = ("group", "answered", "comment", "hidden", "shown")
    values = {name: hole(name) for name in names}
    values["questions"] = hole("questions") if place.questions.items else ""
    values["acceptance"] = hole("acceptance") if place.questions.acceptance else ""
    with speaking(language):
        return mould(_questions_page(place, language, values))


def _questions_page(
    place: _Place,
    language: str,
    values: Mapping[str, str],
    problem: str = "",
    open_pages: tuple[tuple[int, str], ...] = (),
) -> QuestionsPage:
    comment = place.questions.module.comment if place.questions.module else None
    return QuestionsPage(
        title=heading_of(place.questions),
        language=language,
        mirror=place.mirror,
        number=place.number,
        last=place.last,
        items=place.items,
        comment_id=comment.id if comment else "",
        comment_prompt=comment.prompt if comment else "",
        longest_comment=LONGEST_COMMENT,
        problem=problem,
        open_pages=open_pages,
        **values,
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
