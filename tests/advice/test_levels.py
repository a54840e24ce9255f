"""The advice catalogue: complete for every level and finding, each with the reason it rests on."""

import re
from itertools import pairwise
from pathlib import Path
from typing import get_args

import pytest
from pydantic import ValidationError

from app.advice.levels import CATALOGUE, FindingId, load_advice
from app.maturity import LEVELS, ORIENTATIONS, Level, Orientation

FINDINGS: tuple[FindingId, ...] = get_args(FindingId)
#: What a "basis" may cite; the head of the catalogue file explains each.
SOURCES = re.compile(r"\b(ch\.|board|sticky|Lean Q&A|leadership Q&A|method|own judgement)")


def test_all_five_levels_stand_in_their_order() -> None:
    assert [load_advice().level(level).level for level in LEVELS] == list(LEVELS)


def test_the_levels_have_the_names_of_the_chapter() -> None:
    assert [load_advice().level(level).name for level in LEVELS] == [
        "Technology-focused",
        "System/service-focused",
        "Business-customer-focused",
        "Business-partner-focused",
        "Business-value-stream-focused",
    ]


@pytest.mark.parametrize("level", LEVELS)
def test_a_level_has_all_that_a_report_prints(level: Level) -> None:
    advice = load_advice().level(level)
    texts = (advice.word, advice.meaning, advice.scope, advice.widen)
    assert all(text.strip() for text in texts)
    assert len(advice.start) == 3
    assert 1 <= len(advice.risks) <= 3
    assert advice.practices


@pytest.mark.parametrize("level", LEVELS)
def test_the_reason_for_a_levels_advice_cites_the_chapter_on_that_level(level: Level) -> None:
    assert load_advice().level(level).basis.startswith(f"ch., Level {level.value},")


@pytest.mark.parametrize("orientation", ORIENTATIONS)
def test_each_level_looks_different_in_each_orientation(orientation: Orientation) -> None:
    seen = [load_advice().level(level).seen_in(orientation) for level in LEVELS]
    assert len(set(seen)) == 5
    assert all(text.endswith(".") and len(text) > 40 for text in seen)


def test_an_orientation_reads_its_own_text() -> None:
    advice = load_advice().level(5)
    assert advice.seen_in(Orientation.VALUE_STREAM) == advice.value_stream
    assert advice.seen_in(Orientation.CUSTOMER) == advice.customer
    assert advice.seen_in(Orientation.MEASUREMENT) == advice.measurement


def test_practices_within_reach_grow_with_the_level_and_lose_none() -> None:
    catalogue = load_advice()
    reach = [catalogue.practices_up_to(level) for level in LEVELS]
    for lower, higher in pairwise(reach):
        assert higher[: len(lower)] == lower
        assert len(higher) > len(lower)
    assert reach[0] == catalogue.level(1).practices


def test_no_practice_is_named_twice() -> None:
    practices = load_advice().practices_up_to(5)
    assert len(set(practices)) == len(practices)


@pytest.mark.parametrize(
    ("level", "practice"),
    [
        (1, "Incident management"),
        (2, "Service level management"),
        (3, "Business relationship management"),
        (4, "Service portfolio management"),
        (5, "Service desk (joint with the business call centre)"),
    ],
)
def test_a_practice_opens_at_the_level_the_chapter_names_and_not_before(
    level: int, practice: str
) -> None:
    assert practice in load_advice().practices_up_to(level)
    assert practice not in load_advice().practices_up_to(level - 1)


@pytest.mark.parametrize("finding", FINDINGS)
def test_every_finding_has_a_meaning_a_remedy_and_a_reason(finding: FindingId) -> None:
    advice = load_advice().finding(finding)
    assert advice.id == finding
    assert all(text.strip() for text in (advice.title, advice.meaning, advice.remedy))
    assert SOURCES.match(advice.basis)


def test_a_finding_has_advice_once() -> None:
    assert sorted(advice.id for advice in load_advice().findings) == sorted(FINDINGS)


@pytest.mark.parametrize(
    ("old", "new", "cause"),
    [
        ("level = 5", "level = 6", "Input should be 1, 2, 3, 4 or 5"),
        ('id = "split"', 'id = "spilt"', "Input should be 'split'"),
        ('language = "en"', "", "Field required"),
        ('language = "en"', 'language = "en"\nlevel = 3', "Extra inputs are not permitted"),
    ],
)
def test_a_faulty_catalogue_is_refused(tmp_path: Path, old: str, new: str, cause: str) -> None:
    text = CATALOGUE.read_text(encoding="utf-8")
    assert old in text
    file = tmp_path / "levels.toml"
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ValidationError, match=cause):
        load_advice(file)
