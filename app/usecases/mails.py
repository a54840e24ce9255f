"""Sends the mails that wait, one by one: claimed before it leaves, forgotten once it has."""

import json
import logging
import secrets
from email.message import EmailMessage

from app.mailing.message import Mail, Sender, message_of
from app.mailing.server import Conversation, MailFault, NotNow, Refused, ServerAway
from app.storage.unit_of_work import UnitOfWork
from app.storage.workspace_tables import Job
from app.usecases.invitations import REMINDER, Postponed, compose, message_id
from app.usecases.jobs import IDLE, MAIL, MOST_ATTEMPTS, Office, backoff, claim

log = logging.getLogger(__name__)


class MailWorker:
    """One for each process: a kill leaves at most one mail of which nobody knows if it left.

    That one is sent again (never lost), under the same Message-ID, and counted as doubtful.
    """

    def __init__(self, office: Office) -> None:
        self._office = office
        self._name = secrets.token_hex(8)
        self._conversation = Conversation(office.server) if office.server else None
        self._failures = 0

    def run_next(self) -> float:
        """Send a mail that is due, if there is one; return the seconds to wait before the next."""
        office = self._office
        if self._conversation is None:
            return IDLE * 4
        job = claim(office, MAIL, self._name)
        if job is None:
            self._conversation.end()
            return IDLE
        try:
            sent = self._send(self._conversation, job)
        except MailFault as error:
            return self._failed(job, error)
        except Exception as error:
            log.warning("a mail could not be made: %s", type(error).__name__)
            self._give_up(job, f"The mail could not be made ({type(error).__name__}).")
            return 0
        return 1 / office.mail_rate if sent else 0

    def _send(self, conversation: Conversation, job: Job) -> bool:
        """Send a job's mail unless it must wait or is not needed; return whether one left."""
        office, found = self._office, compose(self._office, job)
        if isinstance(found, Postponed):
            with office.store.writing() as work:
                work.jobs.put_back(job.key, self._name, found.until)
                work.commit()
            return False
        if found is not None:
            conversation.send(self._message(job, *found))
            self._failures = 0
        self._done(job)
        return found is not None

    def end(self) -> None:
        """End the conversation with the server."""
        if self._conversation is not None:
            self._conversation.end()

    def _message(self, job: Job, sender: str, mail: Mail) -> EmailMessage:
        office = self._office
        name = sender or "Siloscope"
        try:
            return message_of(
                mail, Sender(name, office.mail_from), message_id(office, job), office.now()
            )
        except ValueError as error:
            raise Refused("The address cannot be written into a mail.") from error

    def _done(self, job: Job) -> None:
        # Taken up a second time without an error between: the first one may have left too.
        doubtful = job.attempts > 1 and not job.error
        with self._office.store.writing() as work:
            work.jobs.remove(job.key, self._name)
            if doubtful:
                self._count(work, job, "doubtful")
            work.commit()

    def _failed(self, job: Job, error: MailFault) -> float:
        if isinstance(error, ServerAway):
            return self._wait_for_server(job, error)
        if isinstance(error, NotNow):
            self._later(job, error)
        else:
            self._give_up(job, str(error))
        return 0

    def _wait_for_server(self, job: Job, error: ServerAway) -> float:
        self._failures += 1
        pause = min(backoff(self._failures).total_seconds() / 15, 300.0)
        log.warning("the mail server cannot be used; next attempt in %d s", pause)
        with self._office.store.writing() as work:
            work.jobs.put_back(job.key, self._name, self._office.now(), str(error))
            work.commit()
        return pause

    def _later(self, job: Job, error: NotNow) -> None:
        if job.attempts >= MOST_ATTEMPTS:
            self._give_up(job, str(error))
            return
        with self._office.store.writing() as work:
            later = self._office.now() + backoff(job.attempts)
            work.jobs.put_back(job.key, self._name, later, str(error))
            work.commit()

    def _give_up(self, job: Job, reason: str) -> None:
        with self._office.store.writing() as work:
            if job.name == REMINDER:
                # A name here would be the name of somebody who has not answered.
                work.jobs.remove(job.key, self._name)
                self._count(work, job, "refused")
            else:
                work.jobs.fail(job.key, self._name, reason)
            work.commit()

    def _count(self, work: UnitOfWork, job: Job, what: str) -> None:
        name = json.loads(job.args).get("round")
        found = work.jobs.get(f"round:{job.wave_id}:{name}") if name else None
        if found is not None:
            counts = json.loads(found.progress or "{}")
            counts[what] = counts.get(what, 0) + 1
            work.jobs.note(found.key, json.dumps(counts))
