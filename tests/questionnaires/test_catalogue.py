"""The instrument that ships: complete, by its writing rules, and within its time."""

from collections import Counter

import pytest

from app.maturity import ACCEPTANCE, ORIENTATIONS
from app.questionnaires.lint import lint
from app.questionnaires.loader import load_instrument
from app.questionnaires.questionnaire import PLACE, Questionnaire
from app.questionnaires.sources import CATALOGUE, read_catalogue
from app.questionnaires.timing import expected_seconds
from tests.builders import instrument

KINDS = [
    "applications",
    "business-technology",
    "data",
    "data-centre",
    "enterprise-applications",
    "governance",
    "network",
    "security",
    "service-desk",
]
MIRROR = "business-partners"
ITEM_IDS = [f"{scale}{n}" for scale in ("VS", "CU", "ME") for n in range(1, 7)] + [
    "AC1",
    "AC2",
    "AC3",
]


@pytest.fixture(params=KINDS)
def questionnaire(request: pytest.FixtureRequest) -> Questionnaire:
    return instrument().for_kind(request.param)


def test_the_whole_catalogue_keeps_every_writing_rule() -> None:
    assert lint(read_catalogue()) == ()


def test_there_are_nine_kinds_and_a_mirror_each_in_the_file_of_its_name() -> None:
    assert sorted(instrument().kinds) == sorted([*KINDS, MIRROR])
    assert sorted(file.stem for file in (CATALOGUE / "kinds").iterdir()) == sorted([*KINDS, MIRROR])


def test_the_21_items_come_in_the_order_of_the_sheet() -> None:
    assert list(instrument().item_ids) == ITEM_IDS


def test_an_items_id_tells_its_scale() -> None:
    scales = {"VS": "value_stream", "CU": "customer", "ME": "measurement", "AC": "acceptance"}
    assert list(instrument().scales) == [scales[item_id[:2]] for item_id in ITEM_IDS]


def test_no_facet_and_no_stem_is_asked_twice(questionnaire: Questionnaire) -> None:
    assert len({item.facet for item in questionnaire.items}) == 21
    assert len({item.stem for item in questionnaire.items}) == 21


def test_the_core_takes_nine_minutes_at_most(questionnaire: Questionnaire) -> None:
    assert expected_seconds(questionnaire) <= 9 * 60


def test_every_kind_has_words_of_its_own() -> None:
    texts = {kind: str(instrument().for_kind(kind).items) for kind in KINDS}
    assert len(set(texts.values())) == len(KINDS)
    examples = Counter(i.example for kind in KINDS for i in instrument().for_kind(kind).items)
    assert max(examples.values()) == 1 or all(
        example.startswith("Picture") for example, count in examples.items() if count > 1
    )


def test_the_mirror_asks_three_items_of_each_orientation_about_this_it_group() -> None:
    mirror = instrument().for_kind(MIRROR)
    assert mirror.mirror
    assert [len(mirror.of(orientation)) for orientation in ORIENTATIONS] == [3, 3, 3]
    assert mirror.of(ACCEPTANCE) == ()
    assert all("this IT group" in i.stem and "my group" not in str(i).lower() for i in mirror.items)


def test_the_modules_ask_what_the_method_names() -> None:
    whole = load_instrument()
    assert [module.id for module in whole.modules] == ["conditions", "handoffs", "pain-points"]
    counts = Counter(item.scale for item in whole.items if item.module)
    assert counts == {"conditions": 9, "handoffs": 5, PLACE: 1}
    questionnaire = whole.for_kind("data")
    assert questionnaire.comment
    assert "process" in questionnaire.comment.prompt


def test_a_module_adds_its_time() -> None:
    core, more = instrument().for_kind("data"), instrument("conditions").for_kind("data")
    assert 60 < expected_seconds(more) - expected_seconds(core) < 6 * 60
