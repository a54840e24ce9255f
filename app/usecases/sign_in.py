"""Signing in: password, second factor, and the session that follows."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from app.storage.store import Store
from app.storage.unit_of_work import UnitOfWork
from app.storage.workspace_tables import Account, SignIn
from app.usecases.addresses import account_address
from app.usecases.audit_log import Deed, Who, record
from app.usecases.ballots import TOKEN_BYTES, hash_token, read_code, write_code
from app.usecases.errors import NotSignedIn, SiloscopeError
from app.usecases.members import Member, Role
from app.usecases.passwords import is_password
from app.usecases.second_factor import WrongCode, hash_recovery_code, totp_secret, used_step

#: A session ends after this time without use, and in any case after the longer one.
IDLE, LONGEST = timedelta(hours=2), timedelta(hours=12)
#: Noting every use would write at every page.
_NOTED_EVERY = timedelta(minutes=1)


class SignInRefused(SiloscopeError):
    """Address or password is wrong; which of them is not said."""

    def __init__(self) -> None:
        super().__init__("Address or password is wrong.")


class SecondFactorMissing(NotSignedIn):
    """The password was given, the second factor not yet."""


class SecondFactorNeeded(SiloscopeError):
    """Consultants must set up a second factor before they go on."""


class UnknownClient(SiloscopeError):
    """The account does not work for this organisation."""

    def __init__(self) -> None:
        super().__init__("You work for no such client here.")


@dataclass(frozen=True)
class Session:
    """A session in use: who it is, for whom they work, and the hash by which it is found."""

    token_hash: bytes
    member: Member
    needs_second_factor: bool


def sign_in(store: Store, email: str, password: str, now: datetime, chance: Random) -> str:
    """Return the token of a new session. Raises SignInRefused.

    Where the account has a second factor the session opens nothing before it is given.
    """
    with store.reading() as work:
        account = work.accounts.with_email(account_address(email))
    if not is_password(password, account.password_hash if account else None) or account is None:
        raise SignInRefused
    return start_session(store, account.id, now, chance)


def start_session(store: Store, account_id: str, now: datetime, chance: Random) -> str:
    """Return the token of a new session of an account whose password was just given or set."""
    with store.writing() as work:
        account = work.accounts.locked(account_id)
        token = _start(work, account, now, chance, is_complete=not account.has_totp)
        if not account.has_totp:
            record(store, work, Who(account.email), Deed.SIGNED_IN, "by password", now)
        work.commit()
    return token


def account_of(store: Store, token: str, now: datetime) -> str:
    """Return the id of the account of a session, complete or not. Raises NotSignedIn."""
    with store.reading() as work:
        return _row(work, token, now).account_id


def give_second_factor(store: Store, token: str, code: str, now: datetime, chance: Random) -> str:
    """Complete a session with a code or a recovery code; return its new token.

    Raises WrongCode or NotSignedIn.
    """
    with store.writing() as work:
        row = _row(work, token, now)
        account = work.accounts.locked(row.account_id)
        step = used_step(totp_secret(store, account), code, account.totp_step, now)
        if step is not None:
            account.totp_step = step
            work.accounts.save(account)
            record(store, work, Who(account.email), Deed.SIGNED_IN, "with second factor", now)
        elif work.accounts.take_recovery_code(account.id, hash_recovery_code(code)):
            record(store, work, Who(account.email), Deed.RECOVERY_CODE_USED, "", now)
        else:
            raise WrongCode
        # A new token: whoever knew the one from before the sign-in has nothing.
        work.sign_ins.end(row.token_hash)
        new = _start(work, account, now, chance, is_complete=True)
        work.commit()
    return new


def find_session(store: Store, token: str, now: datetime, *, required: bool) -> Session:
    """Return the session of a token. `required`: consultants need a second factor.

    Raises NotSignedIn, or SecondFactorMissing for one that waits for it.
    """
    with store.reading() as work:
        row = _row(work, token, now)
        if not row.is_complete:
            raise SecondFactorMissing
        account = work.accounts.get(row.account_id)
        if account is None:
            raise NotSignedIn
        member = _member(work, account, row.organisation_id)
        roles = work.memberships.roles_of(account.id)
    if now - row.seen_at > _NOTED_EVERY:
        with store.writing() as work:
            work.sign_ins.seen(row.token_hash, now)
            work.commit()
    responsible = account.is_operator or any(role != Role.VIEWER for role in roles)
    needs = required and responsible and not account.has_totp
    return Session(row.token_hash, member, needs)


def work_for(store: Store, session: Session, organisation_id: str) -> None:
    """Turn a session to another organisation. Raises UnknownClient."""
    with store.writing() as work:
        if work.memberships.get(session.member.account_id, organisation_id) is None:
            raise UnknownClient
        work.sign_ins.work_for(session.token_hash, organisation_id)
        work.commit()


def sign_out(store: Store, token: str) -> None:
    """End a session."""
    found = read_code(token)
    if found is not None:
        with store.writing() as work:
            work.sign_ins.end(hash_token(found))
            work.commit()


def sign_out_everywhere(store: Store, member: Member, now: datetime) -> None:
    """End every session of an account."""
    with store.writing() as work:
        work.sign_ins.end_all(member.account_id)
        record(store, work, Who(member.email), Deed.SIGN_INS_ENDED, "", now)
        work.commit()


def _start(
    work: UnitOfWork, account: Account, now: datetime, chance: Random, *, is_complete: bool
) -> str:
    token = chance.randbytes(TOKEN_BYTES)
    clients = work.organisations.of_account(account.id)
    work.sign_ins.add(
        SignIn(
            token_hash=hash_token(token),
            account_id=account.id,
            # With one client there is nothing to choose.
            organisation_id=clients[0][0].id if len(clients) == 1 else None,
            is_complete=is_complete,
            started_at=now,
            seen_at=now,
        )
    )
    return write_code(token)


def _row(work: UnitOfWork, token: str, now: datetime) -> SignIn:
    known = read_code(token)
    row = work.sign_ins.get(hash_token(known)) if known else None
    if row is None or now - row.seen_at > IDLE or now - row.started_at > LONGEST:
        raise NotSignedIn
    return row


def _member(work: UnitOfWork, account: Account, organisation_id: str | None) -> Member:
    plain = Member(account.id, account.name, account.email, account.is_operator)
    if organisation_id is None:
        return plain
    membership = work.memberships.get(account.id, organisation_id)
    organisation = work.organisations.get(organisation_id)
    if membership is None or organisation is None:
        return plain
    return Member(
        account.id,
        account.name,
        account.email,
        account.is_operator,
        organisation_id,
        organisation.name,
        Role(membership.role),
    )
