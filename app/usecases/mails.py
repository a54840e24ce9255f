"""Sends the mails that wait, one by one: claimed before it leaves, forgotten once it has."""

import json
import logging
import secrets
import time
from contextlib import suppress
from datetime import timedelta
from email.message import EmailMessage

from sqlalchemy.exc import SQLAlchemyError

from app.mailing.addresses import Unmailable
from app.mailing.mail import Mail, Sender
from app.mailing.message import message_of
from app.mailing.server import Conversation, MailFault, NotNow, Refused, ServerAway, Unsure
from app.storage.jobs import LEFT
from app.storage.unit_of_work import UnitOfWork
from app.storage.wave_keys import KeysMissing
from app.storage.workspace_tables import Job
from app.usecases.invitations import DOUBTFUL, REMINDER, Postponed, compose, message_id
from app.usecases.jobs import (
    IDLE,
    MAIL,
    MOST_ATTEMPTS,
    Claims,
    Office,
    backoff,
    kept_alive,
    reason_of,
)
from app.usecases.reminders import PAUSES, Reminding, Walk, reminder_at, reminding_of

log = logging.getLogger(__name__)

_UNSURE = "It is not known whether the mail left."
#: A sender's name with a mail, or when it may leave, or that none is needed.
Composed = tuple[str, Mail] | Postponed | None
#: Of reminders nothing of what the server says is kept: it may name somebody.
_AWAY = "The mail server cannot be used just now."


