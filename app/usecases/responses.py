"""A respondent's way: open the ballot, see the questions of the group, send once."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from app.questionnaires.answers import write_sheet
from app.questionnaires.questionnaire import Questionnaire
from app.questionnaires.timing import expected_minutes
from app.storage.ballots import BallotFacts, Outcome, Submission
from app.storage.store import Store
from app.usecases.ballots import hash_token, read_code
from app.usecases.errors import BallotUsed, NothingAnswered, UnknownCode, WaveClosed

#: Ballots whose unchanging facts stay in memory, so that a step need not ask the database.
REMEMBERED = 20_000


@dataclass(frozen=True)
class Invited:
    """What never changes about a ballot: who asks, which group, in which words."""

    token_hash: bytes
    organisation: str
    wave_id: str
    group: str
    questionnaire: Questionnaire
    minutes: int
    item_ids: tuple[str, ...]
    k: int


@dataclass(frozen=True)
class OpenBallot:
    """A ballot that can still be used."""

    invited: Invited
    closes_at: datetime | None


@dataclass(frozen=True)
class _WaveFacts:
    organisation: str
    k: int
    groups: Mapping[str, str]
    kinds: Mapping[str, str]
    questionnaires: Mapping[str, Questionnaire]
    minutes: Mapping[str, int]
    item_ids: tuple[str, ...]


class ResponseDesk:
    """Where respondents are served. Remembers facts of ballots, never answers."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._invited: dict[bytes, Invited] = {}
        self._wave = lru_cache(64)(self._find_wave)

    async def open_ballot(self, code: str, now: datetime) -> OpenBallot:
        """Return the ballot of a link or typed code. Changes nothing, however often called.

        Raises UnknownCode, WaveClosed (before looking at the ballot: after the close nobody
        can tell used from unused) or BallotUsed.
        """
        token_hash = _hash(code)
        ballot = await self._store.ballot_reader.find(token_hash)
        if ballot is None:
            raise UnknownCode
        over = ballot.closes_at is not None and ballot.closes_at <= now
        if ballot.closed_at is not None or over:
            raise WaveClosed
        if ballot.used:
            raise BallotUsed
        return OpenBallot(self._remember(token_hash, ballot), ballot.closes_at)

    async def recall(self, code: str) -> Invited:
        """Return what a step of the survey needs, from memory if it can. Raises UnknownCode."""
        token_hash = _hash(code)
        invited = self._invited.get(token_hash)
        if invited is None:
            ballot = await self._store.ballot_reader.find(token_hash)
            if ballot is None:
                raise UnknownCode
            invited = self._remember(token_hash, ballot)
        return invited

    async def submit_response(
        self, invited: Invited, form: str, answers: Mapping[str, str], now: datetime
    ) -> None:
        """Send a sheet of answers, once; returns when it is safely stored.

        `form` is the random mark of the form: the same form sent again is thanked again.
        Raises NothingAnswered, UnknownCode, BallotUsed or WaveClosed, and stores nothing.
        """
        if not answers:
            raise NothingAnswered
        submission = Submission(
            token_hash=invited.token_hash,
            receipt=hashlib.sha256(form.encode()).digest(),
            answers=write_sheet(answers, invited.item_ids),
            now=now,
        )
        outcome = await self._store.ballot_box.cast(submission)
        if outcome is Outcome.CLOSED:
            raise WaveClosed
        if outcome is Outcome.USED:
            raise BallotUsed
        if outcome is Outcome.UNKNOWN:
            raise UnknownCode

    def _remember(self, token_hash: bytes, ballot: BallotFacts) -> Invited:
        if len(self._invited) >= REMEMBERED:
            self._invited.clear()
        invited = self._invited[token_hash] = self._describe(token_hash, ballot)
        return invited

    def _describe(self, token_hash: bytes, ballot: BallotFacts) -> Invited:
        wave = self._wave(ballot.wave_id)
        kind = wave.kinds[ballot.unit_id]
        return Invited(
            token_hash=token_hash,
            organisation=wave.organisation,
            wave_id=ballot.wave_id,
            group=wave.groups[ballot.unit_id],
            questionnaire=wave.questionnaires[kind],
            minutes=wave.minutes[kind],
            item_ids=wave.item_ids,
            k=wave.k,
        )

    def _find_wave(self, wave_id: str) -> _WaveFacts:
        with self._store.reading() as work:
            wave = work.waves.get(wave_id)
            assessment = work.assessments.get(wave.assessment_id) if wave else None
            if wave is None or assessment is None:
                raise UnknownCode
            units = work.units.of(assessment.id)
            instrument = work.instruments.get(wave.instrument_digest)
        return _WaveFacts(
            organisation=assessment.name,
            k=wave.k,
            groups={unit.id: unit.name for unit in units},
            kinds={unit.id: unit.kind for unit in units if unit.kind},
            questionnaires={q.kind: q for q in instrument.questionnaires},
            minutes={q.kind: expected_minutes(q) for q in instrument.questionnaires},
            item_ids=instrument.item_ids,
        )


def _hash(code: str) -> bytes:
    token = read_code(code)
    if token is None:
        raise UnknownCode
    return hash_token(token)
