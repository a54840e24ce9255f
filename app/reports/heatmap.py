"""The heatmap: units by orientations and overall, with a reason where nothing may be shown."""

from dataclasses import dataclass, replace

from app.advice.levels import AdviceCatalogue
from app.advice.response import is_unsettled, may_name_levels
from app.advice.scope import level_counts, rows_below
from app.advice.willingness import WORDS, willingness_in_words, willingness_of
from app.language import gettext as _
from app.maturity import LEVELS, ORIENTATIONS
from app.reports.shown import EN_DASH, shown_band, shown_mean, shown_rate
from app.scoring.figure import Figure, Overall
from app.scoring.release import Release, UnitResult


@dataclass(frozen=True)
class HeatmapCell:
    """One figure: level (None: there is none), its word, band and mean, and a note in words.

    `note` says why there is no level: "split" or "not settled", which may have a band and a
    mean, or the reason why nothing is shown.
    """

    level: int | None
    word: str
    band: str
    mean: str
    note: str
    spoken: str


@dataclass(frozen=True)
class StripPart:
    """How many groups and pools below a unit stand at a level; None: at none that is settled."""

    level: int | None
    count: int


@dataclass(frozen=True)
class HeatmapRow:
    """One unit. `answered` and `rate` are words where the count is too small to show.

    A unit that holds others is a frame: it has no cells, but a strip of counts, and its spoken
    form. `willing` says whether a group would take part, `willing_note` with how many answers.
    """

    unit_id: str
    name: str
    depth: int
    is_parent: bool
    invited: int
    answered: str
    rate: str
    cells: tuple[HeatmapCell, ...]
    strip: tuple[StripPart, ...] = ()
    summary: str = ""
    willing: str = ""
    willing_note: str = ""

    @property
    def reason(self) -> str:
        """Why nothing of it is shown, if it is the same in all cells; else empty."""
        notes = {cell.note for cell in self.cells if not cell.band and cell.level is None}
        hidden = all(not cell.band and cell.level is None for cell in self.cells)
        return notes.pop() if hidden and len(notes) == 1 else ""


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
    """Return the heatmap of a release: every unit, and every pool under the unit it stands in."""
    rows = tuple(_row(unit, release, advice) for unit in release.units)
    legend = tuple(LegendEntry(a.level, a.word, a.name) for a in advice.levels)
    columns = (*(orientation.label for orientation in ORIENTATIONS), _("Overall"))
    return Heatmap(columns=columns, rows=rows, legend=legend, k=release.k)


def _row(unit: UnitResult, release: Release, advice: AdviceCatalogue) -> HeatmapRow:
    row = HeatmapRow(
        unit_id=unit.id,
        name=unit.name,
        depth=unit.depth,
        is_parent=unit.is_parent,
        invited=unit.invited,
        answered=_answered(unit, release),
        rate=shown_rate(unit.answered, unit.invited) if unit.answered is not None else "",
        cells=(),
    )
    if unit.is_parent:
        counts = level_counts(unit, release)
        strip = tuple(StripPart(level, counts[level]) for level in (*LEVELS, None))
        return replace(row, strip=strip, summary=counted(unit, release))
    reason = _reason(unit, release)
    figures = [unit.profiles.get(orientation) for orientation in ORIENTATIONS]
    return replace(
        row,
        cells=tuple(_cell(one, unit, advice, reason) for one in (*figures, unit.overall)),
        willing=_(WORDS[willingness_of(unit)]) if unit.is_cell else "",
        willing_note=willingness_in_words(unit) if unit.is_cell else "",
    )


def _answered(unit: UnitResult, release: Release) -> str:
    if unit.answered is None:
        return EN_DASH
    return f"≥ {unit.answered}" if lacks_some(unit, release) else str(unit.answered)


def lacks_some(unit: UnitResult, release: Release) -> bool:
    """Return whether a unit's count may lack a few, of groups that stand in no figure below it."""
    if not unit.is_parent or unit.answered == unit.invited:
        return False
    told = sum(row.invited for row in rows_below(unit, release) if row.is_cell)
    return told < unit.invited


def counted(unit: UnitResult, release: Release) -> str:
    """Return how many groups and pools below a unit stand at each level."""
    counts = level_counts(unit, release)
    # Held together by spaces that do not break: each is one figure.
    said = [
        _("%(n)s at level %(level)s", n=n, level=int(level))
        for level in LEVELS
        if (n := counts[level])
    ]
    if counts[None]:
        said.append(_("%(n)s not settled", n=counts[None]))
    return ", ".join(said) or _("no group with a level")


def _reason(unit: UnitResult, release: Release) -> str:
    if release.pool_of(unit.id) is not None:
        return _("shown only together with others")
    if unit.invited < release.k:
        return _("not shown: fewer than %(k)s people", k=release.k)
    if unit.profiles and not may_name_levels(unit):
        return _("no level named: under 40 %% gave usable answers")
    return _("not shown: too few usable answers")


def _cell(
    figure: Figure | Overall | None, unit: UnitResult, advice: AdviceCatalogue, reason: str
) -> HeatmapCell:
    if figure is None or not may_name_levels(unit):
        return HeatmapCell(None, "", "", "", reason, reason)
    band = shown_band(figure.band) if figure.band else ""
    mean = shown_mean(figure) if figure.mean else ""
    if note := _why_open(figure):
        return HeatmapCell(None, "", band, mean, note, _spoken(note, figure))
    level = int(figure.level or 0)
    word = advice.level(level).word
    said = _("level %(level)s, %(word)s", level=level, word=word)
    return HeatmapCell(level, word, band, mean, "", _spoken(said, figure))


def _why_open(figure: Figure | Overall) -> str:
    """Why no single level describes who is behind a figure; empty if one does."""
    if isinstance(figure, Figure) and figure.split:
        return _("split")
    return _("not settled") if figure.level is None or is_unsettled(figure.band) else ""


def _spoken(said: str, figure: Figure | Overall) -> str:
    if figure.band is None or figure.band[0] == figure.band[1]:
        return said
    low, high = figure.band
    return f"{said}, {_('band %(low)s to %(high)s', low=low, high=high)}"
