"""One respondent's way through the real pages, as a browser without JavaScript takes it."""

import re
from html import unescape

import httpx

_HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)">')


class JourneyFailed(Exception):
    """A page did not come as expected."""


async def answer_survey(browser: httpx.AsyncClient, code: str, answers: dict[str, str]) -> None:
    """Open the survey with a code, fill in every page and send. Raises JourneyFailed.

    What stays open is sent as it is, after the one question about it.
    """
    await _page(browser.get("/s"))
    page = await _page(browser.post("/s", data={"code": code}))
    page = await _page(browser.post("/s/questions", data=_fields(page)))
    while True:
        shown = set(
            re.findall(r'(?:<textarea id="comment" |<input type="radio" )name="(\w+)"', page)
        )
        chosen = {item: answer for item, answer in answers.items() if item in shown}
        further = re.search(r'<button name="go" value="(\d+)">', page)
        page = page.replace("</form>", _as_hidden(chosen, further and further[1]) + "</form>")
        if not further:
            break
        page = await _page(browser.post("/s/questions", data=_fields(page)))
    thanks = await _page(browser.post("/s/send", data=_fields(page)))
    if 'name="asked"' in thanks:
        thanks = await _page(browser.post("/s/send", data=_fields(page) | {"asked": "1"}))
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
