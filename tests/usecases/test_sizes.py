"""What a page reads grows with groups, not with people: tens of thousands are only counted."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from random import Random

import pytest
from sqlalchemy import event
from sqlmodel import SQLModel

from app.storage.store import Store
from app.storage.tables import Ballot, Person
from app.storage.workspace_tables import Job
from app.usecases.assessments import assessments_for, view_assessment
from app.usecases.field import view_wave
from app.usecases.invitations import FIRST_ROUND, round_job
from app.usecases.jobs import Office, Worker
from app.usecases.members import Member
from app.usecases.rounds import run_round
from tests.builders import NOW
from tests.usecases.workspace import consultant, launched, set_up

KINDS: tuple[type[SQLModel], ...] = (Person, Job, Ballot)


@contextmanager
def rows_loaded() -> Iterator[Counter[str]]:
    """Count the rows of people, jobs and ballots that are read inside the block."""
    found: Counter[str] = Counter()

    def note(row: SQLModel, _context: object) -> None:
        found[type(row).__name__] += 1

    for kind in KINDS:
        event.listen(kind, "load", note)
    yield found
    for kind in KINDS:
        event.remove(kind, "load", note)


@pytest.fixture
def ann(sqlite_store: Store) -> Member:
    return consultant(sqlite_store)


def test_no_page_reads_people_or_mails_one_by_one(sqlite_store: Store, ann: Member) -> None:
    assessment = set_up(sqlite_store, ann)
    wave_id = launched(sqlite_store, ann, assessment).wave_id
    with sqlite_store.reading() as work:
        people = work.people.of(assessment)
    with sqlite_store.writing() as work:
        work.jobs.replace(round_job(wave_id, FIRST_ROUND, NOW))
        work.commit()
    office = Office(sqlite_store, "http://127.0.0.1", lambda: NOW, Random(1))
    Worker(office, {"round": run_round}).run_next()
    with rows_loaded() as found:
        field = view_wave(sqlite_store, ann, wave_id, NOW)
        view = view_assessment(sqlite_store, ann, assessment)
        (listed,) = assessments_for(sqlite_store, ann)
    mailed = sum(1 for person in people if person.email)
    (invitation,) = [one for one in field.rounds if one.name == FIRST_ROUND]
    assert (invitation.waiting, field.letters) == (mailed, len(people) - mailed)
    assert view.people == len(people)
    assert [wave.id for wave in listed.waves] == [wave_id]
    assert found["Person"] == found["Ballot"] == 0
    assert found["Job"] < 10
