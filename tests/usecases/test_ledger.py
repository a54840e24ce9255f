"""The ledger: what left a wave is known for ever, and what would allow subtraction stays in."""

import threading

import pytest

from app.scoring.ledger import ReleasedSets, sets_of
from app.storage.store import Store
from app.usecases.errors import SubtractionPossible, UnknownWave
from app.usecases.launches import LaunchedWave
from app.usecases.ledger import Channel, admit
from app.usecases.results import view_results
from app.usecases.waves import close_wave
from tests.builders import NOW, codes_of, launch, marked
from tests.usecases.test_waves import answer

#: Answers of each group: the security team of four is too small to show alone.
ANSWERED = {"ERP": 8, "Development": 9, "Data centre": 7, "Security": 3}


@pytest.fixture
def wave(store: Store) -> LaunchedWave:
    launched = launch(store)
    for unit, people in ANSWERED.items():
        answer(store, codes_of(launched, unit)[:people], marked("3" * 21))
    close_wave(store, launched.wave_id, NOW)
    return launched


def ids(store: Store, wave: LaunchedWave) -> dict[str, str]:
    with store.reading() as work:
        return {unit.name: unit.id for unit in work.units.of(wave.assessment_id)}


def figures_on(store: Store, wave: LaunchedWave, *groups: str) -> ReleasedSets:
    unit = ids(store, wave)
    return ReleasedSets({"acceptance": frozenset({tuple(sorted(unit[name] for name in groups))})})


def test_the_release_itself_is_the_first_entry(store: Store, wave: LaunchedWave) -> None:
    results = view_results(store, wave.wave_id)
    view_results(store, wave.wave_id, Channel.PDF)
    view_results(store, wave.wave_id, Channel.PDF)
    with store.reading() as work:
        assert work.ledger.channels(wave.wave_id) == {
            sets_of(results.release).digest: ["PDF", "release", "screen"]
        }


def test_many_first_readers_at_once_are_all_served(store: Store, wave: LaunchedWave) -> None:
    ready, errors = threading.Barrier(8), []

    def read() -> None:
        ready.wait()
        try:
            view_results(store, wave.wave_id)
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=read) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []


# A10 and A11: the same wave under another tree, a report with or without a group.
def test_a_new_unit_that_exposes_a_small_group_is_refused(store: Store, wave: LaunchedWave) -> None:
    fresh = figures_on(store, wave, "ERP", "Security")
    with pytest.raises(
        SubtractionPossible, match="answers of fewer than 5 people in Security alone"
    ):
        admit(store, wave.wave_id, fresh, Channel.SCREEN)
    with store.reading() as work:
        assert fresh.digest not in work.ledger.released(wave.wave_id)


def test_a_union_of_released_units_is_let_out(store: Store, wave: LaunchedWave) -> None:
    admit(store, wave.wave_id, figures_on(store, wave, "ERP", "Data centre"), Channel.PDF)


# A9: what is out stays out, so two harmless figures can be refused together.
def test_the_past_counts(store: Store, wave: LaunchedWave) -> None:
    unit = ids(store, wave)
    with store.writing() as work:
        # As if the small group had once been part of something larger that was shown.
        old = {tuple(sorted((unit["Security"], unit["Data centre"])))}
        work.ledger.add(wave.wave_id, ReleasedSets({"acceptance": frozenset(old)}), "file")
        work.commit()
    with pytest.raises(SubtractionPossible, match="Security"):
        admit(store, wave.wave_id, figures_on(store, wave, "Data centre"), Channel.SCREEN)


def test_without_the_ledger_the_same_subtraction_succeeds() -> None:
    """The control: each figure rests on ten people or more, and their difference on three."""
    whole, part = {"Data centre": 7, "Security": 3}, {"Data centre": 7}
    assert sum(whole.values()) - sum(part.values()) == 3


def test_a_wave_that_does_not_exist_has_no_ledger(store: Store) -> None:
    with pytest.raises(UnknownWave):
        admit(store, "none", ReleasedSets({"acceptance": frozenset({("x",)})}), Channel.PDF)


def test_a_refusal_names_a_group_that_was_removed_since(store: Store, wave: LaunchedWave) -> None:
    exposing = figures_on(store, wave, "ERP", "Security")
    with store.writing() as work:
        for unit in work.units.of(wave.assessment_id):
            unit.is_retired = unit.name == "Security"
            work.units.save(unit)
        work.commit()
    with pytest.raises(SubtractionPossible, match="Security alone"):
        admit(store, wave.wave_id, exposing, Channel.SCREEN)
