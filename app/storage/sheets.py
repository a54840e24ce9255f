"""Answer sheets: staged as they arrive, then mixed so that nothing tells when or from whom."""

from sqlalchemy import delete, func, insert
from sqlmodel import Session, col, select

from app.storage.tables import Sheet, StagedSheet


class Sheets:
    """All answers."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def staged_counts(self) -> dict[tuple[str, str], int]:
        """Return how many sheets wait for the mix, by wave and unit."""
        query = select(StagedSheet.wave_id, StagedSheet.unit_id, func.count()).group_by(
            col(StagedSheet.wave_id), col(StagedSheet.unit_id)
        )
        return {(wave, unit): count for wave, unit, count in self._session.exec(query)}

    def take_staged(self, wave_id: str, unit_id: str, *, wait: bool) -> list[str]:
        """Remove the staged sheets of a unit and return their answers.

        Rows that another process is mixing are left to it; with `wait`, once it is done.
        """
        query = (
            select(StagedSheet.id, StagedSheet.answers)
            .where(StagedSheet.wave_id == wave_id, StagedSheet.unit_id == unit_id)
            .with_for_update(skip_locked=not wait)
        )
        rows = list(self._session.exec(query))
        ids = [row_id for row_id, _ in rows]
        for start in range(0, len(ids), 500):
            taken = delete(StagedSheet).where(col(StagedSheet.id).in_(ids[start : start + 500]))
            self._session.connection().execute(taken)
        return [answers for _, answers in rows]

    def add_mixed(self, wave_id: str, unit_id: str, sheets: dict[str, str]) -> None:
        """Keep answers under their new ids; the caller has shuffled them."""
        rows = [
            {"id": key, "wave_id": wave_id, "unit_id": unit_id, "answers": answers}
            for key, answers in sheets.items()
        ]
        self._session.connection().execute(insert(Sheet), rows)

    def texts(self, wave_id: str) -> dict[str, str]:
        """Return the mixed sheets of each unit in a wave, written one after the other."""
        query = (
            select(Sheet.unit_id, func.aggregate_strings(col(Sheet.answers), ""))
            .where(Sheet.wave_id == wave_id)
            .group_by(col(Sheet.unit_id))
        )
        return dict(self._session.exec(query).all())
