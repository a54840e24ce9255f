"""Comments: apart from answers and without a unit, kept only until the close of their wave."""

from sqlalchemy import delete, func
from sqlmodel import Session, col, select

from app.storage.tables import Comment


class Comments:
    """All comments."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def count(self) -> int:
        """Return how many comments of open waves there are."""
        return self._session.exec(select(func.count()).select_from(Comment)).one()

    def of(self, wave_id: str) -> tuple[str, ...]:
        """Return the comments of a wave in the order of their random ids."""
        query = select(Comment.content).where(Comment.wave_id == wave_id)
        return tuple(self._session.exec(query.order_by(col(Comment.id))).all())

    def forget(self, wave_id: str) -> None:
        """Remove all comments of a wave."""
        gone = delete(Comment).where(col(Comment.wave_id) == wave_id)
        self._session.connection().execute(gone)
