"""Tables of the workspace: who may work for which organisation, what is to be done, what was."""

from datetime import datetime

from sqlalchemy import Index, MetaData, Text, text
from sqlmodel import Field, SQLModel

from app.storage import tables


class Account(SQLModel, table=True):
    """Somebody who signs in; never a respondent.

    The secret of the second factor is HMAC(key of the installation, account, serial), so the
    database holds none; `totp_step` is the last time step that was used.
    """

    id: str = Field(primary_key=True)
    email: str = Field(unique=True)
    name: str
    password_hash: str | None = None
    totp_serial: int = 0
    has_totp: bool = False
    totp_step: int = 0
    is_operator: bool = False
    #: Whether a mail to the address was answered: only then is it known to be theirs.
    is_confirmed: bool = False


class RecoveryCode(SQLModel, table=True):
    """Signs in once where the second factor is lost; by its SHA-256."""

    __tablename__ = "recovery_code"

    code_hash: bytes = Field(primary_key=True)
    account_id: str = Field(foreign_key="account.id", index=True)


class AccountLink(SQLModel, table=True):
    """A link that lets its holder set a password, once."""

    __tablename__ = "account_link"

    link_hash: bytes = Field(primary_key=True)
    account_id: str = Field(foreign_key="account.id", index=True)
    expires_at: datetime
    #: Whether only a mail to the address carries it.
    by_mail: bool = False


class Membership(SQLModel, table=True):
    """What somebody may do for an organisation: owner, consultant or viewer."""

    account_id: str = Field(primary_key=True, foreign_key="account.id")
    organisation_id: str = Field(primary_key=True, foreign_key="organisation.id")
    role: str


class SignIn(SQLModel, table=True):
    """A session, by the SHA-256 of its cookie, and the organisation that it works for."""

    __tablename__ = "sign_in"

    token_hash: bytes = Field(primary_key=True)
    account_id: str = Field(foreign_key="account.id", index=True)
    organisation_id: str | None = Field(default=None, foreign_key="organisation.id")
    #: Whether the second factor was given, or is not needed.
    is_complete: bool = False
    started_at: datetime
    seen_at: datetime


class AccessView(SQLModel, table=True):
    """One opening of a wave's results with a key."""

    __tablename__ = "access_view"

    id: str = Field(primary_key=True)
    key_hash: bytes = Field(foreign_key="access_key.key_hash", index=True)
    viewed_at: datetime


class RosterDraft(SQLModel, table=True):
    """A roster being imported, with its faults, until it is applied or dropped."""

    __tablename__ = "roster_draft"

    assessment_id: str = Field(primary_key=True, foreign_key="assessment.id")
    content: str = Field(sa_type=Text)


#: What the next job of a queue is looked for by; a queue may hold tens of thousands.
_DUE = ("queue", "state", "run_at", "key")
_FOR_ACCOUNTS = text("wave_id IS NULL")


class Job(SQLModel, table=True):
    """Something to do in the background, and who is at it until when.

    A mail that was sent leaves no row: its job is removed, whoever needed it or not.
    """

    __table_args__ = (
        Index("ix_job_due", *_DUE),
        Index(
            "ix_job_due_for_accounts",
            *_DUE,
            sqlite_where=_FOR_ACCOUNTS,
            postgresql_where=_FOR_ACCOUNTS,
        ),
    )

    key: str = Field(primary_key=True)
    queue: str
    name: str
    args: str = Field(sa_type=Text)
    wave_id: str | None = Field(default=None, index=True)
    state: str = "ready"
    run_at: datetime
    attempts: int = 0
    progress: str = ""
    worker: str | None = None
    lease_until: datetime | None = None
    error: str = ""


class KeptTime(SQLModel, table=True):
    """The time as the site last knew it: what a clock is compared with after a start."""

    __tablename__ = "kept_time"

    #: There is one.
    id: int = Field(default=1, primary_key=True)
    at: datetime


class AuditEntry(SQLModel, table=True):
    """Who did what in the workspace; each digest covers the one before."""

    __tablename__ = "audit_entry"

    number: int = Field(primary_key=True)
    at: datetime
    who: str
    organisation_id: str | None = None
    deed: str
    detail: str = Field(sa_type=Text)
    digest: bytes


class Certificate(SQLModel, table=True):
    """What was erased, when and why; it holds no answer and no person."""

    id: str = Field(primary_key=True)
    organisation_id: str = Field(foreign_key="organisation.id", index=True)
    content: str = Field(sa_type=Text)


#: All tables, those of waves and answers too.
METADATA: MetaData = tables.METADATA
