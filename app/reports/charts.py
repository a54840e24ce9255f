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
_TALLEST, _TOP, _FOOT, _SIZE = 42.0, 23.0, 15.0, 11.5
#: How far each letter of a share goes, in thousandths of the size; digits are all alike.
_ADVANCE = {
    "%": 824,
    " ": 200,
    "u": 544,
    "n": 547,
    "d": 555,
    "e": 496,
    "r": 347,
    "o": 542,
    "v": 467,
}
_DIGIT = 497


def mix_svg(spec: ChartSpec) -> str:
    """Return the chart as SVG: a panel for each row, side by side, a column for each level.

    Columns and not one stacked bar: two camps show as two hills, and every share has room
    for its figure. The panels stand under the names of their orientations and share one
    scale, which ends at the largest share.
    """
    panel = _WIDTH / max(1, len(spec.rows))
    # Never less than half: a small difference must not look like a large one.
    scale = _TALLEST / max([0.5, *(share for row in spec.rows for share in row.drawn)])
    figures, digits = _Letters(), _Letters()
    shapes = [
        _panel(row, number * panel, panel - _GUTTER, scale, figures, digits)
        for number, row in enumerate(spec.rows)
    ]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH:g} '
        f'{_TOP + _TALLEST + _FOOT:g}" font-family="{FONT}" font-size="{_SIZE}" fill="{INK}">'
        f"{''.join(shapes)}{figures.svg(400)}{digits.svg(600)}</svg>"
    )


class _Letters:
    """Letters with their places, as one text element.

    WeasyPrint sets the letters of a drawing one by one, and makes an object of the file for
    every text that is not anchored at its start: so few elements, and our own centring.
    """

    def __init__(self) -> None:
        self._letters: list[str] = []
        self._across: list[str] = []
        self._down: list[str] = []

    def centre(self, text: str, middle: float, down: float) -> None:
        steps = [_ADVANCE.get(letter, _DIGIT) * _SIZE / 1000 for letter in text]
        across = middle - sum(steps) / 2
        for letter, step in zip(text, steps, strict=True):
            if letter != " ":
                self._letters.append(letter)
                self._across.append(f"{across:.1f}")
                self._down.append(f"{down:.1f}")
            across += step

    def svg(self, weight: int) -> str:
        return (
            f'<text x="{" ".join(self._across)}" y="{" ".join(self._down)}" '
            f'font-weight="{weight}">{escape("".join(self._letters))}</text>'
        )


def _panel(
    row: MixRow, left: float, width: float, scale: float, figures: _Letters, digits: _Letters
) -> str:
    base, step = _TOP + _TALLEST, (width + _GAP) / len(row.drawn)
    parts = [f'<rect x="{left:.1f}" y="{base:g}" width="{width:.1f}" height=".6"/>']
    for level, (share, text) in enumerate(zip(row.drawn, row.texts, strict=True), start=1):
        x, tall = left + (level - 1) * step, share * scale
        parts.append(_bar(level, x, base - tall, step - _GAP, tall))
        middle = x + (step - _GAP) / 2
        digits.centre(f"{level}", middle, base + 12)
        # "under 10 %" is wider than its column: the word stands above the figure.
        word, figure = ("", text) if text[:1].isdigit() else text.split(" ", 1)
        figures.centre(figure, middle, base - tall - 4)
        figures.centre(word, middle, base - tall - 15)
    return "".join(parts)


def _bar(level: int, x: float, y: float, width: float, tall: float) -> str:
    return (
        f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{tall:.1f}" '
        f'fill="{LEVEL_COLOURS[level - 1]}"/>'
    )


def data_uri(svg: str) -> str:
    """Return an SVG as a data: address, the only kind that reports may load."""
    return "data:image/svg+xml;base64," + b64encode(svg.encode()).decode()


def heatmap_plotly(heatmap: Heatmap) -> dict[str, Any]:
    """Return the heatmap as a Plotly figure: plain lists, ready for JSON.

    Suppressed cells are gaps, and their hover text says why. Data and layout only; how the
    chart behaves is set where it is drawn.
    """
    return {"data": [_plotly_trace(heatmap)], "layout": _plotly_layout(heatmap)}


def _plotly_trace(heatmap: Heatmap) -> dict[str, Any]:
    rows = heatmap.rows
    steps = [(i + side) / 5 for i in range(5) for side in (0, 1)]
    colours = [colour for colour in LEVEL_COLOURS for _ in (0, 1)]
    return {
        "type": "heatmap",
        "x": list(heatmap.columns),
        "y": [row.unit_id for row in rows],
        "z": [[cell.level for cell in row.cells] for row in rows],
        "text": [[f"<b>{c.level}</b>" if c.level else "·" for c in row.cells] for row in rows],
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


def _plotly_layout(heatmap: Heatmap) -> dict[str, Any]:
    plain = {"fixedrange": True, "showgrid": False, "zeroline": False}
    return {
        "margin": {"l": 8, "r": 8, "t": 40, "b": 8},
        "xaxis": {"side": "top", **plain},
        "yaxis": {
            "autorange": "reversed",
            "automargin": True,
            "tickvals": [row.unit_id for row in heatmap.rows],
            "ticktext": [escape(row.name) for row in heatmap.rows],
            **plain,
        },
        "height": 90 + 46 * len(heatmap.rows),
        "font": {"family": f"{FONT}, system-ui, sans-serif", "size": 14},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
    }
