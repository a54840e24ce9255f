"""A hostile file of a client: refused or shown, and nobody else is touched."""

from collections.abc import Callable, Iterator
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.storage.store import Store
from app.storage.workspace_tables import METADATA
from app.usecases.advice import first_question, lines_of
from app.usecases.field import view_wave
from app.usecases.handover import NotHandedOver
from app.usecases.results import report_of, view_results
from app.usecases.takeover import take_over_client
from tests.builders import NOW
from tests.usecases.moving import OWNER, content_of, member_of, packed, wave_of


def everything(store: Store) -> dict[str, list[object]]:
    with store.engine.connect() as connection:
        return {
            name: list(connection.execute(table.select()).all())
            for name, table in sorted(METADATA.tables.items())
        }


def _wave(content: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = content["assessments"][0]["waves"][0]
    return found


def _set(*way: str | int, value: object) -> Callable[[dict[str, Any]], None]:
    def change(content: dict[str, Any]) -> None:
        place: Any = content
        for step in way[:-1]:
            place = place[step]
        place[way[-1]] = value

    return change


WAVE = ("assessments", 0, "waves", 0)
UNIT = ("assessments", 0, "units", 0)


@pytest.mark.parametrize(
    "change",
    [
        _set("assessments", 0, "waves", 0, "id", value="installation"),
        _set(*UNIT, "label", value="../../keys/installation"),
        _set(*UNIT, "label", value="./0a1b2c3d4e"),
        _set(*UNIT, "parent", value="nowhere"),
        _set(*UNIT, "route", value="elsewhere"),
        _set(*UNIT, "name", value="x" * 300),
        _set(*WAVE, "k", value=1),
        _set(*WAVE, "closed_at", value=None),
        _set(*WAVE, "number", value=0),
        _set(*WAVE, "release", "units", value=[]),
        _set(*WAVE, "release", "units", 1, "id", value="organisation"),
        _set(*WAVE, "release", "rules", value=1),
        _set(*WAVE, "release", "units", 1, "depth", value=-5),
        _set(*WAVE, "release", "language", value="../../etc/passwd"),
        _set(*WAVE, "asked", value={"nobody": 5}),
        _set(*WAVE, "invitees", value={"nobody": "nowhere"}),
        _set(*WAVE, "ledger", 0, "channels", value=["smoke"]),
        _set(*WAVE, "instrument", "questionnaires", value=[]),
        _set("assessments", 0, "people", 0, "unit", value="nowhere"),
        _set("rows", value={}),
        _set("ballots", value=[]),
        _set("format", value=3),
    ],
)
def test_a_hostile_file_is_refused_and_nothing_changes(
    moved: tuple[str, bytes],
    other: Store,
    change: Callable[[dict[str, Any]], None],
) -> None:
    take_over_client(other, moved[1], OWNER, NOW)
    content = content_of(moved[1])
    change(content)
    before, folder = everything(other), sorted(other.wave_keys.folder.glob("*"))
    with pytest.raises(NotHandedOver):
        take_over_client(other, packed(content), OWNER, NOW)
    assert everything(other) == before
    assert sorted(other.wave_keys.folder.glob("*")) == folder


def test_a_forged_wording_takes_no_other_ones_place(moved: tuple[str, bytes], other: Store) -> None:
    take_over_client(other, moved[1], OWNER, NOW)
    with other.reading() as work:
        first = work.waves.get(wave_of(other, "Acme"))
        assert first is not None
        kept = work.instruments.get(first.instrument_digest)
    content = content_of(moved[1])
    _wave(content)["instrument"]["title"] = "Forged"
    take_over_client(other, packed(content), OWNER, NOW)
    with other.reading() as work:
        second = work.waves.get(wave_of(other, "Acme (2)"))
        assert second is not None
        assert second.instrument_digest != first.instrument_digest
        assert work.instruments.get(first.instrument_digest) == kept


def test_a_unit_that_stands_below_itself_is_refused(moved: tuple[str, bytes], other: Store) -> None:
    content = content_of(moved[1])
    for unit in content["assessments"][0]["units"]:
        unit["parent"] = unit["label"]
    with pytest.raises(NotHandedOver, match="contradict"):
        take_over_client(other, packed(content), OWNER, NOW)


@pytest.mark.parametrize("torn", range(30, 3000, 401))
def test_a_torn_archive_is_refused(moved: tuple[str, bytes], other: Store, torn: int) -> None:
    content = bytearray(moved[1])
    content[torn % len(content)] ^= 255
    for spoilt in (b"", b"PK", bytes(content[:200]), bytes(content[:-40])):
        with pytest.raises(NotHandedOver):
            take_over_client(other, spoilt, OWNER, NOW)


def _places(value: object, way: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    if way:
        yield way
    if isinstance(value, dict):
        for key, inside in value.items():
            yield from _places(inside, (*way, key))
    elif isinstance(value, list):
        for number, inside in enumerate(value[:3]):
            yield from _places(inside, (*way, number))


JUNK = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=30),
    st.sampled_from(["organisation", "installation", "../x", "\0", "é" * 50, {}, [], 10**30, "5"]),
)


@given(seed=st.integers(0, 10**6), junk=JUNK)
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_a_file_says_is_refused_or_shown_and_touches_nobody_else(
    moved: tuple[str, bytes], other: Store, seed: int, junk: object
) -> None:
    content = content_of(moved[1])
    way = Random(seed).choice(list(_places(content)))
    try:
        _set(*way, value=junk)(content)
        spoilt = packed(content)
    except (TypeError, ValueError):
        return
    before = everything(other)
    try:
        name = take_over_client(other, spoilt, OWNER, NOW)
    except NotHandedOver:
        assert everything(other) == before
        return
    member = member_of(other, name)
    with other.reading() as work:
        waves = [
            wave.id
            for one in work.assessments.of(member.organisation_id)
            for wave in work.waves.of(one.id)
        ]
    for wave_id in waves:
        report_of(view_results(other, wave_id))
        view_wave(other, member, wave_id, NOW)
        release = view_results(other, wave_id).release
        lines_of(release, first_question(release))
    after = everything(other)
    for table, rows in before.items():
        assert all(row in after[table] for row in rows), table
