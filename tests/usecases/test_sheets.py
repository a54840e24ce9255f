"""The mix: nothing is lost, nothing doubled, and nothing tells whose answers are whose."""

import sqlite3
import threading
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from random import Random

import pytest
from scipy.stats import spearmanr
from sqlalchemy import inspect

from app.storage.ballots import Outcome
from app.storage.database import PATIENCE
from app.storage.store import Store
from app.usecases.launches import LaunchedWave
from app.usecases.privacy_check import check_privacy
from app.usecases.sheets import SMALLEST_MIX, mix_sheets
from app.usecases.waves import close_wave
from tests.builders import NOW, codes_of, launch, marked
from tests.storage.test_ballots import submission

BIG = {("Data centre", "Operations", "data-centre"): 40}


def serial(number: int) -> str:
    """A sheet that tells which person sent it, so that a test can look for it."""
    digits = [str(number // 5**place % 5 + 1) for place in range(3)]
    return marked("".join(digits) + "3" * 18)


def send_all(store: Store, wave: LaunchedWave, number: int) -> None:
    for person, code in enumerate(codes_of(wave, "Data centre")[:number]):
        store.ballot_box.submit(submission(code, answers=serial(person))).result()


def rows(store: Store, sql: str) -> list[tuple[object, ...]]:
    with store.engine.connect() as connection:
        return [tuple(row) for row in connection.exec_driver_sql(sql)]


def test_few_sheets_wait(store: Store) -> None:
    send_all(store, launch(store, BIG), SMALLEST_MIX - 1)
    assert mix_sheets(store, Random(1)) == 0
    assert len(rows(store, "SELECT * FROM sheet")) == 0


def test_ten_sheets_move_and_leave_nothing_behind(store: Store) -> None:
    send_all(store, launch(store, BIG), SMALLEST_MIX)
    staged = {row[0] for row in rows(store, "SELECT id FROM staged_sheet")}
    assert mix_sheets(store, Random(1)) == SMALLEST_MIX
    assert rows(store, "SELECT * FROM staged_sheet") == []
    moved = rows(store, "SELECT id, answers FROM sheet")
    assert sorted(str(answers) for _, answers in moved) == sorted(map(serial, range(10)))
    assert not staged & {row[0] for row in moved}


def test_all_sheets_move_at_the_close(store: Store) -> None:
    wave = launch(store, BIG)
    send_all(store, wave, 7)
    close_wave(store, wave.wave_id, NOW, Random(1))
    assert rows(store, "SELECT * FROM staged_sheet") == []
    assert len(rows(store, "SELECT * FROM sheet")) == 7


def test_two_mixers_at_once_lose_and_double_nothing(store: Store) -> None:
    wave = launch(store, BIG)
    send_all(store, wave, 40)
    threads = [threading.Thread(target=mix_sheets, args=(store, Random(seed))) for seed in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    close_wave(store, wave.wave_id, NOW, Random(9))
    answers = sorted(str(row[0]) for row in rows(store, "SELECT answers FROM sheet"))
    assert answers == sorted(map(serial, range(40)))


def test_the_tables_of_persons_and_answers_share_no_key_and_no_time(store: Store) -> None:
    columns = {
        table: {column["name"] for column in inspect(store.engine).get_columns(table)}
        for table in ("person", "invitee", "ballot", "staged_sheet", "sheet")
    }
    for answers in ("staged_sheet", "sheet"):
        assert columns[answers] == {"id", "wave_id", "unit_id", "answers"}
        assert columns[answers] & columns["person"] <= {"id", "unit_id"}
        assert columns[answers] & columns["ballot"] == {"wave_id", "unit_id"}
        assert columns[answers] & columns["invitee"] == {"wave_id", "unit_id"}
    assert columns["invitee"] & columns["ballot"] == {"wave_id", "unit_id"}


@pytest.mark.parametrize("order_of", ["rows", "ids", "transactions"])
def test_no_order_in_the_database_is_the_order_of_sending(store: Store, order_of: str) -> None:
    # The control below shows that the attack works.
    wave = launch(store, BIG)
    send_all(store, wave, 40)
    close_wave(store, wave.wave_id, NOW, Random(5))
    sql = {"rows": "", "ids": " ORDER BY id", "transactions": ""}[order_of]
    if order_of == "transactions":
        sql = " ORDER BY xmin::text::bigint, ctid" if _is_postgres(store) else " ORDER BY id"
    found = [str(row[0]) for row in rows(store, f"SELECT answers FROM sheet{sql}")]
    sent = [serial(person) for person in range(40)]
    ranks = [sent.index(answers) for answers in found]
    # By chance 6 in 10^10 orders come as near; ids are no part of any seed.
    assert abs(spearmanr(ranks, range(40)).statistic) < 0.8


def test_the_order_attack_succeeds_where_rows_keep_their_arrival(store: Store) -> None:
    with store.engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE naive (answers TEXT)")
        for person in range(40):
            connection.exec_driver_sql(f"INSERT INTO naive VALUES ('{serial(person)}')")
    found = [str(row[0]) for row in rows(store, "SELECT answers FROM naive")]
    assert found == [serial(person) for person in range(40)]


def joined_by_transaction(store: Store) -> int:
    """How many staged sheets share a transaction with exactly one ballot (PostgreSQL's xmin)."""
    pairs = rows(
        store,
        "SELECT s.id FROM staged_sheet s JOIN ballot b ON b.xmin = s.xmin WHERE b.used",
    )
    return sum(1 for n in Counter(pairs).values() if n == 1)


def test_a_tick_parts_waiting_sheets_from_their_ballots(store: Store, tmp_path: Path) -> None:
    send_all(store, launch(store, BIG), SMALLEST_MIX - 1)
    log = tmp_path / "siloscope.sqlite-wal"
    if _is_postgres(store):
        assert joined_by_transaction(store) == SMALLEST_MIX - 1, "the attack is blind"
    else:
        assert log.stat().st_size > 0, "the attack is blind"
    assert mix_sheets(store, Random(1)) == 0
    if _is_postgres(store):
        assert joined_by_transaction(store) == 0
        # Written anew in the order of random ids, so their places tell no order either.
        found = [str(row[0]) for row in rows(store, "SELECT id FROM staged_sheet ORDER BY ctid")]
        assert found == sorted(found)
    else:
        assert log.stat().st_size == 0


def test_after_the_close_nothing_tells_who_took_part_or_when(store: Store) -> None:
    wave = launch(store, BIG)
    for part in range(0, 30, 10):
        for person, code in list(enumerate(codes_of(wave, "Data centre")))[part : part + 10]:
            store.ballot_box.submit(submission(code, answers=serial(person))).result()
        mix_sheets(store, Random(part))
    assert len(rows(store, "SELECT 1 FROM ballot WHERE used")) == 30, "the attack is blind"
    close_wave(store, wave.wave_id, NOW, Random(5))
    assert rows(store, "SELECT 1 FROM ballot WHERE used OR receipt IS NOT NULL") == []
    if _is_postgres(store):
        for table in ("ballot", "sheet"):
            assert len(rows(store, f"SELECT DISTINCT xmin::text FROM {table}")) == 1
        sent = [submission(code).token_hash for code in codes_of(wave, "Data centre")]
        found = [row[0] for row in rows(store, "SELECT token_hash FROM ballot ORDER BY ctid")]
        ranks = [sent.index(token) for token in found]  # type: ignore[arg-type]
        assert abs(spearmanr(ranks, range(40)).statistic) < 0.6
    late = store.ballot_box.submit(submission(codes_of(wave, "Data centre")[0]))
    assert late.result() is Outcome.CLOSED


SMALL = {
    ("Data centre", "", "data-centre"): 9,
    ("Office", "", "governance"): 1,
    ("Security", "", "security"): 3,
    ("Service desk", "", "service-desk"): 2,
}
#: What the one person of the office answered.
ALONE = marked("45" * 10 + "4")


def close_with(store: Store, small: Sequence[str], seed: int) -> dict[str, list[str]]:
    """Close a wave in which all of the data centre and of some small groups answered."""
    wave = launch(store, SMALL, seed=seed)
    for group in ("Data centre", *small):
        for code in codes_of(wave, group):
            said = ALONE if group == "Office" else marked("3" * 21)
            store.ballot_box.submit(submission(code, answers=said)).result()
    close_wave(store, wave.wave_id, NOW, Random(seed))
    found: dict[str, list[str]] = {}
    query = "SELECT unit.name, sheet.answers FROM sheet JOIN unit ON unit.id = sheet.unit_id"
    for row in rows(store, f"{query} WHERE sheet.wave_id = '{wave.wave_id}'"):
        found.setdefault(str(row[0]), []).append(str(row[1]))
    return found


def test_after_the_close_the_answers_of_a_group_of_one_lie_beside_any_small_group(
    store: Store,
) -> None:
    # Ids are no part of the seed, so each close is an independent throw between three groups:
    # that one of them never comes up in 60 has a chance of 3 (2/3)^60, less than one in 10^10.
    kept = [close_with(store, ("Office", "Security", "Service desk"), seed) for seed in range(60)]
    beside = {group for found in kept for group, texts in found.items() if ALONE in texts}
    assert beside == {"Office", "Security", "Service desk"}
    for found in kept:
        assert len(found["Data centre"]) == 9
        assert sum(map(len, found.values())) == 15, "a sheet was lost"
        assert all(len(texts) < 5 for group, texts in found.items() if group != "Data centre")


@pytest.mark.parametrize("k", [5, 8])
def test_no_group_is_dealt_as_many_sheets_as_would_show_it(store: Store, k: int) -> None:
    sizes = {"A": k, "B": k - 1, "C": k - 1, "D": 1}
    wave = launch(store, {(name, "", "data"): size for name, size in sizes.items()})
    with store.writing() as work:
        row = work.waves.get(wave.wave_id)
        assert row is not None
        row.k = k
        work.commit()
    for name in sizes:
        for code in codes_of(wave, name):
            store.ballot_box.submit(submission(code, answers=marked("3" * 21))).result()
    close_wave(store, wave.wave_id, NOW, Random(3))
    query = "SELECT unit.name, count(*) FROM sheet JOIN unit ON unit.id = sheet.unit_id"
    kept = {str(name): count for name, count in rows(store, f"{query} GROUP BY unit.name")}
    assert kept.pop("A") == k
    assert sum(int(str(count)) for count in kept.values()) == 2 * k - 1
    assert all(int(str(count)) < k for count in kept.values())


def test_after_the_close_nothing_is_left_of_answers_that_count_nowhere(store: Store) -> None:
    assert close_with(store, ("Office", "Security"), 1).keys() == {"Data centre"}


def test_a_log_that_another_program_keeps_is_told_and_emptied_when_it_ends(
    sqlite_store: Store,
) -> None:
    store, wave = sqlite_store, launch(sqlite_store, BIG)
    send_all(store, wave, 12)
    with sqlite3.connect(str(store.engine.url.database)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM ballot").fetchone()
        close_wave(store, wave.wave_id, NOW, Random(77))
        assert not store.clear_traces()
        leaks = [one for one in check_privacy(store, wave.wave_id) if one.is_leak]
        assert ["another program" in one.finding for one in leaks] == [True]
    reader.close()
    mix_sheets(store, Random(1))
    assert not store.has_log()
    assert not any(one.is_leak for one in check_privacy(store, wave.wave_id))


def test_nobody_waits_too_long_while_another_program_keeps_the_log(sqlite_store: Store) -> None:
    store, wave = sqlite_store, launch(sqlite_store, BIG)
    send_all(store, wave, 12)
    with sqlite3.connect(str(store.engine.url.database)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM ballot").fetchone()
        # The log's emptying is under way when the next person sends.
        emptying = threading.Thread(target=mix_sheets, args=(store, Random(1)))
        emptying.start()
        emptying.join(0.3)
        sent = store.ballot_box.submit(submission(codes_of(wave, "Data centre")[20]))
        assert sent.result(timeout=PATIENCE) is Outcome.ACCEPTED
        emptying.join()
    reader.close()


def test_the_nth_ballot_is_not_the_nth_person(store: Store) -> None:
    wave = launch(store, BIG)
    people = [invitation.code for invitation in wave.invitations]
    position = {submission(code).token_hash: n for n, code in enumerate(people)}
    found = [
        position[row[0]]  # type: ignore[index]
        for row in rows(store, "SELECT token_hash FROM ballot")
    ]
    assert abs(spearmanr(found, range(40)).statistic) < 0.6


def test_no_file_holds_a_token_or_a_staged_id_after_the_close(
    sqlite_store: Store, tmp_path: Path
) -> None:
    wave = launch(sqlite_store, BIG)
    send_all(sqlite_store, wave, 25)
    staged = [str(row[0]) for row in rows(sqlite_store, "SELECT id FROM staged_sheet")]
    files = [file for file in tmp_path.rglob("*") if file.is_file()]
    assert any(staged[0].encode() in file.read_bytes() for file in files), "the attack is blind"
    close_wave(sqlite_store, wave.wave_id, NOW, Random(1))
    content = b"".join(f.read_bytes() for f in tmp_path.rglob("*") if f.is_file())
    for secret in staged:
        assert secret.encode() not in content
    for invitation in wave.invitations:
        assert invitation.code.encode() not in content


def _is_postgres(store: Store) -> bool:
    return store.engine.dialect.name == "postgresql"
