"""The instrument as a value: its pages, its order of items, its identity."""

import pytest
from pydantic import ValidationError

from app.maturity import ACCEPTANCE, LEVELS, ORIENTATIONS, Orientation
from app.questionnaires.questionnaire import Instrument
from tests.questionnaires.builders import SCALES, instrument_of, item, one_of_each, questionnaire


def test_the_model_has_five_levels_and_three_orientations_in_the_order_of_the_chapter() -> None:
    assert [(level.value, level.name) for level in LEVELS] == [
        (1, "TECHNOLOGY"),
        (2, "SYSTEM_SERVICE"),
        (3, "BUSINESS_CUSTOMER"),
        (4, "BUSINESS_PARTNER"),
        (5, "VALUE_STREAM"),
    ]
    assert [o.label for o in ORIENTATIONS] == ["Value stream", "Customer", "Measurement"]


def test_the_items_of_a_scale_keep_their_order() -> None:
    asked = questionnaire("a", item("C2"), item("V1", Orientation.VALUE_STREAM), item("C1"))
    assert [i.id for i in asked.of(Orientation.CUSTOMER)] == ["C2", "C1"]
    assert asked.of(ACCEPTANCE) == ()


def test_there_is_one_page_for_each_orientation_and_acceptance_closes_the_last() -> None:
    pages = one_of_each("a").pages
    assert [page.orientation for page in pages] == list(ORIENTATIONS)
    assert [[i.id for i in page.all_items] for page in pages] == [["VA"], ["CU"], ["ME", "AC"]]
    assert [len(page.acceptance) for page in pages] == [0, 0, 1]


def test_every_item_is_asked_once() -> None:
    asked = one_of_each("a")
    assert [i for page in asked.pages for i in page.all_items] == list(asked.items)


def test_item_ids_and_scales_run_in_the_order_of_the_sheet() -> None:
    both = instrument_of(one_of_each("a"), one_of_each("b"))
    assert both.item_ids == ("VA", "CU", "ME", "AC")
    assert both.scales == SCALES
    assert both.kinds == ("a", "b")


def test_one_kind_is_enough() -> None:
    alone = instrument_of(one_of_each("a"))
    assert (alone.item_ids, alone.scales) == (("VA", "CU", "ME", "AC"), SCALES)


def test_an_instrument_without_a_kind_is_refused() -> None:
    with pytest.raises(ValidationError, match="needs at least one group kind"):
        instrument_of()


@pytest.mark.parametrize("other", [("B", "A"), ("A",), ("A", "C")])
def test_kinds_that_ask_other_items_or_in_another_order_are_refused(other: tuple[str, ...]) -> None:
    first = questionnaire("a", item("A"), item("B"))
    with pytest.raises(ValidationError, match="same items in the same order"):
        instrument_of(first, questionnaire("b", *map(item, other)))


def test_a_kind_is_found_by_its_id_and_an_unknown_one_is_an_error() -> None:
    both = instrument_of(one_of_each("a"), one_of_each("b"))
    assert both.for_kind("b").title == "B"
    with pytest.raises(KeyError, match="nowhere"):
        both.for_kind("nowhere")


def test_an_instrument_of_some_kinds_keeps_only_their_words() -> None:
    whole = instrument_of(*map(one_of_each, "abc"))
    part = whole.only(["c", "a"])
    assert part.kinds == ("a", "c")
    assert part.for_kind("c") == whole.for_kind("c")
    assert (part.version, part.language, part.title) == ("1", "en", "Test")


def test_an_instrument_of_no_known_kind_is_refused() -> None:
    with pytest.raises(ValidationError, match="at least one group kind"):
        instrument_of(one_of_each("a")).only(["b"])


def test_the_digest_names_the_exact_wording() -> None:
    asked = instrument_of(questionnaire("a", item("A", stem="Who?")))
    same = Instrument.model_validate_json(asked.model_dump_json())
    other = instrument_of(questionnaire("a", item("A", stem="Who ?")))
    assert same == asked
    assert same.digest == asked.digest
    assert len(asked.digest) == 64
    assert other.digest != asked.digest
