"""A mail as a value, and whom it is from."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Mail:
    """What one person gets. Where `link` is a line of `text`, HTML makes a button of it."""

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
