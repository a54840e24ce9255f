"""SQLite's pages, free list and log, against whoever kept the links; and what no file may hold."""

from pathlib import Path

import pytest

from app.storage.kept_bytes import bytes_of_database, bytes_of_folder, log_place
from app.storage.sealing import Record, Sealer
from app.storage.store import Store
from app.usecases.privacy_canaries import find_texts
from app.usecases.waves import close_wave, read_comments
from tests.attacks.field import COMMENT, SHEET, ask, best_labels, is_chance, owners_of_boxes
from tests.attacks.pages import ballot_pages
from tests.builders import NOW
from tests.submissions import records_of


def test_pages_of_ballots_are_those_of_the_launch_whoever_answers_and_closes(
    sqlite_store: Store,
) -> None:
    store, launched = sqlite_store, dict[int, bytes]()

    def send(one) -> None:  # type: ignore[no-untyped-def]
        nonlocal launched
        launched = launched or ballot_pages(store.engine)
        store.ballot_box.submit(one).result()

    asked = ask(store, send=send)
    assert len(launched) > 5
    assert ballot_pages(store.engine) == launched
    for wave in list(asked.links)[:5]:
        close_wave(store, wave, NOW)
    assert ballot_pages(store.engine) == launched


def test_a_mark_of_use_on_ballots_would_name_everybody(sqlite_store: Store) -> None:
    """The control: the rule before, by which a send changed the ballot."""
    store = sqlite_store
    with store.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE ballot ADD COLUMN used BOOLEAN DEFAULT 0")

    def send(one) -> None:  # type: ignore[no-untyped-def]
        store.ballot_box.submit(one).result()
        with store.engine.begin() as connection:
            connection.exec_driver_sql(
                "UPDATE ballot SET used = 1 WHERE token_hash = ?", (one.holder,)
            )

    asked = ask(store, send=send, waves=5)
    with store.engine.connect() as connection:
        used = set(connection.exec_driver_sql("SELECT token_hash FROM ballot WHERE used").scalars())
    answered = {token for _, token in asked.answered}
    truth = [token in answered for _, token in asked.people]
    hits = best_labels([token in used for _, token in asked.people], truth)
    assert hits == len(truth)
    assert not is_chance(hits, len(truth), sum(truth) / len(truth))


def test_places_sizes_and_values_of_boxes_tell_neither_owner_group_nor_comment(
    sqlite_store: Store,
) -> None:
    store, asked = sqlite_store, ask(sqlite_store, share=1)
    hits = tries = 0
    with store.engine.connect() as connection:
        in_file = list(connection.exec_driver_sql("SELECT token_hash FROM ballot").scalars())
    for wave, owners in owners_of_boxes(store, asked).items():
        people = set(asked.links[wave])
        guessed = [token for token in in_file if token in people]
        hits += sum(a == b for a, b in zip(owners, guessed, strict=True))
        tries += len(owners)
    assert tries >= 200
    assert is_chance(hits, tries, len(asked.links) / tries)
    features, commented, of_one = [], [], []
    for wave in asked.links:
        records = records_of(store, wave)
        with store.reading() as work:
            boxes = list(work.sealed.boxes(wave))
        units = [record.unit_id for record in records]
        features += [(len(box.box), len(box.kem), len(box.id)) for box in boxes]
        commented += [bool(record.comment) for record in records]
        of_one += [units.count(record.unit_id) == 1 for record in records]
    for truth in (commented, of_one):
        base = max(sum(truth), len(truth) - sum(truth)) / len(truth)
        assert is_chance(best_labels(features, truth), len(truth), base)
        assert best_labels(features, truth) == round(base * len(truth))


@pytest.mark.parametrize("variant", ["sizes", "unit"])
def test_boxes_of_several_sizes_or_with_a_unit_would_tell(
    sqlite_store: Store, variant: str
) -> None:
    """The control: a box as long as its record, and one beside its group."""
    asked = ask(sqlite_store, share=1)
    features, truth = list[object](), list[bool]()
    for wave in asked.links:
        records = records_of(sqlite_store, wave)
        units = [record.unit_id for record in records]
        for record in records:
            needed = 40 + len("".join((record.unit_id, record.sheet, record.comment)))
            sealer = Sealer.begin(wave, bytes([9] + 31 * [0]), bytes(32), needed)
            box = sealer.seal_up(Record(record.unit_id, record.sheet, record.comment)).box
            alone = units.count(record.unit_id) == 1
            features.append(len(box) if variant == "sizes" else units.count(record.unit_id))
            truth.append(bool(record.comment) if variant == "sizes" else alone)
    base = max(sum(truth), len(truth) - sum(truth)) / len(truth)
    assert best_labels(features, truth) == len(truth)
    assert not is_chance(len(truth), len(truth), base)


def test_no_byte_of_any_answer_or_comment_lies_anywhere(store: Store, tmp_path: Path) -> None:
    since = log_place(store.engine)
    asked = ask(store, share=1)
    assert len(asked.sheets) >= 200
    assert len(asked.comments) >= 50

    def found() -> dict[str, list[str]]:
        kept = [*bytes_of_database(store.engine, since), *bytes_of_folder(tmp_path, frozenset())]
        assert not any(one.why for one in kept)
        return find_texts(kept, [SHEET, COMMENT])

    assert found() == {}
    for wave in list(asked.links)[:5]:
        close_wave(store, wave, NOW)
        read_comments(store, wave)
    assert found() == {}
    # The control: the same search finds one that somebody wrote beside.
    (tmp_path / "spool").write_text(next(iter(asked.comments)))
    assert set(found()) == {"spool"}
