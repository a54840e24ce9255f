"""The message that is made of a mail: headers, plain text, and HTML beside it."""

from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from app.mailing.mail import Mail, Sender
from app.mailing.mail_page import html_of

#: Lines that every server takes; letters of all scripts are written in plain signs.
POLICY = SMTP.clone(cte_type="7bit")


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
