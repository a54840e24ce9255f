"""Makes the instrument of a catalogue: every slot filled, for every kind and every module."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from string import Formatter

from app.maturity import ACCEPTANCE, LEVELS, ORIENTATIONS
from app.questionnaires.questionnaire import (
    CommentQuestion,
    Instrument,
    Item,
    Module,
    Questionnaire,
)
from app.questionnaires.sources import (
    CATALOGUE,
    Catalogue,
    CatalogueFault,
    FaultyCatalogue,
    ItemSource,
    KindSource,
    ModuleSource,
    read_catalogue,
)
from app.questionnaires.translation import translate

#: Fewest items of an orientation; with fewer, one open answer would silence a person.
FEWEST_ITEMS = 3
_ID = re.compile(r"[A-Z]{2}[1-9][0-9]?")
_FILE_ID = re.compile(r"[a-z][a-z0-9-]*")


@lru_cache
def load_instrument(folder: Path = CATALOGUE, language: str = "") -> Instrument:
    """Return the instrument of a folder, with all its kinds and all its modules.

    `language` chooses a translation; empty, the catalogue's own language. Kinds and modules
    that lack one are left out. Raises FaultyCatalogue with everything that is wrong.
    """
    catalogue = read_catalogue(folder)
    if language not in ("", catalogue.core.language):
        catalogue = translate(catalogue, language)
    return make_instrument(catalogue)


def make_instrument(catalogue: Catalogue) -> Instrument:
    """Return the instrument that a catalogue's files describe.

    Raises FaultyCatalogue with everything that does not fit together.
    """
    faults = [*_wrong_items(catalogue), *_wrong_names(catalogue)]
    for file, kind in catalogue.kinds.items():
        faults += _wrong_kind(catalogue, file, kind)
    making = _Making(catalogue, faults)
    questionnaires = tuple(
        making.questionnaire(file, kind) for file, kind in catalogue.kinds.items()
    )
    if faults:
        raise FaultyCatalogue(faults)
    return Instrument(
        version=catalogue.core.version,
        language=catalogue.core.language,
        title=catalogue.core.title,
        questionnaires=questionnaires,
    )


def overridden(kind: KindSource) -> tuple[str, ...]:
    """Return which anchors a kind words on its own, as "VS2.1"."""
    return tuple(f"{item}.{level}" for item, own in kind.overrides.items() for level in sorted(own))


def _wrong_items(catalogue: Catalogue) -> Iterable[CatalogueFault]:
    """Ids, scales and numbers of anchors, in the core and in every module."""
    core = [(catalogue.core_file, item) for item in catalogue.core.items]
    added = [(file, item) for file, module in catalogue.modules.items() for item in module.items]
    seen: dict[str, Path] = {}
    own = {*ORIENTATIONS, ACCEPTANCE}
    for file, item in [*core, *added]:
        if not _ID.fullmatch(item.id):
            yield CatalogueFault(file, item.id, "an id has two capitals and a number, like VS1.")
        if item.id in seen:
            cause = f"the id is used in {seen[item.id].name} already; give one another number."
            yield CatalogueFault(file, item.id, cause)
        seen.setdefault(item.id, file)
        if len(item.anchors) != len(LEVELS):
            cause = f"has {len(item.anchors)} anchors; write five, one for each level."
            yield CatalogueFault(file, f"{item.id}.anchors", cause)
        if (file == catalogue.core_file) != (item.scale in own):
            yield _wrong_scale(catalogue, file, item)
    count = Counter(item.scale for item in catalogue.core.items)
    for scale in (*ORIENTATIONS, ACCEPTANCE):
        if count[scale] < FEWEST_ITEMS:
            cause = f"has {count[scale]} items on {scale}; three at least are needed."
            yield CatalogueFault(catalogue.core_file, "items", cause)


def _wrong_scale(catalogue: Catalogue, file: Path, item: ItemSource) -> CatalogueFault:
    if file == catalogue.core_file:
        known = ", ".join((*ORIENTATIONS, ACCEPTANCE))
        cause = f"{item.scale!r} is no scale of the core; choose one of {known}."
    else:
        cause = f"{item.scale!r} belongs to the core; name a scale of the module's own."
    return CatalogueFault(file, f"{item.id}.scale", cause)


def _wrong_names(catalogue: Catalogue) -> Iterable[CatalogueFault]:
    """Names of files, titles, and the one open question."""
    named: list[tuple[Path, KindSource | ModuleSource]] = [
        *catalogue.kinds.items(),
        *catalogue.modules.items(),
    ]
    titles: dict[str, Path] = {}
    for file, source in named:
        if source.id != file.stem or not _FILE_ID.fullmatch(source.id):
            cause = f"is {source.id!r}; write the file's name, {file.stem!r}, in small letters."
            yield CatalogueFault(file, "id", cause)
        if source.title.casefold() in titles:
            cause = f"is the title of {titles[source.title.casefold()].name} too; change one."
            yield CatalogueFault(file, "title", cause)
        titles.setdefault(source.title.casefold(), file)
    for file, module in catalogue.modules.items():
        if not module.items and not module.comment:
            yield CatalogueFault(file, "items", "the module asks nothing; add items or a comment.")
    asking = [file for file, module in catalogue.modules.items() if module.comment]
    for file in asking[1:]:
        cause = f"{asking[0].name} asks the one open question of a wave already; remove this one."
        yield CatalogueFault(file, "comment", cause)


def _wrong_kind(catalogue: Catalogue, file: Path, kind: KindSource) -> Iterable[CatalogueFault]:
    core = {item.id for item in catalogue.core.items}
    items = core | {item.id for module in catalogue.modules.values() for item in module.items}
    for section, ids, known in (
        ("asks", set(kind.asks), core),
        ("examples", set(kind.examples), items),
        ("stems", set(kind.stems), items),
        ("overrides", set(kind.overrides), items),
    ):
        for unknown in sorted(ids - known):
            yield CatalogueFault(file, f"{section}.{unknown}", "no such item; correct the id.")
    for item_id, anchors in kind.overrides.items():
        for level in sorted(set(anchors) - set(LEVELS)):
            yield CatalogueFault(file, f"overrides.{item_id}.{level}", "anchors run from 1 to 5.")
    if kind.mirror != bool(kind.asks):
        cause = "a mirror names the items that it asks, and no other kind does; correct it."
        yield CatalogueFault(file, "asks", cause)
    for item_id in sorted((set(kind.asks) or core) - set(kind.examples)):
        yield CatalogueFault(file, f"examples.{item_id}", "is missing; add one example line.")


class _Making:
    """Fills slots; what cannot be filled goes into `faults`."""

    def __init__(self, catalogue: Catalogue, faults: list[CatalogueFault]) -> None:
        self._catalogue = catalogue
        self._faults = faults

    def questionnaire(self, file: Path, kind: KindSource) -> Questionnaire:
        """Return all items in the words of a kind; a mirror asks only what it names."""
        core = [item for item in self._catalogue.core.items if item.id in (kind.asks or item.id)]
        modules = {} if kind.mirror else self._catalogue.modules
        items = [self._item(item, "", file, kind) for item in core]
        for module in modules.values():
            items += [self._item(item, module.id, file, kind) for item in module.items]
        return Questionnaire(
            kind=kind.id,
            title=kind.title,
            items=tuple(items),
            modules=tuple(map(_module, modules.values())),
            mirror=kind.mirror,
        )

    def _item(self, item: ItemSource, module: str, file: Path, kind: KindSource) -> Item:
        own = kind.overrides.get(item.id, {})
        # One that has too few is named already.
        five = [*item.anchors, *[""] * len(LEVELS)][: len(LEVELS)]
        anchors = [
            self._fill(own.get(level, text), kind.slots, file, f"{item.id} anchor {level}")
            for level, text in enumerate(five, start=1)
        ]
        stem = kind.stems.get(item.id, item.stem)
        example = kind.examples.get(item.id, item.example)
        return Item(
            id=item.id,
            scale=item.scale,
            facet=item.facet,
            stem=self._fill(stem, kind.slots, file, f"{item.id} stem"),
            example=self._fill(example, kind.slots, file, f"examples.{item.id}"),
            anchors=(anchors[0], anchors[1], anchors[2], anchors[3], anchors[4]),
            module=module,
        )

    def _fill(self, text: str, slots: Mapping[str, str], file: Path, where: str) -> str:
        try:
            names = {name for _, name, _, _ in Formatter().parse(text) if name is not None}
        except ValueError as error:
            cause = f"has a brace without its pair ({error}); add it or remove it."
            self._faults.append(CatalogueFault(file, where, cause))
            return text
        unknown = sorted(names - set(slots))
        for name in unknown:
            cause = f"uses the slot {{{name}}}; fill it under [slots], or reword."
            self._faults.append(CatalogueFault(file, where, cause))
        return text if unknown else text.format_map(slots)


def _module(module: ModuleSource) -> Module:
    comment = module.comment
    return Module(
        id=module.id,
        title=module.title,
        question=module.question,
        comment=CommentQuestion(id=comment.id, prompt=comment.prompt) if comment else None,
    )
