"""Everything that belongs to one organisation, or to one wave: to hand over, or to erase."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import DateTime, Select, Table, delete, insert, select, update
from sqlmodel import Session, SQLModel
from sqlmodel.sql.sqltypes import UTCDateTime

from app.storage import tables
from app.storage.workspace_tables import AccessView, Certificate, Job, RosterDraft

Rows = Mapping[str, Sequence[Mapping[str, Any]]]


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
_INSTRUMENT = _table(tables.InstrumentText)
_ORGANISATION, _CERTIFICATE = _table(tables.Organisation), _table(Certificate)
_BY_NAME = {
    table.name: table
    for table in (
        _ORGANISATION,
        _ASSESSMENT,
        _UNIT,
        _PERSON,
        _INSTRUMENT,
        _WAVE,
        _PLAN,
        _CERTIFICATE,
        *_OF_WAVE,
    )
}


class UnknownRows(ValueError):
    """Rows that are none of ours."""


class Clients:
    """All rows of an organisation or a wave at once."""

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

    def rows_of(self, organisation_id: str) -> Rows:
        """Return all rows of an organisation by table, in the order in which they go in again."""
        connection = self._session.connection()
        queries = self._queries(organisation_id)
        return {
            name: [dict(row) for row in connection.execute(query).mappings()]
            for name, query in queries.items()
        }

    def insert_rows(self, rows: Rows) -> None:
        """Put rows in; instruments that are there already are passed over.

        Raises UnknownRows for a table or column that we do not know.
        """
        connection = self._session.connection()
        for name, table in _BY_NAME.items():
            found = [self._readable(table, row) for row in rows.get(name, [])]
            if table is _INSTRUMENT:
                known = set(connection.scalars(select(_INSTRUMENT.c.digest)))
                found = [row for row in found if row["digest"] not in known]
            if table is _UNIT:
                found = list(_parents_first(found))
            if found:
                connection.execute(insert(table), found)

    def remove_drafts(self, assessment_ids: Iterable[str]) -> None:
        """Forget rosters that are being imported."""
        draft = _table(RosterDraft)
        gone = delete(draft).where(draft.c.assessment_id.in_(list(assessment_ids)))
        self._session.connection().execute(gone)

    def _queries(self, organisation_id: str) -> dict[str, Select[Any]]:
        assessments = select(_ASSESSMENT.c.id).where(
            _ASSESSMENT.c.organisation_id == organisation_id
        )
        waves = select(_WAVE.c.id).where(_WAVE.c.assessment_id.in_(assessments))
        units = select(_UNIT.c.id).where(_UNIT.c.assessment_id.in_(assessments))
        asked = select(_WAVE.c.instrument_digest).where(_WAVE.c.assessment_id.in_(assessments))
        found: dict[str, Select[Any]] = {
            "organisation": select(_ORGANISATION).where(_ORGANISATION.c.id == organisation_id),
            "assessment": select(_ASSESSMENT).where(_ASSESSMENT.c.id.in_(assessments)),
            "unit": select(_UNIT).where(_UNIT.c.assessment_id.in_(assessments)),
            "person": select(_PERSON).where(_PERSON.c.unit_id.in_(units)),
            "instrument": select(_INSTRUMENT).where(_INSTRUMENT.c.digest.in_(asked)),
            "wave": select(_WAVE).where(_WAVE.c.assessment_id.in_(assessments)),
            "wave_plan": select(_PLAN).where(_PLAN.c.assessment_id.in_(assessments)),
            "certificate": select(_CERTIFICATE).where(
                _CERTIFICATE.c.organisation_id == organisation_id
            ),
        }
        for table in _OF_WAVE:
            found[table.name] = select(table).where(table.c.wave_id.in_(waves))
        return found

    def _readable(self, table: Table, row: Mapping[str, Any]) -> dict[str, Any]:
        """Turn the texts of a file into what the columns hold."""
        if set(row) != {column.name for column in table.columns}:
            raise UnknownRows(table.name)
        found: dict[str, Any] = {}
        for column in table.columns:
            value, kind = row[column.name], column.type.python_type
            if value is not None and kind is bytes:
                value = bytes.fromhex(value)
            elif value is not None and isinstance(column.type, DateTime | UTCDateTime):
                value = datetime.fromisoformat(value)
            elif value is not None and kind is date:
                value = date.fromisoformat(value)
            elif value is not None and not isinstance(value, kind):
                raise UnknownRows(table.name)
            found[column.name] = value
        return found


def _parents_first(units: Sequence[dict[str, Any]]) -> Iterable[dict[str, Any]]:
    waiting, placed = list(units), set[str | None]([None])
    while waiting:
        ready = [unit for unit in waiting if unit["parent_id"] in placed]
        if not ready:
            raise UnknownRows("unit")
        yield from ready
        placed |= {unit["id"] for unit in ready}
        waiting = [unit for unit in waiting if unit["id"] not in placed]
