"""Scope advice as it is shown: one question answered, and the whole organisation's portfolio."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from app.advice.charter import Charter, charter_of
from app.advice.handoffs import handoff_map
from app.advice.levels import AdviceCatalogue
from app.advice.portfolio import Candidate, best_crossing, equals_of_first, portfolio
from app.advice.practices import practice_overlay
from app.advice.scope_fit import ScopeFit, scope_fit
from app.advice.topics import STEPS, Topic
from app.advice.verdicts import SETTLED, UnitFit, Verdict
from app.language import N_, listed, ngettext, uncapitalised
from app.language import gettext as _
from app.reports.charts import data_uri
from app.reports.handoffs import handoff_table, path_in_words
from app.reports.lines import Edits, LineView, added_lines, line_view, line_views
from app.reports.path import STEP_WORDS, path_svg
from app.reports.practices import practice_table
from app.reports.shown import EN_DASH
from app.reports.tables import FigureTable
from app.scoring.release import Release

#: Each verdict in a word or two.
WORDS = {
    Verdict.FITS: N_("fits now"),
    Verdict.FACILITATED: N_("fits with facilitation"),
    Verdict.WIN_FIRST: N_("to be won first"),
    Verdict.EARLY: N_("too early"),
    Verdict.WORKSHOP: N_("workshop first"),
    Verdict.UNKNOWN: N_("unknown"),
}


@dataclass(frozen=True)
class FitView:
    """One group's verdict."""

    name: str
    verdict: Verdict
    word: str
    need: int
    level: str
    line: LineView


@dataclass(frozen=True)
class AnswerView:
    """The answer to one question: this topic, this reach, these groups."""

    title: str
    stream: str
    start: str
    end: str
    steps: tuple[tuple[str, str], ...]
    customer: str
    measures: tuple[str, ...]
    waste: tuple[str, ...]
    kaizen: str
    risks: tuple[str, ...]
    fits: tuple[FitView, ...]
    widest: int | None
    common: LineView | None
    widening: tuple[LineView, ...]
    alternatives: tuple[LineView, ...]
    no_grounds: str


def answer_view(fit: ScopeFit, edits: Edits) -> AnswerView:
    """Return the answer with a consultant's edits."""
    reach = fit.topic.at(fit.reach)
    steps = reach.steps.model_dump()
    return AnswerView(
        title=fit.topic.title,
        stream=reach.stream,
        start=reach.start,
        end=reach.end,
        steps=tuple((_(STEP_WORDS[name]), steps[name]) for name in STEPS),
        customer=reach.customer,
        measures=reach.measures,
        waste=reach.waste,
        kaizen=reach.kaizen,
        risks=reach.risks,
        fits=tuple(_fit(one, edits) for one in fit.fits),
        widest=int(fit.widest) if fit.widest else None,
        common=line_view(fit.common, edits) if fit.common else None,
        widening=line_views(fit.steps, edits),
        alternatives=line_views((one.line for one in fit.alternatives), edits),
        no_grounds=fit.no_grounds,
    )


def _fit(fit: UnitFit, edits: Edits) -> FitView:
    return FitView(
        name=fit.unit.name,
        verdict=fit.verdict,
        word=_(WORDS[fit.verdict]),
        need=int(fit.need),
        # A group that talks first has no level that describes it.
        level=str(int(fit.scope)) if fit.scope and fit.verdict in SETTLED else EN_DASH,
        line=line_view(fit.line, edits),
    )


@dataclass(frozen=True)
class CandidateView:
    """One topic at its best reach; `units` are the groups that can join."""

    topic: str
    topic_id: str
    reach: int
    joining: str
    covered: str
    units: tuple[str, ...]
    line: LineView


@dataclass(frozen=True)
class Rank:
    """Topics that suit equally well, and of which the same is said; each with its source."""

    reach: int
    topics: tuple[tuple[str, str], ...]
    line: LineView


