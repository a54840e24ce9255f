"""Charts as values: one specification, and small renderers to SVG, to Plotly and to a table."""

from base64 import b64encode
from dataclasses import dataclass
from html import escape
from typing import Any

from app.language import gettext as _
from app.reports.heatmap import Heatmap, HeatmapCell, HeatmapRow

#: The ramp of the five levels, light to dark, even in lightness (CIE L* 94, 81, 66, 48, 28),
#: safe for colour-blind readers and in grey. Never red to green: levels are not grades.
LEVEL_COLOURS = ("#e3efee", "#acd0cf", "#74aab2", "#377990", "#12465f")
INK, MUTED, RULE, PAPER = "#14222b", "#53636d", "#c9d3d6", "#ffffff"
FONT = "Source Sans 3"


@dataclass(frozen=True)
class MixRow:
    """One orientation's answers: what to draw for levels 1 to 5, and how it reads.

    `band` is drawn as a line under its levels. Without shares nothing is drawn.
    """

    name: str
    drawn: tuple[float, ...]
    texts: tuple[str, ...]
    band: tuple[int, int] | None = None


@dataclass(frozen=True)
class ChartSpec:
    """A chart of answer mixes: the shares of each row add up to 1."""

    title: str
    rows: tuple[MixRow, ...]


#: In units of the drawing; at the width of a page one is about 0.77 pt. Columns lie a step
#: apart, and panels six steps: so one evenly spaced line of text can number all columns.
_WIDTH, _GAP = 640.0, 5.0
_STEP = (_WIDTH + _GAP) / 17
#: Above the tallest bar there is room for two lines, as "over" above its figure.
_TALLEST, _TOP, _FOOT, _SIZE = 36.0, 29.0, 5.0, 11.5
#: How far below the bars the line of the band is.
_LINE = 3.0
#: How far each letter of a share goes, in thousandths of the size; digits are all alike.
_ADVANCE = {
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
    # Never less than half: a small difference must not look like a large one.
    scale = _TALLEST / max([0.5, *(share for row in spec.rows for share in row.drawn)])
    drawing = _Drawing()
    for number, row in enumerate(spec.rows):
        if row.drawn:
            _panel(drawing, row, number * 6 * _STEP, scale)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH:g} '
        f'{_TOP + _TALLEST + _FOOT:g}" font-family="{FONT}" font-size="{_SIZE}" fill="{INK}">'
        f"{drawing.svg()}</svg>"
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

    def svg(self) -> str:
        across, down = " ".join(self._across), " ".join(self._down)
        return f'<text x="{across}" y="{down}">{escape("".join(self._letters))}</text>'


class _Drawing:
    """Boxes and figures, as one path for each colour and one text."""

    def __init__(self) -> None:
        self.figures = _Letters()
        self._boxes: dict[str, list[str]] = {}

    def box(self, x: float, y: float, width: float, height: float, colour: str) -> None:
        outline = f"M{x:.1f} {y:.1f}h{width:.1f}v{height:.1f}h-{width:.1f}z"
        self._boxes.setdefault(colour, []).append(outline)

    def svg(self) -> str:
        paths = (f'<path fill="{c}" d="{"".join(boxes)}"/>' for c, boxes in self._boxes.items())
        return f"{''.join(paths)}{self.figures.svg()}"


def _panel(drawing: _Drawing, row: MixRow, left: float, scale: float) -> None:
    base, width = _TOP + _TALLEST, _STEP - _GAP
    drawing.box(left, base, 5 * _STEP - _GAP, 0.6, INK)
    for level, (share, text) in enumerate(zip(row.drawn, row.texts, strict=True), start=1):
        x, tall = left + (level - 1) * _STEP, share * scale
        drawing.box(x, base - tall, width, tall, LEVEL_COLOURS[level - 1])
        middle = x + width / 2
        # "under 10" is wider than its column: the word stands above the figure.
        *word, figure = text.removesuffix(" %").split(" ")
        drawing.figures.centre(figure, middle, base - tall - 4)
        drawing.figures.centre("".join(word), middle, base - tall - 15)
    if row.band is not None:
        low, high = row.band
        across, wide = left + (low - 1) * _STEP, (high - low + 1) * _STEP - _GAP
        drawing.box(across, base + _LINE, wide, 1.8, MUTED)


def data_uri(svg: str) -> str:
    """Return an SVG as a data: address, the only kind that reports may load."""
    return "data:image/svg+xml;base64," + b64encode(svg.encode()).decode()


def heatmap_plotly(heatmap: Heatmap) -> dict[str, Any]:
    """Return the heatmap as a Plotly figure: plain lists, ready for JSON.

    Suppressed cells are gaps, and their hover text says why; units that hold others have no
    row, since they have no level. Data and layout only; how the chart behaves is set where it
    is drawn.
    """
    return {"data": [_plotly_trace(heatmap)], "layout": _plotly_layout(heatmap)}


def _plotly_trace(heatmap: Heatmap) -> dict[str, Any]:
    rows = [row for row in heatmap.rows if not row.is_parent]
    steps = [(i + side) / 5 for i in range(5) for side in (0, 1)]
    colours = [colour for colour in LEVEL_COLOURS for _side in (0, 1)]
    return {
        "type": "heatmap",
        "x": list(heatmap.columns),
        "y": [row.unit_id for row in rows],
        "z": [[cell.level for cell in row.cells] for row in rows],
        "text": [
            [f"<b>{c.level or '?'}</b>" if c.band else "–" for c in row.cells] for row in rows
        ],
        "customdata": [[_hover(row, cell) for cell in row.cells] for row in rows],
        "texttemplate": "%{text}",
        "hovertemplate": "%{customdata}<extra>%{x}</extra>",
        "zmin": 0.5,
        "zmax": 5.5,
        "colorscale": [[step, c] for step, c in zip(steps, colours, strict=True)],
        "showscale": False,
        "xgap": 3,
        "ygap": 3,
    }


def _hover(row: HeatmapRow, cell: HeatmapCell) -> str:
    """What a cell says when it is pointed at."""
    said = f"{escape(row.name, quote=False)}<br>{cell.spoken}"
    if not row.willing_note:
        return said
    return f"{said}<br>{_('Willing to take part: %(state)s', state=row.willing_note)}"


def _plotly_layout(heatmap: Heatmap) -> dict[str, Any]:
    rows = [row for row in heatmap.rows if not row.is_parent]
    plain = {"fixedrange": True, "showgrid": False, "zeroline": False}
    return {
        "margin": {"l": 8, "r": 8, "t": 40, "b": 8},
        "xaxis": {"side": "top", **plain},
        "yaxis": {
            "autorange": "reversed",
            "type": "category",  # ids of digits only would else be taken for numbers
            "automargin": True,
            "tickvals": [row.unit_id for row in rows],
            "ticktext": [escape(row.name, quote=False) for row in rows],
            **plain,
        },
        "height": 90 + 46 * len(rows),
        "font": {"family": f"{FONT}, system-ui, sans-serif", "size": 14},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
    }
