"""The files of a catalogue as they are written; every fault names file, place, value, remedy."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

CATALOGUE = Path(__file__).parent / "catalogue"
CORE = "core.toml"
KINDS = "kinds"
MODULES = "modules"

Shape = TypeVar("Shape", bound=BaseModel)
_LONGEST_SHOWN = 60


@dataclass(frozen=True)
class CatalogueFault:
    """Something in a catalogue file that cannot be used: where, and what to do about it."""

    file: Path
    where: str
    cause: str

    def __str__(self) -> str:
        return f"{self.file.name}: {self.where}: {self.cause}"


class FaultyCatalogue(Exception):
    """A catalogue that cannot be used, with everything that is wrong in it."""

    def __init__(self, faults: list[CatalogueFault]) -> None:
        super().__init__("\n".join(map(str, faults)))
        self.faults = tuple(faults)


class _Source(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ItemSource(_Source):
    """An item as it is written: texts with slots. `example` is the kind's, but in a module."""

    id: str
    scale: str
    facet: str
    stem: str
    anchors: tuple[str, ...]
    basis: str
    example: str = ""


class CoreSource(_Source):
    """The file core.toml."""

    version: str
    language: str
    title: str
    items: tuple[ItemSource, ...]


class KindSource(_Source):
    """A file of kinds/: the words of one group kind.

    `stems` and `overrides` replace what would not read naturally. A `mirror` asks business
    partners about an IT group, on the items that `asks` names.
    """

    id: str
    title: str
    mirror: bool = False
    asks: tuple[str, ...] = ()
    slots: dict[str, str] = {}
    examples: dict[str, str] = {}
    stems: dict[str, str] = {}
    overrides: dict[str, dict[int, str]] = {}


class CommentSource(_Source):
    """An open question."""

    id: str
    prompt: str
    basis: str


class ModuleSource(_Source):
    """A file of modules/: items on top of the core, an open question, or both."""

    id: str
    title: str
    question: str
    items: tuple[ItemSource, ...] = ()
    comment: CommentSource | None = None


@dataclass(frozen=True)
class Catalogue:
    """All files of a folder, each with what is written in it."""

    folder: Path
    core_file: Path
    core: CoreSource
    kinds: Mapping[Path, KindSource]
    modules: Mapping[Path, ModuleSource]


def read_catalogue(folder: Path = CATALOGUE) -> Catalogue:
    """Return the catalogue of a folder. Raises FaultyCatalogue with the faults of all files."""
    faults: list[CatalogueFault] = []
    if not folder.is_dir():
        cause = "there is no such folder; “siloscope questionnaire copy” makes one."
        raise FaultyCatalogue([CatalogueFault(folder, "folder", cause)])
    core = read_source(folder / CORE, CoreSource, faults)
    kinds = {file: read_source(file, KindSource, faults) for file in originals(folder / KINDS)}
    modules = {
        file: read_source(file, ModuleSource, faults) for file in originals(folder / MODULES)
    }
    if core and not kinds:
        cause = "holds no group kind; add a file like data-centre.toml."
        faults.append(CatalogueFault(folder / KINDS, "folder", cause))
    if faults or core is None:
        raise FaultyCatalogue(faults)
    return Catalogue(
        folder=folder,
        core_file=folder / CORE,
        core=core,
        kinds={file: kind for file, kind in kinds.items() if kind},
        modules={file: module for file, module in modules.items() if module},
    )


def originals(folder: Path) -> list[Path]:
    """Return the files of a folder that are no translations: those have two dots."""
    return sorted(file for file in folder.glob("*.toml") if "." not in file.stem)


def read_source(file: Path, shape: type[Shape], faults: list[CatalogueFault]) -> Shape | None:
    """Return what a file holds, or None; what is wrong with it goes into `faults`."""
    try:
        written = tomllib.loads(file.read_text(encoding="utf-8-sig"))
        return shape.model_validate(written)
    except FileNotFoundError:
        faults.append(CatalogueFault(file, "file", "is missing; add it (docs/questionnaires.md)."))
    except OSError as error:
        faults.append(CatalogueFault(file, "file", f"cannot be read: {error.strerror}."))
    except UnicodeDecodeError:
        faults.append(CatalogueFault(file, "file", "is not UTF-8 text; save it as UTF-8."))
    except tomllib.TOMLDecodeError as error:
        cause = f"is not TOML: {error}; look at that line: texts need double quotes."
        faults.append(CatalogueFault(file, "syntax", cause))
    except (RecursionError, ValueError) as error:
        if not isinstance(error, ValidationError):
            cause = "holds what no questionnaire needs (deep nesting, a huge number); remove it."
            faults.append(CatalogueFault(file, "syntax", cause))
            return None
        faults += [_misshapen(file, shape, written, found) for found in error.errors()]
    return None


def _misshapen(file: Path, shape: type[BaseModel], written: Any, found: Any) -> CatalogueFault:
    place = found["loc"]
    where, inside = [], written
    for step in place:
        inside = _step(inside, step)
        # An item is known by its id, not by where it stands in the file.
        named = isinstance(step, int) and isinstance(inside, dict) and "id" in inside
        where.append(str(inside["id"]) if named else str(step))
    value = repr(found["input"])
    shown = value if len(value) <= _LONGEST_SHOWN else f"{value[:_LONGEST_SHOWN]}…"
    key = str(place[-1]) if place else ""
    match found["type"]:
        case "missing":
            cause = f"the key {key!r} is missing; add it."
        case "extra_forbidden":
            near = get_close_matches(key, _keys_of(shape), n=1)
            hint = f"; did you mean {near[0]!r}?" if near else "; remove it."
            cause = f"the key {key!r} is not known here{hint}"
        case "string_type":
            cause = f"is {shown}, but must be a text in double quotes."
        case _:
            cause = f"is {shown}: {found['msg']}; correct it."
    return CatalogueFault(file, ".".join(where) or "file", cause)


def _step(inside: Any, step: Any) -> Any:
    try:
        return inside[step]
    except (KeyError, IndexError, TypeError):
        return None


def _keys_of(shape: type[BaseModel]) -> list[str]:
    shapes: list[type[BaseModel]] = [shape, ItemSource, CommentSource]
    return [name for known in shapes for name in known.model_fields]


def catalogue_with(path: Path) -> Catalogue:
    """Return the catalogue of a folder, or the one that a single file belongs to.

    A file that stands alone is read as a kind or a module of the built-in catalogue.
    Raises FaultyCatalogue.
    """
    if path.is_dir() or not path.exists():
        return read_catalogue(path)
    for folder in (path.parent, path.parent.parent):
        if (folder / CORE).exists():
            return read_catalogue(folder)
    faults: list[CatalogueFault] = []
    built_in = read_catalogue()
    kinds, modules = dict(built_in.kinds), dict(built_in.modules)
    if "question" in _raw(path):
        modules |= _alone(path, ModuleSource, faults)
    else:
        kinds |= _alone(path, KindSource, faults)
    if faults:
        raise FaultyCatalogue(faults)
    # In place of the built-in one of the same name.
    kinds = {file: kind for file, kind in kinds.items() if file == path or file.name != path.name}
    modules = {file: m for file, m in modules.items() if file == path or file.name != path.name}
    return Catalogue(built_in.folder, built_in.core_file, built_in.core, kinds, modules)


def _alone(file: Path, shape: type[Shape], faults: list[CatalogueFault]) -> dict[Path, Shape]:
    source = read_source(file, shape, faults)
    return {file: source} if source else {}


def _raw(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}  # said where it is read in earnest
