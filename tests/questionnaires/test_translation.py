"""A translation is one more file of the same ids; what is missing is named."""

from pathlib import Path

import pytest

from app.questionnaires.loader import load_instrument
from app.questionnaires.sources import FaultyCatalogue, read_catalogue
from app.questionnaires.translation import untranslated
from tests.questionnaires.files import KIND, MODULE, VERBS, write_catalogue

CORE_WORDS = 'title = "Prüfung"\n' + "".join(
    f'[items.{item}]\nstem = "Wie {item}?"\n'
    f"anchors = [{', '.join(repr(f'{item} {n} {{work}}') for n in range(1, 6))}]\n"
    for item in VERBS
)
KIND_WORDS = 'title = "Daten"\n[slots]\nwork = "Berichte"\n[examples]\n' + "".join(
    f'{item} = "Denken Sie an {item}."\n' for item in VERBS
)
MODULE_WORDS = """title = "Mehr"
question = "Und sonst"
[items.EX1]
stem = "Wie?"
example = "Denken Sie nach."
anchors = ["1", "2", "3", "4", "5"]
"""


def translated(folder: Path, core: str = CORE_WORDS, kind: str = KIND_WORDS) -> Path:
    kinds = {"data": KIND, "net": KIND.replace('"data"', '"net"').replace('"Data"', '"Net"')}
    write_catalogue(folder, kinds=kinds, modules={"extra": MODULE})
    (folder / "core.de.toml").write_text(core, encoding="utf-8")
    (folder / "kinds" / "data.de.toml").write_text(kind, encoding="utf-8")
    (folder / "modules" / "extra.de.toml").write_text(MODULE_WORDS, encoding="utf-8")
    return folder


def test_texts_come_from_the_translation_and_everything_else_from_the_original(
    tmp_path: Path,
) -> None:
    folder = translated(tmp_path)
    made, original = load_instrument(folder, "de"), load_instrument(folder)
    assert (made.language, made.title) == ("de", "Prüfung")
    item = made.for_kind("data").items[0]
    assert (item.stem, item.anchors[1]) == ("Wie VS1?", "VS1 2 Berichte")
    assert item.example == "Denken Sie an VS1."
    assert (item.id, item.scale, item.facet) == ("VS1", "value_stream", "facet VS1")
    assert made.item_ids == original.item_ids
    assert made.modules[0].question == "Und sonst"


def test_a_kind_without_a_translation_is_left_out_and_named(tmp_path: Path) -> None:
    folder = translated(tmp_path)
    assert load_instrument(folder, "de").kinds == ("data",)
    assert [file.name for file in untranslated(read_catalogue(folder), "de")] == ["net.toml"]
    assert load_instrument(folder).kinds == ("data", "net")


@pytest.mark.parametrize(
    ("core", "kind", "file", "where"),
    [
        (CORE_WORDS.replace("items.VS2", "items.VS9"), KIND_WORDS, "core.de.toml", "items.VS2"),
        (CORE_WORDS, KIND_WORDS.replace("VS2 =", "VS9 ="), "data.de.toml", "examples.VS2"),
        (CORE_WORDS, KIND_WORDS.replace("work =", "task ="), "data.de.toml", "slots.work"),
        (CORE_WORDS.replace("title", "name"), KIND_WORDS, "core.de.toml", "title"),
    ],
)
def test_what_is_missing_is_named(
    tmp_path: Path, core: str, kind: str, file: str, where: str
) -> None:
    with pytest.raises(FaultyCatalogue) as caught:
        load_instrument(translated(tmp_path, core, kind), "de")
    first = caught.value.faults[0]
    assert (first.file.name, first.where) == (file, where)
    assert "missing" in first.cause


def test_a_text_without_an_original_is_named(tmp_path: Path) -> None:
    extra = KIND_WORDS + 'VS9 = "Denken Sie."\n'
    with pytest.raises(FaultyCatalogue, match=r"examples\.VS9: has no original"):
        load_instrument(translated(tmp_path, kind=extra), "de")


def test_a_language_without_a_core_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FaultyCatalogue, match=r"core\.fr\.toml: file: is missing"):
        load_instrument(translated(tmp_path), "fr")


def test_an_open_question_must_be_translated_with_its_module(tmp_path: Path) -> None:
    folder = translated(tmp_path)
    comment = '\n[comment]\nid = "PAIN"\nprompt = "What?"\nbasis = "b"\n'
    (folder / "modules" / "extra.toml").write_text(MODULE + comment, encoding="utf-8")
    with pytest.raises(FaultyCatalogue, match=r"extra\.de\.toml: comment: is missing"):
        load_instrument(folder, "de")
    words = MODULE_WORDS + '\n[comment]\nprompt = "Was?"\n'
    (folder / "modules" / "extra.de.toml").write_text(words, encoding="utf-8")
    load_instrument.cache_clear()
    comment_asked = load_instrument(folder, "de").modules[0].comment
    assert comment_asked
    assert (comment_asked.id, comment_asked.prompt) == ("PAIN", "Was?")
