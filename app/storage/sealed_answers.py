"""What lies in the database of answers: marks, boxes, and the sealed comments of closed waves."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from sqlalchemy import delete, func, insert
from sqlmodel import Session, col, select

from app.storage.sealing import SealedRecord
from app.storage.tables import Sealed, SealedComment, Spent, Wave


class SealedAnswers:
    """All marks and boxes. Nothing here opens any."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def marks(self, wave_id: str) -> set[bytes]:
        """Return the marks of whoever has answered."""
        query = select(Spent.mark).where(col(Spent.wave_id) == wave_id)
        return set(self._session.exec(query))

    def among(self, wave_id: str, mark: bytes) -> bool:
        """Return whether a mark is one of those."""
        return self._session.get(Spent, (wave_id, mark)) is not None

    def count(self, wave_id: str) -> int:
        """Return how many marks there are."""
        query = select(func.count()).select_from(Spent).where(col(Spent.wave_id) == wave_id)
        return self._session.exec(query).one()

    def boxes(self, wave_id: str) -> Iterator[SealedRecord]:
        """Yield all boxes of a wave; there may be more than fit into memory twice."""
        query = select(Sealed.id, Sealed.kem, Sealed.box).where(col(Sealed.wave_id) == wave_id)
        found = self._session.connection().execution_options(yield_per=2000).execute(query)
        return (SealedRecord(*row) for row in found)

    def forget(self, wave_id: str) -> None:
        """Remove the marks and boxes of a wave, which nobody can open or tell any more."""
        for model in (Spent, Sealed):
            gone = delete(model).where(col(model.wave_id) == wave_id)
            self._session.connection().execute(gone)

    def keep_comments(self, wave_id: str, comments: Iterable[tuple[bytes, bytes]]) -> None:
        """Keep (random id, box) of each comment, in the order of the ids."""
        rows = [{"wave_id": wave_id, "id": key, "box": box} for key, box in sorted(comments)]
        if rows:
            self._session.connection().execute(insert(SealedComment), rows)

    def forget_comments(self, wave_id: str) -> None:
        """Remove the comments of a wave."""
        gone = delete(SealedComment).where(col(SealedComment.wave_id) == wave_id)
        self._session.connection().execute(gone)

    def commented(self, closed_before: datetime) -> list[str]:
        """Return the waves that closed before a moment and have comments."""
        query = select(Wave.id).where(
            col(Wave.closed_at) <= closed_before,
            col(Wave.id).in_(select(SealedComment.wave_id)),
        )
        return sorted(self._session.exec(query))

    def comments(self, wave_id: str) -> list[tuple[bytes, bytes]]:
        """Return (id, box) of each comment of a closed wave, in the order of the ids."""
        query = select(SealedComment.id, SealedComment.box)
        found = query.where(col(SealedComment.wave_id) == wave_id).order_by(col(SealedComment.id))
        return list(self._session.exec(found).all())
