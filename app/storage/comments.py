"""Comments: staged as they arrive, then mixed; apart from answers, and without a unit."""

from collections.abc import Sequence

from sqlalchemy import delete, func, insert
from sqlmodel import Session, col, select

from app.storage.database import lock_mixing
from app.storage.tables import Comment, StagedComment


class Comments:
    """All comments."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def staged_counts(self) -> dict[str, int]:
        """Return how many comments wait for the mix, by wave."""
        query = select(StagedComment.wave_id, func.count()).group_by(col(StagedComment.wave_id))
        return dict(self._session.exec(query).all())

    def take_staged(self, wave_id: str, at_least: int) -> list[str]:
        """Remove the staged comments of a wave and return them; none if there are fewer.

        Waits for another process that mixes.
        """
        lock_mixing(self._session.connection())
        query = select(StagedComment.content).where(StagedComment.wave_id == wave_id)
        found = list(self._session.exec(query).all())
        if len(found) < at_least:
            return []
        gone = delete(StagedComment).where(col(StagedComment.wave_id) == wave_id)
        self._session.connection().execute(gone)
        return found

    def add_mixed(self, wave_id: str, comments: Sequence[tuple[str, str]]) -> None:
        """Keep (new id, content); the caller has shuffled them."""
        rows = [{"id": key, "wave_id": wave_id, "content": text} for key, text in comments]
        self._session.connection().execute(insert(Comment), rows)

    def of(self, wave_id: str) -> tuple[str, ...]:
        """Return the mixed comments of a wave in the order of their random ids."""
        query = select(Comment.content).where(Comment.wave_id == wave_id)
        return tuple(self._session.exec(query.order_by(col(Comment.id))).all())

    def forget(self, wave_id: str) -> None:
        """Remove all comments of a wave."""
        for table in (StagedComment, Comment):
            gone = delete(table).where(col(table.wave_id) == wave_id)
            self._session.connection().execute(gone)
