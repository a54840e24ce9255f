"""The instrument as values: items, the questionnaire of one group kind, all kinds together."""

import hashlib
from collections.abc import Collection, Iterable
from functools import cached_property
from typing import Annotated

from pydantic import AliasChoices, BaseModel, ConfigDict, Field, model_validator

from app.maturity import ACCEPTANCE, ORIENTATIONS, Orientation

#: What an item counts in: an orientation, acceptance, or a scale that a module brings.
Scale = Annotated[Orientation | str, Field(union_mode="left_to_right")]

#: The scale whose five statements are steps of a path, and no more or less of something.
PLACE = "place"


class Item(BaseModel):
    """One question: a stem and five anchors, one statement for each level from 1 to 5.

    `module` is empty for the core.
    """

    model_config = ConfigDict(frozen=True)

    id: str
    # Waves of the first edition kept it under the other name.
    scale: Scale = Field(validation_alias=AliasChoices("scale", "orientation"))
    facet: str
    stem: str
    example: str
    anchors: tuple[str, str, str, str, str]
    module: str = ""


class CommentQuestion(BaseModel):
    """The one open question of a module."""

    model_config = ConfigDict(frozen=True)

    id: str
    prompt: str


class Module(BaseModel):
    """A page that a wave may ask on top of the core: items, an open question, or both."""

    model_config = ConfigDict(frozen=True)

    id: str
    title: str
    question: str
    comment: CommentQuestion | None = None


class QuestionnairePage(BaseModel):
    """The items of one orientation, the last one with acceptance; or a module."""

    model_config = ConfigDict(frozen=True)

    orientation: Orientation | None
    items: tuple[Item, ...]
    acceptance: tuple[Item, ...] = ()
    module: Module | None = None

    @cached_property
    def all_items(self) -> tuple[Item, ...]:
        """Every item on this page, in the order of the sheet."""
        return self.items + self.acceptance


class Questionnaire(BaseModel):
    """All items in the words of one group kind.

    A `mirror` is answered by business partners about an IT group, on some of the core items.
    """

    model_config = ConfigDict(frozen=True)

    kind: str
    title: str
    items: tuple[Item, ...]
    modules: tuple[Module, ...] = ()
    mirror: bool = False

    def of(self, scale: Scale) -> tuple[Item, ...]:
        """Return the items of one orientation, or of another scale, in their order."""
        return tuple(item for item in self.items if item.scale == scale)

    @cached_property
    def comment(self) -> CommentQuestion | None:
        """The open question, if a module asks one."""
        return next((module.comment for module in self.modules if module.comment), None)

    @cached_property
    def pages(self) -> tuple[QuestionnairePage, ...]:
        """One page for each orientation, with acceptance on the last; then one a module."""
        last = ORIENTATIONS[-1]
        core = [
            QuestionnairePage(
                orientation=orientation,
                items=self.of(orientation),
                acceptance=self.of(ACCEPTANCE) if orientation is last else (),
            )
            for orientation in ORIENTATIONS
        ]
        modules = [
            QuestionnairePage(orientation=None, items=self._items_of(module), module=module)
            for module in self.modules
        ]
        return (*core, *modules)

    def _items_of(self, module: Module) -> tuple[Item, ...]:
        return tuple(item for item in self.items if item.module == module.id)

    def with_modules(self, modules: Collection[str]) -> "Questionnaire":
        """Return the questionnaire with the core and some of its modules only."""
        # Not a copy: that would carry along the pages, if they were made before.
        return Questionnaire(
            kind=self.kind,
            title=self.title,
            items=tuple(i for i in self.items if not i.module or i.module in modules),
            modules=tuple(m for m in self.modules if m.id in modules),
            mirror=self.mirror,
        )


class Instrument(BaseModel):
    """A version of the whole instrument: the same items in the words of every kind it knows.

    A wave keeps the instrument it asked, so a later edition changes nothing that was answered.
    """

    model_config = ConfigDict(frozen=True)

    version: str
    language: str
    title: str
    questionnaires: tuple[Questionnaire, ...]

    @model_validator(mode="after")
    def _same_items_for_all(self) -> "Instrument":
        if not self.questionnaires:
            raise ValueError("an instrument needs at least one group kind")
        asked = {tuple(i.id for i in q.items) for q in self.questionnaires if not q.mirror}
        if len(asked) != 1:
            raise ValueError("all kinds must ask the same items in the same order")
        for mirror in (q for q in self.questionnaires if q.mirror):
            if not {item.id for item in mirror.items} <= set(self.item_ids):
                raise ValueError("a mirror may ask only what the groups are asked")
        return self

    @property
    def kinds(self) -> tuple[str, ...]:
        """The ids of the group kinds this instrument has words for."""
        return tuple(questionnaire.kind for questionnaire in self.questionnaires)

    @property
    def items(self) -> tuple[Item, ...]:
        """The items in the words of some kind, in the order of a sheet."""
        return next(q.items for q in self.questionnaires if not q.mirror)

    @property
    def modules(self) -> tuple[Module, ...]:
        """The modules that are asked."""
        return next(q.modules for q in self.questionnaires if not q.mirror)

    @property
    def asks_comment(self) -> bool:
        """Whether somebody is asked for a comment in words of their own."""
        return any(module.comment for module in self.modules)

    @property
    def item_ids(self) -> tuple[str, ...]:
        """Item ids in the order in which an answer sheet stores its codes."""
        return tuple(item.id for item in self.items)

    @property
    def scales(self) -> tuple[Scale, ...]:
        """The orientation (or other scale) of each item, in the order of `item_ids`."""
        return tuple(item.scale for item in self.items)

    @property
    def digest(self) -> str:
        """SHA-256 of the content, hexadecimal: the identity of this exact wording."""
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()

    def for_kind(self, kind: str) -> Questionnaire:
        """Return the questionnaire of a group kind. Raises KeyError for an unknown one."""
        for questionnaire in self.questionnaires:
            if questionnaire.kind == kind:
                return questionnaire
        raise KeyError(kind)

    def only(self, kinds: Iterable[str]) -> "Instrument":
        """Return the same instrument with the words of some kinds only."""
        wanted = set(kinds)
        kept = tuple(q for q in self.questionnaires if q.kind in wanted)
        return self._with(kept)

    def with_modules(self, modules: Collection[str]) -> "Instrument":
        """Return the same instrument with the core and some modules only.

        Raises KeyError for a module that it does not have.
        """
        for unknown in sorted(set(modules) - {module.id for module in self.modules}):
            raise KeyError(unknown)
        return self._with(tuple(q.with_modules(modules) for q in self.questionnaires))

    def _with(self, questionnaires: tuple[Questionnaire, ...]) -> "Instrument":
        return Instrument(
            version=self.version,
            language=self.language,
            title=self.title,
            questionnaires=questionnaires,
        )
