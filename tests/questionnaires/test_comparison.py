"""What a new edition does to comparisons with earlier waves, item by item."""

from pathlib import Path

import pytest

from app.questionnaires.comparison import Comparison, Verdict, compare, is_comparable
from app.questionnaires.sources import read_catalogue
from tests.questionnaires.files import CORE, KIND, MODULE, write_catalogue

LAST = '  "My group plans {work} for the market, on top of partners.",\n'


@pytest.fixture
def old(tmp_path: Path) -> Path:
    (tmp_path / "old").mkdir()
    return write_catalogue(tmp_path / "old")


def changed(old: Path, core: str = CORE, kinds: dict[str, str] | None = None) -> list[Comparison]:
    new = old.parent / "new"
    new.mkdir()
    write_catalogue(new, core, kinds)
    found = compare(read_catalogue(old), read_catalogue(new))
    return [one for one in found if one.verdict is not Verdict.SAME]


def test_an_edition_is_comparable_with_itself(old: Path) -> None:
    catalogue = read_catalogue(old)
    found = compare(catalogue, catalogue)
    assert len(found) == 12
    assert {one.verdict for one in found} == {Verdict.SAME}
    assert is_comparable(found)


@pytest.mark.parametrize(
    ("before", "after", "item", "verdict", "change"),
    [
        ("keeps notes of it", "keeps a note of it", "VS1", Verdict.REWORDED, "anchor 1"),
        (
            "My group plans {work} alone and keeps notes of it.",
            "Plans are drawn up elsewhere for everybody in IT.",
            "VS1",
            Verdict.CHECK,
            "→ “Plans are drawn",
        ),
        ('facet = "facet VS1"', 'facet = "other"', "VS1", Verdict.BROKEN, "the facet was"),
        (LAST, "", "VS1", Verdict.BROKEN, "number of anchors was 5 and is 4"),
        (
            'id = "VS1"\nscale = "value_stream"',
            'id = "VS1"\nscale = "customer"',
            "VS1",
            Verdict.BROKEN,
            "scale was value_stream and is customer",
        ),
        ('id = "VS1"', 'id = "VS9"', "VS9", Verdict.BROKEN, "was not asked before"),
    ],
)
def test_a_change_of_the_core_gets_its_verdict(
    old: Path, before: str, after: str, item: str, verdict: Verdict, change: str
) -> None:
    assert before in CORE
    first = changed(old, CORE.replace(before, after, 1))[0]
    assert (first.item, first.kind, first.verdict) == (item, "", verdict)
    assert change in first.change
    assert is_comparable([first]) == (verdict is Verdict.REWORDED)


def test_an_item_that_is_gone_is_told(old: Path) -> None:
    found = changed(old, CORE.replace('id = "VS1"', 'id = "VS9"'))
    assert ("VS1", "is no longer asked") in [(one.item, one.change) for one in found]


def test_words_of_one_kind_are_judged_for_that_kind(old: Path) -> None:
    own = KIND.replace("monthly reports", "phone lines")
    own += '[overrides.VS1]\n2 = "My group does something else."\n'
    found = changed(old, kinds={"data": own})
    assert [(one.item, one.kind, one.verdict) for one in found] == [
        ("all items", "data", Verdict.CHECK),
        ("VS1", "data", Verdict.CHECK),
    ]
    assert str(found[0]).startswith("all items (data): check the meaning: slot work “monthly")


def test_a_kind_that_is_new_or_gone_is_told(old: Path) -> None:
    found = changed(old, kinds={"net": KIND.replace('"data"', '"net"')})
    assert [(one.kind, one.change) for one in found] == [
        ("net", "the kind is new"),
        ("data", "the kind is gone"),
    ]
    assert is_comparable(found), "the others are as they were"


def test_a_module_that_is_new_leaves_the_others_comparable(old: Path) -> None:
    (old / "modules" / "extra.toml").write_text(MODULE, encoding="utf-8")
    with_it = read_catalogue(old)
    (old / "modules" / "extra.toml").unlink()
    without = read_catalogue(old)
    for before, after in ((with_it, without), (without, with_it)):
        found = compare(before, after)
        assert [one.item for one in found if one.verdict is Verdict.OTHER] == ["EX1"]
        assert is_comparable(found)


def test_every_change_is_told_also_beside_a_larger_one(old: Path) -> None:
    own = KIND.replace("monthly reports", "phone lines").replace("the last plan", "a plan")
    own = own.replace("[examples]", 'spare = "x"\n\n[examples]')
    found = changed(old, kinds={"data": own})
    said = " ".join(str(one) for one in found)
    for change in ("slot work", "slot spare “” → “x”", "example “Think of the last plan.”"):
        assert change in said
