"""The mail server: one conversation for many mails, and what each of its answers means."""

import smtplib
import ssl
from dataclasses import dataclass
from email.message import EmailMessage
from types import TracebackType
from typing import Self
from urllib.parse import unquote, urlsplit

#: Seconds that the server may take for any of its answers; shorter than a job's lease.
PATIENCE = 10
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


class Conversation:
    """A connection that is opened for the first mail, and kept for the next ones."""

    def __init__(self, server: MailServer) -> None:
        self._server = server
        self._smtp: smtplib.SMTP | None = None

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
        code, said = smtp.noop()
        if code >= 400:
            raise ServerAway(_said(code, said))
        return (smtp.ehlo_resp or b"").decode(errors="replace").splitlines()[0]

    def send(self, message: EmailMessage) -> None:
        """Hand a mail over; it left once this returns. Raises ServerAway, NotNow or Refused."""
        smtp = self._open()
        try:
            smtp.send_message(message)
        except smtplib.SMTPRecipientsRefused as error:
            code, said = next(iter(error.recipients.values()))
            self._answer(code, said, error)
        except smtplib.SMTPSenderRefused as error:
            self.end()
            raise ServerAway(_said(error.smtp_code, error.smtp_error)) from error
        except smtplib.SMTPServerDisconnected as error:
            self.end()
            raise ServerAway("The mail server broke the conversation off.") from error
        except smtplib.SMTPResponseException as error:
            self._answer(error.smtp_code, error.smtp_error, error)
        except smtplib.SMTPNotSupportedError as error:
            raise Refused("The mail server cannot take an address with such letters.") from error
        except (OSError, smtplib.SMTPException) as error:
            self.end()
            raise ServerAway(_plain(error)) from error

    def end(self) -> None:
        """End the conversation, whatever state it is in."""
        smtp, self._smtp = self._smtp, None
        if smtp is not None:
            try:
                smtp.quit()
            except (OSError, smtplib.SMTPException):
                smtp.close()

    def _answer(self, code: int, said: bytes | str, error: Exception) -> None:
        if code == _NO_SERVICE:
            self.end()
            raise ServerAway(_said(code, said)) from error
        raise (NotNow if code < 500 else Refused)(_said(code, said)) from error

    def _open(self) -> smtplib.SMTP:
        if self._smtp is None:
            try:
                self._smtp = self._begin()
            except (OSError, smtplib.SMTPException) as error:
                raise ServerAway(_why(self._server, error)) from error
        return self._smtp

    def _begin(self) -> smtplib.SMTP:
        server = self._server
        if server.scheme == "smtps":
            context = ssl.create_default_context()
            smtp: smtplib.SMTP = smtplib.SMTP_SSL(
                server.host, server.port, timeout=PATIENCE, context=context
            )
        else:
            smtp = smtplib.SMTP(server.host, server.port, timeout=PATIENCE)
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


def _missing(server: MailServer) -> str:
    return "STARTTLS" if server.scheme == "smtp" else "sign-in"


def _said(code: int, said: bytes | str) -> str:
    text = said.decode(errors="replace") if isinstance(said, bytes) else said
    return f"The mail server said: {code} {' '.join(text.split())[:200]}"


def _plain(error: Exception) -> str:
    if isinstance(error, TimeoutError):
        return "does not answer."
    reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return f"cannot be used ({reason or type(error).__name__})."
