"""What became of careless sheets, and whether the direction of statements mattered."""

from app.language import gettext as _
from app.maturity import ORIENTATIONS
from app.reports.shown import EN_DASH, signed
from app.reports.tables import FigureTable
from app.scoring.release import Release

#: A difference between the two directions from which an item is looked at again.
DIRECTION_FLAG = 0.25


def quality_tables(release: Release) -> tuple[FigureTable, ...]:
    """Return the tables on response quality; those without a row are left out."""
    return tuple(table for table in (_careless(release), _direction(release)) if table.rows)


def _careless(release: Release) -> FigureTable:
    count = release.careless
    told = _("fewer than %(k)s", k=release.k) if count is None else str(count)
    rows = [(_("Sheets left out"), told)]
    rows += [
        (orientation.label, _("mean of all groups: %(shift)s", shift=signed(shift, 1)))
        for orientation, shift in release.careless_shift.items()
    ]
    return FigureTable(
        _("Sheets filled in without care"),
        _(
            "A sheet stays out only if it bears both flags: twelve answers or more at one place on "
            "the screen whichever way the statements ran, and two pages or more in under two "
            "seconds a question. The rule was fixed at the launch. Below it, by how much the mean "
            "of all groups would move with these sheets, where there are enough of them to say so."
        ),
        ("", _("what became of them")),
        tuple(rows) if count != 0 else (),
    )


def _direction(release: Release) -> FigureTable:
    rows = []
    for orientation in ORIENTATIONS:
        names = release.facets.get(orientation, ())
        for name, effect in zip(names, release.direction.get(orientation, ()), strict=False):
            if effect is not None:
                reading = _("look at it again") if abs(effect) > DIRECTION_FLAG else EN_DASH
                rows.append((f"{orientation.label}: {name}", signed(effect), reading))
    return FigureTable(
        _("Whether it mattered which way the statements ran"),
        _(
            "Mean level shown rising less that shown falling, within groups; from thirty answers "
            "a way. Up to a quarter of a level is within what one expects."
        ),
        (_("Question"), _("difference"), _("reading")),
        tuple(rows),
    )
