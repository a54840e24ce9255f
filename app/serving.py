"""Listens: the web server with nothing logged that could point at a respondent."""

import gc
import logging
import socket

import uvicorn
from fastapi import FastAPI

from app.settings import Settings
from app.usecases.errors import SiloscopeError
from app.web.connections import BoundedConnection, allow_many_connections


class AddressUnusable(SiloscopeError):
    """Nothing can listen at this host and port."""


def check_address(settings: Settings) -> None:
    """Make sure that the host and port can be used. Raises AddressUnusable."""
    host, port = settings.host, settings.port
    try:
        family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except (OSError, UnicodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is no host"
        raise AddressUnusable(
            f"Port {port} on {host} cannot be used ({reason}). "
            "Choose another one with SILOSCOPE_PORT (for make: PORT=8001) or SILOSCOPE_HOST."
        ) from error


def calm_garbage() -> None:
    """Look for garbage seldom, and never in what is loaded now.

    Looking took a tenth of the time of a page, and a fifth of that of a close.
    """
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)


def quiet_logs() -> None:
    """Give lines of the log their time, and let libraries log nothing that quotes what was sent."""
    logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    # We log the kind and the place of what was not expected; a traceback would quote it.
    logging.getLogger("uvicorn.error").addFilter(lambda record: record.exc_info is None)
    # Of a form that cannot be read it quotes the byte; whoever sent it gets a page.
    logging.getLogger("python_multipart").setLevel(logging.CRITICAL)


def serve_site(site: FastAPI, settings: Settings) -> None:
    """Serve until interrupted. No access log: it would print addresses and times."""
    gc.collect()
    calm_garbage()
    quiet_logs()
    BoundedConnection.most_connections = allow_many_connections()
    uvicorn.run(
        site,
        http=BoundedConnection,
        host=settings.host,
        port=settings.port,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        log_level="warning",
        timeout_graceful_shutdown=5,
    )
