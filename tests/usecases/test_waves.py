"""A wave from launch to close: what is created, what is destroyed, what is frozen."""

from datetime import timedelta
from random import Random

import pytest

from app.questionnaires.questionnaire import Instrument
from app.storage.ballots import find_ballot
from app.storage.store import Store
from app.usecases.ballots import hash_token, read_code
from app.usecases.errors import UnknownWave
from app.usecases.launches import ClosingDateInPast, open_next_wave
from app.usecases.results import state_of
from app.usecases.waves import close_wave
from tests.builders import (
    GROUPS,
    NOW,
    codes_of,
    instrument,
    launch,
    marked,
)
from tests.submissions import submission


def answer(store: Store, codes: list[str], answers: str) -> None:
    for code in codes:
        store.ballot_box.submit(submission(store, code, sheet=answers)).result()


def test_a_launch_gives_every_person_a_ballot_of_their_group(store: Store) -> None:
    wave = launch(store)
    assert len({invitation.code for invitation in wave.invitations}) == sum(GROUPS.values())
    with store.reading() as work:
        units = {unit.id: unit.name for unit in work.units.of(wave.assessment_id)}
    for invitation in wave.invitations:
        token = read_code(invitation.code)
        assert token is not None
        with store.engine.connect() as connection:
            ballot = find_ballot(connection, hash_token(token))
        assert ballot is not None
        assert units[ballot.unit_id] == invitation.unit


def test_a_wave_keeps_the_exact_words_it_asked(store: Store) -> None:
    wave = launch(store)
    with store.reading() as work:
        kept = work.waves.get(wave.wave_id)
        assert kept is not None
        asked = work.instruments.get(kept.instrument_digest)
    assert set(asked.kinds) == {kind for _, _, kind in GROUPS}
    assert asked == instrument().only(asked.kinds)


def test_a_second_wave_has_new_codes(store: Store) -> None:
    first = launch(store)
    second = open_next_wave(store, first.assessment_id, instrument(), NOW, Random(7))
    assert not {i.code for i in first.invitations} & {i.code for i in second.invitations}
    with store.reading() as work:
        assert [wave.number for wave in work.waves.of(first.assessment_id)] == [1, 2]


def test_a_wave_cannot_close_before_it_opens_and_then_nothing_is_kept(store: Store) -> None:
    with pytest.raises(ClosingDateInPast):
        launch(store, closes_at=NOW - timedelta(seconds=1))
    with store.reading() as work:
        assert work.organisations.all() == []


def test_the_close_destroys_the_key_and_freezes_the_release(store: Store) -> None:
    wave = launch(store)
    answer(store, codes_of(wave, "ERP"), marked("4" * 21))
    assert store.wave_keys.read(wave.wave_id) is not None
    release = close_wave(store, wave.wave_id, NOW)
    assert store.wave_keys.read(wave.wave_id) is None
    erp = next(unit for unit in release.units if unit.name == "ERP")
    assert erp.overall is not None
    assert erp.overall.level == 4
    with store.reading() as work:
        assert work.releases.get(wave.wave_id) == release


def test_closing_again_changes_nothing(store: Store) -> None:
    wave = launch(store)
    answer(store, codes_of(wave, "ERP"), marked("4" * 21))
    first = close_wave(store, wave.wave_id, NOW)
    assert close_wave(store, wave.wave_id, NOW + timedelta(days=1)) == first
    with store.reading() as work:
        kept = work.waves.get(wave.wave_id)
        assert kept is not None
        assert kept.closed_at == NOW


@pytest.mark.parametrize("step", ["unseal", "_freeze", "finish_close"])
def test_a_close_that_broke_off_is_finished_by_the_next(
    store: Store, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    wave = launch(store)
    answer(store, codes_of(wave, "ERP"), marked("4" * 21))

    def killed(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(f"app.usecases.waves.{step}", killed)
        with pytest.raises(KeyboardInterrupt):
            close_wave(store, wave.wave_id, NOW)
    release = close_wave(store, wave.wave_id, NOW)
    assert release.answered == 8
    assert store.wave_keys.names(wave.wave_id) == set()


def test_an_unknown_wave_cannot_be_closed(store: Store) -> None:
    with pytest.raises(UnknownWave):
        close_wave(store, "nothing", NOW)


def test_answers_of_a_group_too_small_for_any_figure_count_nowhere(store: Store) -> None:
    wave = launch(store)
    answer(store, codes_of(wave, "Security")[:3], marked("5" * 21))
    answer(store, codes_of(wave, "Data centre")[:6], marked("1" * 21))
    answer(store, codes_of(wave, "ERP")[:7], marked("4" * 21))
    release = close_wave(store, wave.wave_id, NOW)
    security = next(unit for unit in release.units if unit.name == "Security")
    assert security.profiles == {}
    assert security.answered is None
    assert release.organisation.profiles == {}
    assert [unit.name for unit in release.cells] == ["ERP", "Data centre"]
    assert (release.answered, release.is_part) == (13, True)


def test_waves_share_an_instrument_that_has_not_changed(store: Store) -> None:
    wave = launch(store)
    same = Instrument.model_validate_json(instrument().model_dump_json())
    open_next_wave(store, wave.assessment_id, same, NOW, Random(7))
    with store.reading() as work:
        digests = {w.instrument_digest for w in work.waves.of(wave.assessment_id)}
    assert len(digests) == 1


def test_a_closed_wave_counts_groups_that_are_told_only_together_as_one(store: Store) -> None:
    groups = {("ERP", "", "data"): 8, ("Security", "", "data"): 4, ("Office", "", "data"): 3}
    wave = launch(store, groups)
    for unit in ("ERP", "Security", "Office"):
        answer(store, codes_of(wave, unit)[:6], marked("3" * 21))
    release = close_wave(store, wave.wave_id, NOW)
    with store.reading() as work:
        (closed,) = work.waves.of(wave.assessment_id)
        state = state_of(work, closed)
    told = [(group.name, group.invited, group.answered) for group in state.groups]
    assert told == [("ERP", 8, 6), ("Security and Office together", 7, 7)]
    assert state.answered == release.answered == 13
