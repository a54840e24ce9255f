"""Organisations: the clients, each of whom is a tenant."""

from collections.abc import Sequence

from sqlmodel import Session, col, select

from app.storage.tables import Organisation
from app.storage.workspace_tables import Membership


class Organisations:
    """All organisations, and who may work for them."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, organisation: Organisation) -> None:
        """Keep a new organisation."""
        self._session.add(organisation)
        self._session.flush()

    def remove(self, organisation: Organisation) -> None:
        """Remove an organisation that nothing belongs to any more."""
        self._session.delete(organisation)
        self._session.flush()

    def get(self, organisation_id: str) -> Organisation | None:
        """Return an organisation, or None."""
        return self._session.get(Organisation, organisation_id)

    def lock(self, organisation_id: str) -> None:
        """Keep others from changing an organisation until the commit."""
        query = select(Organisation.id).where(Organisation.id == organisation_id)
        self._session.exec(query.with_for_update()).first()

    def all(self) -> Sequence[Organisation]:
        """Return all organisations by name."""
        return self._session.exec(select(Organisation).order_by(Organisation.name)).all()

    def of_account(self, account_id: str) -> Sequence[tuple[Organisation, str]]:
        """Return the organisations that an account works for, by name, each with its role."""
        query = (
            select(Organisation, Membership.role)
            .join(Membership, col(Membership.organisation_id) == col(Organisation.id))
            .where(Membership.account_id == account_id)
        )
        return self._session.exec(query.order_by(Organisation.name)).all()
