"""What the report says of one released unit."""

from dataclasses import dataclass

from app.advice.findings import Finding, findings_of
from app.advice.levels import AdviceCatalogue, LevelAdvice
from app.advice.response import is_headline, is_unsettled, may_name_levels
from app.advice.scope import common_scope, groups_below, is_settled, scope_of
from app.advice.scope_fit import named
from app.language import gettext as _
from app.language import listed
from app.maturity import ACCEPTANCE, ORIENTATIONS
from app.reports.charts import ChartSpec, MixRow, data_uri, mix_svg
from app.reports.heatmap import counted, lacks_some
from app.reports.limits import advice_for, limiting_names
from app.reports.lines import cell_in_words
from app.reports.shown import (
    drawn_mix,
    shown_mean,
    shown_mix,
    shown_rate,
)
from app.scoring.mirror import Mirror
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
    where: str  # the orientation, if it is in one
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
    is_settled: bool
    findings: tuple[FindingView, ...]
    scope: ScopeView | None
    practices: tuple[str, ...]

    def evidence_of(self, finding: FindingView) -> str:
        """The cells behind a finding, in all orientations in which it is found."""
        alike = [f.evidence for f in self.findings if f.meaning == finding.meaning and f.evidence]
        return "; ".join(dict.fromkeys(part for text in alike for part in text.split("; ")))


def build_unit_page(
    unit: UnitResult, release: Release, advice: AdviceCatalogue, mirror: Mirror | None = None
) -> UnitPage:
    """Return the page of a group, or of a unit that holds groups."""
    level = unit.overall.level if unit.overall and is_headline(unit) else None
    text = advice.level(level) if level else None
    findings = findings_of(unit, release.facets, mirror)
    unwilling = any(finding.id == "knows_not_willing" for finding in findings)
    scope = (
        _shared_scope(unit, release, advice)
        if unit.is_parent
        else _scope(unit, advice, unwilling=unwilling)
    )
    has_level = unit.is_parent or is_settled(unit)
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
        response=_response(unit, release),
        acceptance=shown_mean(acceptance) if acceptance else "",
        meaning=text.meaning if text and not unit.is_parent else "",
        orientations=tuple(_orientations(unit, advice)),
        chart=data_uri(mix_svg(ChartSpec(_("Share of answers at each level"), mixes))),
        chart_alt=_("Share of answers at each level. %(shares)s.", shares=alt),
        is_settled=is_settled(unit),
        findings=tuple(_finding(finding, advice) for finding in findings),
        scope=scope,
        practices=advice.practices_up_to(scope.level) if scope and has_level else (),
    )


def _mixes(unit: UnitResult) -> tuple[MixRow, ...]:
    profiles = [(o.label, unit.profiles[o]) for o in ORIENTATIONS if o in unit.profiles]
    named = may_name_levels(unit)
    return tuple(
        MixRow(title, drawn_mix(p), shown_mix(p), p.band if named else None)
        for title, p in profiles
    )


def _spoken(row: MixRow) -> str:
    texts = enumerate(row.texts, start=1)
    shares = [_("level %(level)s %(share)s", level=level, share=text) for level, text in texts]
    if row.band:
        low, high = row.band
        one = _("band %(level)s", level=low)
        shares.append(one if low == high else _("band %(low)s to %(high)s", low=low, high=high))
    return f"{row.name}: {', '.join(shares)}"


def _orientations(unit: UnitResult, advice: AdviceCatalogue) -> list[OrientationView]:
    named, views = may_name_levels(unit), []
    for orientation in ORIENTATIONS:
        profile = unit.profiles.get(orientation)
        if profile is None:
            continue
        text = advice.level(profile.level)
        split = profile.split
        headline = worded(profile.level, profile.band) if named else _("No level named")
        views.append(
            OrientationView(
                title=orientation.label,
                mean=shown_mean(profile),
                n=profile.n,
                headline=_("Split: two views") if split else headline,
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
        return _("Not settled")
    low, high = band
    if low == high:
        return _("Level %(level)s", level=int(level))
    return _("Between %(low)s and %(high)s, nearer %(level)s", low=low, high=high, level=int(level))


def _headline(unit: UnitResult, release: Release) -> str:
    if unit.is_parent:
        return counted(unit, release) or _("No group below has a level that may be named")
    if unit.overall is None:
        return _("No overall level: an orientation has too few usable answers")
    if not is_headline(unit):
        return _("No level named: under 40 %% gave usable answers")
    split = [o.label.lower() for o in ORIENTATIONS if unit.profiles[o].split]
    if split:
        return _("Split on %(orientations)s", orientations=listed(split))
    return worded(unit.overall.level, unit.overall.band)


def _response(unit: UnitResult, release: Release) -> str:
    if unit.answered is None:
        return _("under %(k)s of %(invited)s answered", k=release.k, invited=unit.invited)
    values = {
        "answered": unit.answered,
        "invited": unit.invited,
        "rate": shown_rate(unit.answered, unit.invited),
    }
    if lacks_some(unit, release):
        return _("At least %(answered)s of %(invited)s answered (%(rate)s)", **values)
    return _("%(answered)s of %(invited)s answered (%(rate)s)", **values)


def _finding(finding: Finding, advice: AdviceCatalogue) -> FindingView:
    text = advice.finding(finding.id)
    where = finding.orientation.label.lower() if finding.orientation else ""
    evidence = "; ".join(cell_in_words(cell) for cell in finding.evidence)
    return FindingView(text.title, where, text.meaning, text.remedy, evidence)


def _scope(unit: UnitResult, advice: AdviceCatalogue, *, unwilling: bool) -> ScopeView | None:
    scope = scope_of(unit)
    if scope is None:
        return None
    # A group that is not settled plans from the low end of its band.
    level = scope.safe if scope.workshop_first else scope.level
    wider = scope.facilitated > scope.level and not scope.workshop_first
    facilitated = advice.level(scope.facilitated, unit.kind).scope if wider else ""
    before = ""
    if scope.workshop_first:
        before = _("Before any stream is mapped, let the group talk about what it is there for.")
    elif unwilling:
        reason = advice.finding("knows_not_willing").title
        before = _("First win people for the change: see “%(reason)s” above.", reason=reason)
    return _view(advice.level(level, unit.kind), before, facilitated=facilitated)


def _shared_scope(unit: UnitResult, release: Release, advice: AdviceCatalogue) -> ScopeView | None:
    """The stream that all groups below a unit can join."""
    common = common_scope(groups_below(unit, release))
    if common is None:
        return None
    everybody = len(common.limiting) == len(common.settled)
    limit = "" if everybody else limiting_names(common)
    before = ""
    if common.workshop_first:
        names = named(common.workshop_first)
        before = _("Hold a facilitated workshop with %(names)s before they join.", names=names)
    return _view(advice_for(common, advice), before, limit=limit)


def _view(text: LevelAdvice, before: str, *, limit: str = "", facilitated: str = "") -> ScopeView:
    return ScopeView(
        level=int(text.level),
        scope=text.scope,
        limit=limit,
        facilitated=facilitated,
        before=before,
        start=text.start,
        risks=text.risks,
        widen=text.widen,
        basis=text.basis,
    )
