"""Reading a catalogue: slots, overrides, modules, a mirror; faults by file, place and cause."""

import re
from pathlib import Path

import pytest

from app.questionnaires.loader import load_instrument, overridden
from app.questionnaires.sources import CatalogueFault, FaultyCatalogue, catalogue_with
from tests.questionnaires.files import CORE, ITEM, KIND, MODULE, write_catalogue

MIRROR = """
id = "partners"
title = "Partners"
mirror = true
asks = ["CU2"]

[slots]
work = "work"

[examples]
CU2 = "Think of the last talk."

[stems]
CU2 = "How does this IT group usually explain?"

[overrides.CU2]
1 = "This IT group explains nothing."
2 = "This IT group explains a little."
3 = "This IT group explains some things."
4 = "This IT group explains much."
5 = "This IT group explains all."
"""


def faults(folder: Path) -> tuple[CatalogueFault, ...]:
    with pytest.raises(FaultyCatalogue) as caught:
        load_instrument(folder)
    return caught.value.faults


def test_slots_are_filled_in_stems_anchors_and_examples(tmp_path: Path) -> None:
    core = CORE.replace("usually plan?", "usually plan {work}?")
    kind = KIND.replace("the last plan", "{work}")
    item = load_instrument(write_catalogue(tmp_path, core, {"data": kind})).items[0]
    assert item.stem == "How does my group usually plan monthly reports?"
    assert item.anchors[0] == "My group plans monthly reports alone and keeps notes of it."
    assert item.example == "Think of monthly reports."
    assert (item.id, item.scale, item.facet) == ("VS1", "value_stream", "facet VS1")


def test_the_instrument_has_the_version_and_the_kinds_by_file_name(tmp_path: Path) -> None:
    kinds = {
        "zebra": KIND.replace('"data"', '"zebra"').replace('"Data"', '"Zebra"'),
        "ant": KIND.replace('"data"', '"ant"').replace("monthly reports", "phone lines"),
    }
    made = load_instrument(write_catalogue(tmp_path, kinds=kinds))
    assert (made.version, made.language, made.title) == ("7", "en", "Test")
    assert made.kinds == ("ant", "zebra")
    assert made.for_kind("ant").items[0].anchors[0].startswith("My group plans phone lines")


def test_an_override_replaces_one_anchor_and_is_reported(tmp_path: Path) -> None:
    kind = KIND + '[overrides.VS1]\n3 = "All {work}, {{so to say}}."\n'
    folder = write_catalogue(tmp_path, kinds={"data": kind})
    anchors = load_instrument(folder).items[0].anchors
    assert anchors[2] == "All monthly reports, {so to say}."
    assert anchors[3].startswith("My group plans")
    assert [overridden(k) for k in catalogue_with(folder).kinds.values()] == [("VS1.3",)]


def test_a_module_comes_after_the_core_on_a_page_of_its_own(tmp_path: Path) -> None:
    whole = load_instrument(write_catalogue(tmp_path, modules={"extra": MODULE}))
    asked = whole.for_kind("data")
    assert [item.id for item in asked.items][-2:] == ["AC3", "EX1"]
    assert [page.module and page.module.question for page in asked.pages] == [
        None,
        None,
        None,
        "And besides",
    ]
    assert asked.items[-1].example == "Think of last week."
    core = whole.with_modules(())
    assert "EX1" not in core.item_ids
    assert len(core.for_kind("data").pages) == 3
    with pytest.raises(KeyError, match="nowhere"):
        whole.with_modules(["nowhere"])


def test_a_mirror_asks_only_what_it_names_in_its_own_words(tmp_path: Path) -> None:
    folder = write_catalogue(
        tmp_path, kinds={"data": KIND, "partners": MIRROR}, modules={"extra": MODULE}
    )
    made = load_instrument(folder)
    mirror = made.for_kind("partners")
    assert mirror.mirror
    assert [item.id for item in mirror.items] == ["CU2"]
    assert mirror.items[0].stem == "How does this IT group usually explain?"
    assert mirror.modules == ()
    assert len(made.item_ids) == 13


