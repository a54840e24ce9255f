"""Every table. Persons and answers share no key, no time and no order; see docs/privacy.md."""

from datetime import date, datetime

from sqlalchemy import MetaData, Text
from sqlmodel import Field, SQLModel

# Names for all constraints, so that a migration on SQLite can drop them.
SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_name)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

#: Without a rowid SQLite keeps rows in the order of their random key, not of their arrival.
NO_ORDER = {"sqlite_with_rowid": False}


class Organisation(SQLModel, table=True):
    """A client: the tenant, whose assessments no other client's people ever see."""

    id: str = Field(primary_key=True)
    name: str


class Assessment(SQLModel, table=True):
    """Groups of one organisation, and the waves in which they are asked."""

    id: str = Field(primary_key=True)
    organisation_id: str = Field(foreign_key="organisation.id", index=True, nullable=True)
    name: str


class Unit(SQLModel, table=True):
    """A node of the tree: a group that answers (it has a kind), or one that holds groups.

    Business partners stand outside the tree; `about_id` is the group that they answer about.
    """

    id: str = Field(primary_key=True)
    assessment_id: str = Field(foreign_key="assessment.id", index=True)
    parent_id: str | None = Field(default=None, foreign_key="unit.id")
    position: int
    name: str
    kind: str | None = None
    about_id: str | None = None
    #: Steps of demand, plan, build, run where it works, with spaces; empty: the kind's usual.
    places: str = Field(default="", nullable=True)
    head_name: str = Field(default="", nullable=True)
    head_email: str = Field(default="", nullable=True)
    #: How many people it has by its head's count, and how many may answer by a shared code.
    expected: int | None = None
    seats: int | None = None
    #: What happens where it is too small to be shown: "roll-up" or "workshop".
    route: str | None = None
    #: Whether only earlier waves asked it.
    is_retired: bool = Field(default=False, nullable=True)


class Person(SQLModel, table=True):
    """Somebody to invite, by mail or, without an address, by letter.

    No column says whether they answered.
    """

    id: str = Field(primary_key=True)
    unit_id: str = Field(foreign_key="unit.id", index=True)
    name: str
    email: str


class InstrumentText(SQLModel, table=True):
    """The exact wording a wave asked, by the SHA-256 of its content."""

    __tablename__ = "instrument"

    digest: str = Field(primary_key=True)
    version: str
    content: str = Field(sa_type=Text)


class Wave(SQLModel, table=True):
    """One run of the survey: open, then closed for ever."""

    id: str = Field(primary_key=True)
    assessment_id: str = Field(foreign_key="assessment.id", index=True)
    number: int
    instrument_digest: str = Field(foreign_key="instrument.digest")
    k: int
    opened_at: datetime
    closes_at: datetime | None = None
    closed_at: datetime | None = None
    #: SHA-256 of the public half with which its answers are sealed; the half is with the keys.
    box_digest: bytes | None = None


class WavePlan(SQLModel, table=True):
    """What a wave asks and when, as JSON; its id becomes the wave's at the launch."""

    __tablename__ = "wave_plan"

    id: str = Field(primary_key=True)
    assessment_id: str = Field(foreign_key="assessment.id", index=True)
    content: str = Field(sa_type=Text)


class UnitCode(SQLModel, table=True):
    """A code that a unit without mail shares: it may answer as often as it has seats."""

    __tablename__ = "unit_code"

    code_hash: bytes = Field(primary_key=True)
    wave_id: str = Field(foreign_key="wave.id", index=True)
    unit_id: str = Field(foreign_key="unit.id")
    seats: int


class Tally(SQLModel, table=True):
    """How many had answered on a day in the whole wave; what the forecast rests on."""

    wave_id: str = Field(primary_key=True, foreign_key="wave.id")
    day: date = Field(primary_key=True)
    answered: int


class Ballot(SQLModel, table=True):
    """The right to answer once; written at the launch, spare ones among them, and never changed.

    Its token is HMAC(key of the wave, person), and only its SHA-256 is here.
    """

    __table_args__ = NO_ORDER

    token_hash: bytes = Field(primary_key=True)
    wave_id: str = Field(foreign_key="wave.id", index=True)
    unit_id: str = Field(foreign_key="unit.id")


class AskedUnit(SQLModel, table=True):
    """How many people of a unit a wave invited, those who share its code too."""

    __tablename__ = "asked_unit"
    __table_args__ = NO_ORDER

    wave_id: str = Field(primary_key=True, foreign_key="wave.id")
    unit_id: str = Field(primary_key=True, foreign_key="unit.id")
    invited: int


class Invitee(SQLModel, table=True):
    """Who was invited in a wave, and in which unit, with a link of their own.

    A fact of the roster: no mark of whether they answered, and no order.
    """

    __table_args__ = NO_ORDER

    wave_id: str = Field(primary_key=True, foreign_key="wave.id")
    person_id: str = Field(primary_key=True, foreign_key="person.id", index=True)
    unit_id: str = Field(foreign_key="unit.id")


class Spent(SQLModel, table=True):
    """That somebody answered: a mark and a receipt, useless to whoever lacks the wave's keys.

    No foreign key, index or other column: each would tell when, or of which group.
    """

    __table_args__ = NO_ORDER

    wave_id: str = Field(primary_key=True)
    mark: bytes = Field(primary_key=True)
    receipt: bytes


class Sealed(SQLModel, table=True):
    """A sheet of answers, its group and its comment in a box that only the wave's keys open.

    All boxes of a wave have one size; `kem` is the sealed key of the commit that wrote it.
    """

    __table_args__ = NO_ORDER

    wave_id: str = Field(primary_key=True)
    id: bytes = Field(primary_key=True)
    kem: bytes
    box: bytes


class SealedComment(SQLModel, table=True):
    """A comment of a closed wave that ten people or more commented: shuffled, all of one size."""

    __tablename__ = "sealed_comment"
    __table_args__ = NO_ORDER

    wave_id: str = Field(primary_key=True)
    id: bytes = Field(primary_key=True)
    box: bytes


class FrozenRelease(SQLModel, table=True):
    """The one release of a closed wave, as JSON."""

    __tablename__ = "release"

    wave_id: str = Field(primary_key=True, foreign_key="wave.id")
    content: str = Field(sa_type=Text)


class LedgerEntry(SQLModel, table=True):
    """Sets of groups whose figures left by one way: screen, PDF, file or interface."""

    __tablename__ = "ledger_entry"

    wave_id: str = Field(primary_key=True, foreign_key="wave.id")
    digest: str = Field(primary_key=True)
    channel: str = Field(primary_key=True)
    content: str = Field(sa_type=Text)


class AdviceEdit(SQLModel, table=True):
    """What a consultant made of one line of advice; no content: the line is dropped."""

    __tablename__ = "advice_edit"

    wave_id: str = Field(primary_key=True, foreign_key="wave.id")
    key: str = Field(primary_key=True)
    original: str = Field(sa_type=Text)
    content: str | None = Field(default=None, sa_type=Text)
    author: str
    edited_at: datetime


class AccessKey(SQLModel, table=True):
    """A key that opens one wave's results, by its SHA-256, until it ends or is revoked."""

    __tablename__ = "access_key"

    key_hash: bytes = Field(primary_key=True)
    wave_id: str = Field(foreign_key="wave.id", index=True)
    label: str = Field(default="", nullable=True)
    expires_at: datetime | None = None
    revoked_at: datetime | None = None


METADATA: MetaData = SQLModel.metadata
