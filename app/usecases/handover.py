"""Handing one client over to another installation: everything of it in one file."""

import json
import zipfile
import zlib
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from io import BytesIO
from typing import Any

from sqlalchemy.exc import IntegrityError, StatementError

from app import __version__
from app.storage.clients import UnknownRows
from app.storage.store import Store
from app.storage.unit_of_work import UnitOfWork
from app.usecases.addresses import account_address
from app.usecases.audit_log import Deed, Who, record
from app.usecases.errors import SiloscopeError
from app.usecases.members import Member, Role
from app.usecases.plans import plan_of
from app.usecases.schedule import erasing_job

_FILE, _MOST = "client.json", 200 * 1024 * 1024


#: What reading a damaged or foreign archive ends in, an encrypted one too.
_DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    KeyError,
    TypeError,
    ValueError,
    EOFError,
    RuntimeError,
    NotImplementedError,
)


class NotHandedOver(SiloscopeError):
    """A client cannot be exported or taken over; the text says why."""


def export_client(store: Store, member: Member, now: datetime) -> bytes:
    """Return all of the member's organisation as an archive: groups, people, closed waves.

    It holds names and addresses, and answers without persons: as secret as the database. Raises
    NotHandedOver while a wave is open, since its key stays here.
    """
    with store.writing() as work:
        for assessment in work.assessments.of(member.organisation_id):
            if any(not work.releases.get(wave.id) for wave in work.waves.of(assessment.id)):
                raise NotHandedOver("A wave is open; close it first: its key never leaves.")
        rows = work.clients.rows_of(member.organisation_id)
        record(store, work, member.who, Deed.CLIENT_HANDED_OVER, member.organisation, now)
        work.commit()
    content = {"siloscope": __version__, "rows": rows}
    made = BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(_FILE, json.dumps(content, default=_as_text))
    return made.getvalue()


def take_over_client(store: Store, content: bytes, owner: str, now: datetime) -> str:
    """Put an exported client in, owned by an account of this installation; return its name.

    Raises NotHandedOver.
    """
    rows = _read(content)
    with store.writing() as work:
        account = work.accounts.with_email(account_address(owner))
        if account is None:
            raise NotHandedOver(f"Nobody here has the address {owner}; name an account.")
        try:
            work.clients.insert_rows(rows)
        except IntegrityError as error:
            raise NotHandedOver("This client, or a part of it, is here already.") from error
        except (UnknownRows, StatementError, KeyError, TypeError, ValueError) as error:
            raise NotHandedOver("The file comes from another version of Siloscope.") from error
        (organisation,) = rows["organisation"]
        _check_owner(work, organisation["id"], rows)
        _schedule_erasures(work, rows)
        work.memberships.set(account.id, organisation["id"], Role.OWNER)
        who = Who(account.email, organisation["id"])
        record(store, work, who, Deed.CLIENT_TAKEN_OVER, organisation["name"], now)
        work.commit()
    name: str = organisation["name"]
    return name


def _check_owner(work: UnitOfWork, organisation_id: str, rows: Mapping[str, Any]) -> None:
    """Make sure that every row of the file came in below its own organisation."""
    found = work.clients.rows_of(organisation_id)
    for name, given in rows.items():
        if name != "instrument" and len(found.get(name, [])) != len(given):
            raise NotHandedOver("The file has rows of another client.")


def _schedule_erasures(work: UnitOfWork, rows: Mapping[str, Any]) -> None:
    """Keep the promise of a day of erasure here too."""
    for wave in rows["wave"]:
        plan = plan_of(work, wave["id"])
        if plan is not None and plan.retention_days is not None and wave["closed_at"]:
            closed = datetime.fromisoformat(wave["closed_at"])
            day = closed + timedelta(days=plan.retention_days)
            work.jobs.replace(erasing_job(wave["id"], day))


def _read(content: bytes) -> Mapping[str, Any]:
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            size = archive.getinfo(_FILE).file_size
            # A file larger than any client is read as nothing, and refused as such.
            found = json.loads(archive.read(_FILE) if size <= _MOST else b"")
        rows: Mapping[str, Any] = found["rows"]
        ((_organisation,),) = (rows["organisation"],)
    except _DAMAGED as error:
        raise NotHandedOver("This is no client exported by Siloscope.") from error
    return rows


def _as_text(value: object) -> str:
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, datetime | date):
        return value.isoformat()
    raise TypeError(type(value).__name__)
