"""Every writing rule finds the fault that it is for, and names file, item, rule and remedy."""

from pathlib import Path

import pytest

from app.questionnaires.lint import Breach, lint
from app.questionnaires.readability import reading_grade, syllables
from app.questionnaires.sources import read_catalogue
from tests.questionnaires.files import CORE, KIND, MODULE, write_catalogue

FIRST = "My group plans {work} alone and keeps notes of it."
SECOND = "My group plans {work} with near teams as well as alone."
STEM = "How does my group usually plan?"


def breaches(folder: Path, core: str = CORE, kind: str = KIND) -> tuple[Breach, ...]:
    return lint(read_catalogue(write_catalogue(folder, core, {"data": kind}, {"extra": MODULE})))


def test_a_catalogue_that_keeps_every_rule_has_no_breach(tmp_path: Path) -> None:
    assert breaches(tmp_path) == ()


@pytest.mark.parametrize(
    ("old", "new", "rule", "remedy"),
    [
        (FIRST, "My group plans {work} alone.", "word count", "anchor 1 has 6 words; lengthen"),
        (FIRST, FIRST[:-1] + " and more" * 4 + ".", "word count", "has 19 words; shorten"),
        (FIRST, FIRST[:-1] + " and more" * 4 + ".", "balance", "closer together"),
        (STEM, "Tell how my group usually plans.", "stem", "end it with a question mark"),
        (STEM, STEM[:-1] + " next year's work and budget and all?", "stem", "has 13 words"),
        (FIRST, FIRST.replace("My group", "Our team"), "referent", "speak of “my group”; say so"),
        (FIRST, FIRST.replace("it.", "our work."), "referent", "says “our”"),
        (STEM, "How does my group plan?", "habit", "add “usually”"),
        ("My group would share {work} alone", "My group will share {work} alone", "habit", "would"),
        (FIRST, FIRST.replace("notes", "mature notes"), "forbidden", "says “mature”"),
        (FIRST, FIRST.replace("notes", "3 notes"), "forbidden", "says “3”"),
        (FIRST, FIRST.replace("notes of it", "best practice notes"), "forbidden", "best practice"),
        (FIRST, FIRST.replace("alone and", "alone. It"), "one idea", "more than one plain"),
        (FIRST, FIRST.replace("alone", "alone, and now and then"), "one idea", "more than two"),
        (FIRST, SECOND, "distinct", "two anchors are the same"),
        (FIRST, FIRST.replace("alone", " alone"), "tidy", "stray space"),
        ("Made up for tests, level by level.", "ch.", "basis", "name the passage"),
    ],
)
def test_a_rule_finds_a_planted_fault_in_the_core(
    tmp_path: Path, old: str, new: str, rule: str, remedy: str
) -> None:
    assert old in CORE
    found = [b for b in breaches(tmp_path, CORE.replace(old, new, 1)) if b.rule == rule]
    assert found, f"{rule} found nothing"
    assert found[0].file == tmp_path / "core.toml"
    assert found[0].item in ("VS1", "AC1")
    assert remedy in found[0].remedy
    assert str(found[0]).startswith(f"core.toml: {found[0].item}: {rule}: ")


@pytest.mark.parametrize(
    ("old", "new", "item", "rule", "remedy"),
    [
        ("the last plan.", "the last plan", "VS1", "example", "does not begin"),
        ("Think of the last plan", "Remember the plan", "VS1", "example", "“Think of”"),
        ("the last plan", "the plan" + " again" * 12, "VS1", "example", "has 16 words"),
        ("[slots]", '[slots]\nspare = "x"', "slots.spare", "slots", "no text uses it"),
        (
            "[slots]",
            f'[overrides.VS1]\n2 = "{FIRST.replace("plans", "orders")}"\n[slots]',
            "VS2",
            "repeated",
            "anchor 1 stands in VS1 too",
        ),
        (
            "[slots]",
            '[overrides.VS1]\n2 = "My group improvises."\n[slots]',
            "VS1",
            "word count",
            "anchor 2 has 3 words",
        ),
    ],
)
def test_a_rule_finds_a_planted_fault_in_a_kind(
    tmp_path: Path, old: str, new: str, item: str, rule: str, remedy: str
) -> None:
    assert old in KIND
    found = [b for b in breaches(tmp_path, kind=KIND.replace(old, new, 1)) if b.rule == rule]
    assert found, f"{rule} found nothing"
    assert found[0].item == item
    assert remedy in found[0].remedy


def test_hard_words_raise_the_reading_grade_of_a_page(tmp_path: Path) -> None:
    hard = KIND.replace("monthly reports", "institutional accountability methodologies")
    found = {b.item for b in breaches(tmp_path, kind=hard) if b.rule == "reading grade"}
    assert found == {"page value_stream", "page customer", "page measurement"}


def test_a_core_that_takes_more_than_nine_minutes_is_found(tmp_path: Path) -> None:
    long = KIND.replace("monthly reports", "monthly reports of " + "every " * 40 + "sort")
    found = [b for b in breaches(tmp_path, kind=long) if b.rule == "reading time"]
    assert [(b.file.name, b.item) for b in found] == [("data.toml", "core")]


def test_a_fault_of_shared_words_is_told_once_with_all_kinds(tmp_path: Path) -> None:
    kinds = {"data": KIND, "net": KIND.replace('"data"', '"net"').replace('"Data"', '"Net"')}
    core = CORE.replace(STEM, "My group usually plans.")
    found = lint(read_catalogue(write_catalogue(tmp_path, core, kinds)))
    assert [(b.item, b.rule, b.kinds) for b in found] == [("VS1", "stem", ("data", "net"))]


def test_rules_on_english_words_leave_other_languages_alone(tmp_path: Path) -> None:
    core = CORE.replace('language = "en"', 'language = "de"').replace("My group", "Die Gruppe")
    assert {b.rule for b in breaches(tmp_path, core)} == set()


@pytest.mark.parametrize(("word", "count"), [("cat", 1), ("table", 2), ("time", 1), ("level", 2)])
def test_syllables_are_groups_of_vowels(word: str, count: int) -> None:
    assert syllables(word) == count


def test_the_reading_grade_is_flesch_and_kincaids() -> None:
    # Six words, six syllables: .39 * 6 + 11.8 * 1 - 15.59.
    assert reading_grade(["The cat sat on the mat."]) == pytest.approx(-1.45)
    hard = "Institutionalised accountability methodologies necessitate organisational alignment."
    assert reading_grade([hard]) > 12
