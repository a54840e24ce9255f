"""Whether a catalogue keeps the writing rules that a program can check.

The rules are those of the method: referent shift (Chan 1998), observable anchors of like
length, plain words, one idea, a bound on reading time. docs/questionnaires.md lists them.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from app.maturity import ACCEPTANCE
from app.questionnaires.loader import make_instrument
from app.questionnaires.questionnaire import PLACE, Instrument, Item, Questionnaire
from app.questionnaires.readability import reading_grade, words_of
from app.questionnaires.sources import Catalogue, KindSource
from app.questionnaires.timing import expected_seconds

ANCHOR_WORDS: Final = (10, 16)
LONGEST_STEM: Final = 12
LONGEST_EXAMPLE: Final = 12
#: The shortest anchor of an item has at least this share of the words of the longest.
BALANCE: Final = 0.65
HARDEST_GRADE: Final = 10
LONGEST_CORE_MINUTES: Final = 9

_PERSONS = re.compile(r"\b(I|we|us|our|ours|you|your|IT in general)\b", re.IGNORECASE)
_JUDGING = re.compile(
    r"\b(should|must|ought|matur\w*|immature|culture|levels?|best[ -]practices?|world-class"
    r"|state[ -]of[ -]the[ -]art|never|always|proper(?:ly)?|excellent|poor(?:ly)?|\d+)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Breach:
    """A writing rule that is not kept: where, which rule, what to do."""

    file: Path
    item: str
    rule: str
    remedy: str
    kinds: tuple[str, ...] = ()

    def __str__(self) -> str:
        said = f" (in the words of {', '.join(self.kinds)})" if self.kinds else ""
        return f"{self.file.name}: {self.item}: {self.rule}: {self.remedy}{said}"


#: A rule gets an item and the referent of its questionnaire, and says what to mend, if any.
ItemRule = Callable[[Item, str], Iterator[str]]


def word_count(item: Item, _referent: str) -> Iterator[str]:
    """Anchors have 10 to 16 words."""
    low, high = ANCHOR_WORDS
    for level, anchor in enumerate(item.anchors, start=1):
        count = len(words_of(anchor))
        if not low <= count <= high:
            change = "lengthen" if count < low else "shorten"
            yield f"anchor {level} has {count} words; {change} it to {low} to {high}."


def balance(item: Item, _referent: str) -> Iterator[str]:
    """The five anchors are within 35 % of each other's length, so that length tells nothing."""
    counts = [len(words_of(anchor)) for anchor in item.anchors]
    if min(counts) < BALANCE * max(counts):
        short, long = counts.index(min(counts)) + 1, counts.index(max(counts)) + 1
        yield (
            f"anchor {short} has {min(counts)} words and anchor {long} {max(counts)}; "
            "bring them closer together."
        )


def stem(item: Item, _referent: str) -> Iterator[str]:
    """A stem is a question of at most 12 words."""
    count = len(words_of(item.stem))
    if count > LONGEST_STEM:
        yield f"the stem has {count} words; shorten it to {LONGEST_STEM}."
    if not item.stem.endswith("?"):
        yield "the stem is no question; end it with a question mark."


def referent(item: Item, referent: str) -> Iterator[str]:
    """Stem and anchors speak of the group, not of the person or of all IT."""
    for name, text in _statements(item):
        if referent not in text.lower():
            yield f"{name} does not speak of “{referent}”; say so."
        for found in _PERSONS.findall(text):
            yield f"{name} says “{found}”; speak of “{referent}” instead."


def habit(item: Item, _referent: str) -> Iterator[str]:
    """Stems ask for what is usual; acceptance asks for what would be."""
    if item.scale == ACCEPTANCE:
        for name, text in _statements(item):
            if not re.search(r"\bwould\b", text):
                yield f"{name} does not say “would”; willingness is about what has not been yet."
    elif item.scale != PLACE and not re.search(r"\b(?:usually|often)\b", item.stem):
        yield "the stem does not ask for what is usual; add “usually”."


def forbidden(item: Item, _referent: str) -> Iterator[str]:
    """No word judges, urges, names a level or gives a number."""
    for name, text in _statements(item):
        for found in _JUDGING.findall(text):
            yield f"{name} says “{found}”; describe what can be seen instead."


def one_idea(item: Item, _referent: str) -> Iterator[str]:
    """An anchor is one sentence with one idea."""
    for level, anchor in enumerate(item.anchors, start=1):
        if not anchor.endswith(".") or re.search(r"[.?!] |[;:()–—]", anchor):
            yield f"anchor {level} is more than one plain sentence; keep one, with a full stop."
        if len(re.findall(r"\b(?:and|or|but)\b", anchor)) > 2:
            yield f"anchor {level} joins more than two things; keep the one that tells."


def distinct(item: Item, _referent: str) -> Iterator[str]:
    """The five anchors of an item differ."""
    if len(set(item.anchors)) < len(item.anchors):
        yield "two anchors are the same; reword one."


def tidy(item: Item, _referent: str) -> Iterator[str]:
    """No brace, no doubled space, no space at an end."""
    for name, text in (*_statements(item), ("the example", item.example)):
        if re.search(r"[{}]|\s\s|^\s|\s$", text):
            yield f"{name} holds a brace or a stray space; remove it."


