"""One group and one stream: whether it can join, and on what released figures that rests."""

from dataclasses import dataclass, replace
from enum import StrEnum

from app.advice.findings import Evidence
from app.advice.lines import AdviceLine
from app.advice.response import is_headline
from app.advice.scope import Scope, Standing, scope_of, standing_of
from app.advice.topics import Topic
from app.advice.willingness import Willingness, willingness_of
from app.language import N_
from app.language import gettext as _
from app.maturity import ACCEPTANCE, ORIENTATIONS, Level, Orientation
from app.scoring.release import UnitResult


class Verdict(StrEnum):
    """Whether a group can join a stream."""

    FITS = "fits"
    FACILITATED = "facilitated"
    #: It stands high enough, and would not share a process yet.
    WIN_FIRST = "win-first"
    EARLY = "early"
    WORKSHOP = "workshop"
    UNKNOWN = "unknown"


_UNKNOWN = Willingness.NOT_KNOWN

#: Verdicts with which a group can take part now.
JOINS = (Verdict.FITS, Verdict.FACILITATED)

#: Verdicts on groups that one level describes.
SETTLED = (*JOINS, Verdict.WIN_FIRST, Verdict.EARLY)


@dataclass(frozen=True)
class UnitFit:
    """One group's verdict: the level it needs, the one it has (None: unknown), and why."""

    unit: UnitResult
    verdict: Verdict
    need: Level
    scope: Level | None
    line: AdviceLine

    @property
    def joins(self) -> bool:
        """Whether it can take part now, with help or without."""
        return self.verdict in JOINS


def fit_of(unit: UnitResult, topic: Topic, reach: Level) -> UnitFit:
    """Return one group's verdict on a stream. Only released figures are looked at.

    A group joins if its scope level, min(overall, value stream), is at least what its kind
    needs; with facilitation if only the upper end of its band is and its people would take part,
    or if its level is and they are open to it. Who would not share a process yet, or is of two
    camps about it, is won first for any stream that is shared. Split and unsettled groups talk
    first.
    """
    need = topic.need(unit.kind, reach)
    scope = scope_of(unit)
    verdict, rule, text = _judge(unit, topic, reach, need, scope)
    if (unit.kind or "") not in topic.at(reach).needs:
        text += " " + _("This stream names no part for its kind of group: ask whether it has one.")
    if verdict in JOINS and willingness_of(unit) is Willingness.NOT_KNOWN:
        text += " " + _("Whether its people accept the change is not known.")
    key = f"fit.{topic.id}.{reach:d}.{unit.id}"
    cells = bands_of(unit) if verdict is Verdict.WORKSHOP else cells_of(unit)
    line = AdviceLine(key, text, rule, topic.basis, cells)
    return UnitFit(unit, verdict, need, scope.level if scope else None, line)


def _judge(
    unit: UnitResult, topic: Topic, reach: Level, need: Level, scope: Scope | None
) -> tuple[Verdict, str, str]:
    if scope is None:
        standing = standing_of(unit)
        if standing is Standing.FEW_ANSWERED:
            return (
                Verdict.UNKNOWN,
                "response",
                _("Unknown: under 40 %% of the group gave usable answers."),
            )
        return Verdict.UNKNOWN, "hidden", _("Unknown: too few answers to show this group alone.")
    if scope.workshop_first:
        if any(unit.profiles[o].split for o in ORIENTATIONS):
            said = _("Workshop first: its members see the group in different ways.")
            return Verdict.WORKSHOP, "split", said
        said = _("Workshop first: its answers leave three levels or more open.")
        return Verdict.WORKSHOP, "unsettled", said
    return _judge_settled(unit, topic, reach, need, scope)


def _judge_settled(
    unit: UnitResult, topic: Topic, reach: Level, need: Level, scope: Scope
) -> tuple[Verdict, str, str]:
    willing = willingness_of(unit)
    is_own_work = reach == Level.TECHNOLOGY
    if scope.level >= need and (is_own_work or willing in (Willingness.WOULD, _UNKNOWN)):
        return Verdict.FITS, "fits", _("Fits now: it can see itself in this stream.")
    if scope.level >= need:
        return _unwilling(unit, willing)
    if scope.facilitated >= need:
        said = _("Fits with facilitation: part of the group already sees this far.")
        return Verdict.FACILITATED, "band", said
    said = _(
        "Too early: it stands at level %(level)s, and this stream (%(stream)s) needs %(need)s. "
        "Missing: %(missing)s.",
        level=int(scope.level),
        stream=topic.at(reach).stream,
        need=int(need),
        missing=_missing(unit, need),
    )
    return Verdict.EARLY, "early", said


def _unwilling(unit: UnitResult, willing: Willingness) -> tuple[Verdict, str, str]:
    """What is said of a group that knows the stream and is not sure to take part."""
    if willing is Willingness.OPEN:
        said = _(
            "Fits with facilitation: it is open whether its people would take part; ask what they "
            "would lose before inviting them."
        )
        return Verdict.FACILITATED, "unwilling", said
    template = {
        Willingness.TWO_CAMPS: N_(
            "Talk first: its people are of two camps about taking part (%(n)s answers)."
        ),
        Willingness.NOT_YET: N_(
            "Win it first: it knows the stream, and would not share a process yet (%(n)s answers)."
        ),
    }[willing]
    return Verdict.WIN_FIRST, "unwilling", _(template, n=unit.profiles[ACCEPTANCE].n)


def _missing(unit: UnitResult, need: Level) -> str:
    """The orientations that do not reach what is needed."""
    levels = [(o, unit.profiles[o].level) for o in ORIENTATIONS if o in unit.profiles]
    names = [
        _("%(orientation)s at %(level)s", orientation=o.label.lower(), level=int(level))
        for o, level in levels
        if level is not None and level < need
    ]
    ends = [unit.overall, unit.profiles.get(Orientation.VALUE_STREAM)]
    reached = all(end and end.band and end.band[1] >= need for end in ends)
    if reached and willingness_of(unit) is not Willingness.NOT_KNOWN:
        names.append(_("willingness (its band reaches %(need)s)", need=int(need)))
    return ", ".join(names) or _("a band that reaches it")


def cells_of(unit: UnitResult) -> tuple[Evidence, ...]:
    """Return the released figures that a verdict rests on; none of a hidden group."""
    if unit.overall is None or not is_headline(unit):
        return ()
    stream = unit.profiles[Orientation.VALUE_STREAM]
    return (
        Evidence(_("Overall"), unit.overall.n, unit.overall.level, unit.overall.band),
        Evidence(Orientation.VALUE_STREAM.label, stream.n, stream.level, stream.band),
    )


def bands_of(unit: UnitResult) -> tuple[Evidence, ...]:
    """Return a unit's cells without their levels: nobody's level describes a divided group."""
    return tuple(replace(cell, level=None) for cell in cells_of(unit))


def deciding_cell(unit: UnitResult) -> tuple[Evidence, ...]:
    """Return the cell that makes a unit's scope level: the lower of the two; empty if hidden."""
    cells = cells_of(unit)
    return (min(cells, key=lambda cell: cell.level or 0),) if cells else ()
