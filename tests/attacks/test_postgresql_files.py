"""PostgreSQL's log and heap, with its default settings, against whoever kept the links."""

from collections.abc import Iterator
from pathlib import Path
from unittest.mock import patch

import pytest
from sqlalchemy import text

from app.storage.database import create_database_engine
from app.storage.schema import migrate
from app.storage.store import Store
from app.storage.submissions import cast
from app.usecases.waves import close_wave
from tests.attacks.field import Field, ask, best_labels, is_chance, owners_of_boxes
from tests.attacks.pages import heap_of, log_end, log_of, places
from tests.builders import NOW
from tests.postgres import PostgresServer, postgres_server


@pytest.fixture(scope="module")
def server() -> Iterator[PostgresServer]:
    """A server as it comes: its log is synced and holds whole pages."""
    with postgres_server(durable=True) as running:
        yield running


@pytest.fixture
def store(
    server: PostgresServer, tmp_path: Path, request: pytest.FixtureRequest
) -> Iterator[Store]:
    name = f"attacked_{abs(hash(request.node.name)) % 10**9}"
    server.execute(f"CREATE DATABASE {name}")
    engine = create_database_engine(server.url(name))
    migrate(engine)
    made = Store(engine, tmp_path / "keys")
    yield made
    made.close()
    server.execute(f"DROP DATABASE {name} WITH (FORCE)")


def joined(store: Store, server: PostgresServer, since: str) -> dict[bytes, bytes]:
    """Join ballots and boxes by the transactions that touched both: token by id of the box."""
    ballots, tokens = places(store.engine, "ballot", "token_hash")
    boxes, ids = places(store.engine, "sealed", "id")
    found = {}
    for one in log_of(server, since, log_end(store.engine)).values():
        for place in one.touched.get(boxes, []):
            for other in one.touched.get(ballots, []):
                if place in ids and other in tokens:
                    found[ids[place]] = tokens[other]
    return found


def named(store: Store, server: PostgresServer, since: str) -> set[bytes]:
    """Return the tokens of the ballots that any transaction of a send touched."""
    ballots, tokens = places(store.engine, "ballot", "token_hash")
    touched = (
        one.touched.get(ballots, [])
        for one in log_of(server, since, log_end(store.engine)).values()
    )
    return {tokens[place] for some in touched for place in some if place in tokens}


def took_part(asked: Field, told: set[bytes]) -> tuple[int, int, float]:
    """Return the hits of whoever says "took part" of those told, the tries, and the base rate."""
    answered = {token for _, token in asked.answered}
    truth = [token in answered for _, token in asked.people]
    hits = best_labels([token in told for _, token in asked.people], truth)
    return hits, len(truth), max(sum(truth), len(truth) - sum(truth)) / len(truth)


def test_the_log_of_sends_joins_nobody_and_names_nobody(
    store: Store, server: PostgresServer
) -> None:
    since = ""

    def send(one) -> None:  # type: ignore[no-untyped-def]
        nonlocal since
        since = since or log_end(store.engine)
        store.ballot_box.submit(one).result()

    asked = ask(store, send=send)
    assert len(asked.people) >= 200
    for _when in ("open", "closed"):
        assert joined(store, server, since) == {}
        hits, tries, base = took_part(asked, named(store, server, since))
        assert is_chance(hits, tries, base)
        for wave in asked.links:
            close_wave(store, wave, NOW)


@pytest.mark.parametrize("lock", ["FOR UPDATE", "FOR KEY SHARE"])
def test_a_lock_or_a_foreign_key_on_ballots_would_join_everybody(
    store: Store, server: PostgresServer, lock: str
) -> None:
    """The control: a foreign key locks what it points at FOR KEY SHARE."""
    real, since = cast, ""

    def locking(connection, keys, sent):  # type: ignore[no-untyped-def]
        query = text(f"SELECT 1 FROM ballot WHERE token_hash = :token {lock}")
        for one in sent:
            connection.execute(query, {"token": one.holder})
        return real(connection, keys, sent)

    def send(one) -> None:  # type: ignore[no-untyped-def]
        nonlocal since
        since = since or log_end(store.engine)
        store.ballot_box.submit(one).result()

    with patch("app.storage.ballot_box.cast", locking):
        asked = ask(store, send=send, waves=5)
    owners = dict(zip(_ids(store), _owners(store, asked), strict=True))
    found = joined(store, server, since)
    assert sum(owners[box] == token for box, token in found.items()) == len(asked.answered)
    hits, tries, base = took_part(asked, named(store, server, since))
    assert hits == tries
    assert not is_chance(hits, tries, base)


def _ids(store: Store) -> list[bytes]:
    with store.reading() as work:
        waves = work.waves.open_ids()
        return [box.id for wave in sorted(waves) for box in work.sealed.boxes(wave)]


def _owners(store: Store, asked: Field) -> list[bytes]:
    owners = owners_of_boxes(store, asked)
    return [token for wave in sorted(owners) for token in owners[wave]]


def test_ballots_lie_after_the_close_as_at_the_launch(store: Store) -> None:
    launched = b""

    def send(one) -> None:  # type: ignore[no-untyped-def]
        nonlocal launched
        launched = launched or heap_of(store.engine, "ballot")
        store.ballot_box.submit(one).result()

    asked = ask(store, send=send, waves=5)
    for wave in asked.links:
        close_wave(store, wave, NOW)
    assert heap_of(store.engine, "ballot") == launched


def test_without_settling_the_first_reading_would_mark_ballots(store: Store) -> None:
    """The control: what opens a link is then seen in the page of its ballot."""
    with patch.object(Store, "settle_ballots", lambda _store: None):
        asked = ask(store, share=0, waves=1)
    before = heap_of(store.engine, "ballot")
    with store.engine.connect() as connection:
        query = text("SELECT unit_id FROM ballot WHERE token_hash = :token")
        connection.execute(query, {"token": asked.people[0][1]}).one()
    assert heap_of(store.engine, "ballot") != before


def test_boxes_paired_with_ballots_by_their_places_are_right_by_chance_only(store: Store) -> None:
    asked = ask(store, share=1)
    hits = tries = 0
    _, tokens = places(store.engine, "ballot", "token_hash")
    in_file = list(tokens.values())
    for wave, owners in owners_of_boxes(store, asked).items():
        people = set(asked.links[wave])
        guessed = [token for token in in_file if token in people]
        hits += sum(a == b for a, b in zip(owners, guessed, strict=True))
        tries += len(owners)
    assert tries >= 200
    assert is_chance(hits, tries, len(asked.links) / tries)
