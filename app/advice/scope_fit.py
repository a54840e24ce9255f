"""Whether a Lean project of some topic and reach suits some groups, and what would suit instead."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.advice.findings import Evidence
from app.advice.levels import AdviceCatalogue
from app.advice.lines import AdviceLine
from app.advice.topics import Topic
from app.advice.verdicts import SETTLED, UnitFit, cells_of, fit_of
from app.advice.widening import widening_steps
from app.language import gettext as _
from app.language import listed, uncapitalised
from app.maturity import LEVELS, Level
from app.scoring.release import UnitResult

#: Groups that a sentence names one by one, and letters that their names may take together.
MOST_NAMED, LONGEST_NAMES = 8, 250


@dataclass(frozen=True)
class Alternative:
    """Another way to begin: a reach, and the groups that can join there."""

    reach: Level
    units: tuple[UnitResult, ...]
    line: AdviceLine


@dataclass(frozen=True)
class ScopeFit:
    """The answer for a topic, a reach and a set of groups.

    `widest` is the widest reach that all groups with a settled level can join (None: no such
    group, or not even the narrowest), `limiting` those that cannot join one reach further.
    `no_grounds` says why nothing is recommended, and is empty otherwise.
    """

    topic: Topic
    reach: Level
    fits: tuple[UnitFit, ...]
    widest: Level | None
    limiting: tuple[UnitResult, ...]
    common: AdviceLine | None
    steps: tuple[AdviceLine, ...]
    alternatives: tuple[Alternative, ...]
    no_grounds: str = ""


def widest_reach(units: Sequence[UnitResult], topic: Topic) -> Level | None:
    """Return the widest reach that all groups with a settled level can join, or None.

    Raising a group's level never narrows it, and adding a group never widens it.
    """
    for reach in reversed(LEVELS):
        fits = [fit_of(unit, topic, reach) for unit in units]
        settled = [fit for fit in fits if fit.verdict in SETTLED]
        if settled and all(fit.joins for fit in settled):
            return reach
    return None


def scope_fit(
    units: Sequence[UnitResult], topic: Topic, reach: Level, advice: AdviceCatalogue
) -> ScopeFit:
    """Return whether these groups can carry a topic at a reach, and what they can instead."""
    fits = tuple(fit_of(unit, topic, reach) for unit in units)
    settled = [fit for fit in fits if fit.verdict in SETTLED]
    if not settled:
        return ScopeFit(topic, reach, fits, None, (), None, (), (), _no_grounds(fits))
    widest = widest_reach(units, topic)
    further = Level(min(5, (widest or 0) + 1))
    beyond = [fit_of(fit.unit, topic, further) for fit in settled]
    limiting = tuple(fit.unit for fit in beyond if not fit.joins)
    return ScopeFit(
        topic=topic,
        reach=reach,
        fits=fits,
        widest=widest,
        limiting=limiting,
        common=_common(topic, widest, limiting, settled) if widest else None,
        steps=widening_steps(limiting, topic, further, advice),
        alternatives=_alternatives(topic, reach, fits, widest),
    )


def _no_grounds(fits: Sequence[UnitFit]) -> str:
    if not fits:
        return _("No grounds for a recommendation: choose at least one group.")
    return _(
        "No grounds for a recommendation: none of these groups has a settled level. Talk with "
        "each about its purpose first, or ask again with more answers."
    )


def _common(
    topic: Topic, widest: Level, limiting: Sequence[UnitResult], settled: Sequence[UnitFit]
) -> AdviceLine:
    stream = topic.at(widest).stream
    if len(settled) == 1:
        text = _(
            "%(name)s can see itself in a stream of this width: %(stream)s (level %(level)s). "
            "Beyond its own work it needs others who see as far.",
            name=settled[0].unit.name,
            stream=stream,
            level=int(widest),
        )
    elif widest == Level.TECHNOLOGY:
        text = _(
            "No stream that crosses these groups suits all of them yet; each can begin inside "
            "its own group: %(stream)s.",
            stream=stream,
        )
    else:
        text = _(
            "All of them can share this stream: %(stream)s (level %(level)s).",
            stream=stream,
            level=int(widest),
        )
    if limiting and len(settled) > 1:
        text += " " + _("The limit is set by %(names)s.", names=named(limiting))
    key = f"common.{topic.id}.{'-'.join(sorted(fit.unit.id for fit in settled))}"
    cells = tuple(cell for unit in limiting for cell in _cells_by_name(unit))
    return AdviceLine(key, text, "common", topic.basis, cells)


def named(units: Sequence[UnitResult]) -> str:
    """Return groups by name, or how many there are where a list would bury the sentence."""
    names = [name_in_list(unit) for unit in units]
    if len(names) > MOST_NAMED or (len(names) > 1 and sum(map(len, names)) > LONGEST_NAMES):
        return _("%(count)s groups", count=len(units))
    return listed(names)


def name_in_list(unit: UnitResult) -> str:
    """Return a unit's name as it stands in a list; a pool's in quotation marks, since it is one."""
    return _("“%(name)s”", name=unit.name) if unit.is_pool else unit.name


def _cells_by_name(unit: UnitResult) -> tuple[Evidence, ...]:
    return tuple(
        Evidence(f"{unit.name}, {uncapitalised(cell.what)}", cell.n, cell.level, cell.band)
        for cell in cells_of(unit)
    )


def _alternatives(
    topic: Topic, reach: Level, fits: Sequence[UnitFit], widest: Level | None
) -> tuple[Alternative, ...]:
    """Up to three ways to begin, ranked by how many groups can join, then by reach.

    All at their widest common reach, unless that was asked for; fewer groups at a wider one;
    where somebody cannot join what was asked for, a kaizen of their own; where all can, the
    reach before it as a smaller step.
    """
    settled = [fit for fit in fits if fit.verdict in SETTLED]
    everybody = tuple(fit.unit for fit in settled)
    found: list[tuple[Level, tuple[UnitResult, ...], str, str]] = []
    if widest is not None and widest != reach and len(settled) > 1:
        together = _("All together, at the reach that everybody can join")
        apart = _("Each inside its own group")
        text = apart if widest == Level.TECHNOLOGY else together
        found.append((widest, everybody, "all", text))
    for level in LEVELS:
        joining = tuple(unit for unit in everybody if fit_of(unit, topic, level).joins)
        if level > (widest or 0) and 2 <= len(joining) < len(everybody):
            found.append((level, joining, "some", _("With those who can join this reach")))
    early = tuple(fit.unit for fit in settled if not fit.joins)
    if early and Level.TECHNOLOGY not in (widest, reach):
        text = _("A departmental kaizen first, in the groups for which it is too early")
        found.append((Level.TECHNOLOGY, early, "first", text))
    if not early and reach > Level.TECHNOLOGY and len(everybody) > 1:
        text = _("A smaller first step with the same groups")
        found.append((Level(reach - 1), everybody, "smaller", text))
    ranked = sorted(_widest_of_each(found), key=lambda one: (-len(one[1]), -one[0]))
    return tuple(
        Alternative(level, units, _alternative(topic, level, units, way, text))
        for level, units, way, text in ranked[:3]
    )


def _widest_of_each(
    found: Sequence[tuple[Level, tuple[UnitResult, ...], str, str]],
) -> list[tuple[Level, tuple[UnitResult, ...], str, str]]:
    """For the same groups and way, only the widest reach."""
    best = {
        (tuple(unit.id for unit in units), way): (level, units, way, text)
        for level, units, way, text in found
    }
    return list(best.values())


def _alternative(
    topic: Topic, level: Level, units: Sequence[UnitResult], way: str, text: str
) -> AdviceLine:
    said = _(
        "%(way)s: %(stream)s. With %(names)s. First kaizen: %(kaizen)s",
        way=text,
        stream=topic.at(level).stream,
        names=named(units),
        kaizen=topic.at(level).kaizen,
    )
    key = f"alternative.{way}.{topic.id}.{level:d}.{'-'.join(sorted(u.id for u in units))}"
    return AdviceLine(key, said, "all", topic.basis)