class MailWorker:
    """One for each process: a kill leaves at most one mail of which nobody knows if it left.

    That one is sent again (never lost), under the same Message-ID, and counted as doubtful.
    """

    def __init__(self, office: Office) -> None:
        self._office = office
        self._name = secrets.token_hex(8)
        self._conversation = Conversation(office.server) if office.server else None
        self._claims = Claims(office, MAIL, self._name)
        self._failures = 0
        self._in_hand: Job | None = None

    def run_next(self) -> float:
        """Send a mail that is due, if there is one; return the seconds to wait before the next."""
        conversation, began = self._conversation, time.monotonic()
        if conversation is None:
            return IDLE * 4
        job = self._claims.take()
        if job is None:
            conversation.end()
            return IDLE
        self._in_hand = job
        try:
            with kept_alive(self._office, job, self._name):
                if job.name == REMINDER:
                    self._remind(conversation, job)
                    sent = True  # whether somebody was passed over shows in no pause either
                else:
                    sent = self._send(conversation, job)
        except MailFault as error:
            return self._failed(job, error)
        except KeysMissing as error:
            self._claims.leave(job, error, _kept(job))
            return 0
        except SQLAlchemyError:
            raise  # the mail may have left; its lease ends, and it is looked at again
        except Exception as error:
            log.warning("a mail could not be made: %s", type(error).__name__)
            self._give_up(job, f"The mail could not be made ({reason_of(error)}).")
            return self._pace
        self._failures = 0
        return max(0, 1 / self._office.mail_rate - (time.monotonic() - began)) if sent else 0

    def end(self) -> None:
        """End the conversation with the server."""
        if self._conversation is not None:
            self._conversation.end()

    def break_off(self) -> bool:
        """Send nothing more, and wait for the server no longer; call it from another thread.

        The mail that the server is at is doubtful. One that has no connection yet goes back, and
        True is returned: whoever waits for the connection has nothing more to write.
        """
        conversation, job = self._conversation, self._in_hand
        if conversation is None:
            return False
        conversation.break_off()
        if job is None or not conversation.is_opening:
            return False
        with suppress(SQLAlchemyError), self._office.store.writing() as work:
            work.jobs.put_back(job.key, self._name, job.run_at, counts=False, progress=_kept(job))
            work.commit()
        return True

    def _send(self, conversation: Conversation, job: Job) -> bool:
        """Send a job's mail unless it must wait or is not needed; return whether one left."""
        found = self._unless_held(job, compose(self._office, job))
        if isinstance(found, Postponed):
            self._put_back(job, found)
            return False
        if found is not None:
            conversation.check()
            conversation.send(self._message(job.key, *found))
        with self._office.store.writing() as work:
            work.jobs.remove(job.key, self._name)
            if _may_have_left(job):
                _count(work, job, "doubtful")
            work.commit()
        return found is not None

    def _unless_held(self, job: Job, found: Composed) -> Composed:
        """What was composed; it waits if the clock jumped meanwhile, and says that it is late."""
        return (
            Postponed(job.run_at) if job.name in self._office.held_at(self._office.now()) else found
        )

    def _remind(self, conversation: Conversation, job: Job) -> None:
        """Go one place on in a round of reminders, whether or not anybody is reminded there."""
        office, put_off, lost = self._office, False, False
        # Before the look at the ballot: a server that is away stops the walk at anybody alike.
        conversation.check()
        with office.store.reading() as work:
            reminding = reminding_of(office, work, job)
            walk = Walk.read(job.progress, reminding.key, reminding.size) if reminding else Walk()
            at_end = reminding is None or walk.done >= reminding.size
            found = (
                None
                if reminding is None or at_end
                else reminder_at(office, work, job, reminding, walk)
            )
            person = None if reminding is None or at_end else reminding.people[walk.done]
        found = self._unless_held(job, found)
        if isinstance(found, Postponed):
            self._put_back(job, found)
            return
        if found is not None and person is not None:
            try:
                conversation.send(self._message(f"{job.key}:{person.id}", *found))
            except NotNow:
                put_off, lost = True, walk.done in walk.lost
            except Unsure:
                # It may have left, so it is tried once more at most.
                put_off, lost = walk.done not in walk.lost, True
            except Refused:
                lost = True  # a name here would be the name of somebody who has not answered
        further = walk.passed(put_off=put_off, lost=lost)
        self._walk_on(job, reminding, walk, further)

    def _walk_on(self, job: Job, reminding: Reminding | None, walk: Walk, further: Walk) -> None:
        now = self._office.now()
        with self._office.store.writing() as work:
            if reminding is None:
                work.jobs.remove(job.key, self._name)
            elif walk.done >= reminding.size and walk.may_be_repeated:
                again = Walk(number=walk.number + 1, later=walk.later, lost=walk.lost)
                text = again.write(reminding.key, reminding.size)
                work.jobs.go_on(job.key, self._name, now + PAUSES[walk.number], text)
            elif walk.done >= reminding.size:
                work.jobs.remove(job.key, self._name)
                if walk.later or walk.lost:
                    _count(work, job, "put_off")
            else:
                text = further.write(reminding.key, reminding.size)
                work.jobs.go_on(job.key, self._name, job.run_at, text)
            work.commit()

    def _message(self, key: str, sender: str, mail: Mail) -> EmailMessage:
        office = self._office
        name = sender or "Siloscope"
        try:
            return message_of(
                mail, Sender(name, office.mail_from), message_id(office, key), office.now()
            )
        except Unmailable as error:
            raise Refused(f"This address {error}") from error
        except Exception as error:  # the library raises more kinds than it names
            raise Refused("The address cannot be written into a mail.") from error

    def _put_back(self, job: Job, until: Postponed) -> None:
        with self._office.store.writing() as work:
            work.jobs.put_back(job.key, self._name, until.until, progress=_kept(job))
            work.commit()

    def _failed(self, job: Job, error: MailFault) -> float:
        if isinstance(error, ServerAway):
            return self._wait_for_server(job, error)
        if isinstance(error, Unsure) and not _may_have_left(job):
            self._later(job, _UNSURE, timedelta(minutes=1), progress=DOUBTFUL)
        elif isinstance(error, NotNow) and job.attempts < MOST_ATTEMPTS:
            self._later(job, str(error), backoff(job.attempts))
        else:
            self._give_up(job, str(error))
        return self._pace

    @property
    def _pace(self) -> float:
        return 1 / self._office.mail_rate

    def _wait_for_server(self, job: Job, error: ServerAway) -> float:
        self._failures += 1
        pause = min(backoff(self._failures).total_seconds() / 15, 300.0)
        log.warning("the mail server cannot be used; next attempt in %d s", pause)
        reason = _AWAY if job.name == REMINDER else str(error)
        with self._office.store.writing() as work:
            work.jobs.put_back(
                job.key, self._name, job.run_at, reason, counts=False, progress=_kept(job)
            )
            work.commit()
        return pause

    def _later(
        self, job: Job, reason: str, wait: timedelta, *, progress: str | None = None
    ) -> None:
        run_at = self._office.now() + wait
        with self._office.store.writing() as work:
            kept = progress or _kept(job)
            work.jobs.put_back(job.key, self._name, run_at, reason, progress=kept)
            work.commit()

    def _give_up(self, job: Job, reason: str) -> None:
        with self._office.store.writing() as work:
            wave = work.waves.get(job.wave_id) if job.wave_id else None
            if wave is not None and wave.closed_at is not None:
                # Nobody will try it again, and it names a person.
                work.jobs.remove(job.key, self._name)
            else:
                work.jobs.fail(job.key, self._name, reason)
            work.commit()


def _may_have_left(job: Job) -> bool:
    """Return whether an earlier attempt may have sent the mail after all."""
    return job.name != REMINDER and (job.progress == DOUBTFUL or job.error == LEFT)


def _kept(job: Job) -> str | None:
    """Return what a job that waits has to remember; what went wrong last may hide it."""
    return DOUBTFUL if _may_have_left(job) else None


def _count(work: UnitOfWork, job: Job, what: str) -> None:
    name = json.loads(job.args).get("round")
    found = work.jobs.hold(f"round:{job.wave_id}:{name}") if name else None
    if found is not None:
        counts = json.loads(found.progress or "{}")
        counts[what] = counts.get(what, 0) + 1
        work.jobs.note(found.key, json.dumps(counts))
