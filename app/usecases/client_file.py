"""The file in which a client moves: a strict model of all that it may hold, and of nothing else.

It holds groups, rosters, plans, wordings, releases, edits of advice and certificates. Ballots,
boxes, marks, keys and comments have no place in it. Ids in it are labels: an import gives new
ones to everything.
"""

from datetime import datetime
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from app.questionnaires.questionnaire import Instrument
from app.scoring.release import Release
from app.usecases.plans import Plan

FORMAT: Final = 2

Label = Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z]{1,40}$")]
Text = Annotated[str, StringConstraints(max_length=200)]
Prose = Annotated[str, StringConstraints(max_length=4000)]
Count = Annotated[int, Field(ge=0, le=1_000_000)]


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class UnitInFile(_Strict):
    """A group, or a unit that holds groups."""

    label: Label
    parent: Label | None
    name: Text
    kind: Text | None
    about: Label | None
    places: Text
    head_name: Text
    head_email: Text
    expected: Count | None
    seats: Count | None
    route: Literal["roll-up", "workshop"] | None
    is_retired: bool


class PersonInFile(_Strict):
    """Somebody on the roster."""

    label: Label
    unit: Label
    name: Text
    email: Annotated[str, StringConstraints(max_length=320)]


class EditInFile(_Strict):
    """What a consultant made of a line of advice."""

    key: Text
    original: Prose
    content: Prose | None
    author: Text
    edited_at: datetime


class LedgerInFile(_Strict):
    """Sets of groups of which figures left, by scale, and by which ways."""

    sets: dict[Text, tuple[tuple[Label, ...], ...]]
    channels: tuple[Literal["release", "screen", "PDF", "interface", "archive"], ...]


class WaveInFile(_Strict):
    """A closed wave: what it asked, whom it invited, and its release."""

    number: Annotated[int, Field(ge=1, le=10_000)]
    instrument: Instrument
    k: Annotated[int, Field(ge=5, le=1000)]
    opened_at: datetime
    closes_at: datetime | None
    closed_at: datetime
    plan: Plan | None
    #: How many people of each unit were invited, and who, where each had a link of their own.
    asked: dict[Label, Count]
    invitees: dict[Label, Label]
    #: Units that shared a code, with its seats; the code itself stays behind.
    shared: dict[Label, Count]
    release: Release
    ledger: tuple[LedgerInFile, ...]
    edits: tuple[EditInFile, ...]


class AssessmentInFile(_Strict):
    """An assessment with its groups, people, waves, and plans that are not launched yet."""

    name: Text
    units: Annotated[tuple[UnitInFile, ...], Field(max_length=20_000)]
    people: Annotated[tuple[PersonInFile, ...], Field(max_length=500_000)]
    waves: tuple[WaveInFile, ...]
    plans: tuple[Plan, ...]


class CertificateInFile(_Strict):
    """What was erased."""

    organisation: Text
    assessment: Text
    wave: Count
    closed_on: Text
    erased_at: Text
    by: Text
    release_digest: Text
    answers: Count


class ClientFile(_Strict):
    """Everything of one client."""

    format: Literal[2] = FORMAT
    siloscope: Text
    name: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    assessments: tuple[AssessmentInFile, ...]
    certificates: tuple[CertificateInFile, ...]
