"""Sessions of those who signed in: opaque, on the server, ended at will."""

from datetime import datetime

from sqlalchemy import delete, update
from sqlmodel import Session, col

from app.storage.workspace_tables import SignIn


class SignIns:
    """All sessions."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, sign_in: SignIn) -> None:
        """Keep a new session."""
        self._session.add(sign_in)
        self._session.flush()

    def get(self, token_hash: bytes) -> SignIn | None:
        """Return a session, or None."""
        return self._session.get(SignIn, token_hash)

    def seen(self, token_hash: bytes, now: datetime) -> None:
        """Note that a session is in use."""
        row = update(SignIn).where(col(SignIn.token_hash) == token_hash)
        self._session.connection().execute(row.values(seen_at=now))

    def work_for(self, token_hash: bytes, organisation_id: str | None) -> None:
        """Turn a session to an organisation."""
        row = update(SignIn).where(col(SignIn.token_hash) == token_hash)
        self._session.connection().execute(row.values(organisation_id=organisation_id))

    def end(self, token_hash: bytes) -> None:
        """End a session."""
        ended = delete(SignIn).where(col(SignIn.token_hash) == token_hash)
        self._session.connection().execute(ended)

    def end_all(self, account_id: str, but: bytes = b"") -> None:
        """End every session of an account but one."""
        ended = delete(SignIn).where(
            col(SignIn.account_id) == account_id, col(SignIn.token_hash) != but
        )
        self._session.connection().execute(ended)
