"""Reading a catalogue: slots, examples, overrides; and every fault by file, place and cause."""

from pathlib import Path

import pytest

from app.questionnaires.loader import CatalogueFault, load_instrument

CORE = """
version = "7"
language = "en"
title = "Test"

[[items]]
id = "VS1"
orientation = "value_stream"
facet = "scope"
stem = "What does my group do with {work}?"
anchors = ["Runs {work}.", "Two.", "Three.", "Four.", "Five."]
basis = "ch."

[[items]]
id = "AC1"
orientation = "acceptance"
facet = "will"
stem = "Would it?"
anchors = ["No.", "Hardly.", "Maybe.", "Mostly.", "Yes."]
basis = "ch."
"""

KIND = """
id = "data"
title = "Data"

[slots]
work = "reports"

[examples]
VS1 = "Think of {work}."
AC1 = "Picture it."
"""


def catalogue(folder: Path, core: str = CORE, **kinds: str) -> Path:
    """Write a catalogue of one core file and one file for each kind."""
    (folder / "core.toml").write_text(core, encoding="utf-8")
    (folder / "kinds").mkdir()
    for name, text in (kinds or {"data": KIND}).items():
        (folder / "kinds" / f"{name}.toml").write_text(text, encoding="utf-8")
    return folder


def test_slots_are_filled_in_stems_anchors_and_examples(tmp_path: Path) -> None:
    item = load_instrument(catalogue(tmp_path)).for_kind("data").items[0]
    assert item.stem == "What does my group do with reports?"
    assert item.anchors == ("Runs reports.", "Two.", "Three.", "Four.", "Five.")
    assert item.example == "Think of reports."
    assert (item.id, item.orientation, item.facet) == ("VS1", "value_stream", "scope")


def test_the_instrument_has_the_version_and_the_kinds_by_file_name(tmp_path: Path) -> None:
    other = KIND.replace('"data"', '"net"').replace("reports", "lines")
    made = load_instrument(catalogue(tmp_path, zebra=KIND, ant=other))
    assert (made.version, made.language, made.title) == ("7", "en", "Test")
    assert made.kinds == ("net", "data")
    assert made.for_kind("net").items[0].anchors[0] == "Runs lines."


def test_an_override_replaces_one_anchor_and_its_slots_are_filled(tmp_path: Path) -> None:
    kind = KIND + '[overrides.VS1]\n3 = "All {work}, {{so to say}}."\n'
    item = load_instrument(catalogue(tmp_path, data=kind)).for_kind("data").items[0]
    assert item.anchors == ("Runs reports.", "Two.", "All reports, {so to say}.", "Four.", "Five.")


@pytest.mark.parametrize(
    ("old", "new", "where", "cause"),
    [
        ("AC1 =", "AC9 =", "examples.AC9", "no such item in core.toml"),
        ('AC1 = "Picture it."', "", "examples.AC1", "is missing; add one example line"),
        ('work = "reports"', "", "VS1 anchor 1", "slot {work}, which [slots] does not fill"),
        ("Picture it", "Picture {it}", "examples.AC1", "slot {it}, which [slots] does not fill"),
        ("Picture it", "Picture {} it", "examples.AC1", "slot {}, which [slots] does not fill"),
        ("Picture it", "Picture {it", "examples.AC1", "has a brace without its pair"),
        ('title = "Data"', "", "title", "Field required"),
        ('title = "Data"', 'title = "Data"\nextra = 1', "extra", "Extra inputs"),
        ('title = "Data"', "title = Data", "syntax", "Invalid value"),
        ("[slots]", "[overrides.VS8]\n1 = 'One.'\n[slots]", "overrides.VS8", "no such item"),
        ("[slots]", "[overrides.VS1]\n6 = 'Six.'\n[slots]", "overrides.VS1.6", "from 1 to 5"),
        ("[slots]", "[overrides.VS1]\none = ''\n[slots]", "overrides.VS1.one", "valid integer"),
        ("[slots]", "[overrides.VS1]\n2 = '{who}'\n[slots]", "VS1 anchor 2", "slot {who}"),
    ],
)
def test_a_fault_in_a_kind_names_its_file_place_and_cause(
    tmp_path: Path, old: str, new: str, where: str, cause: str
) -> None:
    assert old in KIND
    with pytest.raises(CatalogueFault) as caught:
        load_instrument(catalogue(tmp_path, data=KIND.replace(old, new)))
    fault = caught.value
    assert fault.file == tmp_path / "kinds" / "data.toml"
    assert fault.where.startswith(where)
    assert cause in fault.cause
    assert str(fault) == f"data.toml: {fault.where}: {fault.cause}"


@pytest.mark.parametrize(
    ("old", "new", "where", "cause"),
    [
        (', "Four.", "Five."', ', "Four."', "items.0.anchors.4", "Field required"),
        ('"Yes."', '"Yes.", "Ever."', "items.1.anchors", "at most 5 items"),
        ('"acceptance"', '"heart"', "items.1.orientation", "Input should be"),
        ('facet = "will"', "", "items.1.facet", "Field required"),
        ('version = "7"', "version = 7", "version", "valid string"),
        ("[[items]]", "[[items]", "syntax", "line 6"),
    ],
)
def test_a_fault_in_the_core_names_its_file_place_and_cause(
    tmp_path: Path, old: str, new: str, where: str, cause: str
) -> None:
    assert old in CORE
    with pytest.raises(CatalogueFault) as caught:
        load_instrument(catalogue(tmp_path, CORE.replace(old, new)))
    assert caught.value.file == tmp_path / "core.toml"
    assert caught.value.where.startswith(where)
    assert cause in caught.value.cause


def test_a_slot_in_a_stem_that_nothing_fills_names_the_item(tmp_path: Path) -> None:
    core = CORE.replace("Would it?", "Would {it}?")
    with pytest.raises(CatalogueFault, match=r"data\.toml: AC1 stem: uses the slot \{it\}"):
        load_instrument(catalogue(tmp_path, core))


def test_a_missing_core_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(CatalogueFault, match=r"core\.toml: file: is missing"):
        load_instrument(tmp_path)


def test_a_file_that_is_not_utf_8_is_named(tmp_path: Path) -> None:
    folder = catalogue(tmp_path)
    (folder / "kinds" / "data.toml").write_bytes(KIND.replace("Data", "Dåta").encode("latin-1"))
    with pytest.raises(CatalogueFault, match=r"data\.toml: syntax: 'utf-8' codec"):
        load_instrument(folder)


@pytest.mark.parametrize("folder_exists", [True, False])
def test_a_catalogue_without_kinds_says_so(tmp_path: Path, folder_exists: bool) -> None:
    (tmp_path / "core.toml").write_text(CORE, encoding="utf-8")
    if folder_exists:
        (tmp_path / "kinds").mkdir()
    with pytest.raises(CatalogueFault, match=r"kinds: folder: holds no group kind \(\*\.toml\)"):
        load_instrument(tmp_path)
