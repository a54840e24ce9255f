"""Handing one client over to another installation: everything of it in one file."""

import json
import zipfile
import zlib
from collections.abc import Iterator
from datetime import datetime
from io import BytesIO

from app import __version__
from app.scoring.ledger import ReleasedSets
from app.storage.store import Store
from app.storage.tables import Assessment, Unit, Wave
from app.storage.unit_of_work import UnitOfWork
from app.usecases.audit_log import Deed, record
from app.usecases.client_file import (
    AssessmentInFile,
    CertificateInFile,
    ClientFile,
    EditInFile,
    LedgerInFile,
    PersonInFile,
    UnitInFile,
    WaveInFile,
)
from app.usecases.errors import SiloscopeError
from app.usecases.members import Member
from app.usecases.plans import Plan, plan_of

_FILE, _MOST = "client.json", 200 * 1024 * 1024

#: What reading a damaged or foreign archive ends in, an encrypted one too.
_DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    KeyError,
    ValueError,
    EOFError,
    RuntimeError,
    NotImplementedError,
)


class NotHandedOver(SiloscopeError):
    """A client cannot be exported or taken over; the text says why."""


def export_client(store: Store, member: Member, now: datetime) -> bytes:
    """Return all of the member's organisation as an archive: groups, people, closed waves.

    It holds names and addresses, and figures as they are shown: no answer, comment, mark or key.
    Raises NotHandedOver while a wave is open.
    """
    with store.writing() as work:
        content = ClientFile(
            siloscope=__version__,
            name=member.organisation,
            assessments=tuple(
                _assessment(work, one) for one in work.assessments.of(member.organisation_id)
            ),
            certificates=tuple(
                CertificateInFile.model_validate_json(row.content)
                for row in work.certificates.of(member.organisation_id)
            ),
        )
        record(store, work, member.who, Deed.CLIENT_HANDED_OVER, member.organisation, now)
        work.commit()
    made = BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(_FILE, content.model_dump_json())
    return made.getvalue()


def read_client(content: bytes) -> ClientFile:
    """Return what an archive holds. Raises NotHandedOver."""
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            size = archive.getinfo(_FILE).file_size
            # A file larger than any client is read as nothing, and refused as such.
            text = archive.read(_FILE) if size <= _MOST else b""
        if b'"rows":' in text[:200]:
            raise NotHandedOver(
                "This file comes from an older version of Siloscope. Upgrade the installation that "
                "wrote it, and export the client once more."
            )
        return ClientFile.model_validate_json(text)
    except _DAMAGED as error:
        raise NotHandedOver("This is no client exported by Siloscope.") from error


def _assessment(work: UnitOfWork, assessment: Assessment) -> AssessmentInFile:
    units, waves = work.units.ever_of(assessment.id), work.waves.of(assessment.id)
    for wave in waves:
        if not work.releases.has(wave.id):
            raise NotHandedOver(
                f"Wave {wave.number} of {assessment.name} is open. Close or erase it first: its "
                "keys never leave this installation."
            )
    launched = {wave.id for wave in waves}
    planned = [row for row in work.plans.of(assessment.id) if row.id not in launched]
    return AssessmentInFile(
        name=assessment.name,
        units=tuple(map(_unit, units)),
        people=tuple(
            PersonInFile(label=one.id, unit=one.unit_id, name=one.name, email=one.email)
            for one in work.people.of(assessment.id)
        ),
        waves=tuple(_wave(work, wave) for wave in waves),
        plans=tuple(Plan.model_validate_json(row.content) for row in planned),
    )


def _unit(unit: Unit) -> UnitInFile:
    return UnitInFile.model_validate(
        {
            "label": unit.id,
            "parent": unit.parent_id,
            "name": unit.name,
            "kind": unit.kind,
            "about": unit.about_id,
            "places": unit.places or "",
            "head_name": unit.head_name or "",
            "head_email": unit.head_email or "",
            "expected": unit.expected,
            "seats": unit.seats,
            "route": unit.route,
            "is_retired": bool(unit.is_retired),
        }
    )


def _wave(work: UnitOfWork, wave: Wave) -> WaveInFile:
    release = work.releases.get(wave.id)
    if release is None or wave.closed_at is None:
        raise NotHandedOver(f"Wave {wave.number} has no release.")
    return WaveInFile(
        number=wave.number,
        instrument=work.instruments.get(wave.instrument_digest),
        k=wave.k,
        opened_at=wave.opened_at,
        closes_at=wave.closes_at,
        closed_at=wave.closed_at,
        plan=plan_of(work, wave.id),
        asked=work.ballots.invited(wave.id),
        invitees=work.invitees.of(wave.id),
        shared={code.unit_id: code.seats for code in work.unit_codes.of(wave.id)},
        release=release,
        ledger=tuple(_ledger(work, wave.id)),
        edits=tuple(
            EditInFile(
                key=edit.key,
                original=edit.original,
                content=edit.content,
                author=edit.author,
                edited_at=edit.edited_at,
            )
            for edit in work.advice.of(wave.id)
        ),
    )


def _ledger(work: UnitOfWork, wave_id: str) -> Iterator[LedgerInFile]:
    channels = work.ledger.channels(wave_id)
    for digest, sets in work.ledger.released(wave_id).items():
        yield LedgerInFile.model_validate({"sets": _plain(sets), "channels": channels[digest]})


def _plain(sets: ReleasedSets) -> dict[str, list[list[str]]]:
    found: dict[str, list[list[str]]] = json.loads(sets.text)
    return found
