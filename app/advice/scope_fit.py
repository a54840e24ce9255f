"""Whether a Lean project of some topic and reach suits some groups, and what would suit instead."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from app.advice.findings import Evidence
from app.advice.levels import AdviceCatalogue
from app.advice.lines import AdviceLine
from app.advice.response import is_headline, may_name_levels
from app.advice.scope import Scope, scope_of
from app.advice.topics import Topic
from app.advice.widening import widening_step
from app.language import gettext as _
from app.language import listed, uncapitalised
from app.maturity import ACCEPTANCE, LEVELS, ORIENTATIONS, Level, Orientation
from app.scoring.release import UnitResult


class Verdict(StrEnum):
    """Whether a group can join a stream."""

    FITS = "fits"
    FACILITATED = "facilitated"
    EARLY = "early"
    WORKSHOP = "workshop"
    UNKNOWN = "unknown"


#: Groups that a sentence names one by one.
MOST_NAMED = 8

#: Verdicts with which a group can take part now.
JOINS = (Verdict.FITS, Verdict.FACILITATED)


@dataclass(frozen=True)
class UnitFit:
    """One group's verdict: the level it needs, the one it has (None: unknown), and why."""

    unit: UnitResult
    verdict: Verdict
    need: Level
    scope: Level | None
    is_usual: bool
    line: AdviceLine

    @property
    def joins(self) -> bool:
        """Whether it can take part now, with help or without."""
        return self.verdict in JOINS


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


def fit_of(unit: UnitResult, topic: Topic, reach: Level) -> UnitFit:
    """Return one group's verdict on a stream. Only released figures are looked at.

    A group joins if its scope level, min(overall, value stream), is at least what its kind
    needs; with facilitation if only the upper end of its band is and its people are willing,
    or if its level is but its people are not. Split and unsettled groups talk first.
    """
    need = topic.need(unit.kind, reach)
    scope = scope_of(unit)
    verdict, rule, text = _judge(unit, topic, reach, need, scope)
    is_usual = (unit.kind or "") in topic.at(reach).needs
    if not is_usual:
        usual = _("Groups of its kind usually have no part in this stream.")
        text = f"{text} {usual}"
    key = f"fit.{topic.id}.{reach:d}.{unit.id}"
    line = AdviceLine(key, text, rule, topic.basis, _cells(unit))
    return UnitFit(unit, verdict, need, scope.level if scope else None, is_usual, line)


def _judge(
    unit: UnitResult, topic: Topic, reach: Level, need: Level, scope: Scope | None
) -> tuple[Verdict, str, str]:
    if scope is None:
        if unit.profiles and not may_name_levels(unit):
            return Verdict.UNKNOWN, "response", _("Unknown: under 40 %% of the group answered.")
        return Verdict.UNKNOWN, "hidden", _("Unknown: too few answers to show this group alone.")
    if scope.workshop_first:
        split = any(unit.profiles[o].split for o in ORIENTATIONS)
        said = _("Workshop first: its members see the group in different ways.")
        return Verdict.WORKSHOP, "split" if split else "unsettled", said
    return _judge_settled(unit, topic, reach, need, scope)


def _judge_settled(
    unit: UnitResult, topic: Topic, reach: Level, need: Level, scope: Scope
) -> tuple[Verdict, str, str]:
    acceptance = unit.profiles.get(ACCEPTANCE)
    willing = acceptance is None or acceptance.mean >= topic.at(reach).acceptance
    if scope.level >= need and willing:
        return Verdict.FITS, "fits", _("Fits now: it can see itself in this stream.")
    if scope.level >= need:
        said = _("Fits with facilitation: it knows the stream, and is not yet ready to change.")
        return Verdict.FACILITATED, "unwilling", said
    if scope.facilitated >= need and willing:
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


def _missing(unit: UnitResult, need: Level) -> str:
    """The orientations that do not reach what is needed."""
    short = [o for o in ORIENTATIONS if o in unit.profiles and unit.profiles[o].level < need]
    names = [
        _("%(orientation)s at %(level)s", orientation=o.label.lower(), level=unit.profiles[o].level)
        for o in short
    ]
    return ", ".join(names) or _("a band that reaches it")


