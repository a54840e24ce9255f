"""Exactly once, on both databases: a ballot is spent by one submission, whatever arrives."""

import threading
import time
from dataclasses import replace
from datetime import timedelta

from sqlalchemy import create_engine
from sqlalchemy.exc import OperationalError

from app.storage.ballot_box import BallotBox
from app.storage.database import WRITES
from app.storage.sealing import Record
from app.storage.store import Store
from app.storage.submissions import Outcome, cast
from app.storage.turnout import Turnout
from app.usecases.ballots import write_code
from app.usecases.waves import close_wave
from tests.builders import NOW, codes_of, launch
from tests.submissions import send, submission, token_hash


def marks(store: Store) -> int:
    """Return how many have answered, and see to it that there is a box for each."""
    with store.engine.connect() as connection:
        counts = {
            connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar_one()
            for table in ("spent", "sealed")
        }
    (count,) = counts
    return int(count)


def test_the_first_submission_is_accepted_and_sealed(store: Store) -> None:
    code = codes_of(launch(store), "ERP")[0]
    assert store.ballot_box.submit(submission(store, code)).result() is Outcome.ACCEPTED
    assert marks(store) == 1


def test_the_same_form_again_is_a_repeat_and_stores_nothing(store: Store) -> None:
    code = codes_of(launch(store), "ERP")[0]
    store.ballot_box.submit(submission(store, code)).result()
    assert store.ballot_box.submit(submission(store, code)).result() is Outcome.REPEATED
    assert marks(store) == 1


def test_another_form_with_a_spent_ballot_is_refused(store: Store) -> None:
    code = codes_of(launch(store), "ERP")[0]
    store.ballot_box.submit(submission(store, code)).result()
    assert store.ballot_box.submit(submission(store, code, b"other")).result() is Outcome.USED
    assert marks(store) == 1


def test_a_token_that_was_never_given_out_is_unknown(store: Store) -> None:
    launch(store)
    stranger = write_code(b"\0" * 16)
    assert store.ballot_box.submit(submission(store, stranger)).result() is Outcome.UNKNOWN
    assert marks(store) == 0


def test_nothing_is_accepted_after_the_closing_date(store: Store) -> None:
    wave = launch(store, closes_at=NOW + timedelta(days=1))
    code = codes_of(wave, "ERP")[0]
    late = replace(submission(store, code), now=NOW + timedelta(days=1))
    assert store.ballot_box.submit(late).result() is Outcome.CLOSED


def test_nothing_is_accepted_after_the_close(store: Store) -> None:
    wave = launch(store)
    close_wave(store, wave.wave_id, NOW)
    late = store.ballot_box.submit(submission(store, codes_of(wave, "ERP")[0]))
    assert late.result() is Outcome.CLOSED


def test_twenty_at_once_with_one_token_store_exactly_one(store: Store) -> None:
    codes = [invitation.code for invitation in launch(store).invitations][:20]
    boxes = [store.ballot_box, Store(store.engine, store.wave_keys.folder).ballot_box]
    outcomes: list[Outcome] = []
    for code in codes:
        ready = threading.Barrier(20)

        def post(number: int, code: str = code, ready: threading.Barrier = ready) -> None:
            ready.wait()
            # Two boxes are two processes: each has its own connection and transactions.
            box = boxes[number % 2]
            outcomes.append(box.submit(submission(store, code, b"form%d" % number)).result())

        threads = [threading.Thread(target=post, args=(n,)) for n in range(20)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    boxes[1].close()
    assert outcomes.count(Outcome.ACCEPTED) == len(codes)
    assert outcomes.count(Outcome.USED) == 19 * len(codes)
    assert marks(store) == len(codes)


def test_one_faulty_submission_does_not_take_its_batch_with_it(store: Store) -> None:
    codes = codes_of(launch(store), "Development")
    good = [submission(store, code) for code in codes[:5]]
    # A record that goes into no box fails after the batch has begun.
    bad = replace(good[0], holder=token_hash(codes[5]), record=Record("x" * 200, ""))
    futures = [store.ballot_box.submit(each) for each in [*good[:2], bad, *good[2:]]]
    kept = [future.exception() is None for future in futures]
    assert kept == [True, True, False, True, True, True]
    assert marks(store) == 5


def test_counts_are_by_group_in_steps_and_not_more_often_than_needed(store: Store) -> None:
    wave, times = launch(store), Turnout(store.wave_keys, every=0)
    send(store, codes_of(wave, "ERP")[:4])

    def told(turnout: Turnout) -> list[int]:
        with store.reading() as work:
            row = work.waves.get(wave.wave_id)
            assert row is not None
            return list(turnout.of(row, work.ballots, work.unit_codes, work.sealed).values())

    assert told(times) == told(store.turnout) == []
    send(store, codes_of(wave, "ERP")[4:8])
    send(store, codes_of(wave, "Development"))
    assert sorted(told(times)) == [5, 10]
    assert told(store.turnout) == [], "looked up again within a quarter of an hour"
    with store.reading() as work:
        assert sorted(work.ballots.invited(wave.wave_id).values()) == [4, 8, 10, 12]


def test_a_close_waits_for_a_decision_that_is_under_way(store: Store) -> None:
    wave = launch(store)
    mine = submission(store, codes_of(wave, "ERP")[0])
    store.ballot_box.submit(mine).result()
    closing = threading.Thread(target=close_wave, args=(store, wave.wave_id, NOW))
    engine = store.engine.execution_options(**{WRITES: True})
    with engine.connect() as connection, connection.begin():
        # It decides and writes nothing, as the moment before an answer is written.
        assert cast(connection, store.wave_keys, [mine]) == [Outcome.REPEATED]
        closing.start()
        closing.join(0.4)
        with store.reading() as work:
            seen = work.waves.get(wave.wave_id)
        assert seen is not None
        assert seen.closed_at is None, "closed over an answer that nobody would count"
    closing.join()


def test_a_locked_database_is_told_to_all_who_wait_at_once(sqlite_store: Store) -> None:
    codes = codes_of(launch(sqlite_store), "Development")
    box = BallotBox(
        create_engine(sqlite_store.engine.url, connect_args={"timeout": 0.3}),
        sqlite_store.wave_keys,
    )
    with sqlite_store.engine.connect().execution_options(**{WRITES: True}) as other:
        other.begin()
        start = time.monotonic()
        futures = [box.submit(submission(sqlite_store, code)) for code in codes]
        errors = [future.exception() for future in futures]
        waited = time.monotonic() - start
    box.close()
    assert all(isinstance(error, OperationalError) for error in errors)
    # One after the other they would wait twelve times as long as one.
    assert waited < 0.3 * len(codes) / 2
