"""A catalogue in another language: beside each file one more, of the same ids."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from app.questionnaires.sources import (
    Catalogue,
    CatalogueFault,
    FaultyCatalogue,
    ItemSource,
    KindSource,
    ModuleSource,
    read_source,
)


class _Words(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _ItemWords(_Words):
    stem: str
    anchors: tuple[str, ...]
    example: str = ""


class _CoreWords(_Words):
    title: str
    items: dict[str, _ItemWords]


class _KindWords(_Words):
    title: str
    slots: dict[str, str] = {}
    examples: dict[str, str] = {}
    stems: dict[str, str] = {}
    overrides: dict[str, dict[int, str]] = {}


class _CommentWords(_Words):
    prompt: str


class _ModuleWords(_Words):
    title: str
    question: str
    items: dict[str, _ItemWords] = {}
    comment: _CommentWords | None = None


def translation_of(file: Path, language: str) -> Path:
    """Return where a file's translation is written: core.toml has core.de.toml beside it."""
    return file.with_name(f"{file.stem}.{language}.toml")


def untranslated(catalogue: Catalogue, language: str) -> tuple[Path, ...]:
    """Return the files of a catalogue that have no translation into a language."""
    files = [catalogue.core_file, *catalogue.kinds, *catalogue.modules]
    return tuple(file for file in files if not translation_of(file, language).exists())


def translate(catalogue: Catalogue, language: str) -> Catalogue:
    """Return the catalogue in another language; kinds and modules without one are left out.

    Overrides are the translation's own, since what reads naturally differs between languages;
    but a mirror needs all of them.
    Raises FaultyCatalogue with all that is missing, or has no original.
    """
    faults: list[CatalogueFault] = []
    core_file = translation_of(catalogue.core_file, language)
    core = read_source(core_file, _CoreWords, faults)
    items: tuple[ItemSource, ...] = ()
    if core:
        items = _items(catalogue.core.items, core.items, core_file, faults)
    kinds: dict[Path, KindSource] = {}
    for original, kind in catalogue.kinds.items():
        file = translation_of(original, language)
        words = read_source(file, _KindWords, faults) if file.exists() else None
        if words:
            faults += _gaps(file, "slots", kind.slots, words.slots)
            faults += _gaps(file, "examples", kind.examples, words.examples)
            faults += _gaps(file, "stems", kind.stems, words.stems)
            if kind.mirror:
                faults += _gaps(file, "overrides", kind.overrides, words.overrides)
            kinds[file] = kind.model_copy(update=words.model_dump())
    modules: dict[Path, ModuleSource] = {}
    for module_file, module in catalogue.modules.items():
        file = translation_of(module_file, language)
        found = read_source(file, _ModuleWords, faults) if file.exists() else None
        if found:
            modules[file] = _module(module, found, file, faults)
    if faults or core is None:
        raise FaultyCatalogue(faults)
    said = {"language": language, "title": core.title, "items": items}
    translated = catalogue.core.model_copy(update=said)
    return Catalogue(catalogue.folder, core_file, translated, kinds, modules)


def _module(
    module: ModuleSource, words: _ModuleWords, file: Path, faults: list[CatalogueFault]
) -> ModuleSource:
    comment = module.comment
    if comment and words.comment is None:
        faults.append(CatalogueFault(file, "comment", "is missing; add it with its prompt."))
    elif comment and words.comment:
        comment = comment.model_copy(update={"prompt": words.comment.prompt})
    items = _items(module.items, words.items, file, faults)
    said = {"title": words.title, "question": words.question, "items": items, "comment": comment}
    return module.model_copy(update=said)


def _items(
    originals: Sequence[ItemSource],
    words: Mapping[str, _ItemWords],
    file: Path,
    faults: list[CatalogueFault],
) -> tuple[ItemSource, ...]:
    faults += _gaps(file, "items", {item.id: "" for item in originals}, words)
    return tuple(
        item.model_copy(update=words[item.id].model_dump())
        for item in originals
        if item.id in words
    )


def _gaps(
    file: Path, section: str, original: Mapping[str, object], said: Mapping[str, object]
) -> Iterable[CatalogueFault]:
    for missing in sorted(original.keys() - said.keys()):
        yield CatalogueFault(file, f"{section}.{missing}", "is missing; translate it.")
    for unknown in sorted(said.keys() - original.keys()):
        yield CatalogueFault(file, f"{section}.{unknown}", "has no original; remove it.")
