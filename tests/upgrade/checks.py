"""What an upgraded database must still have, wave by wave."""

from collections import Counter

from app.storage.store import Store
from app.storage.submissions import Outcome
from app.storage.wave_keys import PUBLIC, WORDS
from app.usecases.wave_keys import key_state
from app.usecases.waves import read_comments
from tests.builders import marked
from tests.submissions import marks_of, records_of, submission
from tests.usecases.older import (
    SEATED,
    SEATS,
    SHOP,
    OldWave,
    form_of,
)


def outcome(store: Store, code: str, form: bytes) -> Outcome:
    return store.ballot_box.submit(submission(store, code, form)).result()


def check_open(store: Store, wave: OldWave) -> None:
    """What was sent is there once, links do as before, and whoever sends again is thanked."""
    assert marks_of(store, wave.id) == wave.answered
    records = records_of(store, wave.id)
    assert Counter((one.unit_id, one.sheet) for one in records) == Counter(
        (wave.unit_id(unit), sheet) for unit, sheets in wave.sheets.items() for sheet in sheets
    )
    said = Counter(one.comment for one in records if one.comment)
    assert said == Counter(wave.texts)
    with store.reading() as work:
        invited = work.ballots.invited(wave.id)
        left = Counter(unit for unit, _token in work.ballots.hashes(wave.id))
    asked = {wave.unit_id(unit): people for unit, _kind, people, _ in wave.groups}
    assert invited == asked
    assert left == {unit: people for unit, people in asked.items() if not unit.endswith(SHOP)}


def check_sending(store: Store, wave: OldWave) -> None:
    """Links and seats that were used stay used; the others are spent, and counted in `wave`."""
    for unit, _kind, _people, answered in wave.groups:
        if unit == SHOP:
            continue
        codes = wave.codes(unit)
        for code in codes[:answered]:
            assert outcome(store, code, form_of(wave, code)) is Outcome.REPEATED
            assert outcome(store, code, b"another form") is Outcome.USED
        assert outcome(store, codes[-1], b"a first form") is Outcome.ACCEPTED
        wave.sheets[unit].append(marked("3" * 21))
    if wave.revision >= "0005":
        code = wave.shared_code
        for seat in range(SEATED):
            sent = form_of(wave, f"{code} {seat}")
            assert outcome(store, code, sent) is Outcome.REPEATED
        for seat in range(SEATED, SEATS):
            assert outcome(store, code, b"seat %d" % seat) is Outcome.ACCEPTED
            wave.sheets[SHOP].append(marked("3" * 21))
        assert outcome(store, code, b"one too many") is Outcome.USED


def check_closed(store: Store, wave: OldWave, texts: list[str]) -> None:
    with store.reading() as work:
        assert work.releases.get(wave.id) == wave.release
        assert work.sealed.count(wave.id) == 0
        assert list(work.sealed.boxes(wave.id)) == []
    assert Counter(read_comments(store, wave.id)) == Counter(texts)
    names = {WORDS} if texts else set()
    assert store.wave_keys.names(wave.id) - {PUBLIC} == names


def check_all(store: Store, waves: dict[str, OldWave]) -> None:
    check_open(store, waves["Open"])
    check_closed(store, waves["Half"], waves["Half"].texts)
    check_closed(store, waves["Ten"], waves["Ten"].texts)
    check_closed(store, waves["Few"], [])
    check_closed(store, waves["Older"], waves["Older"].texts)
    state = key_state(store)
    assert (state.lost, state.left, state.unknown) == ((), (), ())
