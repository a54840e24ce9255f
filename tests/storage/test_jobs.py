"""The outbox: a key is taken once, whoever comes at the same time."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event

from app.storage.jobs import FAILED, LEFT, RUNNING, LeaseLost
from app.storage.store import Store
from app.storage.workspace_tables import Job
from tests.builders import NOW


def job(args: str = "{}") -> Job:
    return Job(key="key", queue="work", name="report", args=args, run_at=NOW)


def kept(store: Store) -> Job:
    with store.reading() as work:
        found = work.jobs.get("key")
    assert found is not None
    return found


def test_of_many_who_add_a_key_at_once_one_does(store: Store) -> None:
    def add(number: int) -> bool:
        with store.writing() as work:
            added = work.jobs.add(job(str(number)))
            work.commit()
        return added

    with ThreadPoolExecutor(8) as threads:
        assert sum(threads.map(add, range(16))) == 1


def test_of_many_who_replace_a_key_at_once_none_fails(store: Store) -> None:
    def replace(number: int) -> None:
        with store.writing() as work:
            work.jobs.replace(job(str(number)))
            work.commit()

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(replace, range(16)))
    assert int(kept(store).args) in range(16)


def test_a_job_that_runs_is_not_replaced_and_one_that_failed_is(store: Store) -> None:
    with store.writing() as work:
        work.jobs.add(job("first"))
        assert work.jobs.claim("work", "worker", NOW, timedelta(minutes=1))
        work.jobs.replace(job("second"))
        work.commit()
    assert (kept(store).args, kept(store).state) == ("first", RUNNING)
    with store.writing() as work:
        work.jobs.fail("key", "worker", "no")
        assert work.jobs.get("key")
        work.commit()
    assert kept(store).state == FAILED
    with store.writing() as work:
        work.jobs.replace(job("third"))
        found = work.jobs.get("key")
        work.commit()
        assert found
        assert (found.args, found.error) == ("third", "")


def test_a_job_of_another_worker_is_not_ended(store: Store) -> None:
    with store.writing() as work:
        work.jobs.add(job())
        assert work.jobs.claim("work", "worker", NOW, timedelta(minutes=1))
        with pytest.raises(LeaseLost):
            work.jobs.finish("key", "other")


@contextmanager
def questions_to(store: Store) -> Iterator[list[tuple[str, Any]]]:
    """Collect what the database is asked inside the block."""
    asked: list[tuple[str, Any]] = []

    def note(*given: Any) -> None:
        if given[2].startswith("SELECT"):
            asked.append((given[2], given[3]))

    event.listen(store.engine, "before_cursor_execute", note)
    yield asked
    event.remove(store.engine, "before_cursor_execute", note)


def test_the_next_of_many_jobs_is_found_without_sorting_them(store: Store) -> None:
    with store.writing() as work:
        work.jobs.add_all(
            Job(key=f"{n:05d}", queue="mail", name="x", args="{}", wave_id="wave", run_at=NOW)
            for n in range(5000)
        )
        work.commit()
    with store.writing() as work, questions_to(store) as asked:
        found = work.jobs.claim("mail", "worker", NOW, timedelta(minutes=1))
        assert found
        assert found.key == "00000"
        work.commit()
    assert asked
    explain = "EXPLAIN QUERY PLAN" if store.engine.dialect.name == "sqlite" else "EXPLAIN"
    with store.engine.connect() as connection:
        for statement, values in asked:
            rows = connection.exec_driver_sql(f"{explain} {statement}", values).all()
            plan = "\n".join(str(row[-1]) for row in rows)
            assert "ix_job_due" in plan, plan
            assert "Sort" not in plan, plan
            assert "TEMP B-TREE" not in plan, plan


def test_a_mail_for_an_account_goes_first_then_what_was_left(store: Store) -> None:
    with store.writing() as work:
        for key, wave_id in (("1", "wave"), ("2", "wave"), ("3", None)):
            work.jobs.add(
                Job(key=key, queue="mail", name="x", args="{}", wave_id=wave_id, run_at=NOW)
            )
        work.commit()

    def next_at(minutes: int) -> str:
        now = NOW + timedelta(minutes=minutes)
        with store.writing() as work:
            found = work.jobs.claim("mail", "w", now, timedelta(minutes=1))
            assert found
            if found.wave_id is None:
                work.jobs.remove(found.key, "w")
            work.commit()
        return f"{found.key} {found.error}".strip()

    assert [next_at(0), next_at(0), next_at(5), next_at(5)] == ["3", "1", f"1 {LEFT}", "2"]
