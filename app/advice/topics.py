"""Topics for a Lean project: each a ladder of five reaches, from one department to the market."""

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from app.advice.levels import CATALOGUE as LEVELS_FILE
from app.maturity import LEVELS, Level

TOPICS: Final = LEVELS_FILE.parent / "topics"
MEASURES: Final = 2
LONGEST_TEXT: Final = 30
_JUDGING = re.compile(r"\b(best practice|world-class|mature|maturity|immature)\b", re.IGNORECASE)
PLACES: Final = LEVELS_FILE.parent / "places.toml"


class FaultyTopic(Exception):
    """A topic that cannot be used; the text names file, reach, key and remedy."""


class Steps(BaseModel):
    """What happens on the way from demand to run, in one clause each."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    demand: str
    plan: str
    build: str
    run: str


STEPS: Final = tuple(Steps.model_fields)


class Reach(BaseModel):
    """One width of a topic's stream.

    `needs` gives, for each kind of group that usually takes part, the level it needs.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    stream: str
    start: str
    end: str
    steps: Steps
    customer: str
    measures: tuple[str, ...] = Field(min_length=1)
    waste: tuple[str, ...] = Field(min_length=1)
    kaizen: str
    risks: tuple[str, ...] = Field(min_length=1)
    needs: dict[str, Level] = Field(min_length=1)


class Topic(BaseModel):
    """What a Lean project can be about, at five widths; `basis` cites the sources."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    version: str
    title: str
    about: str
    basis: str
    reaches: tuple[Reach, Reach, Reach, Reach, Reach]

    def at(self, level: int) -> Reach:
        """Return the reach of a level from 1 to 5."""
        return self.reaches[level - 1]

    def need(self, kind: str | None, level: int) -> Level:
        """Return the level that a kind of group needs to join at a reach.

        A kind that usually has no part in the stream needs the level of the reach itself.
        """
        return self.at(level).needs.get(kind or "", Level(level))


@lru_cache
def load_topics(folder: Path = TOPICS, language: str = "en") -> tuple[Topic, ...]:
    """Return the topics of a folder by title; a translation is FILE.LANGUAGE.toml beside each.

    Raises FaultyTopic.
    """
    files = sorted(file for file in folder.glob("*.toml") if "." not in file.stem)
    topics = []
    for file in files:
        translated = file.with_name(f"{file.stem}.{language}.toml")
        topics.append(_read(translated if translated.exists() else file, file.stem))
    return tuple(sorted(topics, key=lambda topic: topic.title))


def _read(file: Path, name: str) -> Topic:
    try:
        topic = Topic.model_validate(tomllib.loads(file.read_text(encoding="utf-8")))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise FaultyTopic(f"{file.name}: syntax: {error}; put texts into double quotes.") from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(step) for step in first["loc"]) or "file"
        raise FaultyTopic(f"{file.name}: {where}: {first['msg']}; correct it.") from error
    for fault in _misfits(topic, name):
        raise FaultyTopic(f"{file.name}: {fault}")
    return topic


def _misfits(topic: Topic, name: str) -> Iterator[str]:
    """What the shape cannot tell: the name, and needs that fall as the stream widens."""
    if topic.id != name:
        yield f"id: is {topic.id!r}; write the file's name, {name!r}."
    for narrow, wide in pairwise(LEVELS):
        for kind, need in topic.at(wide).needs.items():
            if need < topic.need(kind, narrow):
                yield f"reach {wide}.needs.{kind}: is below that of reach {narrow}; raise it."


def lint_topics(topics: Iterable[Topic]) -> tuple[str, ...]:
    """Return what in the wording of topics breaks a rule, with topic, reach, rule and remedy.

    Plain texts of at most thirty words that judge nobody, five different streams and kaizens,
    two measures, a kaizen that is a sentence, and a basis in the sources.
    """
    return tuple(fault for topic in topics for fault in _wording(topic))


def _wording(topic: Topic) -> Iterator[str]:
    if not topic.basis.startswith("ch."):
        yield f"{topic.id}: basis: name the chapter's passage first, as “ch., …”."
    for name in ("stream", "kaizen"):
        if len({getattr(reach, name) for reach in topic.reaches}) < len(LEVELS):
            yield f"{topic.id}: {name}: two reaches have the same; reword one."
    for level in LEVELS:
        reach = topic.at(level)
        where = f"{topic.id}: reach {level:d}"
        yield from (f"{where}: {fault}" for fault in _reach_wording(reach))


def _reach_wording(reach: Reach) -> Iterator[str]:
    if len(reach.measures) != MEASURES:
        yield f"measures: {len(reach.measures)} are given; name {MEASURES}."
    if not reach.kaizen.endswith("."):
        yield "kaizen: end the sentence with a full stop."
    for text in _texts(reach):
        if len(text.split()) > LONGEST_TEXT:
            yield f"“{text[:40]}…” has over {LONGEST_TEXT} words; shorten it."
        if found := _JUDGING.search(text):
            yield f"says “{found[0]}”; describe what can be seen instead."


def _texts(reach: Reach) -> tuple[str, ...]:
    own = (reach.stream, reach.start, reach.end, reach.customer, reach.kaizen)
    return (
        *own,
        *reach.steps.model_dump().values(),
        *reach.measures,
        *reach.waste,
        *reach.risks,
    )


@lru_cache
def usual_places(file: Path = PLACES) -> Mapping[str, tuple[str, ...]]:
    """Return the steps of demand, plan, build and run in which each kind usually works."""
    written = tomllib.loads(file.read_text(encoding="utf-8"))
    return {kind: tuple(steps) for kind, steps in written["kinds"].items()}
