"""Codes that a unit shares, and the tally of days on which the forecast rests."""

from collections.abc import Iterable, Sequence
from datetime import date

from sqlmodel import Session, col, select

from app.storage.tables import Tally, UnitCode


class UnitCodes:
    """All codes of units, by their hash."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add_all(self, codes: Iterable[UnitCode]) -> None:
        """Keep new codes."""
        self._session.add_all(codes)
        self._session.flush()

    def of(self, wave_id: str) -> Sequence[UnitCode]:
        """Return the codes of a wave."""
        return self._session.exec(select(UnitCode).where(UnitCode.wave_id == wave_id)).all()


class Tallies:
    """How many had answered, by day."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def note(self, wave_id: str, day: date, answered: int) -> None:
        """Keep how many had answered by the end of a day."""
        self._session.merge(Tally(wave_id=wave_id, day=day, answered=answered))
        self._session.flush()

    def of(self, wave_id: str) -> Sequence[Tally]:
        """Return the tally of a wave, the first day first."""
        query = select(Tally).where(Tally.wave_id == wave_id)
        return self._session.exec(query.order_by(col(Tally.day))).all()
