"""The ledger: every set of figures that ever left, and by which way."""

from sqlmodel import Session, col, select

from app.scoring.ledger import ReleasedSets, read_sets
from app.storage.tables import LedgerEntry, Wave


class Ledger:
    """All entries. Nothing is ever removed: what is out cannot be taken back."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def lock(self, wave_id: str) -> None:
        """Keep others from this wave's ledger until the commit.

        Two sets that are harmless each for itself may not be let out side by side unseen.
        """
        self._session.exec(select(Wave.id).where(Wave.id == wave_id).with_for_update()).all()

    def has(self, wave_id: str, sets: ReleasedSets, channel: str) -> bool:
        """Return whether these sets are known to have left by this way."""
        return self._session.get(LedgerEntry, (wave_id, sets.digest, channel)) is not None

    def add(self, wave_id: str, sets: ReleasedSets, channel: str) -> None:
        """Note that sets leave by a way."""
        entry = LedgerEntry(wave_id=wave_id, digest=sets.digest, channel=channel, content=sets.text)
        self._session.merge(entry)
        self._session.flush()

    def released(self, wave_id: str) -> dict[str, ReleasedSets]:
        """Return everything that ever left of a wave, by its digest."""
        return {entry.digest: read_sets(entry.content) for entry in self._of(wave_id)}

    def channels(self, wave_id: str) -> dict[str, list[str]]:
        """Return by which ways each set of figures left."""
        found: dict[str, list[str]] = {}
        for entry in self._of(wave_id):
            found.setdefault(entry.digest, []).append(entry.channel)
        return found

    def _of(self, wave_id: str) -> list[LedgerEntry]:
        query = select(LedgerEntry).where(LedgerEntry.wave_id == wave_id)
        return list(self._session.exec(query.order_by(col(LedgerEntry.channel))))
