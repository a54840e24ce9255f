"""The heatmap: units by orientations and overall, with a reason where nothing may be shown."""

from dataclasses import dataclass

from app.advice.levels import AdviceCatalogue
from app.advice.response import is_unsettled, may_name_levels
from app.advice.scope import groups_below, is_settled, level_counts
from app.language import gettext as _
from app.maturity import LEVELS, ORIENTATIONS
from app.reports.shown import shown_band, shown_mean, shown_rate
from app.scoring.profile import Overall, Profile
from app.scoring.release import Release, UnitResult
from app.scoring.suppression import ORGANISATION


@dataclass(frozen=True)
class HeatmapCell:
    """One figure: level (None: there is none), its word, band and mean, and a note in words.

    `note` says why there is no level: "split" or "not settled", which have a band and a mean,
    or the reason why nothing is shown.
    """

    level: int | None
    word: str
    band: str
    mean: str
    note: str
    spoken: str


@dataclass(frozen=True)
class HeatmapRow:
    """One unit. `answered` and `rate` are words where the count is too small to show."""

    unit_id: str
    name: str
    depth: int
    is_parent: bool
    invited: int
    answered: str
    rate: str
    cells: tuple[HeatmapCell, ...]
    summary: str


@dataclass(frozen=True)
class LegendEntry:
    """One level of the colour legend."""

    level: int
    word: str
    name: str


@dataclass(frozen=True)
class Heatmap:
    """The whole table with its legend."""

    columns: tuple[str, ...]
    rows: tuple[HeatmapRow, ...]
    legend: tuple[LegendEntry, ...]
    k: int


def build_heatmap(release: Release, advice: AdviceCatalogue) -> Heatmap:
    """Return the heatmap of a release. A unit that repeats its only child is left out."""
    shown = [unit for unit in release.units if unit.same_as is None]
    rows = tuple(_row(unit, _depth(unit, release), release, advice) for unit in shown)
    legend = tuple(LegendEntry(a.level, a.word, a.name) for a in advice.levels)
    columns = (*(orientation.label for orientation in ORIENTATIONS), _("Overall"))
    return Heatmap(columns=columns, rows=rows, legend=legend, k=release.k)


def _depth(unit: UnitResult, release: Release) -> int:
    """Return how many of the units above have a row: who stands under another would mislead."""
    depth, above = 0, unit.parent
    if unit.id == ORGANISATION:
        return 0
    while above is not None:
        one = release.unit(above)
        depth, above = depth + (one.same_as is None), one.parent
    return depth + (release.organisation.same_as is None)


def _row(unit: UnitResult, depth: int, release: Release, advice: AdviceCatalogue) -> HeatmapRow:
    reason = _reason(unit, release.k)
    figures = [unit.profiles.get(orientation) for orientation in ORIENTATIONS]
    cells = [_cell(figure, unit, advice, reason) for figure in figures]
    cells.append(_cell(unit.overall, unit, advice, reason))
    return HeatmapRow(
        unit_id=unit.id,
        name=unit.name,
        depth=depth,
        is_parent=unit.is_parent,
        invited=unit.invited,
        answered=_answered(unit, release),
        rate=shown_rate(unit.answered, unit.invited) if unit.answered is not None else "",
        cells=tuple(cells),
        summary=counted(unit, release) if unit.is_parent else "",
    )


def _answered(unit: UnitResult, release: Release) -> str:
    if unit.answered is None:
        return _("under %(k)s", k=release.k)
    return f"≥ {unit.answered}" if lacks_some(unit, release) else str(unit.answered)


def lacks_some(unit: UnitResult, release: Release) -> bool:
    """Return whether a unit's count may lack a few, of groups in which too few answered."""
    if not unit.is_parent or unit.answered == unit.invited:
        return False
    return any(one.answered is None and one.invited for one in groups_below(unit, release))


def counted(unit: UnitResult, release: Release) -> str:
    """Return the headline of a parent: how many of its groups stand at each level."""
    counts = level_counts(unit, release)
    # Held together by spaces that do not break: each is one figure.
    said = [
        _("%(n)s at level %(level)s", n=n, level=int(level))
        for level in LEVELS
        if (n := counts[level])
    ]
    if counts[None]:
        said.append(_("%(n)s not settled", n=counts[None]))
    return ", ".join(said)


def _reason(unit: UnitResult, k: int) -> str:
    if unit.invited < k:
        return _("not shown: fewer than %(k)s people", k=k)
    if unit.answered is None:
        return _("not shown: fewer than %(k)s answers", k=k)
    if unit.profiles and not may_name_levels(unit):
        return _("no level named: under 40 %% gave usable answers")
    return _("not shown: fewer than %(k)s usable answers", k=k)


def _cell(
    figure: Profile | Overall | None, unit: UnitResult, advice: AdviceCatalogue, reason: str
) -> HeatmapCell:
    if figure is None or not may_name_levels(unit):
        return HeatmapCell(None, "", "", "", reason, reason)
    band, mean = shown_band(figure.band), shown_mean(figure)
    if note := _why_open(figure, unit):
        return HeatmapCell(None, "", band, mean, note, _spoken(note, figure))
    word = advice.level(figure.level).word
    said = _("level %(level)s, %(word)s", level=int(figure.level), word=word)
    return HeatmapCell(int(figure.level), word, band, mean, "", _spoken(said, figure))


def _why_open(figure: Profile | Overall, unit: UnitResult) -> str:
    """Why no single level describes who is behind a figure; empty if one does."""
    if isinstance(figure, Profile) and figure.split:
        return _("split")
    divided = isinstance(figure, Overall) and not is_settled(unit)
    return _("not settled") if divided or is_unsettled(figure.band) else ""


def _spoken(said: str, figure: Profile | Overall) -> str:
    if figure.band is None or figure.band[0] == figure.band[1]:
        return said
    low, high = figure.band
    return f"{said}, {_('band %(low)s to %(high)s', low=low, high=high)}"
