"""The audit log: rows are added, and never changed."""

from collections.abc import Iterator, Sequence

from sqlalchemy import text
from sqlmodel import Session, col, select

from app.storage.workspace_tables import AuditEntry

#: The lock under which entries are numbered on PostgreSQL: one writer at a time.
_LOCK = 5_311_207


class AuditLog:
    """All entries, each numbered one more than the one before."""

    def __init__(self, session: Session) -> None:
        self._session = session
        #: What this unit of work added last.
        self.newest: AuditEntry | None = None

    def last(self) -> AuditEntry | None:
        """Return the last entry, with others kept from adding one until the commit."""
        connection = self._session.connection()
        if connection.dialect.name == "postgresql":
            connection.execute(text(f"SELECT pg_advisory_xact_lock({_LOCK})"))
        query = select(AuditEntry).order_by(col(AuditEntry.number).desc()).limit(1)
        return self._session.exec(query).first()

    def add(self, entry: AuditEntry) -> None:
        """Keep an entry."""
        self._session.add(entry)
        self._session.flush()
        self.newest = entry

    def all(self) -> Iterator[AuditEntry]:
        """Return every entry, the first one first."""
        query = select(AuditEntry).order_by(col(AuditEntry.number))
        yield from self._session.exec(query)

    def of(self, organisation_id: str, most: int) -> Sequence[AuditEntry]:
        """Return the latest entries of an organisation, the latest one first."""
        query = select(AuditEntry).where(AuditEntry.organisation_id == organisation_id)
        return self._session.exec(query.order_by(col(AuditEntry.number).desc()).limit(most)).all()
