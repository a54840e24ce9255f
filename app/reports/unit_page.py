"""What the report says of one released unit."""

from dataclasses import dataclass

from app.advice.findings import Evidence, Finding, findings_of
from app.advice.levels import AdviceCatalogue
from app.advice.response import is_headline, is_unsettled, may_name_levels
from app.advice.scope import common_scope, groups_below, scope_of
from app.maturity import ACCEPTANCE, ORIENTATIONS, Level
from app.reports.charts import ChartSpec, MixRow, data_uri, mix_svg
from app.reports.heatmap import counted
from app.reports.shown import (
    drawn_mix,
    listed,
    shown_band,
    shown_mean,
    shown_mix,
    shown_rate,
)
from app.scoring.release import Release, UnitResult
from app.scoring.suppression import ORGANISATION


@dataclass(frozen=True)
class OrientationView:
    """One orientation of one unit, in words and figures."""

    title: str
    mean: str
    n: int
    headline: str
    sentence: str


@dataclass(frozen=True)
class FindingView:
    """A finding with its remedy."""

    title: str
    meaning: str
    remedy: str
    evidence: str


@dataclass(frozen=True)
class ScopeView:
    """The scope of Lean work a unit can carry, and what stands in the way of more."""

    level: int
    scope: str
    limit: str  # for a unit that holds groups: which of them set this scope
    facilitated: str
    before: str  # what has to happen first, if anything
    start: tuple[str, ...]
    risks: tuple[str, ...]
    widen: str
    basis: str


@dataclass(frozen=True)
class UnitPage:
    """Everything the report says of one released unit."""

    id: str
    name: str
    above: str
    is_parent: bool
    headline: str
    level: int | None
    word: str
    response: str
    acceptance: str
    meaning: str
    orientations: tuple[OrientationView, ...]
    chart: str
    chart_alt: str
    findings: tuple[FindingView, ...]
    scope: ScopeView | None
    practices: tuple[str, ...]

    def evidence_of(self, finding: FindingView) -> str:
        """The cells behind a finding, in all orientations in which it is found."""
        alike = [f.evidence for f in self.findings if f.meaning == finding.meaning and f.evidence]
        return "; ".join(dict.fromkeys(part for text in alike for part in text.split("; ")))


def build_unit_page(unit: UnitResult, release: Release, advice: AdviceCatalogue) -> UnitPage:
    """Return the page of a group, or of a unit that holds groups."""
    level = unit.overall.level if unit.overall and is_headline(unit) else None
    text = advice.level(level) if level else None
    scope = _shared_scope(unit, release, advice) if unit.is_parent else _scope(unit, advice)
    mixes = _mixes(unit)
    alt = "; ".join(_spoken(row) for row in mixes)
    acceptance = unit.profiles.get(ACCEPTANCE)
    above = release.unit(unit.parent or ORGANISATION).name if unit.depth else ""
    return UnitPage(
        id=unit.id,
        name=unit.name,
        above=above,
        is_parent=unit.is_parent,
        headline=_headline(unit, release),
        level=int(level) if level else None,
        word=text.word if text else "",
        response=_response(unit, release.k),
        acceptance=shown_mean(acceptance) if acceptance else "",
        meaning=text.meaning if text and not unit.is_parent else "",
        orientations=tuple(_orientations(unit, advice)),
        chart=data_uri(mix_svg(ChartSpec("Share of answers at each level", mixes, alt))),
        chart_alt=f"Share of answers at each level. {alt}.",
        findings=tuple(_finding(finding, advice) for finding in findings_of(unit, release.facets)),
        scope=scope,
        practices=advice.practices_up_to(scope.level) if scope else (),
    )


def _mixes(unit: UnitResult) -> tuple[MixRow, ...]:
    profiles = [(o.label, unit.profiles[o]) for o in ORIENTATIONS if o in unit.profiles]
    named = may_name_levels(unit)
    return tuple(
        MixRow(title, drawn_mix(p), shown_mix(p), p.band if named else None)
        for title, p in profiles
    )


def _spoken(row: MixRow) -> str:
    shares = ", ".join(f"level {n} {text}" for n, text in enumerate(row.texts, start=1))
    band = shown_band(row.band).replace("–", " to ")
    return f"{row.name}: {shares}" + (f", band {band}" if row.band else "")


