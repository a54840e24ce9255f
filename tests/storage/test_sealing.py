"""Marks and boxes: what opens with which keys, what size they have, and what does not open."""

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.storage.sealing import (
    LARGE,
    SMALL,
    NotOpened,
    Opener,
    Record,
    Sealer,
    digest_of,
    mark_of,
    new_keys,
    open_comment,
    public_half,
    receipt_of,
    seal_comment,
    seat_mark,
)

KEYS = new_keys()
RECORD = Record("0a1b2c3d4e", "3" * 36 + "-0", "")


def sealer(wave_id: str = "w1", size: int = SMALL) -> Sealer:
    return Sealer.begin(wave_id, KEYS["public"], KEYS["seal"], size)


@given(
    unit=st.text(max_size=20),
    sheet=st.text("12345?x-", max_size=60),
    comment=st.text(st.characters(exclude_categories=["Cs"]), max_size=1000),
)
def test_what_is_sealed_opens_as_it_was_and_all_boxes_have_one_size(
    unit: str, sheet: str, comment: str
) -> None:
    record = Record(unit, sheet, comment)
    row = sealer(size=LARGE).seal_up(record)
    assert Opener("w1", KEYS, LARGE).open(row) == record
    assert (len(row.box), len(row.kem), len(row.id)) == (LARGE, 80, 16)


def test_a_record_that_does_not_fit_is_refused_and_never_makes_a_larger_box() -> None:
    with pytest.raises(ValueError, match="does not go into"):
        sealer().seal_up(Record("u", "3" * 200))


def test_one_commit_has_one_key_and_every_box_its_own_nonce_and_id() -> None:
    mine = sealer()
    rows = [mine.seal_up(RECORD) for _ in range(50)]
    assert len({row.kem for row in rows}) == 1
    assert len({row.id for row in rows}) == len({row.box for row in rows}) == 50
    assert len({row.box[:12] for row in rows}) == 50
    assert sealer().kem != mine.kem


@pytest.mark.parametrize(
    "change",
    [
        {"id": bytes(16)},
        {"box": bytes(SMALL)},
        {"kem": bytes(80)},
        {"kem": b""},
        {"kem": sealer().kem},
        {"box": sealer().seal_up(RECORD).box},
    ],
)
def test_a_copied_forged_or_rekeyed_box_does_not_open(change: dict[str, bytes]) -> None:
    row = sealer().seal_up(RECORD)
    opener = Opener("w1", KEYS, SMALL)
    assert opener.open(row) == RECORD
    with pytest.raises(NotOpened):
        opener.open(dataclasses.replace(row, **change))


def test_a_box_of_another_wave_another_size_or_without_a_key_does_not_open() -> None:
    row = sealer().seal_up(RECORD)
    for opener in (
        Opener("w2", KEYS, SMALL),
        Opener("w1", KEYS, LARGE),
        Opener("w1", KEYS | {"seal": bytes(32)}, SMALL),
        Opener("w1", KEYS | {"box": new_keys()["box"]}, SMALL),
    ):
        with pytest.raises(NotOpened):
            opener.open(row)


@given(flipped=st.integers(0, 8 * SMALL - 1))
def test_a_single_bit_that_changed_is_noticed(flipped: int) -> None:
    row = sealer().seal_up(RECORD)
    box = bytearray(row.box)
    box[flipped // 8] ^= 1 << flipped % 8
    with pytest.raises(NotOpened):
        Opener("w1", KEYS, SMALL).open(dataclasses.replace(row, box=bytes(box)))


def test_marks_and_receipts_are_told_apart_and_need_the_key() -> None:
    spend, holder, form = KEYS["spend"], b"h" * 32, b"f" * 32
    found = {
        mark_of(spend, holder),
        receipt_of(spend, holder, form),
        receipt_of(spend, holder, b"g" * 32),
        *(seat_mark(spend, holder, number) for number in range(300)),
        mark_of(bytes(32), holder),
    }
    assert len(found) == 304


def test_the_public_half_is_that_of_the_private_one() -> None:
    assert public_half(KEYS["box"]) == KEYS["public"]
    assert len(digest_of(KEYS["public"])) == 32


def test_a_comment_opens_under_its_own_key_wave_and_place_only() -> None:
    words = KEYS["words"]
    row_id, box = seal_comment(words, "w1", "Ünïcode 👋")
    assert open_comment(words, "w1", row_id, box) == "Ünïcode 👋"
    assert len(box) == len(seal_comment(words, "w1", "x" * 1000)[1]) == LARGE
    for place in ((bytes(32), "w1", row_id), (words, "w2", row_id), (words, "w1", bytes(16))):
        with pytest.raises(NotOpened):
            open_comment(*place, box)


def test_no_key_is_told_by_the_words_that_describe_a_sealer() -> None:
    told = repr(sealer()) + repr(Opener("w1", KEYS, SMALL))
    assert not any(repr(key) in told for key in KEYS.values())
