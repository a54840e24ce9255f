"""One respondent's way through the real pages, as a browser without JavaScript takes it."""

import re
from html import unescape

import httpx

_HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)">')


class JourneyFailed(Exception):
    """A page did not come as expected."""


async def answer_survey(browser: httpx.AsyncClient, code: str, answers: dict[str, str]) -> None:
    """Open the survey with a code, fill in three pages and send. Raises JourneyFailed."""
    await _page(browser.get("/s"))
    page = await _page(browser.post("/s", data={"code": code}))
    for step in ("2", "3", None):
        page = await _page(browser.post("/s/questions", data=_fields(page)))
        shown = set(re.findall(r'name="([A-Z]{2}\d)" value="1"', page))
        chosen = {item: answer for item, answer in answers.items() if item in shown}
        page = page.replace("</form>", _as_hidden(chosen, step) + "</form>")
    thanks = await _page(browser.post("/s/send", data=_fields(page)))
    if "Thank you" not in thanks:
        raise JourneyFailed("the last page does not say thank you")


async def _page(request) -> str:  # type: ignore[no-untyped-def]
    answer: httpx.Response = await request
    if answer.status_code != httpx.codes.OK:
        raise JourneyFailed(f"{answer.request.url.path} answered {answer.status_code}")
    return answer.text


def _fields(page: str) -> dict[str, str]:
    return {name: unescape(value) for name, value in _HIDDEN.findall(page)}


def _as_hidden(chosen: dict[str, str], step: str | None) -> str:
    fields = chosen | ({"go": step} if step else {})
    return "".join(
        f'<input type="hidden" name="{name}" value="{value}">' for name, value in fields.items()
    )