def _orientations(unit: UnitResult, advice: AdviceCatalogue) -> list[OrientationView]:
    named, views = may_name_levels(unit), []
    for orientation in ORIENTATIONS:
        profile = unit.profiles.get(orientation)
        if profile is None:
            continue
        text = advice.level(profile.level)
        split = profile.split
        headline = worded(profile.level, profile.band) if named else "no level named"
        views.append(
            OrientationView(
                title=orientation.label,
                mean=shown_mean(profile),
                n=profile.n,
                headline="Split: two views" if split else headline,
                sentence=_sentence(unit, text.seen_in(orientation), named=named, split=split),
            )
        )
    return views


def _sentence(unit: UnitResult, seen: str, *, named: bool, split: bool) -> str:
    """What a level looks like; empty where no single level describes the unit."""
    return seen if named and not split and not unit.is_parent else ""


def worded(level: int, band: tuple[int, int] | None) -> str:
    """Return a level with its band in words: "Level 2", "Between 2 and 3, nearer 2"."""
    if is_unsettled(band) or band is None:
        return "Not settled"
    low, high = band
    return f"Level {level:d}" if low == high else f"Between {low} and {high}, nearer {level:d}"


def _headline(unit: UnitResult, release: Release) -> str:
    if unit.is_parent:
        return counted(unit, release) or "No group below has a level that may be named"
    if unit.overall is None:
        return "No overall level: an orientation has too few usable answers"
    if not is_headline(unit):
        return "No level named: under 40 % answered"
    split = [o.label.lower() for o in ORIENTATIONS if unit.profiles[o].split]
    if split:
        return f"Split on {listed(split)}"
    return worded(unit.overall.level, unit.overall.band)


def _response(unit: UnitResult, k: int) -> str:
    if unit.answered is None:
        return f"under {k} of {unit.invited} answered"
    rate = shown_rate(unit.answered, unit.invited)
    return f"{unit.answered} of {unit.invited} answered ({rate})"


def _finding(finding: Finding, advice: AdviceCatalogue) -> FindingView:
    text = advice.finding(finding.id)
    where = f": {finding.orientation.label.lower()}" if finding.orientation else ""
    evidence = "; ".join(_cell(cell) for cell in finding.evidence)
    return FindingView(text.title + where, text.meaning, text.remedy, evidence)


def _cell(cell: Evidence) -> str:
    """A cell as one reads it: "Measurement level 2, band 2, n 13"."""
    level = f" level {cell.level}" if cell.level else ""
    band = f", band {shown_band(cell.band)}" if cell.band else ""
    if cell.what == "Answered":
        return f"{cell.n} {cell.note} answered"
    note = f", {cell.note}" if cell.note else ""
    return f"{cell.what}{level}{band}, n {cell.n}{note}"


def _scope(unit: UnitResult, advice: AdviceCatalogue) -> ScopeView | None:
    scope = scope_of(unit)
    if scope is None:
        return None
    # A group that is not settled plans from the low end of its band.
    level = scope.safe if scope.workshop_first else scope.level
    wider = scope.facilitated > scope.level and not scope.workshop_first
    facilitated = advice.level(scope.facilitated).scope if wider else ""
    before = "Before any stream is mapped, let the group talk about what it is there for."
    return _view(level, advice, facilitated, before if scope.workshop_first else "")


def _shared_scope(unit: UnitResult, release: Release, advice: AdviceCatalogue) -> ScopeView | None:
    """The stream that all groups below a unit can join."""
    common = common_scope(groups_below(unit, release))
    if common is None:
        return None
    limit = listed([group.name for group in common.limiting])
    before = ""
    if common.workshop_first:
        names = listed([group.name for group in common.workshop_first])
        before = f"Hold a facilitated workshop with {names} before they join."
    return _view(common.level, advice, "", before, limit)


def _view(
    level: Level, advice: AdviceCatalogue, facilitated: str, before: str, limit: str = ""
) -> ScopeView:
    text = advice.level(level)
    return ScopeView(
        level=int(level),
        scope=text.scope,
        limit=limit,
        facilitated=facilitated,
        before=before,
        start=text.start,
        risks=text.risks,
        widen=text.widen,
        basis=text.basis,
    )
