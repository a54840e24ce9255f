"""The real catalogue against its writing rules (measurement 1.2), after all slots are filled."""

import re
from collections.abc import Callable

import pytest

from app.maturity import ACCEPTANCE
from app.questionnaires.loader import CATALOGUE
from app.questionnaires.questionnaire import Item, Questionnaire
from app.questionnaires.timing import expected_minutes
from tests.builders import instrument

Rule = Callable[[Item], bool]
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
ITEM_IDS = [f"{scale}{n}" for scale in ("VS", "CU", "ME") for n in range(1, 7)] + [
    "AC1",
    "AC2",
    "AC3",
]
FORBIDDEN = re.compile(
    r"\b(I|we|our|us|should|must|mature|maturity|culture|levels?|best[ -]practices?|world-class"
    r"|IT in general|never|always|\d+)\b",
    re.IGNORECASE,
)
GOOD = (
    "My group usually runs the servers on its own and keeps notes.",
    "My group usually runs the servers with others as well as alone.",
    "My group usually runs the servers with all of IT, others included.",
    "My group usually runs the servers with partners, on top of IT.",
    "My group usually runs the servers for customers, partners and IT included.",
)


def words(text: str) -> int:
    return len(text.split())


def statements(item: Item) -> tuple[str, ...]:
    return (item.stem, *item.anchors)


def syllables(word: str) -> int:
    sounds = len(re.findall(r"[aeiouy]+", word.lower()))
    silent = word.lower().rstrip(".,?").endswith("e") and not word.lower().endswith("le")
    return max(1, sounds - silent)


def reading_grade(sentences: list[str]) -> float:
    """Return the Flesch-Kincaid grade of a text, given sentence by sentence."""
    all_words = [word for sentence in sentences for word in sentence.split()]
    per_word = sum(map(syllables, all_words)) / len(all_words)
    return 0.39 * len(all_words) / len(sentences) + 11.8 * per_word - 15.59


RULES: dict[str, Rule] = {
    "an anchor has 10 to 16 words": lambda i: all(10 <= words(a) <= 16 for a in i.anchors),
    "the shortest anchor has 65 % of the words of the longest": lambda i: (
        100 * min(map(words, i.anchors)) >= 65 * max(map(words, i.anchors))
    ),
    "a stem has at most 12 words": lambda i: words(i.stem) <= 12,
    "a stem is a question": lambda i: i.stem.endswith("?"),
    "an anchor is one sentence": lambda i: all(
        a.endswith(".") and a.count(".") == 1 for a in i.anchors
    ),
    "stem and anchors speak of my group": lambda i: all(
        "my group" in text.lower() for text in statements(i)
    ),
    "a core anchor tells what is usual, an acceptance anchor what would be": lambda i: all(
        ("would" if i.orientation == ACCEPTANCE else "usually") in a for a in i.anchors
    ),
    "no word judges, urges or names a level": lambda i: (
        not any(FORBIDDEN.search(text) for text in statements(i))
    ),
    "the five anchors differ": lambda i: len(set(i.anchors)) == 5,
    "no slot is left and no space doubled": lambda i: (
        not any(re.search(r"[{}]|  |^ | $", text) for text in (*statements(i), i.example))
    ),
    "the example opens with think or picture": lambda i: bool(
        re.fullmatch(r"(Think|Picture) .{10,}\.", i.example)
    ),
}


def anchored(third: str = GOOD[2], stem: str = "How does my group run it?") -> Item:
    """Make an item that keeps every rule, unless told otherwise."""
    return Item(
        id="VS1",
        orientation="value_stream",
        facet="scope",
        stem=stem,
        example="Think of the last server.",
        anchors=(GOOD[0], GOOD[1], third, GOOD[3], GOOD[4]),
    )


BROKEN = {
    "an anchor has 10 to 16 words": anchored("My group usually runs all."),
    "the shortest anchor has 65 % of the words of the longest": anchored(f"{GOOD[2]} And" * 2),
    "a stem has at most 12 words": anchored(stem="my group " * 7 + "?"),
    "a stem is a question": anchored(stem="My group runs it."),
    "an anchor is one sentence": anchored("My group usually runs. It runs."),
    "stem and anchors speak of my group": anchored(GOOD[2].replace("My", "The")),
    "a core anchor tells what is usual, an acceptance anchor what would be": anchored(
        GOOD[2].replace("usually", "often")
    ),
    "no word judges, urges or names a level": anchored(GOOD[2].replace("all", "mature")),
    "the five anchors differ": anchored(GOOD[1]),
    "no slot is left and no space doubled": anchored(GOOD[2].replace("all", "{all}")),
    "the example opens with think or picture": anchored().model_copy(update={"example": ""}),
}


@pytest.fixture(params=KINDS)
def questionnaire(request: pytest.FixtureRequest) -> Questionnaire:
    return instrument().for_kind(request.param)


@pytest.mark.parametrize("rule", RULES)
def test_every_item_keeps_the_writing_rules(rule: str, questionnaire: Questionnaire) -> None:
    assert [item.id for item in questionnaire.items if not RULES[rule](item)] == []


@pytest.mark.parametrize("rule", RULES)
def test_every_writing_rule_finds_an_item_that_breaks_it(rule: str) -> None:
    assert RULES[rule](anchored())
    assert not RULES[rule](BROKEN[rule])


def test_there_are_nine_kinds_each_in_the_file_of_its_name() -> None:
    assert sorted(instrument().kinds) == KINDS
    assert sorted(file.stem for file in (CATALOGUE / "kinds").iterdir()) == KINDS


def test_the_21_items_come_in_the_order_of_the_sheet() -> None:
    assert list(instrument().item_ids) == ITEM_IDS


def test_an_items_id_tells_its_scale() -> None:
    scales = {"VS": "value_stream", "CU": "customer", "ME": "measurement", "AC": "acceptance"}
    assert list(instrument().scales) == [scales[item_id[:2]] for item_id in ITEM_IDS]


def test_no_anchor_is_used_twice_in_a_kind(questionnaire: Questionnaire) -> None:
    anchors = [anchor for item in questionnaire.items for anchor in item.anchors]
    assert len(set(anchors)) == 5 * 21


def test_no_facet_and_no_stem_is_asked_twice(questionnaire: Questionnaire) -> None:
    assert len({item.facet for item in questionnaire.items}) == 21
    assert len({item.stem for item in questionnaire.items}) == 21


def test_titles_are_unique() -> None:
    titles = [q.title for q in instrument().questionnaires]
    assert len({title.lower() for title in titles}) == len(titles)


def test_nobody_is_asked_for_more_than_a_quarter_of_an_hour(questionnaire: Questionnaire) -> None:
    assert expected_minutes(questionnaire) <= 15


def test_the_reading_grade_of_every_page_is_at_most_10(questionnaire: Questionnaire) -> None:
    texts = [[t for i in page.all_items for t in statements(i)] for page in questionnaire.pages]
    assert max(map(reading_grade, texts)) <= 10


def test_the_reading_grade_tells_hard_texts_from_easy_ones() -> None:
    hard = "Institutionalised accountability methodologies necessitate organisational alignment."
    assert reading_grade([hard]) > 12
    assert reading_grade(["The cat sat on the mat."]) < 3
