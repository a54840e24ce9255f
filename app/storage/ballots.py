"""Ballots: who may answer, by the hash of a token, and the one place where they are spent."""

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum, auto

from sqlalchemy import Connection, bindparam, func, insert, select, update
from sqlmodel import Session, SQLModel, col

from app.storage.tables import Ballot, Comment, StagedSheet, UnitCode, Wave


@dataclass(frozen=True)
class Submission:
    """A sheet of answers with the token and the form (its nonce) that send it, both hashed.

    The comment, if any, is kept apart from the answers.
    """

    token_hash: bytes
    receipt: bytes
    answers: str
    now: datetime
    comment: str = ""


class Outcome(Enum):
    """What became of a submission."""

    ACCEPTED = auto()
    REPEATED = auto()  # the same form again: nothing more was stored
    USED = auto()
    CLOSED = auto()
    LATE = auto()  # used and closed: nobody who sends after the end is told that it was used
    UNKNOWN = auto()


@dataclass(frozen=True)
class BallotFacts:
    """A ballot with the state of its wave; group and wave never change.

    Whether it is spent is none of them: opening a link must not depend on that in any way.
    """

    wave_id: str
    unit_id: str
    closes_at: datetime | None
    closed_at: datetime | None
    #: How many answers the code takes, where a unit shares it; 0 for a ballot of one person.
    seats: int = 0


def _table(model: type[SQLModel]):  # type: ignore[no-untyped-def]
    return model.__table__  # type: ignore[attr-defined]


# Statements of the hot path, built once: building them costs more than running them.
_BALLOT, _WAVE, _STAGED = _table(Ballot), _table(Wave), _table(StagedSheet)
_BALLOTS_OF = (
    select(
        _BALLOT.c.token_hash,
        _BALLOT.c.wave_id,
        _BALLOT.c.unit_id,
        _BALLOT.c.used,
        _BALLOT.c.receipt,
        _WAVE.c.closes_at,
        _WAVE.c.closed_at,
    )
    .join(_WAVE, _WAVE.c.id == _BALLOT.c.wave_id)
    .where(_BALLOT.c.token_hash.in_(bindparam("tokens", expanding=True)))
    .order_by(_BALLOT.c.token_hash)
    .with_for_update(of=_BALLOT)
)
#: Without it a wave could close, and be mixed for the last time, between our look at it and our
#: commit. Before the ballots, as the close does: else each could wait for the other.
_HOLD_WAVES = (
    select(_WAVE.c.id)
    .where(
        _WAVE.c.id.in_(
            select(_BALLOT.c.wave_id).where(
                _BALLOT.c.token_hash.in_(bindparam("tokens", expanding=True))
            )
        )
    )
    .order_by(_WAVE.c.id)
    .with_for_update(read=True)
)
_SPEND = (
    update(_BALLOT)
    .where(_BALLOT.c.token_hash == bindparam("token"), _BALLOT.c.used.is_(False))
    .values(used=True, receipt=bindparam("spent_by"))
)
_STAGE = insert(_STAGED)
_ADD_COMMENT = insert(_table(Comment))
_FIND = (
    select(
        _BALLOT.c.wave_id,
        _BALLOT.c.unit_id,
        _WAVE.c.closes_at,
        _WAVE.c.closed_at,
    )
    .join(_WAVE, _WAVE.c.id == _BALLOT.c.wave_id)
    .where(_BALLOT.c.token_hash == bindparam("token"))
)
_CODE = _table(UnitCode)
_FIND_CODE = (
    select(
        _CODE.c.wave_id,
        _CODE.c.unit_id,
        _WAVE.c.closes_at,
        _WAVE.c.closed_at,
        _CODE.c.seats,
    )
    .join(_WAVE, _WAVE.c.id == _CODE.c.wave_id)
    .where(_CODE.c.code_hash == bindparam("token"))
)


def find_ballot(connection: Connection, token_hash: bytes) -> BallotFacts | None:
    """Return the ballot of a token's hash, or the shared code, with its wave's state, or None."""
    row = connection.execute(_FIND, {"token": token_hash}).first()
    row = row or connection.execute(_FIND_CODE, {"token": token_hash}).first()
    return BallotFacts(*row) if row else None


