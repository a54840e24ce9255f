"""The heatmap and the archive of a release: what every cell and every count claims."""

from collections import Counter
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from app.advice.levels import load_advice
from app.maturity import ORIENTATIONS
from app.reports.archives import shown_release
from app.reports.charts import heatmap_plotly
from app.reports.heatmap import Heatmap, HeatmapCell, HeatmapRow, build_heatmap
from app.reports.tables import FigureTable
from app.scoring.release import UnitResult
from tests.reports.truth.beside import check_tables
from tests.reports.truth.figures import Pair, own_mean_holds
from tests.reports.truth.page import Page
from tests.reports.truth.release import below, row_of
from tests.reports.truth.waves import Row
from tests.reports.truth.words import (
    DASH,
    band_words,
    mean_holds,
    near,
)

ADVICE = load_advice()
HIDDEN = "shown only together with others"


def rate_holds(text: str, part: int, whole: int) -> bool:
    """A rate in whole percents."""
    return near(text.removesuffix(" %"), Fraction(100 * part, whole), 0.5) and text[-2:] == " %"


def willing_words(row: Row) -> str:
    """The line on taking part, with the answers that it rests on."""
    state = row.willing
    if state == "not known":
        return state
    n = row.scales["acceptance"].n
    said = {
        "would take part": f"would take part ({n} answers)",
        "open": f"open ({n} answers): ask what it would lose before inviting it",
        "not yet": f"would not share a process yet ({n} answers)",
        "two camps": f"two camps ({n} answers): talk about it first",
    }
    return said[state]


def reason_holds(page: Page, unit: UnitResult, text: str) -> bool:
    """Whether nothing is shown of a unit for the reason that is told."""
    row = row_of(unit, page.truth)
    if text == HIDDEN:
        return unit.id in page.truth.pooled
    if text == f"not shown: fewer than {page.truth.k} people":
        return row is None and unit.invited < page.truth.k
    if text == "no level named: under 40 % gave usable answers":
        return row is not None and not row.is_named
    too_few = text == "not shown: too few usable answers"
    return too_few and unit.id in page.truth.hidden and unit.invited >= page.truth.k


def counts_of(page: Page, above: str) -> Counter[int | None]:
    """How many rows below a frame stand at each level; None: at none that is settled."""
    named = [row for row in page.truth.below(above) if row.is_named]
    return Counter(row.level if row.is_settled else None for row in named)


def counted_words(counts: Mapping[int | None, int]) -> str:
    """The counts of a frame in words."""
    said = [f"{counts[level]} at level {level}" for level in range(1, 6) if counts[level]]
    said += [f"{counts[None]} not settled"] if counts[None] else []
    return ", ".join(said) or "no group with a level"


def plain(text: str) -> str:
    """Spaces that do not break, as any other."""
    return text.replace(" ", " ")


class HeatmapCheck:
    """All cells of one heatmap."""

    def __init__(self, page: Page) -> None:
        self.page, self.heatmap = page, build_heatmap(page.release, ADVICE)

    def check(self, kind: str, said: object, exact: object, *, true: bool) -> None:
        self.page.check(kind, said, exact, true=true)

    def run(self) -> None:
        for row in self.heatmap.rows:
            unit = self.page.results[row.name]
            self._answered(row, unit)
            if row.is_parent:
                self._frame(row, unit)
                continue
            exact = row_of(unit, self.page.truth)
            for place, cell in enumerate(row.cells):
                self._cell(cell, unit, exact, place)
            state = (row.willing, row.willing_note)
            want = (exact.willing, willing_words(exact)) if exact else ("", "")
            self.check("willing", state, want, true=state == want)
        self._drawing(heatmap_plotly(self.heatmap))

    def _answered(self, row: HeatmapRow, unit: UnitResult) -> None:
        groups = [self.page.truth.units[one] for one in below(unit, self.page.truth)]
        width = len(self.page.truth.raw.asked.scales) + 2
        every = sum(len(group.sheets) for group in groups) // width
        told = row.answered.removeprefix("≥ ")
        if told == DASH:
            none = not self.page.truth.below(unit.id) if row.is_parent else not unit.is_cell
            self.check("answered", told, every, true=none and not row.rate)
            return
        right = int(told) <= every if row.answered != told else int(told) == every
        invited = sum(group.invited for group in groups)
        true = right and row.invited == invited and rate_holds(row.rate, int(told), invited)
        self.check("answered", f"{row.answered}, {row.rate}", every, true=true)

    def _frame(self, row: HeatmapRow, unit: UnitResult) -> None:
        counts = counts_of(self.page, unit.id)
        strip = all(part.count == counts[part.level] for part in row.strip) and not row.cells
        words = plain(row.summary) == counted_words(counts)
        self.check("strip", (row.strip, row.summary), counts, true=strip and words)

    def _cell(self, cell: HeatmapCell, unit: UnitResult, row: Row | None, place: int) -> None:
        if row is None or not row.is_named:
            bare = cell.level is None and not (cell.band or cell.mean or cell.word)
            true = bare and cell.note == cell.spoken and reason_holds(self.page, unit, cell.note)
            self.check("nothing shown", cell, row, true=true)
            return
        orientation = ORIENTATIONS[place] if place < 3 else None
        exact: Any = row.scales[orientation] if orientation else row
        level = row.level_on(orientation) if orientation else row.level if row.is_settled else None
        hidden, split = exact.is_closed, orientation is not None and exact.is_split
        note = "" if level else "split" if split else "not settled"
        word = ADVICE.level(level).word if level else ""
        said = f"level {level}, {word}" if level else note
        if not hidden and exact.band[0] < exact.band[1]:
            said += f", band {exact.band[0]} to {exact.band[1]}"
        parts = (cell.level, cell.word, cell.band, cell.note, cell.spoken)
        want = (level, word, "" if hidden else band_words(exact.band), note, said)
        self.check("cell", parts, want, true=parts == want)
        if orientation:
            held = own_mean_holds(cell.mean or DASH, exact)
        else:
            held = not cell.mean or mean_holds(cell.mean, row.mean)
        self.check("mean", cell.mean, exact.mean, true=held)

    def _drawing(self, drawing: dict[str, Any]) -> None:
        """What a chart says when one points at it is what its cell says."""
        trace, rows = drawing["data"][0], [row for row in self.heatmap.rows if not row.is_parent]
        levels = trace["z"] == [[cell.level for cell in row.cells] for row in rows]
        said = [
            [
                f"{row.name}<br>{cell.spoken}"
                + (f"<br>Willing to take part: {row.willing_note}" if row.willing_note else "")
                for cell in row.cells
            ]
            for row in rows
        ]
        self.check("chart", said, "", true=levels and trace["customdata"] == said)


