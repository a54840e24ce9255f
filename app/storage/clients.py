"""Everything that belongs to one wave or one assessment: to erase."""

from collections.abc import Iterable

from sqlalchemy import Table, delete, select, update
from sqlmodel import Session, SQLModel

from app.storage import tables
from app.storage.workspace_tables import AccessView, Job, RosterDraft


def _table(model: type[SQLModel]) -> Table:
    return model.__table__  # type: ignore[attr-defined,no-any-return]


_WAVE, _ASSESSMENT = _table(tables.Wave), _table(tables.Assessment)
_OF_WAVE = tuple(
    _table(model)
    for model in (
        tables.FrozenRelease,
        tables.LedgerEntry,
        tables.AdviceEdit,
        tables.UnitCode,
        tables.Tally,
        tables.Invitee,
        tables.Ballot,
        tables.AskedUnit,
        tables.Spent,
        tables.Sealed,
        tables.SealedComment,
    )
)
_KEY, _VIEW = _table(tables.AccessKey), _table(AccessView)
_UNIT, _PERSON, _PLAN = _table(tables.Unit), _table(tables.Person), _table(tables.WavePlan)


class Clients:
    """All rows of a wave or an assessment at once."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def erase_wave(self, wave_id: str) -> None:
        """Remove everything of a wave: answers, ballots, release, plan, links."""
        connection = self._session.connection()
        keys = select(_KEY.c.key_hash).where(_KEY.c.wave_id == wave_id)
        connection.execute(delete(_VIEW).where(_VIEW.c.key_hash.in_(keys)))
        gone = (*_OF_WAVE, _KEY)
        for table in gone:
            connection.execute(delete(table).where(table.c.wave_id == wave_id))
        # The job that erases is removed by whoever does it.
        jobs = _table(Job)
        others = (jobs.c.wave_id == wave_id) & (jobs.c.state != "running")
        connection.execute(delete(jobs).where(others))
        connection.execute(delete(_PLAN).where(_PLAN.c.id == wave_id))
        connection.execute(delete(_WAVE).where(_WAVE.c.id == wave_id))

    def remove_assessment(self, assessment_id: str) -> None:
        """Remove an assessment that has no wave, with its units, people and plans."""
        connection = self._session.connection()
        self.remove_drafts([assessment_id])
        units = select(_UNIT.c.id).where(_UNIT.c.assessment_id == assessment_id)
        connection.execute(delete(_PERSON).where(_PERSON.c.unit_id.in_(units)))
        ours = _UNIT.c.assessment_id == assessment_id
        connection.execute(update(_UNIT).where(ours).values(parent_id=None))
        connection.execute(delete(_UNIT).where(ours))
        connection.execute(delete(_PLAN).where(_PLAN.c.assessment_id == assessment_id))
        connection.execute(delete(_ASSESSMENT).where(_ASSESSMENT.c.id == assessment_id))

    def remove_drafts(self, assessment_ids: Iterable[str]) -> None:
        """Forget rosters that are being imported."""
        draft = _table(RosterDraft)
        gone = delete(draft).where(draft.c.assessment_id.in_(list(assessment_ids)))
        self._session.connection().execute(gone)
