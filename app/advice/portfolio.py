"""Every topic at every reach, ranked for one organisation; and the charter of the first project."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from app.advice.findings import Evidence
from app.advice.handoffs import HandoffMap, handoff_map
from app.advice.lines import AdviceLine
from app.advice.scope import groups_of, scope_of
from app.advice.scope_fit import MOST_NAMED, named
from app.advice.topics import STEPS, Topic
from app.advice.verdicts import JOINS, UnitFit, Verdict, deciding_cell, fit_of
from app.language import N_, uncapitalised
from app.language import gettext as _
from app.maturity import LEVELS, Level
from app.scoring.release import Release, UnitResult
from app.scoring.rules import CLEAR_CHANGE


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
        return tuple(fit for fit in self.fits if fit.verdict in (*JOINS, Verdict.EARLY))

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
    groups, path = groups_of(release), handoff_map(release)
    best = []
    for topic in topics:
        found = [_candidate(topic, reach, groups, path) for reach in LEVELS]
        usable = [one for one in found if one is not None]
        if usable:
            best.append(max(usable, key=lambda one: one.rank))
    return tuple(sorted(best, key=lambda one: one.rank, reverse=True))


def equals_of_first(ranked: Sequence[Candidate]) -> tuple[Candidate, ...]:
    """Return the candidates that suit the same groups as well as the first, itself included."""
    if not ranked:
        return ()
    first = ranked[0]
    alike = [one for one in ranked if one.rank == first.rank]
    return tuple(one for one in alike if one.joining_ids == first.joining_ids)


def _candidate(
    topic: Topic, reach: Level, groups: Sequence[UnitResult], path: HandoffMap
) -> Candidate | None:
    usual = [unit for unit in groups if (unit.kind or "") in topic.at(reach).needs]
    fits = tuple(fit_of(unit, topic, reach) for unit in usual)
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
        (Verdict.EARLY, N_("Not yet: %(names)s.")),
        (Verdict.WORKSHOP, N_("To talk first: %(names)s.")),
        (Verdict.UNKNOWN, N_("Not known: %(names)s.")),
    ):
        others = [fit for fit in fits if fit.verdict is verdict]
        if others:
            text += " " + _(said, names=_named(others))
    if mended:
        text += " " + _("Both sides of the widest hand-off take part.")
    cells = _cells([fit for fit in fits if fit.joins])
    return AdviceLine(f"portfolio.{topic.id}.{reach:d}", text, "portfolio", topic.basis, cells)


def _who_joins(joining: Sequence[UnitFit]) -> str:
    """Who can join, and who of them with a facilitator; at least one joins."""
    helped = [fit for fit in joining if fit.verdict is Verdict.FACILITATED]
    ready = [fit for fit in joining if fit.verdict is Verdict.FITS]
    if not helped:
        return _("%(names)s can join now.", names=_named(ready))
    if not ready:
        return _("%(names)s can join with facilitation.", names=_named(helped))
    return _(
        "%(names)s can join now; with facilitation, %(helped)s too.",
        names=_named(ready),
        helped=_named(helped),
    )


def _named(fits: Sequence[UnitFit]) -> str:
    return named([fit.unit for fit in fits])


def _cells(fits: Sequence[UnitFit]) -> tuple[Evidence, ...]:
    """The overall level of each group, or how many groups stand at each level."""
    found = [(fit.unit.name, cell) for fit in fits for cell in deciding_cell(fit.unit)]
    if len(found) <= MOST_NAMED:
        return tuple(
            replace(cell, what=f"{name}, {uncapitalised(cell.what)}") for name, cell in found
        )
    levels = sorted({cell.level for _name, cell in found if cell.level})
    same = {level: [cell for _name, cell in found if cell.level == level] for level in levels}
    return tuple(
        Evidence(
            _("%(count)s groups at level %(level)s", count=len(cells), level=int(level)),
            sum(cell.n for cell in cells),
        )
        for level, cells in same.items()
    )


@dataclass(frozen=True)
class Charter:
    """One page for the first project (A3): from the problem to measuring again."""

    title: str
    basis: str
    waste: tuple[str, ...]
    inside: str
    outside: str
    participants: tuple[tuple[str, AdviceLine], ...]
    target: str
    measures: tuple[str, ...]
    risks: tuple[str, ...]
    change: tuple[str, ...]
    days: tuple[tuple[str, str], ...]
    again: str


def charter_of(candidate: Candidate) -> Charter:
    """Return the charter of a candidate, with what to do in the first ninety days."""
    reach = candidate.topic.at(candidate.reach)
    names = _named(candidate.joining)
    return Charter(
        title=f"{candidate.topic.title}: {reach.stream}",
        basis=candidate.topic.basis,
        waste=reach.waste,
        inside=_("From “%(start)s” to “%(end)s”.", start=reach.start, end=reach.end),
        outside=_outside(candidate),
        participants=_participants(candidate),
        target=_(
            "For %(customer)s: the end, “%(end)s”, is reached sooner and with fewer returns.",
            customer=reach.customer,
            end=reach.end,
        ),
        measures=reach.measures,
        risks=reach.risks,
        change=_change(candidate),
        days=(
            (
                _("Days 1 to 30"),
                _(
                    "Prepare with %(names)s: agree start, end and the two "
                    "measures, measure them for two weeks, and ask each person for one pain point.",
                    names=names,
                ),
            ),
            (_("Days 31 to 60"), reach.kaizen),
            (
                _("Days 61 to 90"),
                _(
                    "Keep what worked as the common way, hang the measures where "
                    "the work is, look at them each week, and remove the next wait."
                ),
            ),
        ),
        again=_(
            "Ask the same groups again after six months. A mean that moved by less than "
            "%(least)s of a level may have moved by chance.",
            least=CLEAR_CHANGE,
        ),
    )


def _outside(candidate: Candidate) -> str:
    """What the project leaves alone, and which of the usual groups it does not ask to change."""
    said = [_("What comes before the start and after the end.")]
    for verdict, text in (
        (Verdict.EARLY, N_("Told, and not yet asked to change: %(names)s.")),
        (Verdict.WORKSHOP, N_("Only after a workshop of their own: %(names)s.")),
        (Verdict.UNKNOWN, N_("Asked in person, since no level of theirs is known: %(names)s.")),
    ):
        others = [fit for fit in candidate.fits if fit.verdict is verdict]
        if others:
            said.append(_(text, names=_named(others)))
    return " ".join(said)


def _participants(candidate: Candidate) -> tuple[tuple[str, AdviceLine], ...]:
    """Each group with its verdict; where there are many, the groups of one verdict together."""
    joining = candidate.joining
    if len(joining) <= MOST_NAMED:
        return tuple((fit.unit.name, fit.line) for fit in joining)
    found = []
    for verdict in JOINS:
        alike = [fit for fit in joining if fit.verdict is verdict]
        if alike:
            key = f"charter.{candidate.topic.id}.{candidate.reach:d}.{verdict}"
            line = replace(alike[0].line, key=key, evidence=_cells(alike))
            found.append((_("%(count)s groups", count=len(alike)), line))
    return tuple(found)


def _change(candidate: Candidate) -> tuple[str, ...]:
    """What leaders do so that people can accept a part in the stream."""
    said = [
        _("A leader of all groups that take part says why, often, and meets them at the board.")
    ]
    helped = [fit for fit in candidate.joining if fit.verdict is Verdict.FACILITATED]
    if helped:
        names = _named(helped)
        said.append(
            _("Give %(names)s a facilitator and time to say what they fear to lose.", names=names)
        )
    said.append(_("Align one goal of each group with a measure of the stream before it starts."))
    return tuple(said)
