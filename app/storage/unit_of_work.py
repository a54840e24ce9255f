"""One transaction over all collections: everything in it is kept, or nothing."""

import logging
from collections.abc import Mapping
from types import TracebackType
from typing import Self

from sqlalchemy import Engine
from sqlmodel import Session

from app.storage.access_keys import AccessKeys
from app.storage.accounts import Accounts
from app.storage.advice import Advice
from app.storage.assessments import Assessments
from app.storage.audit_head import AuditHead
from app.storage.audit_log import AuditLog
from app.storage.ballots import Ballots
from app.storage.certificates import Certificates
from app.storage.clients import Clients
from app.storage.database import WRITES
from app.storage.instruments import Instruments
from app.storage.invitees import Invitees
from app.storage.jobs import Jobs
from app.storage.kept_times import KeptTimes
from app.storage.ledger import Ledger
from app.storage.memberships import Memberships
from app.storage.organisations import Organisations
from app.storage.people import People
from app.storage.plans import Plans
from app.storage.releases import Releases
from app.storage.roster_drafts import RosterDrafts
from app.storage.sealed_answers import SealedAnswers
from app.storage.sign_ins import SignIns
from app.storage.turnout import Turnout
from app.storage.unit_codes import Tallies, UnitCodes
from app.storage.units import Units
from app.storage.waves import Waves

log = logging.getLogger(__name__)


class UnitOfWork:
    """`with unit_of_work as work: ...` reads; call `work.commit()` to keep what was written.

    Open it with `writing=True` to write; SQLite then takes its lock at the start.
    """

    def __init__(
        self,
        engine: Engine,
        turnout: Turnout,
        *,
        writing: bool = False,
        audit_head: AuditHead | None = None,
    ) -> None:
        self.engine = engine
        self._turnout = turnout
        self.is_writing = writing
        self._audit_head = audit_head
        self._session = Session(
            engine.execution_options(**{WRITES: writing}), expire_on_commit=False
        )
        self.assessments = Assessments(self._session)
        self.units = Units(self._session)
        self.people = People(self._session)
        self.instruments = Instruments(self._session)
        self.waves = Waves(self._session)
        self.invitees = Invitees(self._session)
        self.ballots = Ballots(self._session)
        self.sealed = SealedAnswers(self._session)
        self.releases = Releases(self._session)
        self.ledger = Ledger(self._session)
        self.access_keys = AccessKeys(self._session)
        self.advice = Advice(self._session)
        self.accounts = Accounts(self._session)
        self.audit_log = AuditLog(self._session)
        self.certificates = Certificates(self._session)
        self.clients = Clients(self._session)
        self.jobs = Jobs(self._session)
        self.kept_time = KeptTimes(self._session)
        self.memberships = Memberships(self._session)
        self.organisations = Organisations(self._session)
        self.plans = Plans(self._session)
        self.roster_drafts = RosterDrafts(self._session)
        self.sign_ins = SignIns(self._session)
        self.unit_codes = UnitCodes(self._session)
        self.tallies = Tallies(self._session)

    def answered(self, wave_id: str) -> Mapping[str, int]:
        """Return how many of each unit have answered an open wave, in steps and not at once."""
        wave = self.waves.get(wave_id)
        if wave is None or wave.closed_at is not None:
            return {}
        return self._turnout.of(wave, self.ballots, self.unit_codes, self.sealed)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._session.close()

    def commit(self) -> None:
        """Keep everything written since the start. Returns once it is on disk."""
        self._session.commit()
        newest = self.audit_log.newest
        if newest is not None and self._audit_head is not None:
            try:
                self._audit_head.write(newest.number, newest.digest)
            except (OSError, ValueError) as error:
                # What was committed is done, and must not be told as failed. Whoever verifies the
                # log is told that its head is behind.
                log.warning("the head of the audit log was not kept: %s", type(error).__name__)
