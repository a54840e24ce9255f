"""The instrument as values: items, the questionnaire of one group kind, all kinds together."""

import hashlib
from collections.abc import Iterable
from functools import cached_property
from typing import Literal

from pydantic import BaseModel, ConfigDict, model_validator

from app.maturity import ACCEPTANCE, ORIENTATIONS, Orientation

Scale = Orientation | Literal["acceptance"]


class Item(BaseModel):
    """One question: a stem and five anchors, one statement for each level from 1 to 5."""

    model_config = ConfigDict(frozen=True)

    id: str
    orientation: Scale
    facet: str
    stem: str
    example: str
    anchors: tuple[str, str, str, str, str]


class QuestionnairePage(BaseModel):
    """The items of one orientation; the last page also carries the acceptance items."""

    model_config = ConfigDict(frozen=True)

    orientation: Orientation
    items: tuple[Item, ...]
    acceptance: tuple[Item, ...] = ()

    @cached_property
    def all_items(self) -> tuple[Item, ...]:
        """Every item on this page in the order in which it is asked."""
        return self.items + self.acceptance


class Questionnaire(BaseModel):
    """All items in the words of one group kind."""

    model_config = ConfigDict(frozen=True)

    kind: str
    title: str
    items: tuple[Item, ...]

    def of(self, scale: Scale) -> tuple[Item, ...]:
        """Return the items of one orientation, or of acceptance, in their order."""
        return tuple(item for item in self.items if item.orientation == scale)

    @cached_property
    def pages(self) -> tuple[QuestionnairePage, ...]:
        """One page for each orientation; acceptance closes the last one."""
        last = ORIENTATIONS[-1]
        return tuple(
            QuestionnairePage(
                orientation=orientation,
                items=self.of(orientation),
                acceptance=self.of(ACCEPTANCE) if orientation is last else (),
            )
            for orientation in ORIENTATIONS
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
        if len({tuple(i.id for i in q.items) for q in self.questionnaires}) != 1:
            raise ValueError("all kinds must ask the same items in the same order")
        return self

    @property
    def kinds(self) -> tuple[str, ...]:
        """The ids of the group kinds this instrument has words for."""
        return tuple(questionnaire.kind for questionnaire in self.questionnaires)

    @property
    def item_ids(self) -> tuple[str, ...]:
        """Item ids in the order in which an answer sheet stores its codes."""
        return tuple(item.id for item in self.questionnaires[0].items)

    @property
    def scales(self) -> tuple[Scale, ...]:
        """The orientation (or acceptance) of each item, in the order of `item_ids`."""
        return tuple(item.orientation for item in self.questionnaires[0].items)

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
        return Instrument(
            version=self.version, language=self.language, title=self.title, questionnaires=kept
        )
