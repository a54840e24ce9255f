"""What the report says of one group, or of one pool of groups."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.advice.findings import Finding, findings_of
from app.advice.levels import AdviceCatalogue, LevelAdvice
from app.advice.response import is_headline, is_unsettled, may_name_levels
from app.advice.scope import is_settled, scope_of
from app.advice.willingness import willingness_in_words
from app.language import gettext as _
from app.language import listed
from app.maturity import ORIENTATIONS
from app.reports.charts import ChartSpec, MixRow, data_uri, mix_svg
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
    is_drawn: bool


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
    """The scope of Lean work a unit can carry, and what stands in the way of more.

    Without a level only what has to happen first, `before`, is told.
    """

    before: str
    level: int | None = None
    scope: str = ""
    facilitated: str = ""
    start: tuple[str, ...] = ()
    risks: tuple[str, ...] = ()
    widen: str = ""
    basis: str = ""


@dataclass(frozen=True)
class UnitPage:
    """Everything the report says of one group, or of one pool of groups.

    `members` names the groups of a pool, `willing` says whether a group would take part.
    """

    id: str
    name: str
    above: str
    members: str
    headline: str
    level: int | None
    word: str
    response: str
    willing: str
    meaning: str
    orientations: tuple[OrientationView, ...]
    chart: str
    chart_caption: str
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
    """Return the page of a group, or of a pool of groups."""
    level = unit.overall.level if unit.overall else None
    text = advice.level(level) if level else None
    findings = findings_of(unit, release.facets, mirror)
    unwilling = any(finding.id == "knows_not_willing" for finding in findings)
    scope = _scope(unit, advice, unwilling=unwilling)
    mixes = _mixes(unit)
    alt = "; ".join(_spoken(row) for row in mixes)
    members = [release.unit(member).name for member in unit.members]
    return UnitPage(
        id=unit.id,
        name=unit.name,
        above=release.unit(unit.parent or ORGANISATION).name,
        members=listed(members),
        headline=_headline(unit),
        level=int(level) if level else None,
        word=text.word if text else "",
        response=_response(unit),
        willing=willingness_in_words(unit),
        meaning=text.meaning if text else "",
        orientations=tuple(_orientations(unit, advice)),
        chart=data_uri(mix_svg(ChartSpec(_("Share of answers at each level"), mixes)))
        if any(row.drawn for row in mixes)
        else "",
        chart_caption=_caption(mixes),
        chart_alt=_("Share of answers at each level. %(shares)s.", shares=alt),
        is_settled=is_settled(unit),
        findings=tuple(_finding(finding, advice) for finding in findings),
        scope=scope,
        practices=advice.practices_up_to(scope.level) if level and scope and scope.level else (),
    )


def _mixes(unit: UnitResult) -> tuple[MixRow, ...]:
    """The rows of the chart; of a small group in two camps nothing is drawn."""
    figures = [(o.label, unit.profiles[o]) for o in ORIENTATIONS if o in unit.profiles]
    return tuple(
        MixRow(title, drawn_mix(figure), shown_mix(figure), None if figure.split else figure.band)
        for title, figure in figures
    )


def _caption(mixes: Sequence[MixRow]) -> str:
    said = [_("Share of answers at each level, in %%")]
    if any(row.drawn and row.band for row in mixes):
        said.append(_("the line below marks the band, the levels that the answers leave possible"))
    if not all(row.drawn for row in mixes):
        said.append(_("two camps are not drawn"))
    return "; ".join(said)


def _spoken(row: MixRow) -> str:
    if not row.texts:
        return _("%(orientation)s: two camps, not drawn", orientation=row.name)
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
        figure = unit.profiles.get(orientation)
        if figure is None:
            continue
        level = figure.level
        headline = worded(level, figure.band) if named else _("No level named")
        views.append(
            OrientationView(
                title=orientation.label,
                mean=shown_mean(figure),
                n=figure.n,
                headline=_("Split: two views") if figure.split else headline,
                sentence=advice.level(level).seen_in(orientation) if level else "",
                is_drawn=bool(drawn_mix(figure)),
            )
        )
    return views


def worded(level: int | None, band: tuple[int, int] | None) -> str:
    """Return a level with its band in words: "Level 2", "Between 2 and 3, nearer 2"."""
    if is_unsettled(band) or band is None or level is None:
        return _("Not settled")
    low, high = band
    if low == high:
        return _("Level %(level)s", level=int(level))
    return _("Between %(low)s and %(high)s, nearer %(level)s", low=low, high=high, level=int(level))


def _headline(unit: UnitResult) -> str:
    if not is_headline(unit) or unit.overall is None:
        return _("No level named: under 40 %% gave usable answers")
    split = [o.label.lower() for o in ORIENTATIONS if unit.profiles[o].split]
    if split:
        return _("Split on %(orientations)s", orientations=listed(split))
    return worded(unit.overall.level, unit.overall.band)


def _response(unit: UnitResult) -> str:
    return _(
        "%(answered)s of %(invited)s answered (%(rate)s)",
        answered=unit.answered,
        invited=unit.invited,
        rate=shown_rate(unit.answered or 0, unit.invited),
    )


def _finding(finding: Finding, advice: AdviceCatalogue) -> FindingView:
    text = advice.finding(finding.id)
    where = finding.orientation.label.lower() if finding.orientation else ""
    evidence = "; ".join(cell_in_words(cell) for cell in finding.evidence)
    return FindingView(text.title, where, text.meaning, text.remedy, evidence)


def _scope(unit: UnitResult, advice: AdviceCatalogue, *, unwilling: bool) -> ScopeView | None:
    scope = scope_of(unit)
    if scope is None:
        return None
    before = ""
    if scope.workshop_first:
        before = _("Before any stream is mapped, let the group talk about what it is there for.")
    elif unwilling:
        reason = advice.finding("knows_not_willing").title
        before = _("First win people for the change: see “%(reason)s” above.", reason=reason)
    if not scope.has_band:
        return ScopeView(before)
    # A group that is not settled plans from the low end of its band.
    level = scope.safe if scope.workshop_first else scope.level
    wider = scope.facilitated > scope.level and not scope.workshop_first
    facilitated = advice.level(scope.facilitated, unit.kind).scope if wider else ""
    return _view(advice.level(level, unit.kind), before, facilitated)


def _view(text: LevelAdvice, before: str, facilitated: str) -> ScopeView:
    return ScopeView(
        before=before,
        level=int(text.level),
        scope=text.scope,
        facilitated=facilitated,
        start=text.start,
        risks=text.risks,
        widen=text.widen,
        basis=text.basis,
    )
