"""The catalogue of topics: complete ladders, plain sentences, and faults that name their place."""

import re
from pathlib import Path

import pytest

from app.advice.topics import (
    STEPS,
    TOPICS,
    FaultyTopic,
    Topic,
    lint_topics,
    load_topics,
    usual_places,
)
from app.maturity import LEVELS
from tests.builders import KINDS, MIRRORS

ALL = load_topics()
GROUP_KINDS = set(KINDS) - MIRRORS


def test_there_are_twelve_topics_each_in_the_file_of_its_name() -> None:
    assert len(ALL) == 12
    assert {topic.id for topic in ALL} == {file.stem for file in TOPICS.glob("*.toml")}
    assert [topic.title for topic in ALL] == sorted(topic.title for topic in ALL)


@pytest.mark.parametrize("topic", ALL, ids=lambda topic: topic.id)
def test_a_topic_is_a_ladder_of_five_complete_reaches(topic: Topic) -> None:
    assert len({reach.stream for reach in topic.reaches}) == 5
    assert len({reach.kaizen for reach in topic.reaches}) == 5
    assert re.match(r"ch\.", topic.basis)
    for level in LEVELS:
        reach = topic.at(level)
        assert set(reach.needs) <= GROUP_KINDS
        assert set(reach.needs.values()) == {level}
        assert len(reach.measures) == 2
        assert reach.kaizen.endswith(".")
    assert len(topic.reaches[0].needs) >= 5


def test_the_whole_catalogue_keeps_its_writing_rules() -> None:
    assert lint_topics(ALL) == ()


@pytest.mark.parametrize(
    ("update", "said"),
    [
        ({"kaizen": "Try it"}, "reach 2: kaizen: end the sentence"),
        ({"measures": ("time",)}, "reach 2: measures: 1 are given; name 2"),
        ({"customer": "a mature user"}, "says “mature”"),
        ({"waste": ("word " * 31,)}, "has over 30 words; shorten"),
        ({"stream": ALL[0].reaches[0].stream}, "stream: two reaches have the same"),
    ],
)
def test_a_rule_finds_a_planted_fault(update: dict[str, object], said: str) -> None:
    first, second, *others = ALL[0].reaches
    spoilt = ALL[0].model_copy(
        update={"reaches": (first, second.model_copy(update=update), *others)}
    )
    (fault,) = lint_topics([spoilt])
    assert fault.startswith(f"{ALL[0].id}: ")
    assert said in fault


def test_a_topic_names_its_basis() -> None:
    (fault,) = lint_topics([ALL[0].model_copy(update={"basis": "hearsay"})])
    assert "name the chapter's passage" in fault


def test_no_stream_is_in_two_topics() -> None:
    streams = [reach.stream for topic in ALL for reach in topic.reaches]
    assert len(set(streams)) == len(streams) == 60


def test_every_kind_takes_part_in_some_crossing_stream_and_has_a_place() -> None:
    taking = {kind for topic in ALL for reach in topic.reaches[1:] for kind in reach.needs}
    assert taking == GROUP_KINDS == set(usual_places())
    assert {step for steps in usual_places().values() for step in steps} == set(STEPS)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('id = "provisioning"', 'id = "other"', "id: is 'other'; write the file's name"),
        ('title = "Provisioning"', "", "title: Field required; correct it"),
        ('title = "Provisioning"', "title = Provisioning", "syntax: "),
        ("[[reaches]]", "[[reaches]]\nacceptance = 3.0", "Extra inputs are not permitted"),
        ("network = 2,", "network = 1,", ""),
        ("data-centre = 3", "data-centre = 1", "reach 3.needs.data-centre: is below that"),
    ],
)
def test_a_fault_names_file_place_and_remedy(tmp_path: Path, old: str, new: str, said: str) -> None:
    text = (TOPICS / "provisioning.toml").read_text(encoding="utf-8")
    assert old in text
    (tmp_path / "provisioning.toml").write_text(text.replace(old, new, 1), encoding="utf-8")
    if not said:
        assert len(load_topics(tmp_path)) == 1
        return
    with pytest.raises(FaultyTopic, match=r"provisioning\.toml: ") as caught:
        load_topics(tmp_path)
    assert said in str(caught.value)


def test_a_translation_takes_the_place_of_its_original(tmp_path: Path) -> None:
    text = (TOPICS / "provisioning.toml").read_text(encoding="utf-8")
    (tmp_path / "provisioning.toml").write_text(text, encoding="utf-8")
    german = text.replace('title = "Provisioning"', 'title = "Bereitstellung"')
    (tmp_path / "provisioning.de.toml").write_text(german, encoding="utf-8")
    assert [topic.title for topic in load_topics(tmp_path, "de")] == ["Bereitstellung"]
    assert [topic.title for topic in load_topics(tmp_path, "fr")] == ["Provisioning"]
