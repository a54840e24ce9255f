"""ITIL practices as they are shown: by group, or by level where there are many groups."""

from app.advice.practices import PracticeOverlay
from app.language import gettext as _
from app.maturity import LEVELS
from app.reports.shown import EN_DASH
from app.reports.tables import FigureTable

#: Groups that stand side by side on a page; more stand below each other.
MOST_COLUMNS = 7


def practice_table(overlay: PracticeOverlay) -> FigureTable:
    """Return practices by groups: within reach, or the level that is missing."""
    if all(row.level is None for row in overlay.rows):
        return FigureTable(_("ITIL practices within reach"), "", (), ())
    if len(overlay.rows) > MOST_COLUMNS:
        return _practice_list(overlay)
    columns = [row.unit.name for row in overlay.rows]
    rows = []
    for practice in overlay.practices:
        cells = []
        for row in overlay.rows:
            reached = row.reaches(practice)
            needs = _("needs %(level)s", level=int(practice.level))
            cells.append("?" if reached is None else ("●" if reached else needs))
        rows.append((practice.name, *cells))
    return FigureTable(
        _("ITIL practices within reach"),
        _(
            "● within reach; “needs 3”: too early, the group would have to see its work as level 3 "
            "describes; ?: not settled, or not shown."
        ),
        (_("Practice"), *columns),
        tuple(rows),
    )


def _practice_list(overlay: PracticeOverlay) -> FigureTable:
    """The same for many groups: a row for each level, with the groups that stand at it."""
    rows = []
    for level in LEVELS:
        opened = [one.name for one in overlay.practices if one.level == level]
        here = [row.unit.name for row in overlay.rows if row.level == level]
        reach = sum(1 for row in overlay.rows if row.level is not None and row.level >= level)
        rows.append((str(int(level)), ", ".join(opened), str(reach), ", ".join(here) or EN_DASH))
    return FigureTable(
        _("ITIL practices within reach"),
        _(
            "What each level opens on top of the levels before it, how many groups reach it, and "
            "which stand just there: for them the next row is too early. Groups that are not "
            "settled or not shown are left out."
        ),
        (_("level"), _("practices"), _("groups"), _("just there")),
        tuple(rows),
        shape="levels",
    )
