"""A closed wave in one archive: what was asked, released, advised and done; no person of it."""

import hashlib
import json
import zipfile
from datetime import datetime
from io import BytesIO

from app import __version__
from app.reports.archives import shown_release
from app.scoring.ledger import sets_of
from app.storage.store import Store
from app.usecases.audit_log import Deed, record
from app.usecases.errors import NoReleaseYet
from app.usecases.ledger import Channel, admit_within
from app.usecases.members import Member, wave_of

#: So that the same wave gives the same bytes: the first moment that a zip can name.
_ALWAYS = (1980, 1, 1, 0, 0, 0)
_READ_ME = """A wave of Siloscope.

figures.json     the released figures, as rounded as every page shows them
instrument.json  the exact wording of what was asked
plan.json        dates and texts of mails as they were sent; missing where none were
advice.json      what the consultant changed in the advice, with the original words
audit-log.json   who did what with this wave in the workspace
manifest.json    SHA-256 of each file

No file holds an answer of a single person, a name or an address of anybody who was asked.
"""


def export_wave(store: Store, member: Member, wave_id: str, now: datetime) -> bytes:
    """Return a zip archive of a closed wave. Raises UnknownWave or NoReleaseYet."""
    with store.writing() as work:
        wave = wave_of(work, member, wave_id)
        release, plan = work.releases.get(wave_id), work.plans.get(wave_id)
        if release is None:
            raise NoReleaseYet(wave_id)
        instrument = work.instruments.get(wave.instrument_digest)
        edits = [
            {
                "key": edit.key,
                "original": edit.original,
                "content": edit.content,
                "author": edit.author,
                "at": edit.edited_at.isoformat(),
            }
            for edit in work.advice.of(wave_id)
        ]
        log = [
            {"number": e.number, "at": e.at.isoformat(), "who": e.who, "deed": e.deed}
            for e in work.audit_log.of(member.organisation_id, 100_000)
            if wave_id in e.detail
        ]
        admit_within(work, wave_id, sets_of(release), Channel.ARCHIVE)
        record(store, work, member.who, Deed.WAVE_EXPORTED, wave_id, now)
        work.commit()
    files = {
        "README.txt": _READ_ME,
        "figures.json": json.dumps(shown_release(release), ensure_ascii=False, indent=1),
        "instrument.json": instrument.model_dump_json(indent=1),
        "advice.json": json.dumps(edits, ensure_ascii=False, indent=1),
        "audit-log.json": json.dumps(log, ensure_ascii=False, indent=1),
    }
    if plan is not None:
        files["plan.json"] = json.dumps(json.loads(plan.content), ensure_ascii=False, indent=1)
    return _zip(files | {"manifest.json": _manifest(wave_id, files)})


def _manifest(wave_id: str, files: dict[str, str]) -> str:
    digests = {name: hashlib.sha256(text.encode()).hexdigest() for name, text in files.items()}
    about = {"siloscope": __version__, "wave": wave_id, "sha256": digests}
    return json.dumps(about, indent=1)


def _zip(files: dict[str, str]) -> bytes:
    made = BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(zipfile.ZipInfo(name, _ALWAYS), text, zipfile.ZIP_DEFLATED)
    return made.getvalue()
