"""Makes the instrument of a catalogue: every slot filled, for every kind and every module."""

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from app.maturity import LEVELS
from app.questionnaires.consistency import LANGUAGE, inconsistencies, unfillable
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


@lru_cache
def load_instrument(folder: Path = CATALOGUE, language: str = "") -> Instrument:
    """Return the instrument of a folder, with all its kinds and all its modules.

    `language` chooses a translation; empty, the catalogue's own language. Kinds and modules
    that lack one are left out. Raises FaultyCatalogue with everything that is wrong.
    """
    catalogue = read_catalogue(folder)
    if language and not LANGUAGE.fullmatch(language):
        cause = f"{language!r} is no language; write one such as de or pt-BR."
        raise FaultyCatalogue([CatalogueFault(folder, "language", cause)])
    if language not in ("", catalogue.core.language):
        catalogue = translate(catalogue, language)
    return make_instrument(catalogue)


def languages(folder: Path = CATALOGUE) -> tuple[str, ...]:
    """Return the languages in which a catalogue can ask: its own, then its translations."""
    own = read_catalogue(folder).core.language
    files = sorted(folder.glob("core.*.toml"))
    return (own, *(file.name.split(".")[1] for file in files))


def make_instrument(catalogue: Catalogue) -> Instrument:
    """Return the instrument that a catalogue's files describe.

    Raises FaultyCatalogue with everything that does not fit together.
    """
    faults = list(inconsistencies(catalogue))
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
        faults = [CatalogueFault(file, where, cause) for cause in unfillable(text, slots)]
        self._faults += faults
        return text if faults else text.format_map(slots)


def _module(module: ModuleSource) -> Module:
    comment = module.comment
    return Module(
        id=module.id,
        title=module.title,
        question=module.question,
        comment=CommentQuestion(id=comment.id, prompt=comment.prompt) if comment else None,
    )
