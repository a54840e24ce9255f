"""Answers as the ballot box takes them, and answers of several people, for tests below the site."""

import hashlib
from collections.abc import Iterable

from app.storage.ballots import find_ballot
from app.storage.sealing import SMALL, Opener, Record
from app.storage.store import Store
from app.storage.submissions import Outcome, Submission
from app.storage.wave_keys import BOX, SEAL
from app.usecases.ballots import hash_token, read_code
from app.usecases.boxes import box_size
from tests.builders import NOW, marked


def token_hash(code: str) -> bytes:
    token = read_code(code)
    assert token is not None
    return hash_token(token)


def submission(
    store: Store, code: str, form: bytes = b"form", sheet: str = "", comment: str = ""
) -> Submission:
    """Return what a form with a code sends; without a sheet, the middle level everywhere."""
    holder, size = token_hash(code), SMALL
    with store.engine.connect() as connection:
        ballot = find_ballot(connection, holder)
    if ballot is not None:
        with store.reading() as work:
            wave = work.waves.get(ballot.wave_id)
            assert wave is not None
            instrument = work.instruments.get(wave.instrument_digest)
        size = box_size(instrument)
        sheet = sheet or marked("3" * len(instrument.items))
    return Submission(
        wave_id=ballot.wave_id if ballot else "unknown",
        holder=holder,
        form=hashlib.sha256(form).digest(),
        record=Record(ballot.unit_id if ballot else "unknown", sheet, comment),
        now=NOW,
        size=size,
        seats=ballot.seats if ballot else 0,
    )


def send(store: Store, codes: Iterable[str], sheet: str = "") -> None:
    """Send the same answers with each of some codes."""
    for code in codes:
        sent = store.ballot_box.submit(submission(store, code, sheet=sheet))
        assert sent.result() is Outcome.ACCEPTED


def marks_of(store: Store, wave_id: str) -> int:
    """Return how many have answered a wave that is open."""
    with store.reading() as work:
        return work.sealed.count(wave_id)


def records_of(store: Store, wave_id: str) -> list[Record]:
    """Open all boxes of a wave that is open, as its close will."""
    with store.reading() as work:
        wave = work.waves.get(wave_id)
        assert wave is not None
        size = box_size(work.instruments.get(wave.instrument_digest))
        boxes = list(work.sealed.boxes(wave_id))
    keys = store.wave_keys.need(wave_id, wave.box_digest, BOX, SEAL)
    opener = Opener(wave_id, keys, size)
    return [opener.open(box) for box in boxes]
