"""Mail over TLS with a user and a password, to a server whose certificate is checked."""

import ssl
import subprocess
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from app.mailing.server import Conversation, MailServer, ServerAway, Unsure
from tests.journeys.conftest import free_port
from tests.mailing.sink import Sink
from tests.mailing.test_server import mail


def authenticate(
    _server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, data: object
) -> AuthResult:
    right = isinstance(data, LoginPassword) and data == LoginPassword(b"olive", b"s:e/c")
    return AuthResult(success=right, handled=right)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("tls") / "server.pem"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"]
    names = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"]
    out = ["-keyout", str(file), "-out", f"{file}.crt"]
    subprocess.run([*command, *names, *out], check=True, capture_output=True)
    return file


@pytest.fixture
def sink(certificate: Path) -> Iterator[tuple[Sink, int]]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(f"{certificate}.crt", certificate)
    sink, port = Sink(), free_port()
    controller = Controller(
        sink,
        hostname="127.0.0.1",
        port=port,
        tls_context=context,
        require_starttls=True,
        authenticator=authenticate,
        auth_required=True,
    )
    controller.start()
    yield sink, port
    controller.stop()


def send(port: int, password: str = "s%3Ae%2Fc") -> None:  # noqa: S107 - of a test
    server = MailServer.read(f"smtp://olive:{password}@localhost:{port}")
    with Conversation(server) as conversation:
        conversation.send(mail())


def test_a_mail_leaves_over_starttls_with_user_and_password(
    sink: tuple[Sink, int], certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", f"{certificate}.crt")
    taken, port = sink
    send(port)
    assert taken.to() == ["ann@example.org"]
    with pytest.raises(ServerAway, match="does not know this user"):
        send(port, "wrong")


def test_a_certificate_that_nobody_vouches_for_is_refused(sink: tuple[Sink, int]) -> None:
    taken, port = sink
    with pytest.raises(ServerAway, match="certificate"):
        send(port)
    assert taken.mails == []


def test_whoever_waits_for_the_server_over_tls_is_let_go(
    sink: tuple[Sink, int], certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", f"{certificate}.crt")
    taken, port = sink
    reached, go_on = threading.Event(), threading.Event()

    def hang(_address: str) -> str:
        reached.set()
        go_on.wait(60)
        return "250 OK"

    taken.data = hang
    conversation = Conversation(MailServer.read(f"smtp://olive:s%3Ae%2Fc@localhost:{port}"))
    with ThreadPoolExecutor(1) as threads:
        sending = threads.submit(conversation.send, mail())
        assert reached.wait(30)
        conversation.break_off()
        with pytest.raises(Unsure):
            sending.result(30)
        go_on.set()
    with pytest.raises(ServerAway, match="being stopped"):
        conversation.send(mail())
