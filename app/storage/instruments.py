"""The exact wordings that waves asked."""

from sqlmodel import Session

from app.questionnaires.questionnaire import Instrument
from app.storage.tables import InstrumentText


class Instruments:
    """All instruments in use, by the digest of their content."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def keep(self, instrument: Instrument) -> str:
        """Keep an instrument, once, and return its digest."""
        digest = instrument.digest
        if self._session.get(InstrumentText, digest) is None:
            row = InstrumentText(
                digest=digest, version=instrument.version, content=instrument.model_dump_json()
            )
            self._session.add(row)
            self._session.flush()
        return digest

    def get(self, digest: str) -> Instrument:
        """Return the instrument with this digest. Raises KeyError for an unknown one."""
        row = self._session.get(InstrumentText, digest)
        if row is None:
            raise KeyError(digest)
        return Instrument.model_validate_json(row.content)
