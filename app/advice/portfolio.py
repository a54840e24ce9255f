"""Every topic at every reach, ranked for one organisation."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from app.advice.findings import Evidence
from app.advice.handoffs import HandoffMap, handoff_map
from app.advice.lines import AdviceLine
from app.advice.scope import groups_of, scope_of
from app.advice.scope_fit import MOST_NAMED, named
from app.advice.topics import STEPS, Topic
from app.advice.verdicts import SETTLED, UnitFit, Verdict, deciding_cell, fit_of
from app.language import N_, ngettext, uncapitalised
from app.language import gettext as _
from app.maturity import LEVELS, Level
from app.scoring.release import Release, UnitResult


@dataclass(frozen=True)
class Candidate:
    """A topic at a reach: who of its usual groups can join now, and what that covers.

    `share` is the part of those with a settled level that can join, `covered` the steps of
    demand, plan, build and run where they work, `sure` the part of them that join without
    reserve. Groups that are hidden or not settled weigh neither for nor against a topic.
    """

    topic: Topic
    reach: Level
    fits: tuple[UnitFit, ...]
    covered: tuple[str, ...]
    bottleneck: bool
    line: AdviceLine

    @property
    def joining(self) -> tuple[UnitFit, ...]:
        """Those who can take part now."""
        return tuple(fit for fit in self.fits if fit.joins)

    @property
    def joining_ids(self) -> frozenset[str]:
        """The ids of those who can take part now."""
        return frozenset(fit.unit.id for fit in self.joining)

    @property
    def settled(self) -> tuple[UnitFit, ...]:
        """Those with a settled level, whether they can join or not."""
        return tuple(fit for fit in self.fits if fit.verdict in SETTLED)

    @property
    def share(self) -> Fraction:
        """How many of the settled groups can join now."""
        return Fraction(len(self.joining), max(1, len(self.settled)))

    @property
    def sure(self) -> Fraction:
        """How many of those who join do so at the safe end of their band."""
        safe = [fit for fit in self.joining if _is_safe(fit)]
        return Fraction(len(safe), max(1, len(self.joining)))

    @property
    def rank(self) -> tuple[Fraction, bool, int, Fraction]:
        """What candidates are ranked by, the weightiest first.

        How much of the path those who can join cover, for the part of the settled groups that
        they are; whether they mend the widest hand-off; how wide it is; how sure they are.
        """
        reached = self.share * Fraction(len(self.covered), len(STEPS))
        return reached, self.bottleneck, int(self.reach), self.sure


def _is_safe(fit: UnitFit) -> bool:
    scope = scope_of(fit.unit)
    return fit.verdict is Verdict.FITS and scope is not None and scope.safe >= fit.need


def portfolio(release: Release, topics: Sequence[Topic]) -> tuple[Candidate, ...]:
    """Return the best reach of each topic, the best topic first.

    A crossing stream (reach 2 and wider) needs two groups that can join; topics that no group
    can join are left out.
    """
    field = _field(release, topics)
    best = []
    for topic in topics:
        found = [_candidate(topic, reach, field) for reach in LEVELS]
        usable = [one for one in found if one is not None]
        if usable:
            best.append(max(usable, key=lambda one: one.rank))
    return _ranked(best)


def best_crossing(release: Release, topics: Sequence[Topic]) -> Candidate | None:
    """Return the best of all streams that cross groups; None where no two groups share one."""
    field = _field(release, topics)
    found = [_candidate(topic, reach, field) for topic in topics for reach in LEVELS[1:]]
    return max((one for one in found if one), key=lambda one: one.rank, default=None)


def _ranked(candidates: Sequence[Candidate]) -> tuple[Candidate, ...]:
    """By rank; among equals those of which the same is said stand together."""
    places: dict[tuple[frozenset[str], str], int] = {}
    for one in candidates:
        places.setdefault((one.joining_ids, one.line.text), len(places))
    near = sorted(candidates, key=lambda one: places[one.joining_ids, one.line.text])
    return tuple(sorted(near, key=lambda one: one.rank, reverse=True))


@dataclass(frozen=True)
class _Field:
    """What candidates are drawn from: the groups, their path, and the kinds that topics name."""

    groups: tuple[UnitResult, ...]
    path: HandoffMap
    kinds: frozenset[str]

    def usual(self, topic: Topic, reach: Level) -> list[UnitResult]:
        """The groups whose kind has a part in a stream; of kinds that no topic names, all."""
        needs = topic.at(reach).needs
        return [unit for unit in self.groups if unit.kind in needs or unit.kind not in self.kinds]


def _field(release: Release, topics: Sequence[Topic]) -> _Field:
    kinds = {kind for topic in topics for reach in topic.reaches for kind in reach.needs}
    return _Field(groups_of(release), handoff_map(release), frozenset(kinds))


def equals_of_first(ranked: Sequence[Candidate]) -> tuple[Candidate, ...]:
    """Return the candidates that suit the same groups as well as the first, itself included."""
    if not ranked:
        return ()
    first = ranked[0]
    alike = [one for one in ranked if one.rank == first.rank]
    return tuple(one for one in alike if one.joining_ids == first.joining_ids)


def _candidate(topic: Topic, reach: Level, field: _Field) -> Candidate | None:
    path = field.path
    fits = tuple(fit_of(unit, topic, reach) for unit in field.usual(topic, reach))
    joining = [fit.unit.id for fit in fits if fit.joins]
    if len(joining) < (1 if reach == Level.TECHNOLOGY else 2):
        return None
    steps = [one.steps for one in path.placed if one.unit.id in joining]
    covered = tuple(step for step in STEPS if any(step in own for own in steps))
    if reach == Level.TECHNOLOGY:
        # Each stays inside its own group: no stream of theirs crosses a step.
        covered = covered[:1]
    weak = path.bottleneck
    ends = {one.unit.id for one in (weak.giver, weak.taker) if one} if weak else set()
    mended = reach > Level.TECHNOLOGY and bool(ends) and ends <= set(joining)
    line = _line(topic, reach, fits, covered, mended=mended)
    return Candidate(topic, reach, fits, covered, mended, line)


def _line(
    topic: Topic, reach: Level, fits: Sequence[UnitFit], covered: Sequence[str], *, mended: bool
) -> AdviceLine:
    text = _who_joins([fit for fit in fits if fit.joins])
    for verdict, said in (
        (Verdict.WIN_FIRST, N_("To be won first: %(names)s.")),
        (Verdict.EARLY, N_("Too early: %(names)s.")),
        (Verdict.WORKSHOP, N_("To talk first: %(names)s.")),
        (Verdict.UNKNOWN, N_("Not known: %(names)s.")),
    ):
        others = [fit for fit in fits if fit.verdict is verdict]
        if others:
            text += " " + _(said, names=names_of(others))
    if mended:
        text += " " + _("Both sides of the widest hand-off take part.")
    cells = evidence_of([fit for fit in fits if fit.joins])
    return AdviceLine(f"portfolio.{topic.id}.{reach:d}", text, "portfolio", topic.basis, cells)


def _who_joins(joining: Sequence[UnitFit]) -> str:
    """Who can join, and who of them with a facilitator; at least one joins."""
    helped = [fit for fit in joining if fit.verdict is Verdict.FACILITATED]
    ready = [fit for fit in joining if fit.verdict is Verdict.FITS]
    if not helped:
        return _("%(names)s can join now.", names=names_of(ready))
    if not ready:
        return _("%(names)s can join with facilitation.", names=names_of(helped))
    return _(
        "%(names)s can join now; with facilitation, %(helped)s too.",
        names=names_of(ready),
        helped=names_of(helped),
    )


def names_of(fits: Sequence[UnitFit]) -> str:
    """Return the groups of some fits by name, or how many there are."""
    return named([fit.unit for fit in fits])


def evidence_of(fits: Sequence[UnitFit]) -> tuple[Evidence, ...]:
    """Return the deciding cell of each group, or how many groups stand at each level."""
    found = [(fit.unit.name, cell) for fit in fits for cell in deciding_cell(fit.unit)]
    if len(found) <= MOST_NAMED:
        return tuple(
            replace(cell, what=f"{name}, {uncapitalised(cell.what)}") for name, cell in found
        )
    levels = sorted({cell.level for _name, cell in found if cell.level})
    same = {level: [cell for _name, cell in found if cell.level == level] for level in levels}
    return tuple(
        Evidence(
            ngettext(
                "%(num)s group at level %(level)s",
                "%(num)s groups at level %(level)s",
                len(cells),
                level=int(level),
            ),
            sum(cell.n for cell in cells),
        )
        for level, cells in same.items()
    )
