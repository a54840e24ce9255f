"""The hand-off map as it is shown: in words, and as a table."""

from app.advice.handoffs import HandoffMap, Placed
from app.advice.topics import STEPS
from app.language import gettext as _
from app.reports.path import STEP_WORDS
from app.reports.shown import EN_DASH, signed
from app.reports.tables import FigureTable


def _level(placed: Placed) -> str:
    return str(int(placed.level)) if placed.level else "?"


def path_in_words(path: HandoffMap) -> str:
    """Return who stands at each step, with their levels: the drawing for who cannot see it."""
    parts = []
    for step in STEPS:
        here = [f"{one.unit.name} ({_level(one)})" for one in path.placed if step in one.steps]
        parts.append(f"{_(STEP_WORDS[step])}: {', '.join(here) or EN_DASH}")
    return "; ".join(parts)


def handoff_table(path: HandoffMap) -> FigureTable:
    """Return the widest gap of each hand-off, and the gaps to business partners."""
    rows: list[tuple[str, ...]] = []
    for one in path.handoffs:
        name = f"{_(STEP_WORDS[one.before])} → {_(STEP_WORDS[one.after])}"
        if one.gap is None or one.giver is None or one.taker is None:
            rows.append((name, EN_DASH, EN_DASH, EN_DASH, EN_DASH))
            continue
        ends = [f"{end.unit.name} ({_level(end)})" for end in (one.giver, one.taker)]
        gaps = [
            f"{end.unit.name} {signed(end.mirror_gap, 1)}"
            for end in (one.giver, one.taker)
            if end.mirror_gap
        ]
        rows.append((name, *ends, str(one.gap), ", ".join(gaps) or EN_DASH))
    apart = sorted(
        (one for one in path.placed if one.mirror_gap),
        key=lambda one: abs(one.mirror_gap or 0),
        reverse=True,
    )
    rows += [
        (
            _("business ↔ %(group)s", group=one.unit.name),
            *[EN_DASH] * 3,
            signed(one.mirror_gap or 0, 1),
        )
        for one in apart
    ]
    if all(cell == EN_DASH for row in rows for cell in row[1:]):
        rows = []
    return FigureTable(
        _("Hand-offs on the path, the widest gap first"),
        _(
            "The widest gap in scope level between a group that gives and one that takes. Groups "
            "that are not settled or not shown are left out. Beside it, how far a group sees its "
            "value stream above (+) or below (−) what its business partners see."
        ),
        (_("Hand-off"), _("gives"), _("takes"), _("gap"), _("partners")),
        tuple(rows),
        shape="handoffs",
    )
