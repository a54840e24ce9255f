"""Certificates: what was erased, when and why."""

from collections.abc import Sequence

from sqlmodel import Session, select

from app.storage.workspace_tables import Certificate


class Certificates:
    """All certificates."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, certificate: Certificate) -> None:
        """Keep a new certificate."""
        self._session.add(certificate)
        self._session.flush()

    def get(self, certificate_id: str) -> Certificate | None:
        """Return a certificate, or None."""
        return self._session.get(Certificate, certificate_id)

    def of(self, organisation_id: str) -> Sequence[Certificate]:
        """Return the certificates of an organisation."""
        query = select(Certificate).where(Certificate.organisation_id == organisation_id)
        return self._session.exec(query.order_by(Certificate.id)).all()
