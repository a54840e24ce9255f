"""Memberships: what an account may do for an organisation."""

from collections.abc import Sequence

from sqlmodel import Session, col, select

from app.storage.workspace_tables import Account, Membership


class Memberships:
    """All memberships."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def get(self, account_id: str, organisation_id: str) -> Membership | None:
        """Return what an account is for an organisation, or None."""
        return self._session.get(Membership, (account_id, organisation_id))

    def set(self, account_id: str, organisation_id: str, role: str) -> None:
        """Give an account a role, in place of the one it had."""
        self._session.merge(
            Membership(account_id=account_id, organisation_id=organisation_id, role=role)
        )
        self._session.flush()

    def remove(self, account_id: str, organisation_id: str) -> None:
        """Take the role from an account."""
        found = self.get(account_id, organisation_id)
        if found is not None:
            self._session.delete(found)
            self._session.flush()

    def of(self, organisation_id: str) -> Sequence[tuple[Account, str]]:
        """Return the accounts that work for an organisation, by name, each with its role."""
        query = (
            select(Account, Membership.role)
            .join(Membership, col(Membership.account_id) == col(Account.id))
            .where(Membership.organisation_id == organisation_id)
        )
        return self._session.exec(query.order_by(Account.name, Account.email)).all()

    def roles_of(self, account_id: str) -> Sequence[str]:
        """Return all roles that an account has, for whatever organisation."""
        query = select(Membership.role).where(Membership.account_id == account_id)
        return self._session.exec(query).all()
