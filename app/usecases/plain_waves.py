"""Waves of versions before: their plain answers go into boxes, and their comments too."""

import json
import logging
from collections.abc import Iterator, Sequence
from random import SystemRandom
from typing import Final

from app.questionnaires.questionnaire import Instrument
from app.scoring.release import RULES
from app.scoring.rules import K_COMMENTS
from app.storage.plain_answers import PlainAnswers, PlainWave, SharedCode
from app.storage.plain_releases import PlainReleases
from app.storage.sealing import (
    Record,
    SealedRecord,
    Sealer,
    digest_of,
    mark_of,
    new_keys,
    receipt_of,
    seal_comment,
    seat_mark,
)
from app.storage.wave_keys import LINKS, PUBLIC, SEAL, SPEND, WORDS, WaveKeys
from app.usecases.ballots import hash_token, make_token
from app.usecases.boxes import box_size
from app.usecases.renewals import renewed

log = logging.getLogger(__name__)

#: Records that share a key agreement, as the sends of one commit do.
_AT_ONCE: Final = 500

#: The hash of the token of a seat, with its code and its number.
Seats = dict[bytes, tuple[bytes, int]]


def seats_of(links: bytes, codes: Sequence[SharedCode]) -> Seats:
    """Return the ballots that stood for seats of shared codes, by the hashes of their tokens."""
    return {
        hash_token(make_token(links, f"seat {number} of {code.unit_id}")): (code.code_hash, number)
        for code in codes
        for number in range(code.seats)
    }


def seal_wave(plain: PlainAnswers, wave_keys: WaveKeys, wave: PlainWave, seats: Seats) -> None:
    """Seal the answers of a wave that has no release yet, and remove the plain ones.

    Its keys are on disk before the caller commits: new ones, but for the one of its links. What
    a process of an older version added after an earlier run is sealed with the keys of that run.
    Raises KeysNotSafe or KeysMissing.
    """
    instrument = Instrument.model_validate_json(plain.instrument(wave.instrument_digest))
    used, records = plain.used_ballots(wave.id), _records(plain, wave.id)
    if wave.box_digest is None:
        keys = _make_keys(wave_keys, wave.id, asks_comment=instrument.asks_comment)
    elif used or records:
        keys = wave_keys.need(wave.id, wave.box_digest, SPEND, SEAL)
    else:
        return
    marks = [_mark(keys[SPEND], token, form, seats) for token, form in used]
    boxes = _boxes(wave.id, keys, box_size(instrument), records)
    plain.keep_sealed(wave.id, digest_of(keys[PUBLIC]), marks, boxes)
    comments = sum(bool(record.comment) for record in records)
    plain.remove(wave.id, list(seats))
    log.warning(
        "wave %s: %d answers and %d comments are sealed now; comments were kept apart from "
        "answers, so each lies in the box of an answer drawn by lot",
        wave.id,
        len(records),
        comments,
    )


def _make_keys(wave_keys: WaveKeys, wave_id: str, *, asks_comment: bool) -> dict[str, bytes]:
    """The key of the links stays, so that mailed links do; it is brought into each folder."""
    keys = new_keys()
    del keys[LINKS]
    if not asks_comment:
        del keys[WORDS]
    links = wave_keys.read(wave_id)
    if links is not None:
        for folder in wave_keys.folders:
            one = WaveKeys(folder)
            if one.read(wave_id) != links:
                one.create(wave_id, {LINKS: links})
    wave_keys.create(wave_id, keys)
    return keys


def _mark(spend: bytes, token: bytes, form: bytes | None, seats: Seats) -> tuple[bytes, bytes]:
    """The mark of a ballot, or of a seat, with the receipt of its form under today's holder."""
    code, number = seats.get(token, (b"", 0))
    mark = seat_mark(spend, code, number) if code else mark_of(spend, token)
    return mark, receipt_of(spend, code or token, form or b"")


def _records(plain: PlainAnswers, wave_id: str) -> list[Record]:
    """All sheets in no order, the comments by lot among them: a comment never had a group."""
    chance = SystemRandom()
    sheets, comments = plain.sheets(wave_id), plain.comments(wave_id)
    chance.shuffle(sheets)
    said = comments + [""] * (len(sheets) - len(comments))
    records = [Record(*sheet, comment) for sheet, comment in zip(sheets, said, strict=True)]
    chance.shuffle(records)
    return records


def _boxes(
    wave_id: str, keys: dict[str, bytes], size: int, records: Sequence[Record]
) -> Iterator[SealedRecord]:
    for start in range(0, len(records), _AT_ONCE):
        sealer = Sealer.begin(wave_id, keys[PUBLIC], keys[SEAL], size)
        yield from map(sealer.seal_up, records[start : start + _AT_ONCE])


def settle_wave(
    plain: PlainAnswers, releases: PlainReleases, wave_keys: WaveKeys, wave: PlainWave
) -> None:
    """Leave of a wave that was closed its release, by today's rules, and its sealed comments.

    Raises KeysNotSafe, or SubtractionPossible.
    """
    if not releases.has_comments(wave.id):
        # Its links, where a close stopped before they went, or a key that no comment needs.
        wave_keys.drop(wave.id)
    content, sheets = json.loads(releases.content(wave.id)), plain.sheets(wave.id)
    comments = content.pop("comments", [])
    is_older = content.get("rules") != RULES
    if is_older:
        text = renewed(plain, releases, wave, content).model_dump_json()
    else:
        text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    releases.replace(wave.id, text)
    kept = _seal_comments(releases, wave_keys, wave.id, comments)
    plain.remove(wave.id)
    log.warning(
        "wave %s, closed: release %s, %d answers removed, %d comments sealed, %d removed",
        wave.id,
        "made again by today's rules" if is_older else "kept",
        len(sheets),
        kept,
        len(comments) - kept,
    )


def _seal_comments(
    releases: PlainReleases, wave_keys: WaveKeys, wave_id: str, comments: list[str]
) -> int:
    """Seal the comments of ten people or more, and say how many; with fewer nothing is kept."""
    if len(comments) < K_COMMENTS:
        return 0
    SystemRandom().shuffle(comments)
    words = new_keys()[WORDS]
    wave_keys.create(wave_id, {WORDS: words})
    releases.keep_comments(wave_id, [seal_comment(words, wave_id, text) for text in comments])
    return len(comments)
