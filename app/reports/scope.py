"""Scope advice as it is shown: one question answered, and the whole organisation's portfolio."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.advice.handoffs import HandoffMap, Placed, handoff_map
from app.advice.levels import AdviceCatalogue
from app.advice.portfolio import Candidate, Charter, charter_of, portfolio
from app.advice.practices import PracticeOverlay, practice_overlay
from app.advice.scope_fit import ScopeFit, scope_fit
from app.advice.topics import STEPS, Topic
from app.advice.verdicts import UnitFit, Verdict
from app.language import N_
from app.language import gettext as _
from app.maturity import LEVELS
from app.reports.charts import data_uri
from app.reports.lines import Edits, LineView, added_lines, line_view, line_views
from app.reports.path import STEP_WORDS, path_svg
from app.reports.shown import EN_DASH
from app.reports.tables import FigureTable
from app.scoring.release import Release

#: Verdicts in which a group's level may be named.
NAMED = (Verdict.FITS, Verdict.FACILITATED, Verdict.EARLY)

#: Groups that stand side by side on a page; more stand below each other.
MOST_COLUMNS = 7

#: Each verdict in a word or two.
WORDS = {
    Verdict.FITS: N_("fits now"),
    Verdict.FACILITATED: N_("fits with facilitation"),
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
        level=str(int(fit.scope)) if fit.scope and fit.verdict in NAMED else EN_DASH,
        line=line_view(fit.line, edits),
    )


@dataclass(frozen=True)
class CandidateView:
    """One topic at its best reach."""

    topic: str
    topic_id: str
    reach: int
    joining: str
    covered: str
    line: LineView


@dataclass(frozen=True)
class ScopePages:
    """What the report says of scope: projects, hand-offs, practices, the first charter."""

    candidates: tuple[CandidateView, ...]
    path: str
    path_alt: str
    handoffs: FigureTable
    handoff_lines: tuple[LineView, ...]
    practices: FigureTable
    charter: Charter | None
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
    charter = charter_of(kept[0]) if kept else None
    first = _first(kept[0], advice, edits) if kept else None
    return ScopePages(
        candidates=views,
        path=data_uri(path_svg(path)),
        path_alt=_path_in_words(path),
        handoffs=_handoff_table(path),
        handoff_lines=line_views(lines, edits),
        practices=_practice_table(practice_overlay(release, advice)),
        charter=charter,
        first=first,
        participants=_participants(charter, edits) if charter else (),
        added=added_lines(edits),
    )


def _participants(charter: Charter, edits: Edits) -> tuple[tuple[str, LineView], ...]:
    views = ((name, line_view(line, edits)) for name, line in charter.participants)
    return tuple((name, view) for name, view in views if not view.is_dropped)


def _first(one: Candidate, advice: AdviceCatalogue, edits: Edits) -> AnswerView:
    """The answer for the project ranked first, asked for those who can join it."""
    units = [fit.unit for fit in one.joining]
    return answer_view(scope_fit(units, one.topic, one.reach, advice), edits)


def _candidate(one: Candidate, edits: Edits) -> CandidateView:
    return CandidateView(
        topic=one.topic.title,
        topic_id=one.topic.id,
        reach=int(one.reach),
        joining=_("%(some)s of %(all)s settled", some=len(one.joining), all=len(one.settled)),
        covered=", ".join(_(STEP_WORDS[step]) for step in one.covered),
        line=line_view(one.line, edits),
    )


def _level(placed: Placed) -> str:
    return str(int(placed.level)) if placed.level else "?"


def _path_in_words(path: HandoffMap) -> str:
    parts = []
    for step in STEPS:
        here = [f"{one.unit.name} ({_level(one)})" for one in path.placed if step in one.steps]
        parts.append(f"{_(STEP_WORDS[step])}: {', '.join(here) or EN_DASH}")
    return "; ".join(parts)


def _handoff_table(path: HandoffMap) -> FigureTable:
    rows: list[tuple[str, ...]] = []
    for one in path.handoffs:
        name = f"{_(STEP_WORDS[one.before])} → {_(STEP_WORDS[one.after])}"
        if one.gap is None or one.giver is None or one.taker is None:
            rows.append((name, EN_DASH, EN_DASH, EN_DASH, EN_DASH))
            continue
        ends = [f"{end.unit.name} ({_level(end)})" for end in (one.giver, one.taker)]
        gaps = [
            f"{end.unit.name} {end.mirror_gap:+}"
            for end in (one.giver, one.taker)
            if end.mirror_gap
        ]
        rows.append((name, *ends, str(one.gap), ", ".join(gaps) or EN_DASH))
    apart = sorted(
        (one for one in path.placed if one.mirror_gap),
        key=lambda one: abs(one.mirror_gap or 0),
        reverse=True,
    )
    rows += [
        (_("business ↔ %(group)s", group=one.unit.name), *[EN_DASH] * 3, f"{one.mirror_gap:+}")
        for one in apart
    ]
    return FigureTable(
        _("Hand-offs on the path, the widest gap first"),
        _(
            "The widest gap in scope level between a group that gives and one that takes. Groups "
            "that are not settled or not shown are left out. Beside it, how far a group sees its "
            "value stream above (+) or below (-) what its business partners see."
        ),
        (_("Hand-off"), _("gives"), _("takes"), _("gap"), _("partners")),
        tuple(rows),
    )


def _practice_table(overlay: PracticeOverlay) -> FigureTable:
    """Practices by groups: within reach, or the level that is missing."""
    if len(overlay.rows) > MOST_COLUMNS:
        return _practice_list(overlay)
    columns = [row.unit.name for row in overlay.rows]
    rows = []
    for practice in overlay.practices:
        cells = []
        for row in overlay.rows:
            reached = row.reaches(practice)
            needs = _("needs %(level)s", level=int(practice.level))
            cells.append("?" if reached is None else ("●" if reached else needs))
        rows.append((practice.name, *cells))
    return FigureTable(
        _("ITIL practices within reach"),
        _(
            "● within reach; “needs 3”: too early, the group would have to see its work as level 3 "
            "describes; ?: not settled, or not shown."
        ),
        (_("Practice"), *columns),
        tuple(rows),
    )


def _practice_list(overlay: PracticeOverlay) -> FigureTable:
    """The same for many groups: a row for each level, with the groups that stand at it."""
    rows = []
    for level in LEVELS:
        opened = [one.name for one in overlay.practices if one.level == level]
        here = [row.unit.name for row in overlay.rows if row.level == level]
        reach = sum(1 for row in overlay.rows if row.level is not None and row.level >= level)
        rows.append((str(int(level)), ", ".join(opened), str(reach), ", ".join(here) or EN_DASH))
    return FigureTable(
        _("ITIL practices within reach"),
        _(
            "What each level opens on top of the levels before it, how many groups reach it, and "
            "which stand just there: for them the next row is too early. Groups that are not "
            "settled or not shown are left out."
        ),
        (_("level"), _("practices"), _("groups"), _("just there")),
        tuple(rows),
    )
