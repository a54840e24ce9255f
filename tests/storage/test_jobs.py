"""The outbox: a key is taken once, whoever comes at the same time."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from app.storage.jobs import FAILED, RUNNING, LeaseLost
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
