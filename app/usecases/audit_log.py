"""The audit log: who did what in the workspace, so that a changed or missing line shows."""

import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from app.storage.store import Store
from app.storage.unit_of_work import UnitOfWork
from app.storage.workspace_tables import AuditEntry
from app.usecases.errors import SiloscopeError

_NOTHING_BEFORE = bytes(32)


class Deed(StrEnum):
    """What can be done in the workspace; never anything of a respondent."""

    OWNER_MADE = "made the first owner"
    SIGNED_IN = "signed in"
    SIGN_INS_ENDED = "signed out everywhere"
    PASSWORD_SET = "set a password"  # noqa: S105 - the name of a deed
    SECOND_FACTOR_SET = "set up the second factor"
    RECOVERY_CODE_USED = "signed in with a recovery code"
    CLIENT_MADE = "made a client"
    CLIENT_HANDED_OVER = "exported a client"
    CLIENT_TAKEN_OVER = "took a client over"
    MEMBER_INVITED = "invited a member"
    MEMBER_CHANGED = "changed a role"
    MEMBER_REMOVED = "removed a member"
    ASSESSMENT_MADE = "made an assessment"
    ASSESSMENT_REMOVED = "removed an assessment with its people"
    UNIT_ADDED = "added a unit"
    UNIT_CHANGED = "changed a unit"
    UNIT_REMOVED = "removed a unit"
    UNITS_MERGED = "merged two units"
    ROSTER_IMPORTED = "imported a roster"
    WAVE_PLANNED = "planned a wave"
    PLAN_CHANGED = "changed the plan of a wave"
    PLAN_DROPPED = "dropped the plan of a wave"
    WAVE_LAUNCHED = "launched a wave"
    WAVE_EXTENDED = "changed the closing date"
    WAVE_CLOSED = "closed a wave"
    KEYS_DESTROYED = "destroyed keys of a wave"
    REMINDERS_SENT = "sent reminders"
    MAILS_RETRIED = "retried mails"
    BOUNCES_NOTED = "listed mails that came back"
    LETTERS_PRINTED = "printed letters"
    CODES_PRINTED = "printed codes of units"
    LINK_MADE = "made a link to results"
    LINK_REVOKED = "revoked a link to results"
    ADVICE_CHANGED = "changed a line of advice"
    WAVE_EXPORTED = "exported a wave"
    RETENTION_SET = "set the day of erasure"
    WAVE_ERASED = "erased a wave"
    CLOCK_CONFIRMED = "confirmed the clock"


class AuditLogBroken(SiloscopeError):
    """The log is not what was written; the text names the first entry that shows it."""


@dataclass(frozen=True)
class Who:
    """Who does something, and for which organisation."""

    name: str
    organisation_id: str | None = None


def record(
    store: Store, work: UnitOfWork, who: Who, deed: Deed, detail: str, now: datetime
) -> None:
    """Add an entry in the caller's transaction: the deed and its line stand or fall together."""
    last = work.audit_log.last()
    entry = AuditEntry(
        number=1 if last is None else last.number + 1,
        at=now.astimezone(UTC).replace(microsecond=0),
        who=who.name,
        organisation_id=who.organisation_id,
        deed=deed.value,
        detail=detail,
        digest=b"",
    )
    entry.digest = _digest(store, _NOTHING_BEFORE if last is None else last.digest, entry)
    work.audit_log.add(entry)


def verify_audit_log(store: Store) -> int:
    """Return how many entries the log has, all as they were written.

    Each digest is HMAC-SHA-256(key, digest before, entry); number and digest of the last one
    are also kept outside the database. Raises AuditLogBroken.
    """
    before, number = _NOTHING_BEFORE, 0
    try:
        head = store.audit_head.read()
    except ValueError as error:
        raise AuditLogBroken(
            "The head of the audit log, kept beside the keys, is spoilt."
        ) from error
    seen = head is None
    with store.reading() as work:
        for number, entry in enumerate(work.audit_log.all(), 1):
            if entry.number != number:
                raise AuditLogBroken(f"Entry {number} of the audit log is missing.")
            if not hmac.compare_digest(entry.digest, _digest(store, before, entry)):
                raise AuditLogBroken(f"Entry {number} of the audit log was changed.")
            before = entry.digest
            seen = seen or (head is not None and head == (number, entry.digest))
    if not seen:
        raise AuditLogBroken(f"The audit log was cut: it ends with entry {number}.")
    if head is not None and _head_number(store) < number:
        raise AuditLogBroken(
            f"Nothing vouches for the entries after {head[0]}: the head of the audit log, kept "
            "beside the keys, could not be written. Look whether that disk is full."
        )
    if head is None and number:
        raise AuditLogBroken("The head of the audit log, kept beside the keys, is missing.")
    return number


def _head_number(store: Store) -> int:
    """The head as it is now: an entry that was read may have been committed a moment before."""
    head = store.audit_head.read()
    return head[0] if head else 0


@dataclass(frozen=True)
class LogEntry:
    """A line of the log as it is read."""

    at: datetime
    who: str
    deed: str
    detail: str


def read_audit_log(store: Store, organisation_id: str, most: int = 500) -> Sequence[LogEntry]:
    """Return the latest entries of an organisation, the latest one first."""
    with store.reading() as work:
        found = work.audit_log.of(organisation_id, most)
    return [LogEntry(entry.at, entry.who, entry.deed, entry.detail) for entry in found]


def _digest(store: Store, before: bytes, entry: AuditEntry) -> bytes:
    at = entry.at if entry.at.tzinfo else entry.at.replace(tzinfo=UTC)
    parts = (
        str(entry.number),
        at.astimezone(UTC).isoformat(),
        entry.who,
        entry.organisation_id or "",
        entry.deed,
        entry.detail,
    )
    # Each part with its length, so that no two entries are written alike.
    text = "".join(f"{len(part)}:{part}" for part in parts)
    key = store.installation_key.derive("audit log")
    return hmac.digest(key, before + text.encode("utf-8", "surrogatepass"), "sha256")
