"""A real SMTP conversation: what each answer of the server means, TLS and sign-in included."""

import socket
import threading
from collections.abc import Iterator
from email.message import EmailMessage

import pytest

from app.mailing.mail import Mail, Sender
from app.mailing.mail_page import html_of
from app.mailing.message import message_of
from app.mailing.server import (
    BadServer,
    BrokenOff,
    Conversation,
    MailServer,
    NotNow,
    Refused,
    ServerAway,
    Unsure,
)
from tests.builders import NOW
from tests.journeys.conftest import free_port
from tests.mailing.sink import Sink, SinkServer, text_of
from tests.mailing.sink import html_of as html_in


@pytest.fixture
def server() -> Iterator[SinkServer]:
    with SinkServer(Sink(), free_port()) as server:
        yield server


def mail(to: str = "ann@example.org", name: str = "Ann", subject: str = "Hello") -> EmailMessage:
    value = Mail(
        name,
        to,
        subject,
        "Hello Ann\n\nhttps://x.example/s#A\n\n<b>",
        "https://x.example/s#A",
        "Open",
    )
    return message_of(value, Sender("Olive", "survey@example.org"), "<1@example.org>", NOW)


def send(server: SinkServer, *messages: EmailMessage) -> None:
    with Conversation(MailServer.read(server.address)) as conversation:
        for message in messages:
            conversation.send(message)


def test_a_mail_arrives_as_text_and_html(server: SinkServer) -> None:
    send(server, mail(name="Änn Üßer", subject="Wie läuft’s?"), mail())
    first, _second = server.sink.mails
    assert first["Subject"] == "Wie läuft’s?"
    assert first["To"].addresses[0].display_name == "Änn Üßer"
    assert first["Message-ID"] == "<1@example.org>"
    assert text_of(first).startswith("Hello Ann")
    assert '<a class="button" href="https://x.example/s#A">Open</a>' in html_in(first)
    assert "&lt;b&gt;" in html_in(first)


@pytest.mark.parametrize(
    ("answer", "meaning"),
    [
        ("450 4.2.0 greylisted", NotNow),
        ("550 5.1.1 no such user", Refused),
        ("421 4.3.2 shutting down", BrokenOff),
    ],
)
@pytest.mark.parametrize("stage", ["recipient", "data"])
def test_what_the_server_answers(
    server: SinkServer, stage: str, answer: str, meaning: type[Exception]
) -> None:
    setattr(server.sink, stage, lambda _address: answer)
    with pytest.raises(meaning) as error:
        send(server, mail())
    assert answer[:3] in str(error.value)
    setattr(server.sink, stage, lambda _address: "250 OK")
    send(server, mail())
    assert len(server.sink.mails) == 1


def test_after_a_refused_recipient_the_next_mail_leaves(server: SinkServer) -> None:
    server.sink.recipient = lambda address: "550 no" if address.startswith("ann") else "250 OK"
    with Conversation(MailServer.read(server.address)) as conversation:
        with pytest.raises(Refused):
            conversation.send(mail())
        conversation.send(mail("bob@example.org"))
    assert server.sink.to() == ["bob@example.org"]


def test_a_server_that_is_not_there_is_away() -> None:
    with pytest.raises(ServerAway, match="cannot be used"):
        Conversation(MailServer.read(f"smtp+plain://127.0.0.1:{free_port()}")).check()


def test_without_starttls_nothing_is_sent_in_the_clear(server: SinkServer) -> None:
    strict = MailServer.read(server.address.replace("smtp+plain", "smtp"))
    with pytest.raises(ServerAway, match="STARTTLS"):
        Conversation(strict).send(mail())
    assert server.sink.mails == []


def test_a_server_that_breaks_off_after_the_mail_leaves_a_doubt() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=_take_and_hang_up, args=(listener,))
        thread.start()
        address = f"smtp+plain://127.0.0.1:{listener.getsockname()[1]}"
        with pytest.raises(Unsure):
            Conversation(MailServer.read(address)).send(mail())
        thread.join()


def _take_and_hang_up(listener: socket.socket) -> None:
    connection, _ = listener.accept()
    with connection, connection.makefile("rb") as lines:
        connection.sendall(b"220 hello\r\n")
        for line in lines:
            if line == b".\r\n":
                return
            connection.sendall(b"354 go\r\n" if line.upper().startswith(b"DATA") else b"250 ok\r\n")
            if line.upper().startswith(b"DATA"):
                for content in lines:
                    if content == b".\r\n":
                        return


@pytest.mark.parametrize("address", ["", "http://x", "smtp://", "smtp://x:nan", "smtp://x/path"])
def test_an_address_that_is_no_server_is_refused(address: str) -> None:
    with pytest.raises(BadServer, match="smtp://user:password@host:587"):
        MailServer.read(address)


def test_user_and_password_may_hold_any_sign() -> None:
    server = MailServer.read("smtps://a%40b:p%3Aw@mail.example")
    assert (server.user, server.password, server.port) == ("a@b", "p:w", 465)


def test_a_header_takes_no_line_break() -> None:
    with pytest.raises(ValueError, match=r"one line"):
        mail(subject="Hello\r\nBcc: all@example.org")


def test_html_loads_nothing_from_anywhere() -> None:
    html = html_of(Mail("", "a@b.c", "x", "text", "", ""))
    assert "src=" not in html
    assert "<script" not in html
