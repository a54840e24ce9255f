"""Who leads each group: named for all groups at once, so that nothing holds a launch up."""

from collections.abc import Mapping
from datetime import datetime

from app.storage.store import Store
from app.usecases.assessments import ensure_unlocked
from app.usecases.audit_log import Deed, record
from app.usecases.members import Member, assessment_of

LONGEST_HEAD = 120


def name_heads(
    store: Store, member: Member, assessment_id: str, heads: Mapping[str, str], now: datetime
) -> None:
    """Name the heads of groups, by the id of the group; of others nothing changes.

    Raises UnknownAssessment or WaveRunning.
    """
    with store.writing() as work:
        assessment_of(work, member, assessment_id)
        ensure_unlocked(work, assessment_id)
        for unit in work.units.of(assessment_id):
            name = " ".join(heads.get(unit.id, unit.head_name or "").split())[:LONGEST_HEAD]
            if name != (unit.head_name or ""):
                unit.head_name = name
                work.units.save(unit)
                detail = f"{assessment_id}: head of {unit.name}"
                record(store, work, member.who, Deed.UNIT_CHANGED, detail, now)
        work.commit()
