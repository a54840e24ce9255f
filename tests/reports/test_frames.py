"""A unit that holds others is a frame: it counts the groups below it, and has no level itself."""

import re
from collections.abc import Mapping
from typing import Any

from hypothesis import given

from app.advice.levels import load_advice
from app.reports.archives import shown_release
from app.reports.charts import heatmap_plotly
from app.reports.heatmap import HeatmapRow, build_heatmap
from app.reports.pdf import report_html
from app.reports.report import build_report
from app.scoring.release import Release
from tests.builders import NOW
from tests.reports.organisations import releases
from tests.scoring.builders import group, release, unit

ADVICE = load_advice()

#: All of one level, so that any figure of a frame could only be that level.
ALIKE = release(
    unit("division"),
    unit("section", parent="division"),
    *(group(name, 12, 3, parent="section") for name in "abc"),
    group("d", 9, 3, parent="division"),
    *(group(name, 3, 3, parent="division") for name in "ef"),
)
FRAMES = {"Acme", "Division", "Section"}


def frames_of(found: Release) -> list[str]:
    return [one.id for one in found.units if one.is_parent]


def rows_of_frames(found: Release) -> list[HeatmapRow]:
    return [row for row in build_heatmap(found, ADVICE).rows if row.is_parent]


@given(releases())
def test_a_frame_has_no_figure_in_the_release(found: Release) -> None:
    for frame in (found.unit(name) for name in frames_of(found)):
        assert (frame.profiles, frame.overall, frame.is_cell) == ({}, None, False)


@given(releases())
def test_a_frame_has_no_cell_in_the_heatmap_and_no_row_in_its_chart(found: Release) -> None:
    heatmap = build_heatmap(found, ADVICE)
    frames = [row for row in heatmap.rows if row.is_parent]
    assert {row.unit_id for row in frames} == set(frames_of(found))
    assert all((row.cells, row.willing, row.willing_note) == ((), "", "") for row in frames)
    chart = heatmap_plotly(heatmap)
    (trace,) = chart["data"]
    others = [row for row in heatmap.rows if not row.is_parent]
    assert trace["y"] == chart["layout"]["yaxis"]["tickvals"] == [row.unit_id for row in others]
    assert trace["z"] == [[cell.level for cell in row.cells] for row in others]


@given(releases())
def test_a_frame_has_only_counts_in_the_archive(found: Release) -> None:
    told = shown_release(found)["units"]
    assert isinstance(told, list)
    for entry, made in zip(told, found.units, strict=True):
        if made.is_parent:
            about = {"name", "kind", "depth", "groups", "invited", "answered"}
            assert set(entry) == about | {"levels"}
            assert re.fullmatch(r"no group with a level|\d+ (at level \d|not settled)(, .+)?",
                                entry["levels"].replace("\u00a0", " "))  # fmt: skip


@given(releases())
def test_only_groups_and_pools_have_a_page(found: Release) -> None:
    pages = build_report("Acme", 1, NOW, found, ADVICE).units
    assert [page.id for page in pages] == [one.id for one in found.units if one.is_cell]
    assert not {page.id for page in pages} & set(frames_of(found))


def test_the_strip_counts_groups_and_pools_at_any_depth() -> None:
    rows = {row.name: row for row in rows_of_frames(ALIKE)}
    assert {name: row.summary for name, row in rows.items()} == {
        "Acme": "5 at level 3",
        "Division": "5 at level 3",
        "Section": "3 at level 3",
    }
    assert [(part.level, part.count) for part in rows["Section"].strip] == [
        *((level, 3 * (level == 3)) for level in range(1, 6)),
        (None, 0),
    ]


@given(releases())
def test_every_strip_counts_each_row_below_it_that_may_have_a_level(found: Release) -> None:
    rows = build_heatmap(found, ADVICE).rows
    for place, row in enumerate(rows):
        if not row.is_parent:
            continue
        below: list[HeatmapRow] = []
        for other in rows[place + 1 :]:
            if other.depth <= row.depth:
                break
            below.append(other)
        told = [one.cells[-1].level for one in below if not one.is_parent and not one.reason]
        counts = {part.level: part.count for part in row.strip}
        assert counts == {level: told.count(level) for level in (1, 2, 3, 4, 5, None)}


def html_of(found: Release) -> str:
    return report_html(build_report("Acme", 1, NOW, found, ADVICE))


def text_of(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def test_no_page_of_the_report_gives_a_frame_a_level_a_band_or_a_badge() -> None:
    html = html_of(ALIKE)
    rows: Mapping[str, str] = dict(
        re.findall(r'<tr class="parent[^"]*">\s*<th scope="row">([^<]+)</th>(.+?)</tr>', html, re.S)
    )
    assert set(rows) == FRAMES
    for said in rows.values():
        assert "band" not in said
        assert 'class="digit"' not in said
        assert re.search(r"\d at level 3 (≥ )?\d+ of \d+", text_of(said))
    pages = re.findall(r'<section class="unit">.*?<h2[^>]*>([^<]+)</h2>', html, re.S)
    assert pages == ["A", "B", "C", "D", "E and F together"]
    # In no table of the annex has a frame a row.
    heads = re.findall(r'<tr><th scope="row">([^<]+)</th>', html)
    assert heads
    assert not FRAMES & set(heads)


def test_no_sentence_gives_a_frame_a_level() -> None:
    said = text_of(html_of(ALIKE))
    for name in FRAMES:
        for figure in (r"level \d", r"\(level \d\)", r"band \d", r"mean \d", "stands at"):
            assert not re.search(rf"{name}[,:]? \(?{figure}", said)


def values(found: object) -> list[Any]:
    """All that stands anywhere in plain data."""
    if isinstance(found, Mapping):
        return [one for value in found.values() for one in values(value)]
    if isinstance(found, list):
        return [one for value in found for one in values(value)]
    return [found]


def test_the_tables_of_the_archive_name_no_frame_but_as_what_others_are_compared_with() -> None:
    tables = shown_release(ALIKE)["tables"]
    assert isinstance(tables, list)
    heads = {row[0] for table in tables for row in table["rows"]}
    assert heads
    assert not FRAMES & heads
    assert not FRAMES & {one for table in tables if "rest of" not in table["columns"]
                         for one in values(table)}  # fmt: skip
