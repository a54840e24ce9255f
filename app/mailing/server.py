"""The mail server: one conversation for many mails, and what each of its answers means."""

import smtplib
import socket
import ssl
from contextlib import suppress
from dataclasses import dataclass
from email.message import EmailMessage
from types import TracebackType
from typing import Any, Self
from urllib.parse import unquote, urlsplit

from app.mailing.message import envelope_of

#: Seconds that the server may take to answer; after the end of a mail it may look for spam first
#: (RFC 5321, 4.5.3.2 asks for ten minutes there; who holds a mail's job extends its lease).
PATIENCE, PATIENCE_AT_END = 20, 300
#: Seconds that it may take to say goodbye: nothing depends on that any more.
PATIENCE_AT_GOODBYE = 2
#: How the address of a server begins, and whether it then speaks in the clear.
SCHEMES = ("smtp", "smtps", "smtp+plain")
_PORTS = {"smtp": 587, "smtps": 465, "smtp+plain": 25}
_NO_SERVICE = 421


class MailFault(Exception):
    """A mail did not leave; the text is for a person."""


class ServerAway(MailFault):
    """The server cannot be used just now: no mail would leave."""


class NotNow(MailFault):
    """The server will take this mail later, it says (4xx)."""


class BrokenOff(NotNow):
    """The server ended the conversation at this mail, before it had it; others may leave."""


class Unsure(MailFault):
    """The conversation broke off after the mail was handed over: it may have left, or not."""


class Refused(MailFault):
    """The server will never take this mail (5xx)."""


class BadServer(MailFault):
    """The address of the server cannot be read."""


@dataclass(frozen=True)
class MailServer:
    """Where mail goes: `smtp` (STARTTLS is required), `smtps` (TLS) or `smtp+plain` (neither)."""

    scheme: str
    host: str
    port: int
    user: str = ""
    password: str = ""

    @classmethod
    def read(cls, address: str) -> Self:
        """Return the server of an address such as smtp://user:password@host:587.

        Raises BadServer.
        """
        try:
            parts = urlsplit(address)
            port = parts.port
        except ValueError as error:
            raise BadServer(_HOW) from error
        if parts.scheme not in SCHEMES or not parts.hostname or parts.path.strip("/"):
            raise BadServer(_HOW)
        return cls(
            parts.scheme,
            parts.hostname,
            port or _PORTS[parts.scheme],
            unquote(parts.username or ""),
            unquote(parts.password or ""),
        )


_HOW = (
    "Write the mail server as smtp://user:password@host:587 (STARTTLS), smtps://… (TLS) or "
    "smtp+plain://host:25 (neither)."
)


class _Plain(smtplib.SMTP):
    """Knows what it sent last: whether a mail may have left depends on it."""

    sent: object = b""

    def send(self, s: Any) -> None:
        self.sent = s
        super().send(s)


class _Secure(smtplib.SMTP_SSL):
    """The same over TLS."""

    sent: object = b""

    def send(self, s: Any) -> None:
        self.sent = s
        super().send(s)


_UNSURE = "The mail server broke off while it took the mail."
_STOPPING = "The site is being stopped."
#: What smtplib sends before it asks whether the mail may follow.
_BEFORE_A_WORD = "data\r\n"