def _cells(unit: UnitResult) -> tuple[Evidence, ...]:
    """The released figures that a verdict rests on."""
    if unit.overall is None or not is_headline(unit):
        return ()
    stream = unit.profiles[Orientation.VALUE_STREAM]
    cells = [
        Evidence(_("Overall"), unit.overall.n, unit.overall.level, unit.overall.band),
        Evidence(Orientation.VALUE_STREAM.label, stream.n, stream.level, stream.band),
    ]
    acceptance = unit.profiles.get(ACCEPTANCE)
    if acceptance is not None:
        cells.append(Evidence(_("Acceptance"), acceptance.n))
    return tuple(cells)


def widest_reach(units: Sequence[UnitResult], topic: Topic) -> Level | None:
    """Return the widest reach that all groups with a settled level can join, or None.

    Raising a group's level never narrows it, and adding a group never widens it.
    """
    for reach in reversed(LEVELS):
        fits = [fit_of(unit, topic, reach) for unit in units]
        settled = [fit for fit in fits if fit.verdict in (*JOINS, Verdict.EARLY)]
        if settled and all(fit.joins for fit in settled):
            return reach
    return None


def scope_fit(
    units: Sequence[UnitResult], topic: Topic, reach: Level, advice: AdviceCatalogue
) -> ScopeFit:
    """Return whether these groups can carry a topic at a reach, and what they can instead."""
    fits = tuple(fit_of(unit, topic, reach) for unit in units)
    settled = [fit for fit in fits if fit.verdict in (*JOINS, Verdict.EARLY)]
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
        steps=tuple(widening_step(unit, topic, further, advice) for unit in limiting),
        alternatives=_alternatives(topic, reach, fits, widest, limiting),
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
    if widest == Level.TECHNOLOGY:
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
    if limiting:
        text += " " + _("The limit is set by %(names)s.", names=named(limiting))
    key = f"common.{topic.id}.{'-'.join(sorted(fit.unit.id for fit in settled))}"
    cells = tuple(cell for unit in limiting for cell in _named(unit))
    return AdviceLine(key, text, "common", topic.basis, cells)


def named(units: Sequence[UnitResult]) -> str:
    """Return groups by name, or how many there are where a list would bury the sentence."""
    if len(units) > MOST_NAMED:
        return _("%(count)s groups", count=len(units))
    return listed([unit.name for unit in units])


def _named(unit: UnitResult) -> tuple[Evidence, ...]:
    return tuple(
        Evidence(f"{unit.name}, {uncapitalised(cell.what)}", cell.n, cell.level, cell.band)
        for cell in _cells(unit)[:2]
    )


def _alternatives(
    topic: Topic,
    reach: Level,
    fits: Sequence[UnitFit],
    widest: Level | None,
    limiting: Sequence[UnitResult],
) -> tuple[Alternative, ...]:
    """Up to three ways to begin, ranked by how many groups can join, then by reach."""
    found: list[tuple[Level, tuple[UnitResult, ...], str]] = []
    settled = tuple(fit.unit for fit in fits if fit.verdict in (*JOINS, Verdict.EARLY))
    joining = tuple(fit.unit for fit in fits if fit.joins)
    if widest is not None and widest != reach:
        together = _("All together, at the reach that everybody can join")
        apart = _("Each inside its own group")
        found.append((widest, settled, apart if widest == Level.TECHNOLOGY else together))
    if len(joining) >= 2 or (joining and reach == Level.TECHNOLOGY):
        found.append((reach, joining, _("At the reach asked for, with those who can join")))
    if limiting and Level.TECHNOLOGY not in (widest, reach):
        text = _("A departmental kaizen first, in the groups that set the limit")
        found.append((Level.TECHNOLOGY, tuple(limiting), text))
    ranked = sorted(found, key=lambda one: (-len(one[1]), -one[0]))
    return tuple(
        Alternative(level, units, _alternative(topic, level, units, text))
        for level, units, text in ranked[:3]
    )


def _alternative(topic: Topic, level: Level, units: Sequence[UnitResult], text: str) -> AdviceLine:
    said = _(
        "%(way)s: %(stream)s. With %(names)s. First kaizen: %(kaizen)s",
        way=text,
        stream=topic.at(level).stream,
        names=named(units),
        kaizen=topic.at(level).kaizen,
    )
    key = f"alternative.{topic.id}.{level:d}.{'-'.join(sorted(unit.id for unit in units))}"
    return AdviceLine(key, said, "all", topic.basis)
