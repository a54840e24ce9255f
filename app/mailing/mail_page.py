"""A mail in HTML: the same lines as its text, and a button that is never the only way."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from app.mailing.mail import Mail
from app.rendering import Page, render

#: An address, without what ends the sentence that it stands in.
_URL = re.compile(r"(https?://\S*[^\s.,;:!?)>\]}'\"”’»])")


@dataclass(frozen=True)
class Paragraph:
    """Lines that stand together, each cut at its addresses; none at all is the button."""

    lines: tuple[tuple[str, ...], ...] = ()


BUTTON = Paragraph()


@dataclass(frozen=True, kw_only=True)
class MailPage(Page):
    """The mail in HTML. Whose button does nothing types `address`, and there `code`, if any."""

    template: ClassVar[str] = "mails/mail.html"

    language: str
    subject: str
    paragraphs: tuple[Paragraph, ...]
    link: str
    button: str
    address: str
    code: str


def html_of(mail: Mail) -> str:
    """Return a mail as HTML that loads nothing from anywhere."""
    address, _sign, code = mail.link.partition("#")
    return render(
        MailPage(
            language=mail.language,
            subject=mail.subject,
            paragraphs=tuple(_paragraphs(mail)),
            link=mail.link,
            button=mail.button,
            address=address,
            code=code,
        )
    )


def _paragraphs(mail: Mail) -> Iterator[Paragraph]:
    """Return the paragraphs of a mail's text; the link on a line of its own is one, too."""
    lines: list[tuple[str, ...]] = []
    for line in [*map(str.strip, mail.text.splitlines()), ""]:
        is_button = bool(mail.link) and line == mail.link
        if lines and (is_button or not line):
            yield Paragraph(tuple(lines))
            lines = []
        if is_button:
            yield BUTTON
        elif line:
            lines.append(tuple(_URL.split(line)))
