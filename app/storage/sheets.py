"""Answer sheets: staged as they arrive, then mixed so that nothing tells when or from whom."""

from collections.abc import Collection, Iterable, Sequence
from itertools import cycle
from random import Random

from sqlalchemy import bindparam, delete, func, insert, update
from sqlmodel import Session, col, select

from app.storage.database import lock_mixing
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

    def hold_mixing(self) -> None:
        """Keep others from mixing until the commit; taken before the lock of a wave, by everybody.

        A mix writes comments anew, which asks for their wave: whoever held that and then waited
        for the mix would wait for ever.
        """
        lock_mixing(self._session.connection())

    def take_staged(
        self, wave_id: str, unit_ids: Collection[str], at_least: int
    ) -> dict[str, list[str]]:
        """Remove the staged sheets of these units and return their answers, by unit.

        Waits for another process that mixes. A unit with fewer rows than `at_least` keeps them.
        """
        self.hold_mixing()
        query = select(StagedSheet.unit_id, StagedSheet.id, StagedSheet.answers).where(
            StagedSheet.wave_id == wave_id, col(StagedSheet.unit_id).in_(unit_ids)
        )
        found: dict[str, list[tuple[str, str]]] = {}
        for unit_id, row_id, answers in self._session.exec(query):
            found.setdefault(unit_id, []).append((row_id, answers))
        taken = {unit: rows for unit, rows in found.items() if len(rows) >= at_least}
        ids = [row_id for rows in taken.values() for row_id, _ in rows]
        for start in range(0, len(ids), 500):
            gone = delete(StagedSheet).where(col(StagedSheet.id).in_(ids[start : start + 500]))
            self._session.connection().execute(gone)
        return {unit: [answers for _, answers in rows] for unit, rows in taken.items()}

    def add_mixed(self, wave_id: str, sheets: Iterable[tuple[str, str, str]]) -> None:
        """Keep (new id, unit, answers); the caller has shuffled them."""
        rows = [
            {"id": key, "wave_id": wave_id, "unit_id": unit_id, "answers": answers}
            for key, unit_id, answers in sheets
        ]
        self._session.connection().execute(insert(Sheet), rows)

    def scatter(self, wave_id: str, unit_ids: Sequence[str], chance: Random) -> None:
        """Give the sheets of some units to these units by chance, as many to each as can be."""
        query = select(Sheet.id).where(Sheet.wave_id == wave_id, col(Sheet.unit_id).in_(unit_ids))
        sheets, units = sorted(self._session.exec(query)), list(unit_ids)
        chance.shuffle(sheets)
        chance.shuffle(units)
        rows = [{"row": row, "unit": unit} for row, unit in zip(sheets, cycle(units), strict=False)]
        if rows:
            move = update(Sheet).where(col(Sheet.id) == bindparam("row"))
            self._session.connection().execute(move.values(unit_id=bindparam("unit")), rows)

    def forget(self, wave_id: str, unit_ids: Collection[str]) -> None:
        """Remove the sheets of some units for ever."""
        gone = delete(Sheet).where(col(Sheet.wave_id) == wave_id, col(Sheet.unit_id).in_(unit_ids))
        self._session.connection().execute(gone)

    def texts(self, wave_id: str) -> dict[str, str]:
        """Return the mixed sheets of each unit in a wave, written one after the other."""
        query = (
            select(Sheet.unit_id, func.aggregate_strings(col(Sheet.answers), ""))
            .where(Sheet.wave_id == wave_id)
            .group_by(col(Sheet.unit_id))
        )
        return dict(self._session.exec(query).all())
