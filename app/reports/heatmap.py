"""The heatmap: units by orientations and overall, with a reason where nothing may be shown."""

from dataclasses import dataclass

from app.advice.levels import AdviceCatalogue
from app.advice.response import is_unsettled, may_name_levels
from app.advice.scope import level_counts
from app.language import gettext as _
from app.maturity import ORIENTATIONS
from app.reports.shown import shown_band, shown_mean, shown_rate
from app.scoring.profile import Overall, Profile
from app.scoring.release import Release, UnitResult
from app.scoring.suppression import ORGANISATION


@dataclass(frozen=True)
class HeatmapCell:
    """One figure: level (None: not shown), its word, band and mean, and a note in words.

    `note` is "split" or "not settled" beside a level, or the reason why there is none.
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
        answered=f"{unit.answered}" if unit.answered is not None else _("under %(k)s", k=release.k),
        rate=shown_rate(unit.answered, unit.invited) if unit.answered is not None else "",
        cells=tuple(cells),
        summary=counted(unit, release) if unit.is_parent else "",
    )


def counted(unit: UnitResult, release: Release) -> str:
    """Return the headline of a parent: how many of its groups stand at each level."""
    counts = sorted(level_counts(unit, release).items())
    # Held together by spaces that do not break: each is one figure.
    return ", ".join(_("%(n)s at level %(level)s", n=n, level=int(level)) for level, n in counts)


def _reason(unit: UnitResult, k: int) -> str:
    if unit.answered is None:
        return _("fewer than %(k)s answers", k=k)
    if unit.profiles and not may_name_levels(unit):
        return _("under 40 %% answered")
    return _("fewer than %(k)s usable answers", k=k)


def _cell(
    figure: Profile | Overall | None, unit: UnitResult, advice: AdviceCatalogue, reason: str
) -> HeatmapCell:
    if figure is None or not may_name_levels(unit):
        return HeatmapCell(None, "", "", "", reason, _("not shown: %(reason)s", reason=reason))
    note = ""
    if isinstance(figure, Profile) and figure.split:
        note = _("split")
    elif is_unsettled(figure.band):
        note = _("not settled")
    word = advice.level(figure.level).word
    band = shown_band(figure.band)
    spoken = [_("level %(level)s, %(word)s", level=int(figure.level), word=word)]
    if figure.band and figure.band[0] != figure.band[1]:
        low, high = figure.band
        spoken.append(_("band %(low)s to %(high)s", low=low, high=high))
    spoken += [note] if note else []
    return HeatmapCell(int(figure.level), word, band, shown_mean(figure), note, ", ".join(spoken))
