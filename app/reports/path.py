"""The path from demand to run as a drawing: who works where, at which level, and the gaps."""

from collections import Counter
from html import escape

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
#: As much of a name as a box holds.
_LONGEST = 24


def path_svg(path: HandoffMap) -> str:
    """Return the path as SVG: a column for each step, a box for each group in it.

    A box has the colour of the group's level, or a broken outline where it is not settled; between
    two columns stands the widest gap between the groups that meet there.
    """
    columns = {step: _boxes(path, step) for step in STEPS}
    most = max(len(boxes) for boxes in columns.values())
    height = _HEAD + max(1, most) * _ROW + 8
    gaps = {one.before: one.gap for one in path.handoffs}
    parts = []
    for column, step in enumerate(STEPS):
        left = column * (_COLUMN + _GAP)
        parts.append(_text(left, 14, _(STEP_WORDS[step]), INK, weight=600))
        parts.append(f'<path fill="{RULE}" d="M{left} 20h{_COLUMN}v1h-{_COLUMN}z"/>')
        for row, (level, said) in enumerate(columns[step]):
            top = _HEAD + row * _ROW
            fill = LEVEL_COLOURS[level - 1] if level else "#ffffff"
            ink = "#ffffff" if level >= 4 else INK
            stroke = "" if level else f' stroke="{MUTED}" stroke-dasharray="3 2"'
            parts.append(
                f'<rect x="{left}" y="{top}" width="{_COLUMN}" height="{_BOX}" rx="3" '
                f'fill="{fill}"{stroke}/>'
            )
            parts.append(_text(left + 6, top + 14.5, f"{level or '?'}  {said}", ink))
        gap = gaps.get(step)
        if gap:
            parts.append(_text(left + _COLUMN + 3, 14, f"↕{gap}", INK, weight=600))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH:g} {height:g}" '
        f'font-family="{FONT}" font-size="11">{"".join(parts)}</svg>'
    )


def _boxes(path: HandoffMap, step: str) -> list[tuple[int, str]]:
    """The boxes of a column: level (0: not settled) and text; many groups are counted by level."""
    here = [
        (int(one.level) if one.level else 0, one.unit.name)
        for one in path.placed
        if step in one.steps
    ]
    if len(here) <= _MOST_BOXES:
        return [(level, _short(name)) for level, name in here]
    counts = Counter(level for level, _name in here)
    return [
        (level, ngettext("%(num)s group", "%(num)s groups", counts[level]))
        for level in sorted(counts, reverse=True)
    ]


def _short(name: str) -> str:
    return name if len(name) <= _LONGEST else f"{name[: _LONGEST - 1]}…"


def _text(left: float, down: float, text: str, ink: str, weight: int = 400) -> str:
    return (
        f'<text x="{left:g}" y="{down:g}" fill="{ink}" font-weight="{weight}">{escape(text)}</text>'
    )
