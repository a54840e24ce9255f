"""Accounts: the first owner, links that set a password, passwords and second factors."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from app.storage.store import Store
from app.storage.unit_of_work import UnitOfWork
from app.storage.workspace_tables import Account, AccountLink, Job
from app.usecases.addresses import LONGEST_EMAIL, is_email
from app.usecases.audit_log import Deed, Who, record
from app.usecases.ballots import TOKEN_BYTES, hash_token, read_code, write_code
from app.usecases.errors import SiloscopeError
from app.usecases.ids import long_id
from app.usecases.passwords import check_password, hash_password, is_password
from app.usecases.second_factor import (
    hash_recovery_code,
    make_recovery_codes,
    totp_secret,
    used_step,
)

JOIN_DAYS, RESET_HOURS = 7, 1
ACCOUNT_MAIL = "account-mail"


class BadAddress(SiloscopeError):
    """No e-mail address."""

    def __init__(self) -> None:
        super().__init__("This is not an e-mail address; write it as name@example.org.")


class OwnerExists(SiloscopeError):
    """The first owner is made once."""

    def __init__(self) -> None:
        super().__init__("There are accounts already; an owner invites others in the browser.")


class LinkEnded(SiloscopeError):
    """A link that sets a password and was used, replaced, or is too old."""

    def __init__(self) -> None:
        super().__init__(
            "This link was used, replaced by a newer one, or is too old. Ask for a new one at "
            "“Sign in”, “Forgot your password?”."
        )


class WrongPassword(SiloscopeError):
    """Not the password of this account."""

    def __init__(self) -> None:
        super().__init__("That is not your password.")


class WrongCode(SiloscopeError):
    """Not a code of this account's authenticator, or one that was used."""

    def __init__(self) -> None:
        super().__init__("This code is wrong, too old or was used. Wait for the next one.")


@dataclass(frozen=True)
class LinkHolder:
    """Whom a link lets set a password."""

    account_id: str
    name: str
    email: str


def tidy_email(email: str) -> str:
    """Return an address in the form that is compared. Raises BadAddress."""
    tidy = email.strip().casefold()
    if not is_email(tidy):
        raise BadAddress
    return tidy


def create_owner(store: Store, email: str, now: datetime, chance: Random) -> str:
    """Make the first account, which also runs the installation; return the code of its link.

    Until a password is set it may be repeated. Raises BadAddress or OwnerExists.
    """
    address = tidy_email(email)
    with store.writing() as work:
        account = work.accounts.with_email(address)
        if account is None and not work.accounts.are_none():
            raise OwnerExists
        if account is not None and (account.password_hash or not account.is_operator):
            raise OwnerExists
        if account is None:
            account = Account(id=long_id(chance), email=address, name="", is_operator=True)
            work.accounts.save(account)
            record(store, work, Who("command line"), Deed.OWNER_MADE, address, now)
        code = add_link(store, work, account.id, now + timedelta(days=JOIN_DAYS))
        work.commit()
    return code


def add_account(
    store: Store, work: UnitOfWork, email: str, now: datetime, chance: Random, organisation: str
) -> tuple[Account, str]:
    """Return the account of an address, made if there is none, and the code of its link.

    Whoever has no password yet is mailed the link, in the same transaction.
    """
    account = work.accounts.with_email(email)
    if account is None:
        account = Account(id=long_id(chance), email=email, name="")
        work.accounts.save(account)
    if account.password_hash is not None:
        return account, ""
    ends = (now + timedelta(days=JOIN_DAYS)).replace(microsecond=0)
    code = add_link(store, work, account.id, ends)
    _mail(work, account.id, "join", ends, now, organisation)
    return account, code


def ask_for_reset(store: Store, email: str, now: datetime) -> None:
    """Mail a link that sets a new password, if the address has an account; tell nobody whether."""
    with store.writing() as work:
        account = work.accounts.with_email(email.strip().casefold()[:LONGEST_EMAIL])
        if account is not None:
            ends = (now + timedelta(hours=RESET_HOURS)).replace(microsecond=0)
            add_link(store, work, account.id, ends)
            _mail(work, account.id, "reset", ends, now)
            work.commit()


