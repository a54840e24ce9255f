"""Somebody who signed in, for tests of pages: their forms carry the token of their session."""

import hashlib
from random import Random

import httpx

from app.storage.store import Store
from app.storage.workspace_tables import Account, SignIn
from app.usecases.ballots import hash_token, write_code
from app.usecases.ids import long_id
from app.usecases.members import Member, Role
from app.usecases.passwords import hash_password
from tests.builders import NOW

_chance = Random(99)
PASSWORD = "seven small boats at noon"  # noqa: S105 - of a test
_HASH = hash_password(PASSWORD)


def add_account(
    store: Store, email: str = "", *, operator: bool = False, totp: bool = True
) -> Account:
    """Keep an account that has joined."""
    made = long_id(_chance)
    account = Account(
        id=made,
        email=email or f"{made[:8]}@example.org",
        name=f"Name {made[:4]}",
        password_hash=_HASH,
        has_totp=totp,
        is_operator=operator,
        is_confirmed=True,
    )
    with store.writing() as work:
        work.accounts.save(account)
        work.commit()
    return account


def first_organisation(store: Store) -> str:
    """Return the id of the first organisation."""
    with store.reading() as work:
        return work.organisations.all()[0].id


def member_in(store: Store, organisation_id: str, role: Role, account: Account) -> Member:
    """Let an account work for an organisation."""
    with store.writing() as work:
        work.memberships.set(account.id, organisation_id, role)
        organisation = work.organisations.get(organisation_id)
        work.commit()
    assert organisation is not None
    return Member(
        account.id,
        account.name,
        account.email,
        account.is_operator,
        organisation_id,
        organisation.name,
        role,
    )


def start_session(store: Store, account: Account | Member, organisation_id: str | None) -> str:
    """Return the cookie of a session with its second factor given."""
    token = _chance.randbytes(16)
    with store.writing() as work:
        work.sign_ins.add(
            SignIn(
                token_hash=hash_token(token),
                account_id=account.account_id if isinstance(account, Member) else account.id,
                organisation_id=organisation_id,
                is_complete=True,
                started_at=NOW,
                seen_at=NOW,
            )
        )
        work.commit()
    return write_code(token)


def form_token(cookie: str) -> str:
    """Return the token of a session's forms, worked out from its cookie."""
    from app.usecases.ballots import read_code

    token = read_code(cookie)
    assert token is not None
    return hashlib.sha256(b"form " + hash_token(token)).hexdigest()[:32]


class Visitor:
    """A browser of its own on the same site."""

    def __init__(self, client: httpx.AsyncClient, cookie: str = "") -> None:
        """Start one with a cookie: its name, "=", and its value."""
        self._client = client
        self._headers = {"cookie": cookie} if cookie else {}
        self.session = cookie.removeprefix("siloscope-session=") if "session=" in cookie else ""
        self.token = form_token(self.session) if self.session else ""

    async def ask(self, method: str, path: str) -> httpx.Response:
        return await (self.get(path) if method == "GET" else self.post(path))

    async def get(self, path: str) -> httpx.Response:
        return await self._client.get(path, headers=self._headers)

    async def post(self, path: str, **fields: str) -> httpx.Response:
        data = {"token": self.token, **fields}
        return await self._client.post(path, data=data, headers=self._headers)

    async def upload(self, path: str, name: str, content: bytes) -> httpx.Response:
        files = {"file": (name, content)}
        return await self._client.post(
            path, data={"token": self.token}, files=files, headers=self._headers
        )


def visitor(
    client: httpx.AsyncClient,
    store: Store,
    role: Role = Role.CONSULTANT,
    organisation_id: str = "",
    *,
    operator: bool = False,
) -> Visitor:
    """Return somebody who signed in and works for an organisation, the first one by default."""
    organisation = organisation_id or first_organisation(store)
    account = add_account(store, operator=operator)
    member_in(store, organisation, role, account)
    return Visitor(client, f"siloscope-session={start_session(store, account, organisation)}")