@dataclass(frozen=True)
class ScopePages:
    """What the report says of scope: projects, hand-offs, practices, the first charter.

    `ranked` are the projects that no consultant dropped, the first of which has the charter;
    `crossing` is the best that crosses groups. `off_path` names groups whose step is not known.
    """

    candidates: tuple[CandidateView, ...]
    ranks: tuple[Rank, ...]
    path: str
    path_alt: str
    off_path: str
    handoffs: FigureTable
    handoff_lines: tuple[LineView, ...]
    practices: FigureTable
    ranked: tuple[Candidate, ...]
    crossing: Candidate | None
    charter: Charter | None
    choice: str
    first: AnswerView | None
    participants: tuple[tuple[str, LineView], ...]
    added: tuple[LineView, ...]


def scope_pages(
    release: Release, topics: Sequence[Topic], advice: AdviceCatalogue, edits: Edits
) -> ScopePages:
    """Return the scope advice for a whole release, in the language spoken."""
    candidates, path = portfolio(release, topics), handoff_map(release)
    lines = [one.line for one in path.handoffs if one.line is not None]
    views = tuple(_candidate(one, edits) for one in candidates)
    kept = [one for one, view in zip(candidates, views, strict=True) if not view.line.is_dropped]
    charter = charter_of(kept[0], release) if kept else None
    first = _first(kept[0], advice, edits) if kept else None
    return ScopePages(
        candidates=views,
        ranks=_ranks(views),
        path=data_uri(path_svg(path)),
        path_alt=path_in_words(path),
        off_path=listed([one.unit.name for one in path.placed if not one.steps]),
        handoffs=handoff_table(path),
        handoff_lines=line_views(lines, edits),
        practices=practice_table(practice_overlay(release, advice)),
        ranked=tuple(kept),
        crossing=best_crossing(release, [one.topic for one in kept]),
        charter=charter,
        choice=_choice_in_words(kept),
        first=first,
        participants=_participants(charter, edits) if charter else (),
        added=added_lines(edits),
    )


def _choice_in_words(ranked: Sequence[Candidate]) -> str:
    """Return how many topics suit as well as the first; empty where it is alone in front."""
    alike = len(equals_of_first(ranked))
    if alike < 2:
        return ""
    return ngettext(
        "One topic suits as well as %(topic)s, which comes first by its name only.",
        "%(num)s topics suit as well as %(topic)s, which comes first by its name only: choose the "
        "one that hurts most.",
        alike - 1,
        topic=uncapitalised(ranked[0].topic.title),
    )


def _ranks(views: Sequence[CandidateView]) -> tuple[Rank, ...]:
    """Neighbours in the ranking of which the same is said, together."""
    kept = [one for one in views if not one.line.is_dropped]
    found = []
    for (reach, _text), alike in groupby(kept, key=_what_is_said):
        together = tuple(alike)
        topics = tuple((one.topic, one.line.basis) for one in together)
        found.append(Rank(reach, topics, together[0].line))
    return tuple(found)


def _what_is_said(one: CandidateView) -> tuple[int, str]:
    # What a consultant wrote is of one topic, even where the words are the same.
    return one.reach, one.line.key if one.line.author else f"{one.line.text} {one.line.cells}"


def _participants(charter: Charter, edits: Edits) -> tuple[tuple[str, LineView], ...]:
    views = ((name, line_view(line, edits)) for name, line in charter.participants)
    return tuple((name, view) for name, view in views if not view.is_dropped)


def _first(one: Candidate, advice: AdviceCatalogue, edits: Edits) -> AnswerView:
    """The answer for the project ranked first, asked for those who can join it.

    Where they could all go further it is not they who limit it, and no step of theirs widens it.
    """
    units = [fit.unit for fit in one.joining]
    found = scope_fit(units, one.topic, one.reach, advice)
    if found.widest != one.reach:
        found = replace(found, steps=())
    return answer_view(found, edits)


def _candidate(one: Candidate, edits: Edits) -> CandidateView:
    return CandidateView(
        topic=one.topic.title,
        topic_id=one.topic.id,
        reach=int(one.reach),
        joining=_("%(some)s of %(all)s settled", some=len(one.joining), all=len(one.settled)),
        covered=", ".join(_(STEP_WORDS[step]) for step in one.covered),
        units=tuple(fit.unit.id for fit in one.joining),
        line=line_view(one.line, edits),
    )
