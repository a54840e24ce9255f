"""Accounts of those who sign in, with their links and recovery codes. Never a respondent."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import delete
from sqlmodel import Session, col, select

from app.storage.workspace_tables import Account, AccountLink, RecoveryCode


class Accounts:
    """All accounts."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def save(self, account: Account) -> None:
        """Keep a new account, or what was changed of one."""
        self._session.add(account)
        self._session.flush()

    def get(self, account_id: str) -> Account | None:
        """Return an account, or None."""
        return self._session.get(Account, account_id)

    def locked(self, account_id: str) -> Account:
        """Return an account that nobody else can change until the commit."""
        query = select(Account).where(Account.id == account_id).with_for_update()
        return self._session.exec(query).one()

    def with_email(self, email: str) -> Account | None:
        """Return the account of an address (in small letters), or None."""
        return self._session.exec(select(Account).where(Account.email == email)).first()

    def operators(self) -> Sequence[Account]:
        """Return the accounts that run the installation."""
        return self._session.exec(select(Account).where(col(Account.is_operator))).all()

    def are_none(self) -> bool:
        """Return whether nobody has an account yet."""
        return self._session.exec(select(Account.id).limit(1)).first() is None

    def add_link(self, link: AccountLink) -> None:
        """Keep a link that sets a password; earlier links of the account end."""
        self.end_links(link.account_id)
        self._session.add(link)
        self._session.flush()

    def find_link(self, link_hash: bytes, now: datetime) -> tuple[Account, AccountLink] | None:
        """Return a link that has not ended with its account, or None."""
        link = self._session.get(AccountLink, link_hash)
        account = self.get(link.account_id) if link else None
        if link is None or account is None or link.expires_at <= now:
            return None
        return account, link

    def end_links(self, account_id: str) -> None:
        """End the links of an account."""
        ended = delete(AccountLink).where(col(AccountLink.account_id) == account_id)
        self._session.connection().execute(ended)

    def set_recovery_codes(self, account_id: str, hashes: Iterable[bytes]) -> None:
        """Keep new recovery codes in place of all earlier ones."""
        gone = delete(RecoveryCode).where(col(RecoveryCode.account_id) == account_id)
        self._session.connection().execute(gone)
        self._session.add_all(RecoveryCode(code_hash=h, account_id=account_id) for h in hashes)
        self._session.flush()

    def take_recovery_code(self, account_id: str, code_hash: bytes) -> bool:
        """Use up a recovery code; return whether there was one."""
        taken = delete(RecoveryCode).where(
            col(RecoveryCode.account_id) == account_id, col(RecoveryCode.code_hash) == code_hash
        )
        return self._session.connection().execute(taken).rowcount == 1
