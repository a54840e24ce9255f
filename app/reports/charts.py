"""Charts as values: one specification, and small renderers to SVG, to Plotly and to a table."""

from base64 import b64encode
from dataclasses import dataclass
from html import escape
from typing import Any

from app.reports.heatmap import Heatmap

#: The ramp of the five levels, light to dark, even in lightness (CIE L* 94, 81, 66, 48, 28),
#: safe for colour-blind readers and in grey. Never red to green: levels are not grades.
LEVEL_COLOURS = ("#e3efee", "#acd0cf", "#74aab2", "#377990", "#12465f")
INK, MUTED, RULE, PAPER = "#14222b", "#53636d", "#c9d3d6", "#ffffff"
FONT = "Source Sans 3"


@dataclass(frozen=True)
class MixRow:
    """One orientation's answers: what to draw for levels 1 to 5, and how it reads."""

    name: str
    drawn: tuple[float, ...]
    texts: tuple[str, ...]


@dataclass(frozen=True)
class ChartSpec:
    """A chart of answer mixes: the shares of each row add up to 1."""

    title: str
    rows: tuple[MixRow, ...]
    alt: str


#: In units of the drawing; at the width of a page one is about 0.77 pt.
_WIDTH, _GUTTER, _GAP = 640.0, 18.4, 5.0
_TALLEST, _TOP, _FOOT = 46.0, 36.0, 15.0


def mix_svg(spec: ChartSpec) -> str:
    """Return the chart as SVG: a panel for each row, side by side, a column for each level.

    Columns and not one stacked bar: two camps show as two hills, and every share has room
    for its figure. The panels share one scale, which ends at the largest share.
    """
    panel = _WIDTH / max(1, len(spec.rows))
    # Never less than half: a small difference must not look like a large one.
    scale = _TALLEST / max([0.5, *(share for row in spec.rows for share in row.drawn)])
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH:g} '
        f'{_TOP + _TALLEST + _FOOT:g}" font-family="{FONT}" font-size="11.5" '
        f'text-anchor="middle" fill="{INK}">'
    ]
    for number, row in enumerate(spec.rows):
        parts.append(_panel(row, number * panel, panel - _GUTTER, scale))
    return "".join([*parts, "</svg>"])


def _panel(row: MixRow, left: float, width: float, scale: float) -> str:
    base = _TOP + _TALLEST
    parts = [
        f'<text x="{left:.1f}" y="9" text-anchor="start" fill="{MUTED}">'
        f"{escape(row.name)}: share of answers</text>"
    ]
    step = (width + _GAP) / len(row.drawn)
    for level, (share, text) in enumerate(zip(row.drawn, row.texts, strict=True), start=1):
        parts.append(_bar(level, share * scale, text, left + (level - 1) * step, step - _GAP))
    parts.append(f'<path d="M{left:.1f} {base:g}h{width:.1f}" stroke="{MUTED}" stroke-width=".6"/>')
    return "".join(parts)


def _bar(level: int, tall: float, text: str, left: float, width: float) -> str:
    """One column: its figure above, the level's digit below. Words go on a line of their own."""
    base, middle = _TOP + _TALLEST, left + width / 2
    lines = [text] if text[:1].isdigit() else text.split(" ", 1)
    parts = [
        f'<text x="{middle:.1f}" y="{base - tall - 4 - 11 * (len(lines) - 1 - number):.1f}">'
        f"{escape(line)}</text>"
        for number, line in enumerate(lines)
    ]
    parts.append(
        f'<rect x="{left:.1f}" y="{base - tall:.1f}" width="{width:.1f}" height="{tall:.1f}" '
        f'fill="{LEVEL_COLOURS[level - 1]}"/>'
        f'<text x="{middle:.1f}" y="{base + 12:g}" font-weight="600">{level}</text>'
    )
    return "".join(parts)


def data_uri(svg: str) -> str:
    """Return an SVG as a data: address, the only kind that reports may load."""
    return "data:image/svg+xml;base64," + b64encode(svg.encode()).decode()


def heatmap_plotly(heatmap: Heatmap) -> dict[str, Any]:
    """Return the heatmap as a Plotly figure: plain lists, ready for JSON.

    Suppressed cells are gaps, and their hover text says why. Data and layout only; how the
    chart behaves is set where it is drawn.
    """
    rows = list(heatmap.rows)
    steps = [(i + side) / 5 for i in range(5) for side in (0, 1)]
    colours = [colour for colour in LEVEL_COLOURS for _ in (0, 1)]
    return {
        "data": [
            {
                "type": "heatmap",
                "x": list(heatmap.columns),
                "y": [row.unit_id for row in rows],
                "z": [[cell.level for cell in row.cells] for row in rows],
                "text": [
                    [f"<b>{c.level}</b>" if c.level else "·" for c in row.cells] for row in rows
                ],
                "customdata": [
                    [f"{escape(row.name)}<br>{cell.spoken}" for cell in row.cells] for row in rows
                ],
                "texttemplate": "%{text}",
                "hovertemplate": "%{customdata}<extra>%{x}</extra>",
                "zmin": 0.5,
                "zmax": 5.5,
                "colorscale": [[step, c] for step, c in zip(steps, colours, strict=True)],
                "showscale": False,
                "xgap": 3,
                "ygap": 3,
            }
        ],
        "layout": {
            "margin": {"l": 8, "r": 8, "t": 40, "b": 8},
            "xaxis": {"side": "top", "fixedrange": True, "showgrid": False, "zeroline": False},
            "yaxis": {
                "autorange": "reversed",
                "automargin": True,
                "fixedrange": True,
                "showgrid": False,
                "zeroline": False,
                "tickvals": [row.unit_id for row in rows],
                "ticktext": [escape(row.name) for row in rows],
            },
            "height": 90 + 46 * len(rows),
            "font": {"family": f"{FONT}, system-ui, sans-serif", "size": 14},
            "paper_bgcolor": "rgba(0,0,0,0)",
            "plot_bgcolor": "rgba(0,0,0,0)",
        },
    }
