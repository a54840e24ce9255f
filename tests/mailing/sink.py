"""A real SMTP server for tests, which keeps what it takes, and misbehaves on demand."""

import email
import email.policy
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import Any, cast

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

#: What the server answers to a recipient; "250 OK" takes them.
Answer = Callable[[str], str]


@dataclass
class Sink:
    """What was taken so far, in order. `recipient` and `data` decide what is answered."""

    mails: list[EmailMessage] = field(default_factory=list)
    recipient: Answer = lambda _address: "250 OK"
    data: Answer = lambda _address: "250 OK"
    pause: float = 0

    async def handle_RCPT(  # noqa: N802 - the name that the server calls
        self,
        _server: SMTP,
        _session: Session,
        envelope: Envelope,
        address: str,
        _options: list[str],
    ) -> str:
        answer = self.recipient(address)
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(  # noqa: N802
        self, _server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        answer = self.data(envelope.rcpt_tos[0])
        if answer.startswith("250"):
            content = cast("bytes", envelope.content)
            message = email.message_from_bytes(content, policy=email.policy.default)
            self.mails.append(message)
        if self.pause:
            time.sleep(self.pause)
        return answer

    def to(self) -> list[str]:
        """Return who got a mail, once for each."""
        return [str(mail["To"].addresses[0].addr_spec) for mail in self.mails]

    def wait_for_all(self, people: int, seconds: float = 60) -> None:
        """Wait until so many people got a mail; fail if they do not."""
        deadline = time.monotonic() + seconds
        while len(set(self.to())) < people and time.monotonic() < deadline:
            time.sleep(0.1)
        assert len(set(self.to())) >= people, f"{len(set(self.to()))} of {people} got a mail"

    def wait_for(self, count: int, seconds: float = 30) -> None:
        """Wait until so many mails came; fail if they do not."""
        deadline = time.monotonic() + seconds
        while len(self.mails) < count and time.monotonic() < deadline:
            time.sleep(0.02)
        assert len(self.mails) >= count, f"{len(self.mails)} of {count} mails came"


class SinkServer:
    """A sink that listens, on a port of its own or on the one it had before."""

    def __init__(self, sink: Sink, port: int) -> None:
        self.sink = sink
        self.port = port
        self._controller: Any = None

    def __enter__(self) -> "SinkServer":
        self._controller = Controller(self.sink, hostname="127.0.0.1", port=self.port)
        self._controller.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._controller.stop()

    @property
    def address(self) -> str:
        return f"smtp+plain://127.0.0.1:{self.port}"


def text_of(mail: EmailMessage) -> str:
    """Return the plain text of a mail."""
    body = mail.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def html_of(mail: EmailMessage) -> str:
    """Return the HTML of a mail."""
    body = mail.get_body(("html",))
    assert body is not None
    return str(body.get_content())


def code_in(mail: EmailMessage) -> str:
    """Return the code in a mail's link."""
    found = re.search(r"#([0-9A-Z-]{31})", text_of(mail))
    assert found, text_of(mail)
    return found[1]