class Conversation:
    """A connection that is opened for the first mail, and kept for the next ones."""

    def __init__(self, server: MailServer) -> None:
        self._server = server
        self._smtp: _Plain | _Secure | None = None
        self._is_over = False
        #: Whether it waits for a connection, so that nothing of a mail can have left.
        self.is_opening = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.end()

    def check(self) -> str:
        """Return the server's greeting, signed in and all. Raises ServerAway."""
        smtp = self._open()
        try:
            code, said = smtp.noop()
        except (OSError, smtplib.SMTPException) as error:
            self.end()
            raise ServerAway(_why(self._server, error)) from error
        if code >= 400:
            self.end()
            raise ServerAway(_said(code, said))
        return (smtp.ehlo_resp or b"").decode(errors="replace").partition("\n")[0]

    def send(self, message: EmailMessage) -> None:
        """Hand a mail over; it left once this returns.

        Raises ServerAway, NotNow (BrokenOff among them) or Refused, after which it did not
        leave; or Unsure.
        """
        smtp = self._open()
        leaving = envelope_of(message)
        try:
            self._expect(smtp.mail(leaving.sender), of_sender=True)
            self._expect(smtp.rcpt(leaving.recipient))
        except (OSError, smtplib.SMTPException) as error:
            self.end()
            raise BrokenOff(_why(self._server, error)) from error
        self._hand_over(smtp, leaving.content)

    def _hand_over(self, smtp: _Plain | _Secure, content: bytes) -> None:
        if smtp.sock is not None:
            smtp.sock.settimeout(PATIENCE_AT_END)
        try:
            code, said = smtp.data(content)
        except smtplib.SMTPDataError as error:
            # It was refused before a word of it was sent.
            self._expect((error.smtp_code, _bytes(error.smtp_error)))
        except (OSError, smtplib.SMTPException) as error:
            nothing_sent = smtp.sent == _BEFORE_A_WORD  # saying goodbye sends more
            self.end()
            if nothing_sent:
                raise BrokenOff(_why(self._server, error)) from error
            raise Unsure(_UNSURE) from error
        else:
            if code < 0:  # an answer that nobody can read
                self.end()
                raise Unsure(_UNSURE)
            self._expect((code, said))
        finally:
            if smtp.sock is not None:
                smtp.sock.settimeout(PATIENCE)

    def _expect(self, answer: tuple[int, bytes], *, of_sender: bool = False) -> None:
        """Raise what an answer means, unless it is one of success."""
        code, said = answer
        if 200 <= code < 300:
            return
        if code == _NO_SERVICE or of_sender or code < 0:
            self.end()
            raise (ServerAway if of_sender else BrokenOff)(_said(code, said))
        try:
            if self._smtp is not None:
                self._smtp.rset()
        except (OSError, smtplib.SMTPException):
            self.end()  # what the server said of this mail holds all the same
        raise (NotNow if code < 500 else Refused)(_said(code, said))

    def end(self) -> None:
        """End the conversation, whatever state it is in."""
        smtp, self._smtp = self._smtp, None
        if smtp is not None:
            try:
                if smtp.sock is not None:
                    smtp.sock.settimeout(PATIENCE_AT_GOODBYE)
                smtp.quit()
            except (OSError, smtplib.SMTPException):
                smtp.close()

    def break_off(self) -> None:
        """Close the line under whoever waits for the server in another thread, for good.

        What was being sent raises what it does when the server breaks off; all else ServerAway.
        """
        self._is_over = True
        smtp = self._smtp
        if smtp is not None and smtp.sock is not None:
            with suppress(OSError):
                # Of TLS the plain one: its own takes the session away from whoever reads.
                socket.socket.shutdown(smtp.sock, socket.SHUT_RDWR)

    def _open(self) -> _Plain | _Secure:
        if self._smtp is None and not self._is_over:
            self.is_opening = True
            try:
                self._smtp = self._begin()
            except UnicodeError as error:
                raise ServerAway("The user or password has letters that mail cannot.") from error
            except (OSError, ValueError, smtplib.SMTPException) as error:
                raise ServerAway(_why(self._server, error)) from error
            finally:
                self.is_opening = False
        if self._smtp is None or self._is_over:
            self.end()
            raise ServerAway(_STOPPING)
        return self._smtp

    def _begin(self) -> _Plain | _Secure:
        server = self._server
        if server.scheme == "smtps":
            context = ssl.create_default_context()
            smtp: _Plain | _Secure = _Secure(
                server.host, server.port, timeout=PATIENCE, context=context
            )
        else:
            smtp = _Plain(server.host, server.port, timeout=PATIENCE)
        try:
            if server.scheme == "smtp":
                smtp.starttls(context=ssl.create_default_context())
            if server.user:
                smtp.login(server.user, server.password)
            smtp.ehlo_or_helo_if_needed()
        except BaseException:
            smtp.close()
            raise
        return smtp


def _why(server: MailServer, error: Exception) -> str:
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return f"{server.host} offers no {_missing(server)}."
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return f"{server.host} does not know this user and password."
    if isinstance(error, smtplib.SMTPResponseException):
        return _said(error.smtp_code, error.smtp_error)
    return f"{server.host}:{server.port} {_plain(error)}"


def _bytes(said: bytes | str) -> bytes:
    return said if isinstance(said, bytes) else said.encode()


def _missing(server: MailServer) -> str:
    return "STARTTLS" if server.scheme == "smtp" else "sign-in"


def _said(code: int, said: bytes | str) -> str:
    text = said.decode(errors="replace") if isinstance(said, bytes) else said
    return f"The mail server said: {code} {_printable(text)}"


def _plain(error: Exception) -> str:
    if isinstance(error, TimeoutError):
        return "does not answer."
    reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return f"cannot be used ({_printable(reason) or type(error).__name__})."


def _printable(text: str) -> str:
    """One line of at most 200 characters; a database takes no NUL, and a page no control."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())[:200]
