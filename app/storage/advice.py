"""What consultants changed in the advice of a wave."""

from collections.abc import Sequence

from sqlalchemy import delete
from sqlmodel import Session, col, select

from app.storage.tables import AdviceEdit


class Advice:
    """All edits; one a line of advice, the latest."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def keep(self, edit: AdviceEdit) -> None:
        """Keep an edit in place of an earlier one of the same line."""
        self._session.merge(edit)
        self._session.flush()

    def of(self, wave_id: str) -> Sequence[AdviceEdit]:
        """Return the edits of a wave, by key."""
        query = select(AdviceEdit).where(AdviceEdit.wave_id == wave_id)
        return self._session.exec(query.order_by(col(AdviceEdit.key))).all()

    def forget(self, wave_id: str, key: str) -> None:
        """Let a line say again what it said at first."""
        gone = delete(AdviceEdit).where(
            col(AdviceEdit.wave_id) == wave_id, col(AdviceEdit.key) == key
        )
        self._session.connection().execute(gone)