def check_heatmap(page: Page) -> Heatmap:
    """Check every cell of the heatmap."""
    found = HeatmapCheck(page)
    found.run()
    return found.heatmap


class Archive:
    """The release as programs read it: its figures are the pages' texts."""

    def __init__(self, page: Page) -> None:
        self.page, self.kept = page, shown_release(page.release)

    def run(self) -> None:
        truth, kept = self.page.truth, self.kept
        told = kept["answered"]
        every = sum(row.answered for row in truth.rows)
        part = kept["answered_is_at_least"] is bool(truth.hidden)
        about = (kept["k"], kept["invited"], told) == (truth.k, truth.invited, every)
        self.page.check("archive", about, truth.answered, true=about and part)
        units = kept["units"]
        tables = kept["tables"]
        assert isinstance(units, Sequence)
        assert isinstance(tables, Sequence)
        for unit in units:
            self._unit(unit)
        check_tables(
            self.page,
            [
                FigureTable(
                    table["title"], "", tuple(table["columns"]), tuple(map(tuple, table["rows"]))
                )
                for table in tables
            ],
        )

    def _unit(self, told: Mapping[str, Any]) -> None:
        unit = self.page.results[told["name"]]
        row = row_of(unit, self.page.truth)
        names = [self.page.truth.units[one].name for one in unit.members]
        true = told["groups"] == names and told["answered"] == unit.answered
        if unit.is_parent:
            words = counted_words(counts_of(self.page, unit.id))
            self.page.check("archive", told, words, true=true and plain(told["levels"]) == words)
            return
        if row is None:
            none = told["overall"] is None and not told["orientations"] and told["willing"] is None
            self.page.check("archive", told, None, true=true and none)
            return
        true = true and told["willing"] == willing_words(row)
        self.page.check("archive", told, row.willing, true=true and self._overall(told, row))
        for orientation in ORIENTATIONS:
            self._orientation(
                told["orientations"][orientation],
                Pair(unit.profiles[orientation], row, orientation),
            )

    def _overall(self, told: Mapping[str, Any], row: Row) -> bool:
        overall = told["overall"]
        level = row.level if row.is_settled else None
        mean = overall["mean"] is None or mean_holds(overall["mean"], row.mean)
        band = overall["band"] in (None, band_words(row.band))
        return mean and band and overall["n"] == row.n and overall["level"] == level

    def _orientation(self, told: Mapping[str, Any], pair: Pair) -> None:
        exact = pair.exact
        shares = [pair.holds_share(t, e) for t, e in zip(told["shares"], exact.mix, strict=False)]
        true = (
            told["n"] == exact.n
            and told["split"] is exact.is_split
            and told["level"] == (None if pair.is_closed else pair.row.level_on(pair.scale))
            and told["band"] in (None, band_words(exact.band))
            and pair.holds_mean(told["mean"] or DASH)
            and len(shares) == (0 if pair.is_closed else 5)
        )
        self.page.check("archive", told, exact.mean, true=true and all(shares))
