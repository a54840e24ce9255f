"""The advice catalogue: what each level means, opens and risks, and what each finding asks for."""

import tomllib
from functools import lru_cache
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict

from app.language import gettext as _
from app.maturity import Level, Orientation

#: Tasks that suit any group: for kinds without an entry, and for groups of several kinds.
ANY_KIND = "any"

CATALOGUE = Path(__file__).parent / "catalogue" / "levels.toml"

FindingId = Literal[
    "split",
    "not_settled",
    "lags",
    "hollow",
    "unsure",
    "low_response",
    "sensitive",
    "mixed_views",
    "knows_not_willing",
    "gap",
]


class LevelAdvice(BaseModel):
    """What one level means for a group and for the scope of Lean work; `basis` cites it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    level: Level
    name: str
    word: str
    meaning: str
    scope: str
    start: tuple[str, ...]
    risks: tuple[str, ...]
    widen: str
    practices: tuple[str, ...]
    value_stream: str
    customer: str
    measurement: str
    basis: str

    def seen_in(self, orientation: Orientation) -> str:
        """Return what this level looks like in one orientation, in one sentence."""
        return str(getattr(self, orientation.value))


class FindingAdvice(BaseModel):
    """What a finding means and what to do about it first."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: FindingId
    title: str
    meaning: str
    remedy: str
    basis: str


class AdviceCatalogue(BaseModel):
    """All advice of one version and language."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    version: str
    language: str
    #: By kind of group: three tasks that it does by itself.
    tasks: dict[str, tuple[str, str, str]]
    levels: tuple[LevelAdvice, LevelAdvice, LevelAdvice, LevelAdvice, LevelAdvice]
    findings: tuple[FindingAdvice, ...]

    def level(self, level: int, kind: str | None = None) -> LevelAdvice:
        """Return the advice for a level from 1 to 5, with tasks of a kind of group as examples."""
        advice = self.levels[level - 1]
        one, two, three = self.tasks.get(kind or "", self.tasks[ANY_KIND])
        said = _("%(one)s, %(two)s or %(three)s", one=one, two=two, three=three)
        scope = advice.scope.replace("{tasks}", said)
        start = tuple(text.replace("{task}", one) for text in advice.start)
        return advice.model_copy(update={"scope": scope, "start": start})

    def finding(self, finding: FindingId) -> FindingAdvice:
        """Return the advice for a finding."""
        return next(advice for advice in self.findings if advice.id == finding)

    def practices_up_to(self, level: int) -> tuple[str, ...]:
        """Return the ITIL practices within reach at a level: its own and all before it."""
        return tuple(name for advice in self.levels[:level] for name in advice.practices)


def advice_in(language: str) -> AdviceCatalogue:
    """Return the advice in a language, e.g. from levels.de.toml; in English where there is none."""
    translated = CATALOGUE.with_name(f"{CATALOGUE.stem}.{language}.toml")
    return load_advice(translated if translated.exists() else CATALOGUE)


@lru_cache
def load_advice(file: Path = CATALOGUE) -> AdviceCatalogue:
    """Return the advice catalogue. Raises pydantic's ValidationError for a faulty file."""
    return AdviceCatalogue.model_validate(tomllib.loads(file.read_text(encoding="utf-8")))
