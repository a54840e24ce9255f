"""What would let a group join a wider stream: the first step, by the weightiest obstacle."""

from collections.abc import Sequence
from dataclasses import replace

from app.advice.findings import Evidence
from app.advice.levels import AdviceCatalogue
from app.advice.lines import AdviceLine
from app.advice.scope import scope_of
from app.advice.topics import Topic
from app.advice.willingness import WORDS, Willingness, willingness_of
from app.language import gettext as _
from app.language import listed, uncapitalised
from app.maturity import ACCEPTANCE, Level, Orientation
from app.scoring.release import UnitResult


def widening_steps(
    units: Sequence[UnitResult], topic: Topic, reach: Level, advice: AdviceCatalogue
) -> tuple[AdviceLine, ...]:
    """Return the steps that would bring groups to a reach; the same step is told once."""
    same: dict[tuple[str, str], list[tuple[UnitResult, AdviceLine]]] = {}
    for unit in units:
        line = widening_step(unit, topic, reach, advice)
        said = line.text.removeprefix(f"{unit.name}: ")
        same.setdefault((line.rule, said), []).append((unit, line))
    return tuple(_told_once(said, found) for (_rule, said), found in same.items())


def _told_once(said: str, found: Sequence[tuple[UnitResult, AdviceLine]]) -> AdviceLine:
    first = found[0][1]
    if len(found) == 1:
        return first
    names = listed([unit.name for unit, _line in found])
    cells = tuple(
        replace(cell, what=f"{unit.name}, {uncapitalised(cell.what)}")
        for unit, line in found
        for cell in line.evidence
    )
    key = ".".join([first.key, *(unit.id for unit, _line in found[1:])])
    return replace(
        first,
        key=key,
        text=_("%(names)s, each by itself: %(said)s", names=names, said=said),
        evidence=cells,
    )


def widening_step(
    unit: UnitResult, topic: Topic, reach: Level, advice: AdviceCatalogue
) -> AdviceLine:
    """Return the step that would bring a group to a reach which it cannot join now.

    Measures come first where the group knows the stream and is measured by less; then
    acceptance; then, from level 1, a kaizen of its own and one process with a neighbour; else
    what the model names for the group's level.
    """
    scope = scope_of(unit)
    level = scope.level if scope else Level.TECHNOLOGY
    rule, text, basis, cells = _step(unit, topic, reach, level, advice)
    said = f"{unit.name}: {text}"
    return AdviceLine(f"widen.{topic.id}.{reach:d}.{unit.id}", said, rule, basis, cells)


def _step(
    unit: UnitResult, topic: Topic, reach: Level, level: Level, advice: AdviceCatalogue
) -> tuple[str, str, str, tuple[Evidence, ...]]:
    stream = unit.profiles.get(Orientation.VALUE_STREAM)
    measured = unit.profiles.get(Orientation.MEASUREMENT)
    need = topic.need(unit.kind, reach)
    if stream and measured and (stream.level or 0) >= need > (measured.level or Level(5)):
        cells = tuple(
            Evidence(o.label, p.n, p.level, p.band)
            for o, p in ((Orientation.VALUE_STREAM, stream), (Orientation.MEASUREMENT, measured))
        )
        text = _(
            "Change what is measured first: give the group a shared figure such as "
            "“%(measure)s”, and look at it together each week.",
            measure=topic.at(reach).measures[0],
        )
        return "measures", text, advice.finding("lags").basis, cells
    willing = willingness_of(unit)
    if willing in (Willingness.NOT_YET, Willingness.TWO_CAMPS):
        figure, note = unit.profiles[ACCEPTANCE], _(WORDS[willing])
        cells = (Evidence(_("Willing to take part"), figure.n, note=note),)
        finding = advice.finding("knows_not_willing")
        return "acceptance", finding.remedy, finding.basis, cells
    if level == Level.TECHNOLOGY:
        text = _(
            "Begin with a kaizen of its own: %(kaizen)s Then agree one common process with a "
            "neighbouring group.",
            kaizen=topic.at(Level.TECHNOLOGY).kaizen,
        )
        return "neighbour", text, advice.level(level).basis, ()
    return "widen", advice.level(level).widen, advice.level(level).basis, ()
