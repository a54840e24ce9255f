"""How the installation does: its queues, last troubles, database and mail server."""

import re
from dataclasses import dataclass

from app import __version__
from app.mailing.server import Conversation, MailFault
from app.storage.jobs import QueueState
from app.storage.store import Store
from app.usecases.clock import jump_in_words
from app.usecases.jobs import Office

#: Servers quote whom a mail was for.
_ADDRESS = re.compile(r"[^\s<>]+@[^\s<>]+")


@dataclass(frozen=True)
class Trouble:
    """A job that failed or waits after a failure; what it is about stays out."""

    name: str
    state: str
    attempts: int
    error: str


@dataclass(frozen=True)
class Operations:
    """What whoever runs the installation looks at."""

    version: str
    database: str
    server: str
    queues: tuple[QueueState, ...]
    troubles: tuple[Trouble, ...]
    #: That the clock is doubted; empty if it agrees.
    doubt: str = ""


def view_operations(store: Store, office: Office, most: int = 50) -> Operations:
    """Return how the installation does."""
    server = office.server
    with store.reading() as work:
        queues = tuple(work.jobs.states())
        troubles = tuple(
            Trouble(job.name, job.state, job.attempts, _ADDRESS.sub("…", job.error))
            for job in work.jobs.troubled(most)
        )
    return Operations(
        version=__version__,
        database=store.describe(),
        server=f"{server.scheme}://{server.host}:{server.port}" if server else "",
        queues=queues,
        troubles=troubles,
        doubt=doubt_in_words(office),
    )


def doubt_in_words(office: Office) -> str:
    """Return that the clock is doubted, and what waits for it; nothing if it agrees."""
    return jump_in_words(office.clock.jump(office.now()) if office.clock else None)


def check_mail_server(office: Office) -> tuple[bool, str]:
    """Return whether the mail server can be used, and what it said."""
    if office.server is None:
        return False, "No mail server is set: SILOSCOPE_MAIL and SILOSCOPE_MAIL_FROM are empty."
    try:
        with Conversation(office.server) as conversation:
            return True, conversation.check()
    except MailFault as error:
        return False, str(error)
