"""Members: who works for an organisation, in which role. The tenant is taken from here only."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from random import Random

from app.storage.store import Store
from app.storage.tables import Assessment, Organisation, Wave
from app.storage.unit_of_work import UnitOfWork
from app.usecases.accounts import Welcome, add_account, tidy_email
from app.usecases.audit_log import Deed, Who, record
from app.usecases.errors import SiloscopeError, UnknownWave
from app.usecases.ids import short_id


class Role(StrEnum):
    """What somebody may do for an organisation."""

    OWNER = "owner"  # everything, and who else may
    CONSULTANT = "consultant"  # set up, launch, close, read
    VIEWER = "viewer"  # read results, reports and advice


class UnknownAssessment(SiloscopeError):
    """No assessment of this organisation has this id."""

    def __init__(self) -> None:
        super().__init__("There is no such assessment for this client.")


class NoMember(SiloscopeError):
    """No member of this organisation has this id."""

    def __init__(self) -> None:
        super().__init__("Nobody of that id works for this client.")


class LastOwner(SiloscopeError):
    """An organisation keeps at least one owner."""

    def __init__(self) -> None:
        super().__init__("Somebody must stay owner: make another member owner first.")


class BadName(SiloscopeError):
    """A name that cannot be used; the text says why."""


@dataclass(frozen=True)
class Member:
    """Somebody who signed in, and what they are for the organisation that they work for now."""

    account_id: str
    name: str
    email: str
    is_operator: bool = False
    organisation_id: str = ""
    organisation: str = ""
    role: Role | None = None

    @property
    def who(self) -> Who:
        """Who the audit log names."""
        return Who(self.email, self.organisation_id or None)

    @property
    def may_change(self) -> bool:
        """Return whether they may set up and run assessments."""
        return self.role in (Role.OWNER, Role.CONSULTANT)


@dataclass(frozen=True)
class MemberLine:
    """A member as the owner sees them; `has_joined`: they have set a password."""

    account_id: str
    name: str
    email: str
    role: Role
    has_joined: bool


LONGEST_NAME = 120


def tidy_name(name: str, what: str) -> str:
    """Return a name without spare spaces. Raises BadName."""
    tidy = " ".join(name.split())
    if not tidy:
        raise BadName(f"Give {what} a name.")
    if len(tidy) > LONGEST_NAME or not tidy.isprintable():
        raise BadName(f"The name of {what} must be one line of at most {LONGEST_NAME} characters.")
    return tidy


def assessment_of(work: UnitOfWork, member: Member, assessment_id: str) -> Assessment:
    """Return an assessment of the member's organisation. Raises UnknownAssessment.

    Whoever writes has it to themselves until the commit: two who look first and then change
    would not see each other.
    """
    if work.is_writing:
        work.assessments.lock(assessment_id)
    found = work.assessments.get(assessment_id)
    if found is None or found.organisation_id != member.organisation_id:
        raise UnknownAssessment
    return found


def wave_of(work: UnitOfWork, member: Member, wave_id: str) -> Wave:
    """Return a launched wave of the member's organisation, as `assessment_of` does.

    Raises UnknownWave.
    """
    if work.is_writing:
        work.waves.lock(wave_id)
    wave = work.waves.get(wave_id)
    assessment = work.assessments.get(wave.assessment_id) if wave else None
    if wave is None or assessment is None:
        raise UnknownWave(wave_id)
    if assessment.organisation_id != member.organisation_id:
        raise UnknownWave(wave_id)
    return wave


def create_client(store: Store, member: Member, name: str, now: datetime, chance: Random) -> str:
    """Make an organisation whose owner is the member; return its id. Raises BadName."""
    organisation = Organisation(id=short_id(chance), name=tidy_name(name, "the client"))
    with store.writing() as work:
        work.organisations.add(organisation)
        work.memberships.set(member.account_id, organisation.id, Role.OWNER)
        who = Who(member.email, organisation.id)
        record(store, work, who, Deed.CLIENT_MADE, organisation.name, now)
        work.commit()
    return organisation.id


def adopt_clients(store: Store, email: str) -> None:
    """Make an account owner of every organisation that nobody works for: those launched by file."""
    with store.writing() as work:
        account = work.accounts.with_email(tidy_email(email))
        for organisation in work.organisations.all() if account else ():
            if account and not work.memberships.of(organisation.id):
                work.memberships.set(account.id, organisation.id, Role.OWNER)
        work.commit()


def adopt_for_operators(store: Store) -> None:
    """Make whoever runs the installation owner of organisations that nobody works for."""
    with store.reading() as work:
        operators = [account.email for account in work.accounts.operators()]
    for email in operators[:1]:
        adopt_clients(store, email)


def clients_of(store: Store, account_id: str) -> Sequence[tuple[Organisation, str]]:
    """Return the organisations that an account works for, each with its role."""
    with store.reading() as work:
        return work.organisations.of_account(account_id)


def list_members(store: Store, member: Member) -> tuple[MemberLine, ...]:
    """Return who works for the member's organisation."""
    with store.reading() as work:
        return tuple(
            MemberLine(a.id, a.name, a.email, Role(role), a.password_hash is not None)
            for a, role in work.memberships.of(member.organisation_id)
        )


def invite_member(
    store: Store,
    member: Member,
    email: str,
    role: Role,
    now: datetime,
    chance: Random,
    *,
    has_mail: bool,
) -> str:
    """Let somebody work for the organisation, and mail them a link if they have no password yet.

    Without mail the code of the link is returned, of a new account only. Raises BadAddress,
    NotConfirmed; LastOwner if the only owner would become something else.
    """
    address = tidy_email(email)
    with store.writing() as work:
        work.organisations.lock(member.organisation_id)
        organisation = work.organisations.get(member.organisation_id)
        if organisation is None:
            raise NoMember
        known = work.accounts.with_email(address)
        if known is not None:
            _keep_an_owner(work, member, known.id, role)
        account, code = add_account(
            store,
            work,
            address,
            now,
            chance,
            Welcome(organisation, member.name or member.email, role.value),
            has_mail=has_mail,
        )
        work.memberships.set(account.id, member.organisation_id, role)
        detail = f"{address} as {role}"
        record(store, work, member.who, Deed.MEMBER_INVITED, detail, now)
        work.commit()
    return code


def change_member(
    store: Store, member: Member, account_id: str, role: Role | None, now: datetime
) -> None:
    """Give a member another role, or with None take it away. Raises NoMember or LastOwner."""
    with store.writing() as work:
        work.organisations.lock(member.organisation_id)
        account = work.accounts.get(account_id)
        found = work.memberships.get(account_id, member.organisation_id)
        if account is None or found is None:
            raise NoMember
        _keep_an_owner(work, member, account_id, role)
        if role is None:
            work.memberships.remove(account_id, member.organisation_id)
            record(store, work, member.who, Deed.MEMBER_REMOVED, account.email, now)
        else:
            work.memberships.set(account_id, member.organisation_id, role)
            detail = f"{account.email} to {role}"
            record(store, work, member.who, Deed.MEMBER_CHANGED, detail, now)
        work.commit()


def _keep_an_owner(work: UnitOfWork, member: Member, account_id: str, role: Role | None) -> None:
    owners = {
        account.id
        for account, held in work.memberships.of(member.organisation_id)
        if held == Role.OWNER
    }
    if role is not Role.OWNER and owners == {account_id}:
        raise LastOwner
