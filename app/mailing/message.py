"""The message that is made of a mail: headers, plain text, and HTML beside it."""

from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from app.mailing.mail import Mail, Sender
from app.mailing.mail_page import html_of
from app.mailing.mailboxes import mailbox, subject_line

#: Lines that every server takes; letters of all scripts are written in plain signs.
POLICY = SMTP.clone(cte_type="7bit")


@dataclass(frozen=True)
class Envelope:
    """A message as it leaves: all of it in plain signs, which every server takes."""

    sender: str
    recipient: str
    content: bytes


def message_of(mail: Mail, sender: Sender, message_id: str, now: datetime) -> EmailMessage:
    """Return the message: plain text first, HTML beside it; the same id whenever it is repeated.

    Raises Unmailable for an address that no server takes, and ValueError for a subject of
    several lines.
    """
    message = EmailMessage(policy=POLICY)
    message["Subject"] = subject_line(mail.subject)
    message["From"] = mailbox("From", sender.name, sender.address)
    message["To"] = mailbox("To", mail.to_name, mail.to)
    if mail.answers_to:
        message["Reply-To"] = mailbox("Reply-To", "", mail.answers_to)
    message["Date"] = format_datetime(now)
    message["Message-ID"] = message_id
    # A holiday notice must not answer, and nobody should sort this among newsletters.
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    message.set_content(f"{mail.text}\n")
    message.add_alternative(html_of(mail), subtype="html")
    return message


def envelope_of(message: EmailMessage) -> Envelope:
    """Return a message as it leaves."""
    sender, recipient = _address(message, "From"), _address(message, "To")
    return Envelope(sender, recipient, message.as_bytes(policy=POLICY))


def _address(message: EmailMessage, header: str) -> str:
    return str(message[header].addresses[0].addr_spec)
