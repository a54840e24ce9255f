"""Mails that came back later: whoever reads the mailbox pastes them, and their people are listed.

Reading the mailbox ourselves would need its password, and every server words a bounce otherwise;
the addresses in it are always the same.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from app.language import gettext as _
from app.language import listed
from app.storage.jobs import FAILED
from app.storage.store import Store
from app.storage.tables import Person
from app.storage.unit_of_work import UnitOfWork
from app.usecases.addresses import address_key
from app.usecases.audit_log import Deed, record
from app.usecases.errors import SiloscopeError
from app.usecases.fieldwork import find_open
from app.usecases.invitations import BOUNCED, INVITATION, invitation_job, mailed_people
from app.usecases.members import Member
from app.usecases.pasted_addresses import find_addresses

#: Characters of a few dozen mails in full, or of thousands of addresses.
LONGEST_BOUNCES = 250_000
#: More addresses than this in one line are counted instead.
_MOST_NAMED = 20


class NoBounces(SiloscopeError):
    """Nobody whom the wave invites stands in the text."""

    def __init__(self, strangers: Sequence[str] = ()) -> None:
        text = _("No address of this wave stands in that text.")
        if strangers:
            text += " " + _("What stands there: %(addresses)s.", addresses=named(strangers))
        super().__init__(text)


class BouncesTooLong(SiloscopeError):
    """A text is not read in part: nobody would know of the rest."""

    def __init__(self, length: int) -> None:
        super().__init__(
            _(
                "That text has %(length)s characters, and at most %(most)s are read at once: paste "
                "it in parts.",
                length=length,
                most=LONGEST_BOUNCES,
            )
        )


@dataclass(frozen=True)
class Bounces:
    """Who stands in a text, by address, and which addresses there are nobody's of the wave."""

    found: tuple[str, ...]
    strangers: tuple[str, ...]


def named(addresses: Sequence[str]) -> str:
    """Return addresses as one reads them; of very many only how many more there are."""
    shown = list(addresses[:_MOST_NAMED])
    if len(addresses) > _MOST_NAMED:
        shown.append(_("%(count)s more", count=len(addresses) - _MOST_NAMED))
    return listed(shown)


def note_bounces(
    store: Store, member: Member, wave_id: str, text: str, now: datetime, mail_from: str = ""
) -> Bounces:
    """List everybody whose address stands in the text as not reached; return who that is.

    They stand there until their address is corrected, or the mail is sent again. `mail_from`,
    and where answers go, are no strangers. Raises UnknownWave, WaveOver, NoBounces or
    BouncesTooLong.
    """
    if len(text) > LONGEST_BOUNCES:
        raise BouncesTooLong(len(text))
    with store.writing() as work:
        wave, plan = find_open(work, member, wave_id, now)
        people = mailed_people(work, wave)
        found = find_addresses(text, [person.email for person in people])
        ours = {address_key(one) for one in (mail_from, plan.contact, member.email)}
        strangers = tuple(one for one in found.strangers if address_key(one) not in ours)
        if not found.known:
            raise NoBounces(strangers)
        known = {address_key(one) for one in found.known}
        _list(work, wave_id, [p for p in people if address_key(p.email) in known], now)
        record(store, work, member.who, Deed.BOUNCES_NOTED, f"{wave_id}: {len(found.known)}", now)
        work.commit()
    return Bounces(tuple(sorted(found.known)), strangers)


def _list(work: UnitOfWork, wave_id: str, people: Sequence[Person], now: datetime) -> None:
    there = {json.loads(job.args)["person"] for job in work.jobs.of(wave_id, INVITATION, FAILED)}
    waiting = {job.key for job in work.jobs.of(wave_id, INVITATION)}
    for person in people:
        job = invitation_job(wave_id, BOUNCED, person.id, now)
        # Whoever stands there already, refused or bounced, stands there once.
        if job.key not in waiting and person.id not in there:
            job.state, job.error = FAILED, "The mail came back."
            work.jobs.add(job)
