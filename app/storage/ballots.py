"""Ballots: who may answer, by the hash of a token. Written at the launch, and never changed."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, insert, select
from sqlmodel import Session, SQLModel, col
from sqlmodel import select as select_model

from app.storage.tables import AskedUnit, Ballot, UnitCode, Wave


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
_BALLOT, _WAVE, _CODE = _table(Ballot), _table(Wave), _table(UnitCode)
_FIND = (
    select(_BALLOT.c.wave_id, _BALLOT.c.unit_id, _WAVE.c.closes_at, _WAVE.c.closed_at)
    .join(_WAVE, _WAVE.c.id == _BALLOT.c.wave_id)
    .where(_BALLOT.c.token_hash == bindparam("token"))
)
_FIND_CODE = (
    select(_CODE.c.wave_id, _CODE.c.unit_id, _WAVE.c.closes_at, _WAVE.c.closed_at, _CODE.c.seats)
    .join(_WAVE, _WAVE.c.id == _CODE.c.wave_id)
    .where(_CODE.c.code_hash == bindparam("token"))
)


def find_ballot(connection: Connection, token_hash: bytes) -> BallotFacts | None:
    """Return the ballot of a token's hash, or the shared code, with its wave's state, or None."""
    row = connection.execute(_FIND, {"token": token_hash}).first()
    row = row or connection.execute(_FIND_CODE, {"token": token_hash}).first()
    return BallotFacts(*row) if row else None


def _unit_of(asked: AskedUnit) -> str:
    return asked.unit_id


class Ballots:
    """All ballots, and how many people of each unit a wave invited."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add_all(self, wave_id: str, ballots: Iterable[tuple[bytes, str]]) -> None:
        """Keep new ballots, (hash of the token, unit) each; the caller has shuffled them."""
        rows = [{"token_hash": h, "wave_id": wave_id, "unit_id": unit} for h, unit in ballots]
        if rows:
            self._session.connection().execute(insert(_BALLOT), rows)

    def ask(self, asked: Iterable[AskedUnit]) -> None:
        """Keep how many people of each unit a wave invites."""
        rows = sorted(asked, key=_unit_of)
        self._session.add_all(rows)
        self._session.flush()

    def invited(self, wave_id: str) -> dict[str, int]:
        """Return how many people of each unit a wave invited; spare ballots are nobody's."""
        query = select_model(AskedUnit.unit_id, AskedUnit.invited)
        rows = self._session.exec(query.where(col(AskedUnit.wave_id) == wave_id))
        return dict(rows.all())

    def hashes(self, wave_id: str) -> list[tuple[str, bytes]]:
        """Return the unit and the hash of each ballot of a wave, the spare ones too."""
        query = select_model(Ballot.unit_id, Ballot.token_hash)
        return list(self._session.exec(query.where(col(Ballot.wave_id) == wave_id)).all())
