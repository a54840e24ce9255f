"""The path from demand to run as a drawing: who works where, at which level, and the gaps."""

from collections import Counter
from html import escape
from textwrap import wrap

from app.advice.handoffs import HandoffMap
from app.advice.topics import STEPS
from app.language import N_, ngettext
from app.language import gettext as _
from app.reports.charts import FONT, INK, LEVEL_COLOURS, MUTED, RULE

_WIDTH, _COLUMN, _GAP = 680.0, 155.0, 20.0
_HEAD, _ROW, _BOX = 30.0, 26.0, 21.0
#: The steps of the path, as they are shown.
STEP_WORDS = {
    "demand": N_("demand"),
    "plan": N_("plan"),
    "build": N_("build"),
    "run": N_("run"),
}

#: Groups that a column names one by one; more would not fit on a page.
_MOST_BOXES = 10
#: Letters that a line of a box holds, and how much taller a box with two lines is.
_LINE, _SECOND = 24, 12.0


def path_svg(path: HandoffMap) -> str:
    """Return the path as SVG: a column for each step, a box for each group in it.

    A box has the colour of the group's level, or a broken outline where it is not settled; between
    two columns stands the widest gap between the groups that meet there.
    """
    columns = {step: _boxes(path, step) for step in STEPS}
    most = max(len(boxes) for boxes in columns.values())
    wraps = any(len(lines) > 1 for boxes in columns.values() for _level, lines in boxes)
    more = _SECOND if wraps else 0.0
    height = _HEAD + max(1, most) * (_ROW + more) + 8
    gaps = {one.before: one.gap for one in path.handoffs}
    parts = []
    for column, step in enumerate(STEPS):
        left = column * (_COLUMN + _GAP)
        parts.append(_text(left, 14, _(STEP_WORDS[step]), INK, weight=600))
        parts.append(f'<path fill="{RULE}" d="M{left} 20h{_COLUMN}v1h-{_COLUMN}z"/>')
        for row, (level, lines) in enumerate(columns[step]):
            parts += _box(left, _HEAD + row * (_ROW + more), _BOX + more, level, lines)
        gap = gaps.get(step)
        if gap:
            middle = left + _COLUMN + _GAP / 2
            parts.append(_text(middle, 14, f"↕{gap}", INK, weight=600, anchor="middle"))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH:g} {height:g}" '
        f'font-family="{FONT}" font-size="11">{"".join(parts)}</svg>'
    )


def _box(left: float, top: float, height: float, level: int, lines: list[str]) -> list[str]:
    """One group: its level, and its name in one line or two."""
    fill = LEVEL_COLOURS[level - 1] if level else "#ffffff"
    ink = "#ffffff" if level >= 4 else INK
    stroke = "" if level else f' stroke="{MUTED}" stroke-dasharray="3 2"'
    down = top + height / 2 + 4 - _SECOND / 2 * (len(lines) - 1)
    return [
        f'<rect x="{left}" y="{top}" width="{_COLUMN}" height="{height}" rx="3" '
        f'fill="{fill}"{stroke}/>',
        _text(left + 6, top + height / 2 + 4, str(level or "?"), ink),
        *(
            _text(left + 18, down + _SECOND * number, line, ink)
            for number, line in enumerate(lines)
        ),
    ]


def _boxes(path: HandoffMap, step: str) -> list[tuple[int, list[str]]]:
    """The boxes of a column: level (0: not settled) and lines; many groups are counted by level."""
    here = [
        (int(one.level) if one.level else 0, one.unit.name)
        for one in path.placed
        if step in one.steps
    ]
    if len(here) <= _MOST_BOXES:
        return [(level, wrap(name, _LINE, max_lines=2, placeholder="…")) for level, name in here]
    counts = Counter(level for level, _name in here)
    return [
        (level, [ngettext("%(num)s group", "%(num)s groups", counts[level])])
        for level in sorted(counts, reverse=True)
    ]


def _text(
    left: float, down: float, text: str, ink: str, *, weight: int = 400, anchor: str = "start"
) -> str:
    return (
        f'<text x="{left:g}" y="{down:g}" fill="{ink}" font-weight="{weight}" '
        f'text-anchor="{anchor}">{escape(text)}</text>'
    )
