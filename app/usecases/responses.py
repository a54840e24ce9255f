"""A respondent's way: open the ballot, see the questions of the group, send once."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from app.maturity import ORIENTATIONS
from app.questionnaires.answers import LEVEL_CODES, LONGEST_COMMENT, write_sheet
from app.questionnaires.presentation import Presentation
from app.questionnaires.questionnaire import Questionnaire
from app.questionnaires.timing import expected_minutes
from app.scoring.quality import is_hasty, is_straight_line
from app.storage.ballots import BallotFacts
from app.storage.sealing import SMALL, Record
from app.storage.store import Store
from app.storage.submissions import Outcome, Submission
from app.usecases.ballots import hash_token, read_code
from app.usecases.boxes import box_size
from app.usecases.errors import (
    BallotUsed,
    CommentTooLong,
    NothingAnswered,
    SeatsTaken,
    UnknownCode,
    WaveClosed,
)
from app.usecases.plans import plan_of

#: Ballots whose unchanging facts stay in memory, so that a step need not ask the database.
REMEMBERED = 20_000


@dataclass(frozen=True)
class Invited:
    """What never changes about a ballot: who asks, about which group, in which words."""

    token_hash: bytes
    organisation: str
    wave_id: str
    group: str
    questionnaire: Questionnaire
    minutes: int
    item_ids: tuple[str, ...]
    k: int
    language: str
    #: The unit, and how many answers its shared code takes; 0 for a link of one person.
    unit_id: str = ""
    seats: int = 0
    #: Bytes of every box of the wave.
    box_size: int = SMALL


@dataclass(frozen=True)
class Filled:
    """A filled-in questionnaire, as it is sent.

    `form` is the random mark of the form. `presentation` is how it was shown, None if that is
    not known; `seconds` how long each page (0, 1, 2, …) was open, used here and never kept.
    """

    form: str
    answers: Mapping[str, str]
    comment: str = ""
    presentation: Presentation | None = None
    seconds: Mapping[int, float] = field(default_factory=dict)


@dataclass(frozen=True)
class OpenBallot:
    """A ballot of an open wave, spent or not, until a moment in the zone of the wave."""

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
    language: str
    zone: ZoneInfo
    box_size: int


class ResponseDesk:
    """Where respondents are served. Remembers facts of ballots, never answers."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._invited: dict[bytes, Invited] = {}
        self._wave = lru_cache(64)(self._find_wave)

    async def open_ballot(self, code: str, now: datetime) -> OpenBallot:
        """Return the ballot of a link or typed code. Changes nothing, however often called.

        Whether it is spent makes no difference, and is not even read: whoever holds the list of
        links could tell by it who has answered. Only sending tells. Raises UnknownCode or
        WaveClosed.
        """
        token_hash = _hash(code)
        ballot = await self._store.ballot_reader.find(token_hash)
        if ballot is None:
            raise UnknownCode
        invited = self._remember(token_hash, ballot)
        over = ballot.closes_at is not None and ballot.closes_at <= now
        if ballot.closed_at is not None or over:
            raise WaveClosed(invited.language)
        zone = self._wave(ballot.wave_id).zone
        return OpenBallot(invited, ballot.closes_at and ballot.closes_at.astimezone(zone))

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

    async def submit_response(self, invited: Invited, filled: Filled, now: datetime) -> None:
        """Send a sheet of answers, once; returns when it is safely stored.

        The same form sent again is thanked again, until the close.
        Raises NothingAnswered, CommentTooLong, UnknownCode, BallotUsed, SeatsTaken or
        WaveClosed, and stores nothing; KeysMissing if the wave has lost its keys.
        """
        if not filled.answers:
            raise NothingAnswered
        if len(filled.comment) > LONGEST_COMMENT:
            raise CommentTooLong(len(filled.comment))
        outcome = await self._store.ballot_box.cast(
            Submission(
                wave_id=invited.wave_id,
                holder=invited.token_hash,
                form=hashlib.sha256(filled.form.encode()).digest(),
                record=Record(invited.unit_id, _sheet(invited, filled), filled.comment),
                now=now,
                size=invited.box_size,
                seats=invited.seats,
            )
        )
        if outcome is Outcome.CLOSED:
            raise WaveClosed(invited.language)
        if outcome is Outcome.USED:
            raise (SeatsTaken if invited.seats else BallotUsed)(invited.language)
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
            language=wave.language,
            unit_id=ballot.unit_id,
            seats=ballot.seats,
            box_size=wave.box_size,
        )

    def _find_wave(self, wave_id: str) -> _WaveFacts:
        with self._store.reading() as work:
            wave = work.waves.get(wave_id)
            organisation = work.assessments.organisation_of(wave.assessment_id) if wave else None
            if wave is None or organisation is None:
                raise UnknownCode
            units = work.units.ever_of(wave.assessment_id)
            instrument = work.instruments.get(wave.instrument_digest)
            plan = plan_of(work, wave_id)
        names = {unit.id: unit.name for unit in units}
        return _WaveFacts(
            organisation=organisation.name,
            k=wave.k,
            # Business partners answer about a group, and read its name.
            groups={unit.id: names[unit.about_id or unit.id] for unit in units},
            kinds={unit.id: unit.kind for unit in units if unit.kind},
            questionnaires={q.kind: q for q in instrument.questionnaires},
            minutes={q.kind: expected_minutes(q) for q in instrument.questionnaires},
            item_ids=instrument.item_ids,
            language=instrument.language,
            zone=ZoneInfo(plan.zone if plan else "UTC"),
            box_size=box_size(instrument),
        )


def _sheet(invited: Invited, filled: Filled) -> str:
    """The answers with the pattern in which they were shown and the two flags of quality."""
    presentation = filled.presentation
    hasty = is_hasty(_paces(invited.questionnaire, filled))
    if presentation is None:
        return write_sheet(filled.answers, invited.item_ids, hasty=hasty)
    pages = []
    core = invited.questionnaire.pages[: len(ORIENTATIONS)]
    for number, page in enumerate(core):
        codes = [filled.answers.get(item.id) for item in page.items]
        levels = [int(code) for code in codes if code in LEVEL_CODES]
        pages.append((levels, presentation.is_rising(number)))
    return write_sheet(
        filled.answers,
        invited.item_ids,
        presentation.mark,
        straight_line=is_straight_line(pages),
        hasty=hasty,
    )


def _paces(questionnaire: Questionnaire, filled: Filled) -> list[tuple[float, int]]:
    """Seconds and items of each page that has an answer and whose time is known."""
    return [
        (filled.seconds[number], len(page.all_items))
        for number, page in enumerate(questionnaire.pages)
        if number in filled.seconds and any(i.id in filled.answers for i in page.all_items)
    ]


def _hash(code: str) -> bytes:
    token = read_code(code)
    if token is None:
        raise UnknownCode
    return hash_token(token)