@pytest.mark.parametrize(
    ("old", "new", "where", "cause"),
    [
        ("AC1 =", "AC9 =", "examples.AC9", "no such item"),
        ('AC1 = "Think of the last share."', "", "examples.AC1", "is missing; add one example"),
        ('work = "monthly reports"', "", "VS1 anchor 1", "slot {work}; fill it under [slots]"),
        ("last share", "last {it}", "examples.AC1", "slot {it}; fill it"),
        ("last share", "last {}", "examples.AC1", "holds {} with signs"),
        ("last share", "last {it", "examples.AC1", "has a brace without its pair"),
        ('title = "Data"', "", "title", "the key 'title' is missing; add it"),
        ('title = "Data"', 'title = "Data"\nslot = 1', "slot", "did you mean 'slots'?"),
        ('title = "Data"', "title = 7", "title", "is 7, but must be a text in double quotes"),
        ('title = "Data"', "title = Data", "syntax", "texts need double quotes"),
        ('id = "data"', 'id = "Data"', "id", "write the file's name, 'data'"),
        ("[slots]", "[overrides.VS8]\n1 = 'One.'\n[slots]", "overrides.VS8", "no such item"),
        ("[slots]", "[stems]\nVS8 = 'One.'\n[slots]", "stems.VS8", "no such item"),
        ("[slots]", "[overrides.VS1]\n6 = 'Six.'\n[slots]", "overrides.VS1.6", "from 1 to 5"),
        ("[slots]", "[overrides.VS1]\none = ''\n[slots]", "overrides.VS1.one", "valid integer"),
        ("[slots]", "[overrides.VS1]\n2 = '{who}'\n[slots]", "VS1 anchor 2", "slot {who}"),
        ('title = "Data"', 'title = "Data"\nmirror = true', "asks", "names the items"),
        ('title = "Data"', 'title = "Data"\nasks = ["VS1"]', "asks", "no other kind does"),
        ('title = "Data"', 'title = " "', "title", "is empty"),
        ("last share", "last {work!r}", "examples.AC1", "signs that a slot cannot have"),
        ("last share", "last {work:>99999999999}", "examples.AC1", "signs that a slot cannot"),
        ("last share", "last {work.a}", "examples.AC1", "signs that a slot cannot have"),
        ("[slots]", '[slots]\n"a.b" = "x"', "slots.a.b", "small letters only"),
        ('title = "Data"', f"title = {'[' * 20_000}", "syntax", "deep nesting"),
        ('title = "Data"', f"title = {'9' * 5_000}", "syntax", "a huge number"),
    ],
)
def test_a_fault_in_a_kind_names_its_file_place_cause_and_remedy(
    tmp_path: Path, old: str, new: str, where: str, cause: str
) -> None:
    assert old in KIND
    fault = faults(write_catalogue(tmp_path, kinds={"data": KIND.replace(old, new)}))[0]
    assert fault.file == tmp_path / "kinds" / "data.toml"
    assert fault.where.startswith(where)
    assert cause in fault.cause
    assert str(fault) == f"data.toml: {fault.where}: {fault.cause}"


@pytest.mark.parametrize(
    ("old", "new", "where", "cause"),
    [
        (
            '  "My group plans {work} for the market, on top of partners.",\n',
            "",
            "VS1.anchors",
            "has 4 anchors; write five",
        ),
        ('scale = "acceptance"', 'scale = "heart"', "AC1.scale", "no scale of the core"),
        ('facet = "facet AC1"\n', "", "items.AC1.facet", "the key 'facet' is missing"),
        ('stem = "How does my group usually plan?"', "stem = 1", "items.VS1.stem", "is 1, but"),
        ('id = "VS2"', 'id = "VS1"', "VS1", "is used in core.toml already"),
        ('id = "VS2"', 'id = "page"', "page", "two capitals and a number"),
        ('scale = "customer"', 'scale = "measurement"', "items", "has 0 items on customer"),
        ('version = "7"', "version = 7", "version", "must be a text"),
        ('language = "en"', 'language = "../x"', "language", "write a language such as en"),
        ('stem = "How does my group usually plan?"', 'stem = " "', "VS1", "has an empty text"),
        ("[[items]]", "[[items]", "syntax", "line 5"),
    ],
)
def test_a_fault_in_the_core_names_its_file_place_cause_and_remedy(
    tmp_path: Path, old: str, new: str, where: str, cause: str
) -> None:
    assert old in CORE
    fault = faults(write_catalogue(tmp_path, CORE.replace(old, new)))[0]
    assert fault.file == tmp_path / "core.toml"
    assert fault.where.startswith(where)
    assert cause in fault.cause


@pytest.mark.parametrize(
    ("old", "new", "where", "cause"),
    [
        ('id = "EX1"', 'id = "VS1"', "VS1", "is used in core.toml already"),
        ('scale = "extra"', 'scale = "customer"', "EX1.scale", "belongs to the core"),
        ('question = "And besides"', "", "question", "is missing"),
        ('scale = "extra"', 'scale = "Extra!"', "scale", "no name of a scale"),
        (MODULE[MODULE.index("[[items]]") :], "", "items", "the module asks nothing"),
    ],
)
def test_a_module_must_agree_with_the_core(
    tmp_path: Path, old: str, new: str, where: str, cause: str
) -> None:
    assert old in MODULE
    folder = write_catalogue(tmp_path, modules={"extra": MODULE.replace(old, new)})
    fault = faults(folder)[0]
    assert (fault.file.name, fault.where) == ("extra.toml", where)
    assert cause in fault.cause


