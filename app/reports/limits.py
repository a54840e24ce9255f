"""The stream that several groups share, in words: how far it goes, and who sets its limit."""

from app.advice.levels import AdviceCatalogue, LevelAdvice
from app.advice.scope import CommonScope, common_kind
from app.advice.scope_fit import named
from app.language import gettext as _
from app.language import listed, uncapitalised
from app.scoring.release import UnitResult


def advice_for(common: CommonScope, advice: AdviceCatalogue) -> LevelAdvice:
    """Return the advice for a shared scope, with tasks of the limiting groups if all have them."""
    return advice.level(common.level, common_kind(common.limiting))


def stream_of(common: CommonScope, advice: AdviceCatalogue) -> str:
    """Return the stream that the groups share, as it reads in the middle of a sentence."""
    return uncapitalised(advice_for(common, advice).scope).rstrip(".")


def limiting_names(common: CommonScope) -> str:
    """Return who sets the limit; where it is not their overall level that does, what does."""
    names = listed([unit.name for unit in common.limiting])
    if named(common.limiting) != names:
        return named(common.limiting)
    return listed([_with_reason(unit, common) for unit in common.limiting])


def _with_reason(unit: UnitResult, common: CommonScope) -> str:
    if unit.overall is None or unit.overall.level == common.level:
        return unit.name
    return _("%(group)s (value stream: %(level)s)", group=unit.name, level=int(common.level))
