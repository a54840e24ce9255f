"""The waves of assessments."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from app.storage.database import hold_closing
from app.storage.tables import FrozenRelease, Wave


class Waves:
    """All waves."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, wave: Wave) -> None:
        """Keep a new wave."""
        self._session.add(wave)
        self._session.flush()

    def get(self, wave_id: str) -> Wave | None:
        """Return a wave, or None."""
        return self._session.get(Wave, wave_id)

    def of(self, assessment_id: str) -> Sequence[Wave]:
        """Return the waves of an assessment, the first one first."""
        query = select(Wave).where(Wave.assessment_id == assessment_id)
        return self._session.exec(query.order_by(col(Wave.number))).all()

    def open_ids(self) -> Sequence[str]:
        """Return the ids of all waves that are open."""
        return self._session.exec(select(Wave.id).where(col(Wave.closed_at).is_(None))).all()

    def unfinished_ids(self) -> Sequence[str]:
        """Return the ids of waves that are closed and have no release yet."""
        released = select(FrozenRelease.wave_id)
        query = select(Wave.id).where(
            col(Wave.closed_at).is_not(None), col(Wave.id).not_in(released)
        )
        return self._session.exec(query).all()

    def before(self, wave: Wave) -> Wave | None:
        """Return the latest closed wave of an assessment before this one, if there is one."""
        found = [one for one in self.of(wave.assessment_id) if one.number < wave.number]
        return next((one for one in reversed(found) if one.closed_at is not None), None)

    def lock(self, wave_id: str) -> None:
        """Keep others from changing a wave until the commit."""
        self._session.exec(select(Wave.id).where(Wave.id == wave_id).with_for_update()).first()

    def extend(self, wave_id: str, closes_at: datetime) -> None:
        """Give a wave that is open another end."""
        query = select(Wave).where(Wave.id == wave_id).with_for_update()
        wave = self._session.exec(query).one()
        wave.closes_at = closes_at
        self._session.add(wave)
        self._session.flush()

    def close(self, wave_id: str, now: datetime) -> bool:
        """Close a wave to answers; return whether it was open.

        Nothing is sent until the commit, so an answer is either before or refused.
        """
        hold_closing(self._session.connection())
        query = select(Wave).where(Wave.id == wave_id).with_for_update()
        # As it is now, whatever was read before somebody else's close.
        wave = self._session.exec(query, execution_options={"populate_existing": True}).one()
        if wave.closed_at is not None:
            return False
        wave.closed_at = now
        self._session.add(wave)
        self._session.flush()
        return True
