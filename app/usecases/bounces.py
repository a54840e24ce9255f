"""Mails that came back later: whoever reads the mailbox pastes them, and their people are listed.

Reading the mailbox ourselves would need its password, and every server words a bounce otherwise;
the addresses in it are always the same.
"""

import json
import re
from datetime import datetime

from app.storage.jobs import FAILED
from app.storage.store import Store
from app.usecases.audit_log import Deed, record
from app.usecases.errors import SiloscopeError
from app.usecases.fieldwork import find_open
from app.usecases.invitations import BOUNCED, INVITATION, invitation_job, mailed_people
from app.usecases.members import Member

LONGEST_BOUNCES = 40_000
#: What stands between addresses. Looking for their form would take minutes on a hostile text.
_BETWEEN = re.compile(r"[\s,;:<>()\[\]\"=]+")


class NoBounces(SiloscopeError):
    """Nobody whom the wave invites stands in the text."""

    def __init__(self) -> None:
        super().__init__("No address of this wave stands in that text.")


def note_bounces(store: Store, member: Member, wave_id: str, text: str, now: datetime) -> int:
    """List everybody whose address stands in the text as not reached; return how many.

    They stand there until their address is corrected, or the mail is sent again. Raises
    UnknownWave, WaveOver or NoBounces.
    """
    words = _BETWEEN.split(text[:LONGEST_BOUNCES].casefold())
    written = {word.strip(".'") for word in words if "@" in word}
    with store.writing() as work:
        wave, _plan = find_open(work, member, wave_id, now)
        people = [p for p in mailed_people(work, wave) if p.email.casefold() in written]
        if not people:
            raise NoBounces
        listed = {
            json.loads(job.args)["person"] for job in work.jobs.of(wave_id, INVITATION, FAILED)
        }
        waiting = {job.key for job in work.jobs.of(wave_id, INVITATION)}
        for person in people:
            job = invitation_job(wave_id, BOUNCED, person.id, now)
            # Whoever stands there already, refused or bounced, stands there once.
            if job.key not in waiting and person.id not in listed:
                job.state, job.error = FAILED, "The mail came back."
                work.jobs.add(job)
        record(store, work, member.who, Deed.BOUNCES_NOTED, f"{wave_id}: {len(people)}", now)
        work.commit()
    return len(people)
