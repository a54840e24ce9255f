"""Reads the catalogue of questionnaires; every fault names its file, its item and the remedy."""

import tomllib
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from string import Formatter
from typing import TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from app.maturity import LEVELS
from app.questionnaires.questionnaire import Instrument, Item, Questionnaire, Scale

CATALOGUE = Path(__file__).parent / "catalogue"
CORE = "core.toml"
KINDS = "kinds"

Shape = TypeVar("Shape", bound=BaseModel)


class CatalogueFault(Exception):
    """Something in a catalogue file cannot be used."""

    def __init__(self, file: Path, where: str, cause: str) -> None:
        super().__init__(f"{file.name}: {where}: {cause}")
        self.file, self.where, self.cause = file, where, cause


class _CoreItem(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    id: str
    orientation: Scale
    facet: str
    stem: str
    anchors: tuple[str, str, str, str, str]
    basis: str


class _Core(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    version: str
    language: str
    title: str
    items: tuple[_CoreItem, ...]


class _Kind(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    id: str
    title: str
    slots: dict[str, str]
    examples: dict[str, str]
    overrides: dict[str, dict[int, str]] = {}


@lru_cache
def load_instrument(folder: Path = CATALOGUE) -> Instrument:
    """Return the instrument of a catalogue folder, with every kind found in `kinds/`.

    Raises CatalogueFault at the first file that cannot be used.
    """
    core_file = folder / CORE
    core = _read(core_file, _Core)
    files = sorted((folder / KINDS).glob("*.toml"))
    if not files:
        raise CatalogueFault(folder / KINDS, "folder", "holds no group kind (*.toml)")
    return Instrument(
        version=core.version,
        language=core.language,
        title=core.title,
        questionnaires=tuple(_questionnaire(core, file) for file in files),
    )


def _read(file: Path, shape: type[Shape]) -> Shape:
    try:
        return shape.model_validate(tomllib.loads(file.read_text(encoding="utf-8")))
    except FileNotFoundError as error:
        raise CatalogueFault(file, "file", "is missing") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise CatalogueFault(file, "syntax", str(error)) from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise CatalogueFault(file, where, first["msg"]) from error


def _questionnaire(core: _Core, file: Path) -> Questionnaire:
    kind = _read(file, _Kind)
    known = {item.id for item in core.items}
    for section, ids in (("examples", set(kind.examples)), ("overrides", set(kind.overrides))):
        for unknown in sorted(ids - known):
            raise CatalogueFault(file, f"{section}.{unknown}", f"no such item in {CORE}")
    for item_id, anchors in kind.overrides.items():
        for level in sorted(set(anchors) - set(LEVELS)):
            raise CatalogueFault(file, f"overrides.{item_id}.{level}", "anchors run from 1 to 5")
    items = tuple(_item(item, kind, file) for item in core.items)
    return Questionnaire(kind=kind.id, title=kind.title, items=items)


def _item(core: _CoreItem, kind: _Kind, file: Path) -> Item:
    if core.id not in kind.examples:
        raise CatalogueFault(file, f"examples.{core.id}", "is missing; add one example line")
    overrides = kind.overrides.get(core.id, {})
    anchors = [
        _fill(overrides.get(level, text), kind.slots, file, f"{core.id} anchor {level}")
        for level, text in enumerate(core.anchors, start=1)
    ]
    return Item(
        id=core.id,
        orientation=core.orientation,
        facet=core.facet,
        stem=_fill(core.stem, kind.slots, file, f"{core.id} stem"),
        example=_fill(kind.examples[core.id], kind.slots, file, f"examples.{core.id}"),
        anchors=(anchors[0], anchors[1], anchors[2], anchors[3], anchors[4]),
    )


def _fill(text: str, slots: Mapping[str, str], file: Path, where: str) -> str:
    try:
        names = {name for _, name, _, _ in Formatter().parse(text) if name is not None}
    except ValueError as error:
        raise CatalogueFault(file, where, f"has a brace without its pair ({error})") from error
    for name in sorted(names - set(slots)):
        raise CatalogueFault(file, where, f"uses the slot {{{name}}}, which [slots] does not fill")
    return text.format_map(slots)
