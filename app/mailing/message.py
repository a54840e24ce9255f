"""A mail as a value, and the message made of it."""

import re
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import ClassVar

from app.rendering import Page, render

#: Lines that every server takes; letters of all scripts are written in plain signs.
POLICY = SMTP.clone(cte_type="7bit")
_URL = re.compile(r"(https?://\S+)")


@dataclass(frozen=True)
class Mail:
    """What one person gets. `link` stands on a line of its own in `text`; HTML makes a button."""

    to_name: str
    to: str
    subject: str
    text: str
    link: str
    button: str
    language: str = "en"
    #: Where a person's answer goes, if not to the sender.
    answers_to: str = ""


@dataclass(frozen=True)
class Sender:
    """Who a mail is from, and where bounces go."""

    name: str
    address: str


@dataclass(frozen=True, kw_only=True)
class MailPage(Page):
    """The mail in HTML: paragraphs of text, each cut at its addresses."""

    template: ClassVar[str] = "mails/mail.html"

    language: str
    subject: str
    paragraphs: tuple[tuple[str, ...], ...]
    link: str
    button: str


def html_of(mail: Mail) -> str:
    """Return a mail as HTML that loads nothing from anywhere."""
    paragraphs = tuple(
        tuple(_URL.split(part.strip())) for part in re.split(r"\n\s*\n", mail.text) if part.strip()
    )
    return render(
        MailPage(
            language=mail.language,
            subject=mail.subject,
            paragraphs=paragraphs,
            link=mail.link,
            button=mail.button,
        )
    )


def message_of(mail: Mail, sender: Sender, message_id: str, now: datetime) -> EmailMessage:
    """Return the message: plain text first, HTML beside it; the same id whenever it is repeated."""
    message = EmailMessage(policy=POLICY)
    message["Subject"] = mail.subject
    message["From"] = Address(sender.name, addr_spec=sender.address)
    message["To"] = Address(mail.to_name, addr_spec=mail.to)
    if mail.answers_to:
        message["Reply-To"] = Address(addr_spec=mail.answers_to)
    message["Date"] = format_datetime(now)
    message["Message-ID"] = message_id
    # A holiday notice must not answer, and nobody should sort this among newsletters.
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(f"{mail.text}\n")
    message.add_alternative(html_of(mail), subtype="html")
    return message
