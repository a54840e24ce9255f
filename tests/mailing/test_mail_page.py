"""A mail in HTML: a button that does nothing is no dead end, and lines stay lines everywhere."""

import re
from html import unescape

import pytest

from app.mailing.mail import Mail
from app.mailing.mail_page import html_of

ADDRESS = "https://x.example/s"
CODE = "ABCDE-FGHJK-MNPQR-STVWX-YZ012-3"


def mail(text: str, link: str = f"{ADDRESS}#{CODE}") -> str:
    return html_of(Mail("Ann", "ann@example.org", "Hello", text, link, "Open the survey"))


def seen(html: str) -> str:
    """Return what a person reads of a mail, one line for each line on the screen."""
    body = re.sub(r"\s+", " ", html.partition("<body>")[2])
    return unescape(re.sub("<[^>]*>", "", re.sub(r"<br>|</p>|</h1>", "\n", body)))


def lines(html: str) -> list[str]:
    return [line.strip() for line in seen(html).splitlines() if line.strip()]


def test_below_the_button_stand_address_and_code_as_one_types_them() -> None:
    shown = lines(mail(f"Hello\n\n{ADDRESS}#{CODE}\n\nThanks"))
    after = shown[shown.index("Open the survey") :]
    assert after[2] == ADDRESS
    assert after[4] == CODE
    assert after[-1] == "Thanks"


def test_a_button_without_a_code_has_its_address() -> None:
    shown = lines(mail("https://x.example/join", "https://x.example/join"))
    assert shown[-1] == "https://x.example/join"
    assert "Open the survey" in shown


@pytest.mark.parametrize(
    "text", ["Please answer:\n{}\nThank you", "Please answer:\r\n\r\n  {}  \r\n\r\nThank you"]
)
def test_a_link_on_a_line_of_its_own_is_a_button_whatever_stands_around_it(text: str) -> None:
    html = mail(text.format(f"{ADDRESS}#{CODE}"))
    assert html.count('class="button"') == 1
    shown = lines(html)
    assert shown[1:3] == ["Please answer:", "Open the survey"]
    assert shown[-1] == "Thank you"


def test_a_mail_without_a_link_of_its_own_has_no_button_and_speaks_of_none() -> None:
    for html in (mail("Hello", ""), mail(f"Open {ADDRESS}#{CODE} today.")):
        assert 'class="button"' not in html
        assert "button does nothing" not in html
    assert f'<a href="{ADDRESS}#{CODE}">{ADDRESS}#{CODE}</a> today.' in html


def test_lines_are_broken_by_the_mail_itself_and_not_by_its_style() -> None:
    html = mail("Hello\n\nThank you\nAnn\nLean Ltd & Co")
    assert lines(html)[-3:] == ["Thank you", "Ann", "Lean Ltd & Co"]
    assert re.search(r"Thank you<br>\s*Ann<br>\s*Lean Ltd &amp; Co", html)
    assert "pre-line" not in html


@pytest.mark.parametrize("after", [".", ",", ")", "!", "”"])
def test_what_ends_a_sentence_is_no_part_of_an_address(after: str) -> None:
    assert f'<a href="{ADDRESS}">{ADDRESS}</a>{after}' in mail(f"See {ADDRESS}{after} Thanks", "")