def example(item: Item, _referent: str) -> Iterator[str]:
    """The example line is one short sentence that calls something to mind."""
    count = len(words_of(item.example))
    if not re.fullmatch(r"(Think of|Picture) [^.]{4,}\.", item.example):
        yield "the example does not begin with “Think of” or “Picture”, or has two sentences."
    elif count > LONGEST_EXAMPLE:
        yield f"the example has {count} words; shorten it to {LONGEST_EXAMPLE}."


#: Rules on wording are for English; lengths and spaces hold for every language.
ENGLISH_RULES: Final[tuple[ItemRule, ...]] = (referent, habit, forbidden, one_idea, example)
ALL_LANGUAGES: Final[tuple[ItemRule, ...]] = (word_count, balance, stem, distinct, tidy)


def lint(catalogue: Catalogue) -> tuple[Breach, ...]:
    """Return every breach of a writing rule, in the order of files and items.

    A breach in the common words is told once, with the kinds whose slots bring it about.
    Raises FaultyCatalogue if the files do not fit together.
    """
    instrument = make_instrument(catalogue)
    english = instrument.language == "en"
    rules = (*ALL_LANGUAGES, *(ENGLISH_RULES if english else ()))
    found: dict[tuple[Path, str, str, str], list[str]] = {}
    for (file, source), questionnaire in zip(
        catalogue.kinds.items(), instrument.questionnaires, strict=True
    ):
        for item in questionnaire.items:
            for rule in rules:
                for remedy in rule(item, referent_of(questionnaire)):
                    own = _is_own(source, item, remedy)
                    where = file if own else _file_of(catalogue, item)
                    key = (where, item.id, rule.__name__.replace("_", " "), remedy)
                    found.setdefault(key, []).append(questionnaire.kind)
    breaches = [Breach(*key, tuple(kinds)) for key, kinds in found.items()]
    breaches += _unused_slots(catalogue)
    breaches += _without_basis(catalogue)
    breaches += _whole(catalogue, instrument, english=english)
    return tuple(breaches)


def referent_of(questionnaire: Questionnaire) -> str:
    """Return whom the statements of a questionnaire speak of."""
    return "this it group" if questionnaire.mirror else "my group"


def _statements(item: Item) -> tuple[tuple[str, str], ...]:
    anchors = ((f"anchor {level}", text) for level, text in enumerate(item.anchors, start=1))
    return (("the stem", item.stem), *anchors)


def _is_own(kind: KindSource, item: Item, remedy: str) -> bool:
    """Whether the part of an item that a remedy names is worded by the kind itself."""
    if "the example" in remedy:
        return item.id in kind.examples
    if "the stem" in remedy:
        return item.id in kind.stems
    own = kind.overrides.get(item.id, {})
    named = {int(level) for level in re.findall(r"anchor (\d)", remedy)}
    return bool(named & set(own)) if named else bool(own)


def _file_of(catalogue: Catalogue, item: Item) -> Path:
    for file, module in catalogue.modules.items():
        if module.id == item.module:
            return file
    return catalogue.core_file


def _unused_slots(catalogue: Catalogue) -> Iterable[Breach]:
    shared = [text for item in catalogue.core.items for text in (item.stem, *item.anchors)]
    for module in catalogue.modules.values():
        shared += [text for item in module.items for text in (item.stem, *item.anchors)]
    for file, kind in catalogue.kinds.items():
        own = [text for anchors in kind.overrides.values() for text in anchors.values()]
        text = " ".join([*([] if kind.mirror else shared), *own, *kind.stems.values()])
        for slot in kind.slots:
            if f"{{{slot}}}" not in text:
                yield Breach(file, f"slots.{slot}", "slots", "no text uses it; remove it.")


def _without_basis(catalogue: Catalogue) -> Iterable[Breach]:
    """Each item says on what passage of the model it stands."""
    sources = [(catalogue.core_file, catalogue.core.items)]
    sources += [(file, module.items) for file, module in catalogue.modules.items()]
    for file, items in sources:
        for item in items:
            if len(words_of(item.basis)) < 4:
                yield Breach(file, item.id, "basis", "name the passage of the model it rests on.")


def _whole(catalogue: Catalogue, instrument: Instrument, *, english: bool) -> Iterable[Breach]:
    """What holds for a whole questionnaire: no repetition, reading grade, reading time."""
    core = instrument.with_modules(())
    for file, whole, alone in zip(
        catalogue.kinds, instrument.questionnaires, core.questionnaires, strict=True
    ):
        yield from _repeated(file, whole)
        for page in whole.pages if english else ():
            texts = [text for item in page.all_items for _, text in _statements(item)]
            if texts and (grade := reading_grade(texts)) > HARDEST_GRADE:
                name = page.module.id if page.module else f"page {page.orientation}"
                remedy = f"its grade is {grade:.1f}, above {HARDEST_GRADE}; use shorter words."
                yield Breach(file, name, "reading grade", remedy)
        minutes = expected_seconds(alone) / 60
        if minutes > LONGEST_CORE_MINUTES:
            remedy = (
                f"the core takes {minutes:.1f} minutes, above {LONGEST_CORE_MINUTES}; cut words."
            )
            yield Breach(file, "core", "reading time", remedy)


def _repeated(file: Path, questionnaire: Questionnaire) -> Iterable[Breach]:
    seen: dict[str, str] = {}
    for item in questionnaire.items:
        for name, text in _statements(item):
            if seen.setdefault(text, item.id) != item.id:
                remedy = f"{name} stands in {seen[text]} too; reword one."
                yield Breach(file, item.id, "repeated", remedy)
