"""Accounts: the first owner, links that set a password, and passwords."""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from app.storage.store import Store
from app.storage.tables import Organisation
from app.storage.unit_of_work import UnitOfWork
from app.storage.workspace_tables import Account, AccountLink, Job
from app.usecases.account_mails import JOIN, NEW_PASSWORD, link_token, mail_link
from app.usecases.addresses import account_address, email_fault
from app.usecases.audit_log import Deed, Who, record
from app.usecases.ballots import hash_token, read_code, write_code
from app.usecases.errors import SiloscopeError
from app.usecases.ids import long_id
from app.usecases.passwords import WrongPassword, check_password, hash_password, is_password

JOIN_DAYS, RESET_HOURS = 7, 1
RESET = "reset"


class BadAddress(SiloscopeError):
    """No address that mail can be sent to; `fault` says why, and follows it."""

    def __init__(self, address: str, fault: str) -> None:
        super().__init__(f"“{address[:80]}” {fault}")


class OwnerExists(SiloscopeError):
    """The first owner is made once."""

    def __init__(self) -> None:
        super().__init__("There are accounts already; an owner invites others in the browser.")


class NotConfirmed(SiloscopeError):
    """An address whose account nobody ever confirmed by mail."""

    def __init__(self) -> None:
        super().__init__(
            "This address has an account here that was never confirmed by mail, so it may be "
            "somebody else's. Its holder confirms it at “Sign in”, “Forgot your password?”."
        )


class LinkEnded(SiloscopeError):
    """A link that sets a password and was used, replaced, or is too old."""

    def __init__(self) -> None:
        super().__init__(
            "This link was used, replaced by a newer one, or is too old. Ask for a new one at "
            "“Sign in”, “Forgot your password?”."
        )


@dataclass(frozen=True)
class LinkHolder:
    """Whom a link lets set a password."""

    account_id: str
    name: str
    email: str


def tidy_email(email: str) -> str:
    """Return an address in the form that is compared. Raises BadAddress."""
    if fault := email_fault(email.strip()):
        raise BadAddress(email.strip(), fault)
    return account_address(email)


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
        ends = now + timedelta(days=JOIN_DAYS)
        # Whoever runs the command line runs everything.
        code = add_link(store, work, account.id, ends, by_mail=True)
        work.commit()
    return code


@dataclass(frozen=True)
class Welcome:
    """To what an account is invited: the client, by whom, and in which role."""

    organisation: Organisation
    by: str
    role: str


def add_account(
    store: Store,
    work: UnitOfWork,
    email: str,
    now: datetime,
    chance: Random,
    welcome: Welcome,
    *,
    has_mail: bool,
) -> tuple[Account, str]:
    """Return the account of an address, made if there is none, and the code of its link.

    Whoever has no password yet is mailed the link, in the same transaction. Without mail the
    code is returned, but only for an account that nobody else works with: it must not be taken
    over by whoever invites it last. Raises NotConfirmed.
    """
    account = work.accounts.with_email(email)
    is_ours = account is None or _works_only_for(work, account, welcome.organisation)
    if account is None:
        account = Account(id=long_id(chance), email=email, name="")
        work.accounts.save(account)
    if account.password_hash is not None and account.is_confirmed:
        return account, ""
    if not is_ours and not has_mail:
        raise NotConfirmed
    if account.password_hash is not None:
        raise NotConfirmed
    ends = (now + timedelta(days=JOIN_DAYS)).replace(microsecond=0)
    code = add_link(store, work, account.id, ends, by_mail=has_mail)
    if has_mail:
        mail_link(
            work,
            account.id,
            JOIN,
            ends,
            now,
            organisation=welcome.organisation.name,
            by=welcome.by,
            role=welcome.role,
        )
    return account, "" if has_mail else code


def request_reset(store: Store, email: str, now: datetime) -> None:
    """Have a link mailed that sets a new password, if the address has an account.

    Whether it has one is looked up in the background: the page takes as long either way.
    """
    address = account_address(email)
    with store.writing() as work:
        # In place of one that failed, which would else be the last one for ever.
        work.jobs.replace(
            Job(
                key=f"reset:{hashlib.sha256(address.encode()).hexdigest()[:32]}",
                queue="work",
                name=RESET,
                args=json.dumps({"email": address}),
                run_at=now,
            )
        )
        work.commit()


def _works_only_for(work: UnitOfWork, account: Account, organisation: Organisation) -> bool:
    clients = [one.id for one, _role in work.organisations.of_account(account.id)]
    return clients == [organisation.id] and not account.is_operator


def ask_for_reset(store: Store, email: str, now: datetime) -> None:
    """Mail a link that sets a new password, if the address has an account."""
    with store.writing() as work:
        account = work.accounts.with_email(account_address(email))
        if account is not None:
            ends = (now + timedelta(hours=RESET_HOURS)).replace(microsecond=0)
            add_link(store, work, account.id, ends, by_mail=True)
            mail_link(work, account.id, NEW_PASSWORD, ends, now)
            work.commit()


def add_link(
    store: Store, work: UnitOfWork, account_id: str, ends: datetime, *, by_mail: bool
) -> str:
    """Let an account set a password by a link until it ends; return its code.

    The token is HMAC(key of the installation, account and end): a mail can be written again,
    and the database holds only its hash.
    """
    token = link_token(store, account_id, ends)
    work.accounts.add_link(
        AccountLink(
            link_hash=hash_token(token), account_id=account_id, expires_at=ends, by_mail=by_mail
        )
    )
    return write_code(token)


def find_link(store: Store, code: str, now: datetime) -> LinkHolder:
    """Return whom a link belongs to. Changes nothing. Raises LinkEnded."""
    with store.reading() as work:
        account, _link = _holder(work, code, now)
    return LinkHolder(account.id, account.name, account.email)


def accept_link(store: Store, code: str, name: str, password: str, now: datetime) -> str:
    """Set name and password by a link, which ends with it; return the account's id.

    All sessions of the account end. Raises LinkEnded or PasswordTooWeak.
    """
    holder = find_link(store, code, now)
    check_password(password, holder.email)
    hashed = hash_password(password)
    with store.writing() as work:
        account, link = _holder(work, code, now)
        account.password_hash = hashed
        account.is_confirmed = account.is_confirmed or link.by_mail
        tidy = "".join(filter(str.isprintable, " ".join(name.split())))[:120]
        account.name = tidy or account.name or account.email
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


def _holder(work: UnitOfWork, code: str, now: datetime) -> tuple[Account, AccountLink]:
    token = read_code(code)
    found = work.accounts.find_link(hash_token(token), now) if token else None
    if found is None:
        raise LinkEnded
    return found