def cast(connection: Connection, submissions: Sequence[Submission]) -> list[Outcome]:
    """Spend ballots and stage their sheets in the open transaction; one outcome for each.

    Waves are locked against closing, and ballots against each other, before anything is decided,
    so of any number of submissions with one token exactly one is accepted.
    """
    tokens = {"tokens": sorted({submission.token_hash for submission in submissions})}
    if connection.dialect.name == "postgresql":
        connection.execute(_HOLD_WAVES, tokens)
    ballots = {row.token_hash: row for row in connection.execute(_BALLOTS_OF, tokens)}
    receipts = {token: row.receipt if row.used else None for token, row in ballots.items()}
    outcomes, spent, staged, comments = [], [], [], []
    for submission in submissions:
        ballot = ballots.get(submission.token_hash)
        outcome = _decide(submission, ballot, receipts)
        outcomes.append(outcome)
        if outcome is Outcome.ACCEPTED and ballot is not None:
            receipts[submission.token_hash] = submission.receipt
            spent.append({"token": submission.token_hash, "spent_by": submission.receipt})
            staged.append(
                {
                    "id": secrets.token_hex(16),
                    "wave_id": ballot.wave_id,
                    "unit_id": ballot.unit_id,
                    "answers": submission.answers,
                }
            )
            if submission.comment:
                comments.append(_comment(ballot.wave_id, submission.comment))
    if spent:
        if connection.execute(_SPEND, spent).rowcount not in (len(spent), -1):
            raise RuntimeError("a ballot was spent by someone else under our lock")
        connection.execute(_STAGE, staged)
    if comments:
        connection.execute(_ADD_COMMENT, comments)
    return outcomes


def _comment(wave_id: str, content: str) -> dict[str, str]:
    return {"id": secrets.token_hex(16), "wave_id": wave_id, "content": content}


def _decide(submission: Submission, ballot, receipts) -> Outcome:  # type: ignore[no-untyped-def]
    if ballot is None:
        return Outcome.UNKNOWN
    receipt = receipts[submission.token_hash]
    if receipt == submission.receipt:
        return Outcome.REPEATED
    over = ballot.closes_at is not None and _aware(ballot.closes_at) <= submission.now
    if ballot.closed_at is not None or over:
        return Outcome.CLOSED if receipt is None else Outcome.LATE
    return Outcome.ACCEPTED if receipt is None else Outcome.USED


def _aware(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


class Ballots:
    """All ballots, as a consultant's pages need them: in counts."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add_all(self, ballots: Iterable[Ballot]) -> None:
        """Keep new ballots, in one go; the caller has shuffled them."""
        self._session.add_all(ballots)
        self._session.flush()

    def invited(self, wave_id: str) -> dict[str, int]:
        """Return how many ballots each unit has in a wave."""
        return self._count(wave_id, used_only=False)

    def used(self, wave_id: str) -> dict[str, int]:
        """Return how many ballots of each unit are spent."""
        return self._count(wave_id, used_only=True)

    def is_used(self, token_hash: bytes) -> bool:
        """Return whether a ballot is spent; only the sending of reminders asks this."""
        found = self._session.get(Ballot, token_hash)
        return found is None or found.used

    def forget_use(self, wave_id: str) -> None:
        """Make all ballots of a wave look unused, once nobody may ask any more."""
        forget = update(_BALLOT).where(_BALLOT.c.wave_id == wave_id)
        self._session.connection().execute(forget.values(used=False, receipt=None))

    def _count(self, wave_id: str, *, used_only: bool) -> dict[str, int]:
        query = select(col(Ballot.unit_id), func.count()).where(col(Ballot.wave_id) == wave_id)
        if used_only:
            query = query.where(col(Ballot.used).is_(True))
        rows = self._session.connection().execute(query.group_by(col(Ballot.unit_id)))
        return {unit_id: count for unit_id, count in rows}  # noqa: C416 - a result looks like a mapping
