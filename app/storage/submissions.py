"""Sending: a mark that says once and for all who has answered, and a box with what they said."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import Enum, auto
from random import Random
from typing import Any

from sqlalchemy import Connection, Row, bindparam, insert, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import SQLModel

from app.storage.database import hold_open
from app.storage.sealing import Record, Sealer, mark_of, receipt_of, seat_mark
from app.storage.tables import Sealed, Spent, Wave
from app.storage.wave_keys import PUBLIC, SEAL, SPEND, WaveKeys


@dataclass(frozen=True)
class Submission:
    """A sheet of answers, with the hash of the token or shared code, and the SHA-256 of the form.

    `seats` is how many answers a shared code takes, 0 for a link of one person; `size` the bytes
    of every box of the wave.
    """

    wave_id: str
    holder: bytes
    form: bytes
    record: Record = field(repr=False)
    now: datetime
    size: int
    seats: int = 0


class Outcome(Enum):
    """What became of a submission."""

    ACCEPTED = auto()
    REPEATED = auto()  # the same form again: nothing more was stored
    USED = auto()
    CLOSED = auto()
    UNKNOWN = auto()


def _table(model: type[SQLModel]):  # type: ignore[no-untyped-def]
    return model.__table__  # type: ignore[attr-defined]


# Statements of the hot path, built once: building them costs more than running them.
_SPENT, _SEALED, _WAVE = _table(Spent), _table(Sealed), _table(Wave)
_WAVES = select(_WAVE.c.id, _WAVE.c.closes_at, _WAVE.c.closed_at, _WAVE.c.box_digest).where(
    _WAVE.c.id.in_(bindparam("waves", expanding=True))
)
_SPEND = {
    name: dialect.insert(_SPENT).on_conflict_do_nothing().returning(_SPENT.c.mark)
    for name, dialect in (("sqlite", sqlite), ("postgresql", postgresql))
}
_RECEIPTS = select(_SPENT.c.mark, _SPENT.c.receipt).where(
    _SPENT.c.wave_id == bindparam("wave"),
    _SPENT.c.mark.in_(bindparam("marks", expanding=True)),
)
_SEAL = insert(_SEALED)


def cast(
    connection: Connection, wave_keys: WaveKeys, submissions: Sequence[Submission]
) -> list[Outcome]:
    """Spend and seal what was sent in the open transaction; one outcome for each.

    No row of anybody is locked, read or changed: of any number of submissions with one token the
    primary key of the marks lets one in. Raises KeysMissing where a wave has lost its keys.
    """
    hold_open(connection)
    waves = {row.id: row for row in connection.execute(_WAVES, {"waves": _ids(submissions)})}
    outcomes: dict[int, Outcome] = {}
    boxes: list[dict[str, Any]] = []
    for wave_id in sorted(_ids(submissions)):
        sent = {n: one for n, one in enumerate(submissions) if one.wave_id == wave_id}
        row = waves.get(wave_id)
        if row is None or row.closed_at is not None:
            # After the close nobody can look up any more what was sent before.
            gone = Outcome.UNKNOWN if row is None else Outcome.CLOSED
            outcomes |= dict.fromkeys(sent, gone)
            continue
        batch = _Batch(connection, row, wave_keys.need(wave_id, row.box_digest, SPEND, SEAL))
        outcomes |= batch.settle(sent)
        boxes += batch.boxes
    if boxes:
        connection.execute(_SEAL, sorted(boxes, key=lambda box: box["id"]))
    return [outcomes[n] for n in range(len(submissions))]


def _ids(submissions: Iterable[Submission]) -> list[str]:
    return sorted({one.wave_id for one in submissions})


class _Batch:
    """What was sent to one wave within one commit."""

    def __init__(self, connection: Connection, wave: Row[Any], keys: Mapping[str, bytes]) -> None:
        self._connection = connection
        self._wave = wave
        self._keys = keys
        self._sealer: Sealer | None = None
        self.boxes: list[dict[str, Any]] = []

    def settle(self, sent: Mapping[int, Submission]) -> dict[int, Outcome]:
        """Return what becomes of each, and put what is accepted into boxes."""
        over = {n: one for n, one in sent.items() if self._is_over(one)}
        outcomes = {n: self._look_back(one) for n, one in over.items()}
        own = {n: one for n, one in sent.items() if n not in over and not one.seats}
        outcomes |= self._spend_all(own)
        for n, one in sent.items():
            if n not in outcomes:
                outcomes[n] = self._take_seat(one)
        return outcomes

    def _spend_all(self, sent: Mapping[int, Submission]) -> dict[int, Outcome]:
        """Spend links of one person: all marks in one statement, in their own order."""
        if not sent:
            return {}
        marks = {n: mark_of(self._keys[SPEND], one.holder) for n, one in sent.items()}
        first: dict[bytes, int] = {}
        for n, mark in marks.items():
            first.setdefault(mark, n)
        new = self._insert([(mark, sent[n]) for mark, n in sorted(first.items())])
        outcomes = {first[mark]: self._accept(sent[first[mark]]) for mark in new}
        rest = {n: mark for n, mark in marks.items() if n not in outcomes}
        receipts = self._receipts(rest.values())
        return outcomes | {n: self._compare(sent[n], receipts.get(m)) for n, m in rest.items()}

    def _take_seat(self, one: Submission) -> Outcome:
        """Take a free seat of a shared code, in an order that the form decides.

        The same form sent again finds its own receipt, or comes to the same seat. Where somebody
        else was faster the seats are looked up anew.
        """
        numbers = list(range(one.seats))
        Random(one.form).shuffle(numbers)  # noqa: S311 - an order, not a secret
        marks = [seat_mark(self._keys[SPEND], one.holder, number) for number in numbers]
        while True:
            taken = self._receipts(marks)
            if self._receipt(one) in taken.values():
                return Outcome.REPEATED
            free = next((mark for mark in marks if mark not in taken), None)
            if free is None:
                return Outcome.USED
            if self._insert([(free, one)]):
                return self._accept(one)

    def _look_back(self, one: Submission) -> Outcome:
        """After the last moment: thank whoever was in time, and tell all others that it is over."""
        marks = [mark_of(self._keys[SPEND], one.holder)]
        marks += [seat_mark(self._keys[SPEND], one.holder, seat) for seat in range(one.seats)]
        known = self._receipt(one) in self._receipts(marks).values()
        return Outcome.REPEATED if known else Outcome.CLOSED

    def _is_over(self, one: Submission) -> bool:
        ends: datetime | None = self._wave.closes_at
        return ends is not None and (ends if ends.tzinfo else ends.replace(tzinfo=UTC)) <= one.now

    def _insert(self, marked: Sequence[tuple[bytes, Submission]]) -> list[bytes]:
        """Insert marks that are new, and return them."""
        rows = [
            {"wave_id": self._wave.id, "mark": mark, "receipt": self._receipt(one)}
            for mark, one in marked
        ]
        statement = _SPEND[self._connection.dialect.name]
        return [bytes(mark) for mark in self._connection.execute(statement, rows).scalars()]

    def _receipts(self, marks: Iterable[bytes]) -> dict[bytes, bytes]:
        asked = {"wave": self._wave.id, "marks": sorted(set(marks))}
        if not asked["marks"]:
            return {}
        found = self._connection.execute(_RECEIPTS, asked)
        return {bytes(mark): bytes(receipt) for mark, receipt in found}

    def _receipt(self, one: Submission) -> bytes:
        return receipt_of(self._keys[SPEND], one.holder, one.form)

    def _compare(self, one: Submission, receipt: bytes | None) -> Outcome:
        return Outcome.REPEATED if receipt == self._receipt(one) else Outcome.USED

    def _accept(self, one: Submission) -> Outcome:
        if self._sealer is None:
            keys = self._keys
            self._sealer = Sealer.begin(one.wave_id, keys[PUBLIC], keys[SEAL], one.size)
        row = self._sealer.seal_up(one.record)
        self.boxes.append({"wave_id": one.wave_id, "id": row.id, "kem": row.kem, "box": row.box})
        return Outcome.ACCEPTED
