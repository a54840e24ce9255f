"""What files of a catalogue must agree on before an instrument can be made of them."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from string import Formatter
from typing import Final

from app.maturity import ACCEPTANCE, LEVELS, ORIENTATIONS
from app.questionnaires.questionnaire import PLACE
from app.questionnaires.sources import (
    Catalogue,
    CatalogueFault,
    ItemSource,
    KindSource,
    ModuleSource,
)

#: Fewest items of an orientation; with fewer, one open answer would silence a person.
FEWEST_ITEMS: Final = 3
#: Most items of one scale: scores are whole multiples of 1 / lcm(2K/3 .. K), in 64 bits.
MOST_ITEMS: Final = 15
#: Most items in all: a form that a browser sends, with room to spare.
MOST_ASKED: Final = 100

_ITEM_ID = re.compile(r"[A-Z]{2}[1-9][0-9]?")
_COMMENT_ID = re.compile(r"[A-Z]{3,20}")
_FILE_ID = re.compile(r"[a-z][a-z0-9-]*")
_SCALE = re.compile(r"[a-z][a-z_-]{1,30}")
_SLOT = re.compile(r"[a-z][a-z_]*")
LANGUAGE = re.compile(r"[a-z]{2,3}([-_][A-Za-z]{2,8})?")


def inconsistencies(catalogue: Catalogue) -> Iterable[CatalogueFault]:
    """Return everything in which the files of a catalogue do not fit together."""
    yield from _items(catalogue)
    yield from _sizes(catalogue)
    yield from _names(catalogue)
    yield from _modules(catalogue)
    for file, kind in catalogue.kinds.items():
        yield from _kind(catalogue, file, kind)
    if not LANGUAGE.fullmatch(catalogue.core.language):
        cause = f"is {catalogue.core.language!r}; write a language such as en, de or pt-BR."
        yield CatalogueFault(catalogue.core_file, "language", cause)
    if all(kind.mirror for kind in catalogue.kinds.values()):
        cause = "holds no kind of IT group (a mirror alone asks nobody about itself); add one."
        yield CatalogueFault(catalogue.core_file.parent, "kinds", cause)


def _written(catalogue: Catalogue) -> list[tuple[Path, ItemSource]]:
    core = [(catalogue.core_file, item) for item in catalogue.core.items]
    added = [(file, item) for file, module in catalogue.modules.items() for item in module.items]
    return [*core, *added]


def _items(catalogue: Catalogue) -> Iterable[CatalogueFault]:
    """Ids, scales, texts and numbers of anchors, in the core and in every module."""
    seen: dict[str, Path] = {}
    own = {*ORIENTATIONS, ACCEPTANCE}
    for file, item in _written(catalogue):
        if not _ITEM_ID.fullmatch(item.id):
            yield CatalogueFault(file, item.id, "an id has two capitals and a number, like VS1.")
        if item.id in seen:
            cause = f"the id is used in {seen[item.id].name} already; give one another number."
            yield CatalogueFault(file, item.id, cause)
        seen.setdefault(item.id, file)
        if len(item.anchors) != len(LEVELS):
            cause = f"has {len(item.anchors)} anchors; write five, one for each level."
            yield CatalogueFault(file, f"{item.id}.anchors", cause)
        if not all(text.strip() for text in (item.stem, item.facet, *item.anchors)):
            yield CatalogueFault(file, item.id, "has an empty text; write it.")
        if (file == catalogue.core_file) != (item.scale in own):
            yield _wrong_scale(catalogue, file, item)


def _wrong_scale(catalogue: Catalogue, file: Path, item: ItemSource) -> CatalogueFault:
    if file == catalogue.core_file:
        known = ", ".join((*ORIENTATIONS, ACCEPTANCE))
        cause = f"{item.scale!r} is no scale of the core; choose one of {known}."
    else:
        cause = f"{item.scale!r} belongs to the core; name a scale of the module's own."
    return CatalogueFault(file, f"{item.id}.scale", cause)


def _sizes(catalogue: Catalogue) -> Iterable[CatalogueFault]:
    count = Counter(item.scale for item in catalogue.core.items)
    for scale in (*ORIENTATIONS, ACCEPTANCE):
        if count[scale] < FEWEST_ITEMS:
            cause = f"has {count[scale]} items on {scale}; three at least are needed."
            yield CatalogueFault(catalogue.core_file, "items", cause)
    for scale, many in Counter(item.scale for _, item in _written(catalogue)).items():
        if many > MOST_ITEMS:
            file = next(file for file, item in _written(catalogue) if item.scale == scale)
            cause = f"has {many} items on {scale}; {MOST_ITEMS} at most can be scored exactly."
            yield CatalogueFault(file, "items", cause)
    if len(_written(catalogue)) > MOST_ASKED:
        cause = f"all files together have over {MOST_ASKED} items; nobody answers so many."
        yield CatalogueFault(catalogue.core_file, "items", cause)


def _names(catalogue: Catalogue) -> Iterable[CatalogueFault]:
    """Names of files, and titles."""
    named: list[tuple[Path, KindSource | ModuleSource]] = [
        *catalogue.kinds.items(),
        *catalogue.modules.items(),
    ]
    titles: dict[str, Path] = {}
    for file, source in named:
        stem = file.name.partition(".")[0]
        if source.id != stem or not _FILE_ID.fullmatch(source.id):
            cause = f"is {source.id!r}; write the file's name, {stem!r}, in small letters."
            yield CatalogueFault(file, "id", cause)
        title = source.title.strip().casefold()
        if not title:
            yield CatalogueFault(file, "title", "is empty; write it.")
        elif title in titles:
            yield CatalogueFault(file, "title", f"is that of {titles[title].name} too; change one.")
        titles.setdefault(title, file)


def _modules(catalogue: Catalogue) -> Iterable[CatalogueFault]:
    """A module asks something, and a wave has one open question at most."""
    yield from _module_scales(catalogue)
    asking = [(file, m.comment) for file, m in catalogue.modules.items() if m.comment]
    for file, module in catalogue.modules.items():
        if not module.items and not module.comment:
            yield CatalogueFault(file, "items", "the module asks nothing; add items or a comment.")
    for file, comment in asking:
        # Anything else could be taken for an item, or for a field of the form itself.
        if not _COMMENT_ID.fullmatch(comment.id):
            cause = f"is {comment.id!r}; write capitals only, like PAIN."
            yield CatalogueFault(file, "comment.id", cause)
        if not comment.prompt.strip():
            yield CatalogueFault(file, "comment.prompt", "is empty; write the question.")
    for file, _ in asking[1:]:
        cause = f"{asking[0][0].name} asks the one open question of a wave already; remove one."
        yield CatalogueFault(file, "comment", cause)


def _module_scales(catalogue: Catalogue) -> Iterable[CatalogueFault]:
    """Scales of a module are its own."""
    owner: dict[str, Path] = {}
    for file, module in catalogue.modules.items():
        for scale, count in Counter(item.scale for item in module.items).items():
            if not _SCALE.fullmatch(scale):
                cause = f"{scale!r} is no name of a scale; write small letters, like “meetings”."
                yield CatalogueFault(file, "scale", cause)
            elif scale in owner:
                cause = f"{scale!r} is the scale of {owner[scale].name} too; name another one."
                yield CatalogueFault(file, "scale", cause)
            elif scale == PLACE and count > 1:
                yield CatalogueFault(file, "scale", "one item tells a group's place; keep one.")
            owner.setdefault(scale, file)


def _kind(catalogue: Catalogue, file: Path, kind: KindSource) -> Iterable[CatalogueFault]:
    core = {item.id for item in catalogue.core.items}
    items = {item.id for _, item in _written(catalogue)}
    for section, ids, known in (
        ("asks", set(kind.asks), core),
        ("examples", set(kind.examples), items),
        ("stems", set(kind.stems), items),
        ("overrides", set(kind.overrides), items),
    ):
        for unknown in sorted(ids - known):
            yield CatalogueFault(file, f"{section}.{unknown}", "no such item; correct the id.")
    wrong = [(i, n) for i, own in kind.overrides.items() for n in sorted(set(own) - set(LEVELS))]
    for item_id, level in wrong:
        yield CatalogueFault(file, f"overrides.{item_id}.{level}", "anchors run from 1 to 5.")
    for slot in (name for name in kind.slots if not _SLOT.fullmatch(name)):
        yield CatalogueFault(file, f"slots.{slot}", "a slot's name has small letters only.")
    if kind.mirror != bool(kind.asks):
        cause = "a mirror names the items that it asks, and no other kind does; correct it."
        yield CatalogueFault(file, "asks", cause)
    for item_id in sorted((set(kind.asks) or core) - set(kind.examples)):
        yield CatalogueFault(file, f"examples.{item_id}", "is missing; add one example line.")
    if kind.mirror:
        yield from _mirror(file, kind)


def _mirror(file: Path, kind: KindSource) -> Iterable[CatalogueFault]:
    """The common words speak of "my group": a mirror needs its own for all that it asks."""
    for item_id in kind.asks:
        if item_id not in kind.stems:
            cause = "is missing; a mirror asks in its own words."
            yield CatalogueFault(file, f"stems.{item_id}", cause)
        for level in sorted(set(LEVELS) - set(kind.overrides.get(item_id, {}))):
            cause = "is missing; a mirror words all five anchors."
            yield CatalogueFault(file, f"overrides.{item_id}.{level}", cause)


def unfillable(text: str, slots: Mapping[str, str]) -> Iterable[str]:
    """Return what keeps a text from being filled: braces without a pair, unknown slots."""
    try:
        parts = list(Formatter().parse(text))
    except ValueError as error:
        yield f"has a brace without its pair ({error}); add it or remove it."
        return
    for _, name, rule, conversion in parts:
        if name is not None and (rule or conversion or not _SLOT.fullmatch(name)):
            yield f"holds {{{name}}} with signs that a slot cannot have; write {{slot}}."
        elif name is not None and name not in slots:
            yield f"uses the slot {{{name}}}; fill it under [slots], or reword."
