"""A mail server that answers each line as a test wants, or hangs up: what aiosmtpd never would."""

import re
import socket
import socketserver
import threading
from collections.abc import Callable
from types import TracebackType

#: Called with a line (the end of a mail is "."), the connection's number, and the recipient.
#: Returns an answer, HANG_UP, or "" for the usual answer.
Script = Callable[[str, int, str], str]
HANG_UP = "hang up"
_USUAL = {
    "HELLO": "220 hello",
    "EHLO": "250-hostile\r\n250-SMTPUTF8\r\n250-AUTH PLAIN\r\n250 8BITMIME",
    "DATA": "354 go on",
    "QUIT": "221 bye",
}


class HostileServer:
    """Listens on a port of its own; `took` are the recipients of mails that came in full."""

    def __init__(self, script: Script) -> None:
        self.took: list[str] = []
        self.connections = 0
        outer = self

        class Talk(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                outer.connections += 1
                outer._talk(self, script, outer.connections)

        self._server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Talk)
        self._server.daemon_threads = True
        self.address = f"smtp+plain://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> "HostileServer":
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _talk(
        self, talk: socketserver.StreamRequestHandler, script: Script, connection: int
    ) -> None:
        recipient, line = "", "HELLO"
        while line:
            if line.startswith("RCPT"):
                recipient = re.findall("<(.*?)>", line)[0]
            answer = script(line, connection, recipient)
            if line == "." and answer[:3] in ("", "250", HANG_UP[:3]):
                self.took.append(recipient)
            if answer == HANG_UP:
                talk.connection.shutdown(socket.SHUT_RDWR)
                return
            usual = _USUAL.get(line.split(maxsplit=1)[0], "250 OK")
            talk.wfile.write(f"{answer or usual}\r\n".encode())
            if line == "DATA" and not answer:
                while talk.rfile.readline() not in (b".\r\n", b""):
                    pass
                line = "."
            else:
                word, _, rest = talk.rfile.readline().decode().strip().partition(" ")
                line = f"{word.upper()} {rest}".strip()