def add_link(store: Store, work: UnitOfWork, account_id: str, ends: datetime) -> str:
    """Let an account set a password by a link until it ends; return its code.

    The token is HMAC(key of the installation, account and end): a mail can be written again,
    and the database holds only its hash.
    """
    token = link_token(store, account_id, ends)
    work.accounts.add_link(
        AccountLink(link_hash=hash_token(token), account_id=account_id, expires_at=ends)
    )
    return write_code(token)


def link_token(store: Store, account_id: str, ends: datetime) -> bytes:
    """Return the token of an account's link that ends at a moment (whole seconds)."""
    purpose = f"account link {account_id} {int(ends.timestamp())}"
    return store.installation_key.derive(purpose)[:TOKEN_BYTES]


def find_link(store: Store, code: str, now: datetime) -> LinkHolder:
    """Return whom a link belongs to. Changes nothing. Raises LinkEnded."""
    with store.reading() as work:
        account = _holder(work, code, now)
    return LinkHolder(account.id, account.name, account.email)


def accept_link(store: Store, code: str, name: str, password: str, now: datetime) -> str:
    """Set name and password by a link, which ends with it; return the account's id.

    All sessions of the account end. Raises LinkEnded or PasswordTooWeak.
    """
    holder = find_link(store, code, now)
    check_password(password, holder.email)
    hashed = hash_password(password)
    with store.writing() as work:
        account = _holder(work, code, now)
        account.password_hash = hashed
        account.name = " ".join(name.split())[:120] or account.name or account.email
        work.accounts.save(account)
        work.accounts.end_links(account.id)
        work.sign_ins.end_all(account.id)
        record(store, work, Who(account.email), Deed.PASSWORD_SET, "by a link", now)
        work.commit()
    return account.id


def change_password(
    store: Store, account_id: str, known: str, new: str, keep: bytes, now: datetime
) -> None:
    """Set a new password; all sessions but the one to keep end.

    Raises WrongPassword or PasswordTooWeak.
    """
    with store.reading() as work:
        account = work.accounts.get(account_id)
    if account is None or not is_password(known, account.password_hash):
        raise WrongPassword
    check_password(new, account.email)
    hashed = hash_password(new)
    with store.writing() as work:
        account = work.accounts.locked(account_id)
        account.password_hash = hashed
        work.accounts.save(account)
        work.accounts.end_links(account_id)
        work.sign_ins.end_all(account_id, but=keep)
        record(store, work, Who(account.email), Deed.PASSWORD_SET, "with the old one", now)
        work.commit()


def offered_secret(store: Store, account_id: str) -> tuple[str, str]:
    """Return the secret that an account would use next for its second factor, and its address."""
    with store.reading() as work:
        account = work.accounts.get(account_id)
    if account is None:
        raise LinkEnded
    return totp_secret(store, _next(account)), account.email


def set_second_factor(
    store: Store, account_id: str, code: str, now: datetime, chance: Random
) -> tuple[str, ...]:
    """Take the offered secret once a code of it is right; return new recovery codes.

    Raises WrongCode.
    """
    codes = make_recovery_codes(chance)
    with store.writing() as work:
        account = work.accounts.locked(account_id)
        step = used_step(totp_secret(store, _next(account)), code, 0, now)
        if step is None:
            raise WrongCode
        account.totp_serial += 1
        account.has_totp, account.totp_step = True, step
        work.accounts.save(account)
        work.accounts.set_recovery_codes(account_id, map(hash_recovery_code, codes))
        record(store, work, Who(account.email), Deed.SECOND_FACTOR_SET, "", now)
        work.commit()
    return codes


def _next(account: Account) -> Account:
    return Account(id=account.id, email=account.email, name="", totp_serial=account.totp_serial + 1)


def _holder(work: UnitOfWork, code: str, now: datetime) -> Account:
    token = read_code(code)
    account = work.accounts.find_link(hash_token(token), now) if token else None
    if account is None:
        raise LinkEnded
    return account


def _mail(
    work: UnitOfWork,
    account_id: str,
    kind: str,
    ends: datetime,
    now: datetime,
    organisation: str = "",
) -> None:
    args = {"account": account_id, "kind": kind, "ends": int(ends.timestamp())}
    work.jobs.add(
        Job(
            key=f"account:{account_id}:{kind}:{int(ends.timestamp())}",
            queue="mail",
            name=ACCOUNT_MAIL,
            args=json.dumps(args | {"organisation": organisation}),
            run_at=now,
        )
    )
