"""The charter of a project: one page from the problem to measuring again."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from app.advice.lines import AdviceLine
from app.advice.portfolio import Candidate, evidence_of, names_of
from app.advice.scope import closest_above
from app.advice.scope_fit import MOST_NAMED
from app.advice.topics import Reach
from app.advice.verdicts import UnitFit, Verdict
from app.language import N_, listed, ngettext
from app.language import gettext as _
from app.maturity import Level
from app.scoring.release import Release
from app.scoring.suppression import ORGANISATION


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


def charter_of(candidate: Candidate, release: Release) -> Charter:
    """Return the charter of a candidate, with what to do in the first ninety days."""
    reach = candidate.topic.at(candidate.reach)
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
        change=_change(candidate, release),
        days=_ninety_days(candidate, reach),
        again=_(
            "Ask again after six months. The next report says which groups moved by more than "
            "chance, and how small a move it could not see."
        ),
    )


def _ninety_days(candidate: Candidate, reach: Reach) -> tuple[tuple[str, str], ...]:
    joining = candidate.joining
    template = N_(
        "Prepare with %(names)s: agree start, end and the two measures, measure them for two "
        "weeks, and ask each person for one pain point."
    )
    if len(joining) > MOST_NAMED:
        template = N_(
            "Choose two or three of the %(names)s to begin with: agree start, end and the two "
            "measures, measure them for two weeks, and ask each person for one pain point."
        )
    first = _(template, names=names_of(joining))
    unwilling = [fit for fit in joining if fit.line.rule == "unwilling"]
    if unwilling:
        before = _(
            "Before that, talk with the people of %(names)s about what they would lose by it.",
            names=names_of(unwilling),
        )
        first = f"{first} {before}"
    kept = _(
        "Keep what worked as the common way, hang the measures where the work is, look at them "
        "each week, and remove the next wait."
    )
    return (
        (_("Days 1 to 30"), first),
        (_("Days 31 to 60"), reach.kaizen),
        (_("Days 61 to 90"), kept),
    )


def _outside(candidate: Candidate) -> str:
    """What the project leaves alone, and which of the usual groups it does not ask to change."""
    said = [_("What comes before the start and after the end.")]
    for verdict, text in (
        (Verdict.WIN_FIRST, N_("To be won first, and not yet asked to change: %(names)s.")),
        (Verdict.EARLY, N_("Told, and not yet asked to change: %(names)s.")),
        (Verdict.WORKSHOP, N_("Only after a workshop of their own: %(names)s.")),
        (Verdict.UNKNOWN, N_("Asked in person, since no level of theirs is known: %(names)s.")),
    ):
        others = [fit for fit in candidate.fits if fit.verdict is verdict]
        if others:
            said.append(_(text, names=names_of(others)))
    return " ".join(said)


def _participants(candidate: Candidate) -> tuple[tuple[str, AdviceLine], ...]:
    """Each group with its verdict; where there are many, those of one verdict and why together."""
    joining = candidate.joining
    if len(joining) <= MOST_NAMED:
        return tuple((fit.unit.name, fit.line) for fit in joining)
    texts = {
        Verdict.FITS: N_("Can join now, each of them: %(names)s."),
        Verdict.FACILITATED: N_("Can join with facilitation, each of them: %(names)s."),
    }
    rules: dict[tuple[Verdict, str], list[UnitFit]] = {}
    for verdict in (Verdict.FITS, Verdict.FACILITATED):
        for fit in joining:
            if fit.verdict is verdict:
                rules.setdefault((verdict, fit.line.rule), []).append(fit)
    return tuple(
        _alike(candidate, alike, texts[verdict], f"{verdict}.{rule}")
        for (verdict, rule), alike in rules.items()
    )


def _alike(
    candidate: Candidate, alike: Sequence[UnitFit], template: str, key: str
) -> tuple[str, AdviceLine]:
    line = replace(
        alike[0].line,
        key=f"charter.{candidate.topic.id}.{candidate.reach:d}.{key}",
        text=_(template, names=listed([fit.unit.name for fit in alike])),
        evidence=evidence_of(alike),
    )
    return ngettext("%(num)s group", "%(num)s groups", len(alike)), line


def _change(candidate: Candidate, release: Release) -> tuple[str, ...]:
    """What leaders do so that people can accept a part in the stream."""
    said = [_leader(candidate, release)]
    helped = [fit for fit in candidate.joining if fit.verdict is Verdict.FACILITATED]
    if helped:
        names = names_of(helped)
        said.append(
            _("Give %(names)s a facilitator and time to say what they fear to lose.", names=names)
        )
    said.append(
        ngettext(
            "Align one goal of the group with a measure of the stream before it starts.",
            "Align one goal of each group with a measure of the stream before it starts.",
            len(candidate.joining),
        )
    )
    return tuple(said)


def _leader(candidate: Candidate, release: Release) -> str:
    """Who says why: the leader closest above all who take part, since management may differ."""
    units = [fit.unit for fit in candidate.joining]
    if candidate.reach == Level.TECHNOLOGY or len(units) == 1:
        return ngettext(
            "The head of the group says why, often, and meets it at the board.",
            "The head of each group says why, often, and meets it at the board.",
            len(units),
        )
    above = closest_above(units, release)
    if above.id == ORGANISATION:
        return _(
            "Only the head of %(organisation)s leads all groups that take part: that head says "
            "why, often, and meets them at the board.",
            organisation=above.name,
        )
    return _(
        "The head of %(unit)s, who leads all groups that take part, says why, often, and meets "
        "them at the board.",
        unit=above.name,
    )