@pytest.mark.parametrize("name", ["form", "code", "VS1", "asked", "", "p0", "Pain"])
def test_the_open_question_cannot_be_taken_for_another_field(tmp_path: Path, name: str) -> None:
    text = f'id = "one"\ntitle = "One"\nquestion = "?"\n[comment]\nid = "{name}"\n'
    folder = write_catalogue(tmp_path, modules={"one": text + 'prompt = "What?"\nbasis = "b"\n'})
    fault = faults(folder)[0]
    assert (fault.file.name, fault.where) == ("one.toml", "comment.id")


@pytest.mark.parametrize(("count", "said"), [(16, "15 at most can be scored"), (120, "over 100")])
def test_more_items_than_can_be_scored_or_sent_are_refused(
    tmp_path: Path, count: int, said: str
) -> None:
    many = "".join(
        ITEM.format(id=f"X{chr(65 + n // 90)}{n % 90 + 1}", scale=f"s-{n * 16 // count}", verb="go")
        for n in range(count)
    ).replace("basis =", 'example = "Think of it."\nbasis =')
    if count == 16:
        many = re.sub(r"s-\d+", "extra", many)
    head = 'id = "extra"\ntitle = "Extra"\nquestion = "?"\n'
    found = faults(write_catalogue(tmp_path, modules={"extra": head + many}))
    assert any(said in str(fault) for fault in found)


def test_two_modules_cannot_share_a_scale(tmp_path: Path) -> None:
    other = MODULE.replace('"extra"\ntitle', '"other"\ntitle').replace('"Extra"', '"Other"')
    folder = write_catalogue(
        tmp_path, modules={"extra": MODULE, "other": other.replace("EX1", "OX1")}
    )
    assert "is the scale of extra.toml too" in str(faults(folder)[0])


def test_a_mirror_words_all_that_it_asks(tmp_path: Path) -> None:
    bare = MIRROR.replace('4 = "This IT group explains much."\n', "")
    folder = write_catalogue(tmp_path, kinds={"data": KIND, "partners": bare})
    assert "overrides.CU2.4: is missing; a mirror words" in str(faults(folder)[0])


def test_a_mirror_alone_asks_no_it_group(tmp_path: Path) -> None:
    folder = write_catalogue(tmp_path, kinds={"partners": MIRROR})
    assert "holds no kind of IT group" in str(faults(folder)[-1])


def test_one_open_question_is_the_most_a_wave_asks(tmp_path: Path) -> None:
    text = 'id = "{0}"\ntitle = "{0}"\nquestion = "?"\n[comment]\n'
    text += 'id = "PAIN"\nprompt = "What?"\nbasis = "b"\n'
    folder = write_catalogue(tmp_path, modules={n: text.format(n) for n in ("one", "two")})
    fault = faults(folder)[0]
    assert (fault.file.name, fault.where) == ("two.toml", "comment")
    assert "one.toml asks the one open question" in fault.cause


def test_all_faults_of_all_files_are_told_at_once(tmp_path: Path) -> None:
    folder = write_catalogue(
        tmp_path,
        CORE.replace('version = "7"', "version = 7"),
        {"data": KIND.replace('title = "Data"', "")},
        {"extra": MODULE.replace('title = "Extra"', "")},
    )
    assert {fault.file.name for fault in faults(folder)} == {
        "core.toml",
        "data.toml",
        "extra.toml",
    }


def test_two_kinds_with_one_title_could_not_be_told_apart(tmp_path: Path) -> None:
    folder = write_catalogue(
        tmp_path, kinds={"data": KIND, "more": KIND.replace('"data"', '"more"')}
    )
    fault = faults(folder)[0]
    assert (fault.file.name, fault.where) == ("more.toml", "title")


def test_a_missing_core_file_is_named(tmp_path: Path) -> None:
    assert "core.toml: file: is missing" in str(faults(tmp_path)[0])


def test_a_file_that_is_not_utf_8_is_named(tmp_path: Path) -> None:
    folder = write_catalogue(tmp_path)
    (folder / "kinds" / "data.toml").write_bytes(KIND.replace("Data", "Dåta").encode("latin-1"))
    assert "data.toml: file: is not UTF-8 text" in str(faults(folder)[0])


@pytest.mark.parametrize("folder_exists", [True, False])
def test_a_catalogue_without_kinds_says_so(tmp_path: Path, folder_exists: bool) -> None:
    (tmp_path / "core.toml").write_text(CORE, encoding="utf-8")
    if folder_exists:
        (tmp_path / "kinds").mkdir()
    assert "kinds: folder: holds no group kind" in str(faults(tmp_path)[0])


def test_a_file_that_stands_alone_is_read_beside_the_built_in_ones(tmp_path: Path) -> None:
    alone = tmp_path / "extra.toml"
    alone.write_text(MODULE, encoding="utf-8")
    assert alone in catalogue_with(alone).modules
    alone.write_text("id = 1\n", encoding="utf-8")
    with pytest.raises(FaultyCatalogue):
        catalogue_with(alone)
