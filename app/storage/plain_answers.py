"""Answers as versions before kept them: read once more to be sealed, then removed.

Written in columns of revision 0007, not by models: those go on, and this stays behind.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy import Connection

from app.storage.sealing import SealedRecord

#: Revisions whose databases may hold plain answers; 0007 is where they are sealed.
PLAIN_REVISIONS: Final = ("0001", "0002", "0003", "0004", "0005", "0006", "0007")
SEALING_REVISION: Final = "0007"


def _table(name: str, *columns: str, **typed: sa.types.TypeEngine[Any]) -> sa.TableClause:
    return sa.table(name, *map(sa.column, columns), *(sa.column(n, t) for n, t in typed.items()))


_BYTES, _TRUTH = sa.LargeBinary(), sa.Boolean()
_VERSION = _table("alembic_version", "version_num")
_WAVE = _table(
    "wave", "id", "assessment_id", "instrument_digest", "k", "closed_at", box_digest=_BYTES
)
_RELEASE = _table("release", "wave_id", "content")
_INSTRUMENT = _table("instrument", "digest", "content")
_BALLOT = _table("ballot", "wave_id", "unit_id", token_hash=_BYTES, used=_TRUTH, receipt=_BYTES)
_CODE = _table("unit_code", "wave_id", "unit_id", "seats", code_hash=_BYTES)
_ASKED = _table("asked_unit", "wave_id", "unit_id", "invited")
_SHEETS = [_table(name, "wave_id", "unit_id", "answers") for name in ("staged_sheet", "sheet")]
_COMMENT = _table("comment", "wave_id", "id", "content")
_SPENT = _table("spent", "wave_id", mark=_BYTES, receipt=_BYTES)
_SEALED = _table("sealed", "wave_id", id=_BYTES, kem=_BYTES, box=_BYTES)


def holds_plain_answers(connection: Connection) -> bool:
    """Return whether a database is of a version that kept answers in plain."""
    if not sa.inspect(connection).has_table(_VERSION.name):
        return False
    found = connection.execute(sa.select(_VERSION.c.version_num)).scalars()
    return any(revision in PLAIN_REVISIONS for revision in found)


@dataclass(frozen=True)
class UnreleasedWave:
    """What a wave without a release has, in numbers; `codes` are units that share a code.

    `is_sealed`: an earlier run has come to it.
    """

    id: str
    is_open: bool
    is_sealed: bool
    used: int
    sheets: int
    comments: int
    codes: int


@dataclass(frozen=True)
class PlainWave:
    """A wave with what is needed to seal its answers, or to make its release again."""

    id: str
    assessment_id: str
    instrument_digest: str
    k: int
    is_open: bool
    is_released: bool
    box_digest: bytes | None


@dataclass(frozen=True)
class SharedCode:
    """The code of a unit, whose seats were ballots of their own."""

    code_hash: bytes
    unit_id: str
    seats: int


def unreleased_waves(connection: Connection) -> list[UnreleasedWave]:
    """Return the waves without a release, from a database of any revision that is plain."""
    columns = {column["name"] for column in sa.inspect(connection).get_columns(_WAVE.name)}
    sealed = _WAVE.c.box_digest.is_not(None) if "box_digest" in columns else sa.false()
    query = sa.select(_WAVE.c.id, _WAVE.c.closed_at.is_(None), sealed)
    query = query.where(_WAVE.c.id.not_in(sa.select(_RELEASE.c.wave_id)))
    used = _count(connection, _BALLOT, _BALLOT.c.used.is_(True))
    sheets = [_count(connection, table) for table in _SHEETS]
    comments, codes = _count(connection, _COMMENT), _count(connection, _CODE)
    return [
        UnreleasedWave(
            wave_id,
            bool(is_open),
            bool(is_sealed),
            used.get(wave_id, 0),
            sum(count.get(wave_id, 0) for count in sheets),
            comments.get(wave_id, 0),
            codes.get(wave_id, 0),
        )
        for wave_id, is_open, is_sealed in connection.execute(query.order_by(_WAVE.c.id))
    ]


def shared_codes(connection: Connection, wave_id: str) -> list[SharedCode]:
    """Return the codes that units of a wave share."""
    query = sa.select(_CODE.c.code_hash, _CODE.c.unit_id, _CODE.c.seats)
    found = connection.execute(query.where(_CODE.c.wave_id == wave_id))
    return [SharedCode(bytes(code), unit, seats) for code, unit, seats in found]


def ballots_among(connection: Connection, wave_id: str, hashes: Collection[bytes]) -> int:
    """Return how many ballots of a wave bear one of some hashes."""
    query = sa.select(_BALLOT.c.token_hash).where(_BALLOT.c.wave_id == wave_id)
    return sum(bytes(found) in hashes for found in connection.execute(query).scalars())


def _count(
    connection: Connection, table: sa.TableClause, which: sa.ColumnElement[bool] | None = None
) -> dict[str, int]:
    """Rows of a table by wave; none where the revision has no such table."""
    if not sa.inspect(connection).has_table(table.name):
        return {}
    query = sa.select(table.c.wave_id, sa.func.count()).group_by(table.c.wave_id)
    rows = connection.execute(query if which is None else query.where(which))
    return {wave_id: count for wave_id, count in rows}  # noqa: C416 - a result looks like a mapping


class PlainAnswers:
    """All plain answers at revision 0007, in the transaction of a connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def hold(self) -> None:
        """Keep everybody else from the tables until the commit, whatever version they are of."""
        if self._connection.dialect.name == "postgresql":
            tables = "wave, ballot, staged_sheet, sheet, comment, release"
            self._connection.exec_driver_sql(f"LOCK TABLE {tables} IN ACCESS EXCLUSIVE MODE")

    def waves(self) -> list[PlainWave]:
        """Return all waves."""
        released = sa.exists().where(_RELEASE.c.wave_id == _WAVE.c.id)
        query = sa.select(
            _WAVE.c.id,
            _WAVE.c.assessment_id,
            _WAVE.c.instrument_digest,
            _WAVE.c.k,
            _WAVE.c.closed_at.is_(None),
            released,
            _WAVE.c.box_digest,
        )
        found = self._connection.execute(query.order_by(_WAVE.c.id))
        return [PlainWave(*row) for row in found]

    def note_asked(self) -> None:
        """Note how many people of each unit a wave invited, wherever only its ballots say it."""
        known = sa.select(_ASKED.c.wave_id)
        counted = (
            sa.select(_BALLOT.c.wave_id, _BALLOT.c.unit_id, sa.func.count())
            .where(_BALLOT.c.wave_id.not_in(known))
            .group_by(_BALLOT.c.wave_id, _BALLOT.c.unit_id)
        )
        noted = sa.insert(_ASKED).from_select(["wave_id", "unit_id", "invited"], counted)
        self._connection.execute(noted)

    def instrument(self, digest: str) -> str:
        """Return the JSON of an instrument."""
        query = sa.select(_INSTRUMENT.c.content).where(_INSTRUMENT.c.digest == digest)
        return str(self._connection.execute(query).scalar_one())

    def used_ballots(self, wave_id: str) -> list[tuple[bytes, bytes | None]]:
        """Return the hash of the token, and of the form, of each ballot that was used."""
        query = sa.select(_BALLOT.c.token_hash, _BALLOT.c.receipt).where(
            _BALLOT.c.wave_id == wave_id, _BALLOT.c.used.is_(True)
        )
        found = self._connection.execute(query)
        return [(bytes(token), receipt and bytes(receipt)) for token, receipt in found]

    def sheets(self, wave_id: str) -> list[tuple[str, str]]:
        """Return the unit and the answers of each sheet, mixed or not."""
        found: list[tuple[str, str]] = []
        for table in _SHEETS:
            query = sa.select(table.c.unit_id, table.c.answers)
            rows = self._connection.execute(query.where(table.c.wave_id == wave_id))
            found += [(unit, answers) for unit, answers in rows]
        return found

    def comments(self, wave_id: str) -> list[str]:
        """Return the comments of a wave, in the order of their random ids."""
        query = sa.select(_COMMENT.c.content).where(_COMMENT.c.wave_id == wave_id)
        return list(self._connection.execute(query.order_by(_COMMENT.c.id)).scalars())

    def keep_sealed(
        self,
        wave_id: str,
        digest: bytes,
        marks: Iterable[tuple[bytes, bytes]],
        boxes: Iterable[SealedRecord],
    ) -> None:
        """Keep marks with their receipts, and boxes, each in its own order, and whose keys."""
        marked = [{"wave_id": wave_id, "mark": m, "receipt": r} for m, r in sorted(marks)]
        ordered = sorted(boxes, key=lambda box: box.id)
        sealed = [{"wave_id": wave_id, "id": b.id, "kem": b.kem, "box": b.box} for b in ordered]
        if marked:
            self._connection.execute(sa.insert(_SPENT), marked)
        if sealed:
            self._connection.execute(sa.insert(_SEALED), sealed)
        keyed = sa.update(_WAVE).where(_WAVE.c.id == wave_id)
        self._connection.execute(keyed.values(box_digest=digest))

    def remove(self, wave_id: str, seats: Sequence[bytes] = ()) -> None:
        """Remove sheets, comments, ballots of seats, and all that tells which ballots were used."""
        for table in (*_SHEETS, _COMMENT):
            self._connection.execute(sa.delete(table).where(table.c.wave_id == wave_id))
        for start in range(0, len(seats), 500):
            gone = sa.delete(_BALLOT).where(_BALLOT.c.token_hash.in_(seats[start : start + 500]))
            self._connection.execute(gone)
        forget = sa.update(_BALLOT).where(_BALLOT.c.wave_id == wave_id, _BALLOT.c.used.is_(True))
        self._connection.execute(forget.values(used=False, receipt=None))
