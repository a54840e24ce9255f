"""The respondent's pages: open the link, three pages of questions, send. A GET changes nothing."""

import secrets
from dataclasses import dataclass
from functools import lru_cache
from typing import ClassVar

from fastapi import Request
from fastapi.responses import HTMLResponse
from markupsafe import Markup
from sqlalchemy.exc import SQLAlchemyError
from starlette.routing import BaseRoute, Route

from app.maturity import Orientation
from app.questionnaires.answers import UnreadableAnswer, read_answers
from app.questionnaires.questionnaire import QuestionnairePage
from app.rendering import Page, render, render_fragment
from app.usecases.errors import NothingAnswered, UnknownCode
from app.usecases.responses import Invited, OpenBallot
from app.web.forms import read_form
from app.web.layout import WebPage, respond
from app.web.site import site_of

#: Asked at the head of each page.
QUESTIONS = {
    Orientation.VALUE_STREAM: "How work flows",
    Orientation.CUSTOMER: "Whom the work is for",
    Orientation.MEASUREMENT: "What is measured",
}


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
    items: int
    minutes: int
    k: int
    closes: str
    code: str
    form: str


@dataclass(frozen=True)
class ItemsFragment(Page):
    """The questions of one page with the choices made so far."""

    template: ClassVar[str] = "responses/items.html"

    questions: QuestionnairePage
    chosen: dict[str, str]


@dataclass(frozen=True, kw_only=True)
class QuestionsPage(WebPage):
    """One of three pages. Answers of the other pages travel along in hidden fields."""

    template: ClassVar[str] = "responses/questions.html"
    scripts: ClassVar[tuple[str, ...]] = ("draft.js",)

    group: str
    number: int
    last: int
    answered: int
    items: int
    questions: Markup
    elsewhere: tuple[tuple[str, str], ...]
    code: str
    form: str
    problem: str = ""


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


@lru_cache
def _entry() -> str:
    return render(EntryPage(title="Open your survey"))


async def enter_code(_request: Request) -> HTMLResponse:
    """Show where to type a code; a script takes it from the link's fragment by itself."""
    return HTMLResponse(_entry())


async def open_survey(request: Request) -> HTMLResponse:
    """Open the survey with a code. Nothing is recorded, so a mail scanner may do this too."""
    site, fields = site_of(request), await read_form(request)
    code = fields.get("code", "")
    try:
        ballot = await site.desk.open_ballot(code, site.now())
    except UnknownCode:
        problem = (
            "This code is not known. Compare it with your invitation: it has 26 letters and "
            "digits. If it was cut off in your mail, copy the whole link."
        )
        return respond(EntryPage(title="Open your survey", code=code[:200], problem=problem), 404)
    return respond(_welcome(ballot, code))


def _welcome(ballot: OpenBallot, code: str) -> WelcomePage:
    invited = ballot.invited
    return WelcomePage(
        title=f"Survey of {invited.organisation}",
        organisation=invited.organisation,
        group=invited.group,
        items=len(invited.item_ids),
        minutes=invited.minutes,
        k=invited.k,
        closes=f"{ballot.closes_at.day} {ballot.closes_at:%B %Y}" if ballot.closes_at else "",
        code=code,
        form=secrets.token_urlsafe(16),
    )


async def answer_questions(request: Request) -> HTMLResponse:
    """Show a page of questions. The answers so far are in the form; nothing is stored."""
    fields = await read_form(request)
    try:
        invited = await site_of(request).desk.recall(fields.get("code", ""))
    except SQLAlchemyError:
        return _again("/s/questions", fields)
    return _questions(invited, fields, _page_number(fields))


async def send_answers(request: Request) -> HTMLResponse:
    """Store the answers, once. Whatever goes wrong, they come back in the form."""
    site, fields = site_of(request), await read_form(request)
    try:
        invited = await site.desk.recall(fields.get("code", ""))
    except SQLAlchemyError:
        return _again("/s/send", fields)
    try:
        answers = read_answers(fields, invited.item_ids)
        await site.desk.submit_response(invited, fields.get("form", ""), answers, site.now())
    except UnreadableAnswer as error:
        return _questions(invited, fields, 3, str(error), status=422)
    except NothingAnswered:
        problem = "Nothing is answered yet. Answer at least one question; the others may stay open."
        return _questions(invited, fields, 3, problem, status=422)
    except SQLAlchemyError:
        problem = "Your answers could not be stored just now. They are still here: send them again."
        return _questions(invited, fields, 3, problem, status=503)
    return HTMLResponse(_thanks(invited.k))


def _again(action: str, fields: dict[str, str]) -> HTMLResponse:
    page = AgainPage(title="Just a moment", action=action, fields=tuple(fields.items()))
    return respond(page, 503)


@lru_cache
def _thanks(k: int) -> str:
    return render(ThanksPage(title="Thank you", k=k))


def _page_number(fields: dict[str, str]) -> int:
    number = fields.get("go", "1")
    return int(number) if number in ("1", "2", "3") else 1


def _questions(
    invited: Invited, fields: dict[str, str], number: int, problem: str = "", status: int = 200
) -> HTMLResponse:
    questions = invited.questionnaire.pages[number - 1]
    here = {item.id for item in questions.all_items}
    try:
        answers = read_answers(fields, invited.item_ids)
    except UnreadableAnswer as error:
        fields = {name: value for name, value in fields.items() if name != error.item_id}
        return _questions(invited, fields, number, str(error), 422)
    chosen = tuple(answers.get(item.id, "") for item in questions.all_items)
    page = QuestionsPage(
        title=QUESTIONS[questions.orientation],
        group=invited.group,
        number=number,
        last=len(invited.questionnaire.pages),
        answered=len(answers),
        items=len(invited.item_ids),
        questions=_items_html(questions, chosen),
        elsewhere=tuple((name, code) for name, code in answers.items() if name not in here),
        code=fields.get("code", ""),
        form=fields.get("form", ""),
        problem=problem,
    )
    return respond(page, status)


@lru_cache(maxsize=512)
def _items_html(questions: QuestionnairePage, chosen: tuple[str, ...]) -> Markup:
    # Escaping some forty radio buttons is most of a page's work, and most pages arrive blank.
    ids = [item.id for item in questions.all_items]
    return render_fragment(ItemsFragment(questions, dict(zip(ids, chosen, strict=True))))


#: Plain routes: what FastAPI adds to read parameters would cost half as much as the work itself.
ROUTES: list[BaseRoute] = [
    Route("/s", enter_code, methods=["GET"]),
    Route("/s", open_survey, methods=["POST"]),
    Route("/s/questions", answer_questions, methods=["POST"]),
    Route("/s/send", send_answers, methods=["POST"]),
]
