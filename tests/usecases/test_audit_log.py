"""The audit log: whatever is changed, moved, cut or removed shows."""

from pathlib import Path

import pytest
from sqlalchemy import text

from app.storage.store import Store
from app.usecases.audit_log import (
    AuditLogBroken,
    Deed,
    Who,
    read_audit_log,
    record,
    verify_audit_log,
)
from tests.builders import NOW


@pytest.fixture
def log(store: Store) -> Store:
    for number in range(5):
        with store.writing() as work:
            record(store, work, Who("ann", "acme"), Deed.WAVE_LAUNCHED, f"wave {number}", NOW)
            work.commit()
    return store


def test_a_log_as_it_was_written_is_whole(log: Store) -> None:
    assert verify_audit_log(log) == 5
    assert read_audit_log(log, "acme")[0].detail == "wave 4"
    assert read_audit_log(log, "other") == []


def test_what_was_not_committed_is_not_in_it(log: Store) -> None:
    with log.writing() as work:
        record(log, work, Who("ann"), Deed.WAVE_CLOSED, "x", NOW)
    assert verify_audit_log(log) == 5


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE audit_entry SET who = 'eve' WHERE number = 2",
        "UPDATE audit_entry SET detail = 'wave x' WHERE number = 5",
        "UPDATE audit_entry SET organisation_id = NULL WHERE number = 1",
        "DELETE FROM audit_entry WHERE number = 3",
        "DELETE FROM audit_entry WHERE number = 5",
        "DELETE FROM audit_entry WHERE number > 2",
        "DELETE FROM audit_entry",
        "UPDATE audit_entry SET number = number + 10 WHERE number > 2",
    ],
)
def test_every_change_shows(log: Store, change: str) -> None:
    with log.engine.begin() as connection:
        connection.execute(text(change))
    with pytest.raises(AuditLogBroken):
        verify_audit_log(log)


def test_a_head_that_is_gone_or_spoilt_shows(log: Store, tmp_path: Path) -> None:
    head = tmp_path / "keys" / "audit.head"
    head.write_text("nonsense", encoding="ascii")
    with pytest.raises(AuditLogBroken, match="spoilt"):
        verify_audit_log(log)
    head.unlink()
    with pytest.raises(AuditLogBroken, match="missing"):
        verify_audit_log(log)


def test_an_empty_log_is_whole(store: Store) -> None:
    assert verify_audit_log(store) == 0
