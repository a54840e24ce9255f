"""Heatmap, chart, unit page, trust lines, annex, archive and advice say the same of a group."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from hypothesis import given, settings

from app.advice.handoffs import handoff_map
from app.advice.levels import load_advice
from app.advice.practices import practice_overlay
from app.advice.scope_fit import name_in_list
from app.advice.willingness import willingness_of
from app.language import listed
from app.maturity import ORIENTATIONS
from app.reports.annex import build_annex
from app.reports.archives import shown_release
from app.reports.charts import heatmap_plotly
from app.reports.heatmap import HeatmapCell, HeatmapRow, build_heatmap
from app.reports.trust import trust_lines
from app.reports.unit_page import UnitPage, build_unit_page
from app.scoring.release import Release, UnitResult
from tests.reports.organisations import releases

ADVICE = load_advice()
NONE_NAMED = "no level named: under 40 % gave usable answers"


def told_of(found: Release) -> list[tuple[UnitResult, HeatmapRow, UnitPage]]:
    """Each group and pool that has figures: its result, its row and its page."""
    rows = {row.unit_id: row for row in build_heatmap(found, ADVICE).rows}
    return [(one, rows[one.id], build_unit_page(one, found, ADVICE)) for one in found.cells]


def in_words(cell: HeatmapCell, row: HeatmapRow) -> str:
    """What a page says where the heatmap has this cell."""
    if row.reason == NONE_NAMED:
        return "No level named"
    if cell.note == "split":
        return "Split: two views"
    if cell.level is None:
        return "Not settled"
    low, _dash, high = cell.band.partition("–")
    return f"Between {low} and {high}, nearer {cell.level}" if high else f"Level {cell.level}"


@given(releases())
def test_the_page_of_a_group_has_the_levels_and_means_of_its_row(found: Release) -> None:
    for made, row, page in told_of(found):
        for cell, view, figure in zip(
            row.cells[:3], page.orientations, made.profiles.values(), strict=False
        ):
            said = in_words(cell, row)
            split = figure.split and said == "No level named"
            assert view.headline == ("Split: two views" if split else said)
            assert view.mean == cell.mean or not cell.mean
        overall, is_split = row.cells[3], any(cell.note == "split" for cell in row.cells)
        said = in_words(overall, row)
        if said == "No level named":
            assert page.headline == NONE_NAMED[0].upper() + NONE_NAMED[1:]
        elif is_split:
            split_on = [o.label.lower() for o, c in zip(ORIENTATIONS, row.cells, strict=False)
                        if c.note == "split"]  # fmt: skip
            assert (page.headline, said) == (f"Split on {listed(split_on)}", "Not settled")
        else:
            assert page.headline == said
        assert page.level == overall.level
        assert page.is_settled is (overall.level is not None)
        assert page.word == overall.word
        assert row.willing_note == page.willing
        assert page.willing.startswith(("would not share", row.willing))
        assert page.response.startswith(f"{row.answered} of {row.invited} answered ({row.rate})")


def archived(told: Mapping[str, Any] | None) -> tuple[object, object, object]:
    return (told["level"], told["band"] or "", told["mean"] or "") if told else (None, "", "")


@given(releases())
def test_archive_and_chart_have_the_cells_of_the_heatmap(found: Release) -> None:
    heatmap = build_heatmap(found, ADVICE)
    told = shown_release(found)["units"]
    assert isinstance(told, list)
    (trace,) = heatmap_plotly(heatmap)["data"]
    drawn = dict(zip(trace["y"], zip(trace["z"], trace["customdata"], strict=True), strict=True))
    for entry, row in zip(told, heatmap.rows, strict=True):
        if row.is_parent:
            assert entry["levels"] == row.summary
            continue
        figures = [entry["orientations"].get(o) for o in ORIENTATIONS]
        for cell, figure in zip(row.cells, [*figures, entry["overall"]], strict=True):
            level, band, mean = archived(figure)
            assert (level, band) == (cell.level, cell.band)
            assert mean == cell.mean or row.reason == NONE_NAMED
        levels, hovers = drawn[row.unit_id]
        assert levels == [cell.level for cell in row.cells]
        for cell, hover in zip(row.cells, hovers, strict=True):
            assert cell.spoken in hover
            if cell.level:
                assert cell.spoken.startswith(f"level {cell.level}, ")
        assert entry["willing"] == (row.willing_note or None)


@given(releases())
def test_trust_lines_count_and_name_what_the_heatmap_shows(found: Release) -> None:
    rows = [row for row in build_heatmap(found, ADVICE).rows if not row.is_parent]
    lines = trust_lines(found)
    shown = [row.cells[3] for row in rows if not row.reason]
    one = sum(1 for cell in shown if cell.level and "–" not in cell.band)
    two = sum(1 for cell in shown if cell.level and "–" in cell.band)
    counts = [tuple(map(int, re.findall(r"\d+", line))) for line in lines if "Surely at" in line]
    assert counts == ([(len(shown), one, two, len(shown) - one - two)] if shown else [])
    for begins, reason in (
        ("No level is named", NONE_NAMED),
        ("Shown only together", "shown only together with others"),
        ("Too small, or too few", "not shown"),
    ):
        names = [
            name_in_list(found.unit(row.unit_id)) for row in rows if row.reason.startswith(reason)
        ]
        said = [line.partition(": ")[2] for line in lines if line.startswith(begins)]
        many = f"{len(names)} groups."
        assert said in ([f"{listed(names)}."] if names else [], [many]), "somebody is left out"


def rows_in(found: Release, title: str) -> dict[str, Sequence[str]]:
    (table,) = (one for one in build_annex(found).tables if one.title == title)
    return {row[0]: row[1:] for row in table.rows}


def three(texts: Sequence[str]) -> str:
    return texts[0] if len(set(texts)) == 1 else " · ".join(texts)


@given(releases())
def test_the_annex_has_the_means_and_answers_of_the_pages(found: Release) -> None:
    told = told_of(found)
    if not told:
        return
    sure = rows_in(found, "How sure each level is")
    assert list(sure) == [row.name for _made, row, _page in told]
    for made, row, page in told:
        n, mean, _se, _interval = sure[row.name]
        assert mean == three([view.mean for view in page.orientations])
        assert n == three([str(view.n) for view in page.orientations])
        if "acceptance" in made.profiles:
            assert rows_in(found, "Willing to take part")[row.name][-1] == row.willing
        else:
            assert row.willing == "not known"


@given(releases())
def test_nothing_is_told_of_a_coarse_group_beside_its_level_mean_and_shares(
    found: Release,
) -> None:
    tables = {table.title: table for table in build_annex(found).tables}
    alike = tables.get("How alike members of a group answer")
    shown = {row[0] for row in alike.rows} if alike else set()
    against = tables.get("Each group against the rest of its parent")
    for made in found.cells:
        figures = [made.profiles[o] for o in ORIENTATIONS]
        coarse = [figure.coarse for figure in figures]
        assert (made.name in shown) is any(figure.alike for figure in figures)
        cells = rows_in(found, "How sure each level is")[made.name]
        for column in (2, 3):
            each = cells[column].split(" · ")
            for is_coarse, text in zip(coarse, each * (3 // len(each)), strict=True):
                assert not is_coarse or text == "–"
        assert made.overall
        if made.overall.coarse and against:
            assert made.name not in {row[0] for row in against.rows}
        for figure in figures:
            if figure.coarse:
                assert all(share % 5 == 0 for share in figure.mix or ())
                assert (figure.mix is None) is figure.split


@given(releases())
def test_advice_gives_no_group_a_level_above_its_row_and_none_to_who_has_none(
    found: Release,
) -> None:
    rows = {row.unit_id: row for row in build_heatmap(found, ADVICE).rows}
    placed = {one.unit.id: one.level for one in handoff_map(found).placed}
    opened = {row.unit.id: row.level for row in practice_overlay(found, ADVICE).rows}
    assert placed == opened
    for unit_id, level in placed.items():
        row = rows[unit_id]
        own = row.cells[3].level
        assert (level is None) is (own is None)
        assert not level or not own or level <= own
        if level and own and (stream := row.cells[0].level):
            assert level == min(own, stream)


def test_the_organisations_drawn_have_all_that_is_told_differently() -> None:
    """A property over organisations without pools, camps and silent groups would be blind."""
    seen: Counter[str] = Counter()

    @settings(derandomize=True, max_examples=200, database=None)
    @given(releases())
    def look(found: Release) -> None:
        for made in found.cells:
            assert made.overall
            figures = [made.profiles[o] for o in ORIENTATIONS]
            seen["pool"] += made.is_pool
            seen["coarse"] += made.overall.coarse
            seen["fine"] += not made.overall.coarse
            seen["coarse and split"] += any(f.coarse and f.split for f in figures)
            seen["fine and split"] += any(f.split and not f.coarse for f in figures)
            low, high = made.overall.band or (0, 0)
            seen["not settled"] += high - low >= 2 and not any(f.split for f in figures)
            seen["between two"] += high - low == 1 and made.overall.level is not None
            seen["few answered"] += not high and not any(f.split for f in figures)
            seen[willingness_of(made)] += 1
        seen["hidden"] += any(
            not unit.is_parent and unit.answered is None and not found.pool_of(unit.id)
            for unit in found.units
        )
        seen["division"] += sum(unit.is_parent for unit in found.units) > 1

    look()
    assert min(seen.values()) >= 1, seen
    assert len(seen) == 10 + 5, seen
