"""Tables of differences: each group against the rest, and each unit against the wave before."""

from app.language import gettext as _
from app.reports.shown import EN_DASH, shown_p, shown_spread, signed
from app.reports.tables import FigureTable
from app.scoring.contrast import Contrast
from app.scoring.difference import Difference, difference, has_changed, has_moved_level
from app.scoring.release import Release
from app.scoring.scales import SCALES


def contrast_table(release: Release) -> FigureTable:
    """Return each group's overall mean less that of the rest of its parent."""
    names = {unit.id: unit for unit in release.units}
    rows = []
    for contrast in release.contrasts:
        unit, above = names[contrast.unit], names[contrast.against]
        # Beside the unit's own mean, the difference tells the mean of the rest.
        small = not unit.overall or not above.overall or above.overall.coarse
        if contrast.orientation is None and not small:
            rows.append((unit.name, above.name, *_contrast(contrast)))
    welch = release.welch
    note = _(
        "Overall means in levels; p by Holm over all groups. “Clearly” needs p below .05 and half "
        "a level."
    )
    if welch:
        note += " " + _("Welch’s test that all are equal: p %(p)s.", p=shown_p(welch.p_value))
    return FigureTable(
        _("Each group against the rest of its parent"),
        note,
        (_("Group"), _("rest of"), _("difference"), _("95 %% interval"), "p", _("reading")),
        tuple(rows),
    )


def change_table(release: Release, earlier: Release) -> FigureTable:
    """Return what moved since the wave before, among the units that both show."""
    before = {unit.id: unit.overall for unit in earlier.units}
    rows = []
    for unit in release.units:
        now, then = unit.overall, before.get(unit.id)
        if now is None or then is None or now.coarse or then.coarse:
            continue
        moved = difference(now, then)
        seen = shown_spread(moved.detectable, coarse=False)
        reading = [_("changed") if has_changed(then, now) else _("no change seen")]
        if has_moved_level(then, now):
            reading.append(_("moved a level"))
        rows.append((unit.name, *_ends(moved), seen, ", ".join(reading)))
    return FigureTable(
        _("Since the wave before"),
        _(
            "Overall means in levels. Waves are not linked, so they are compared as independent. "
            "“Changed” needs 0.3 of a level and an interval without 0; smaller moves than the "
            "smallest visible cannot be seen."
        ),
        (_("Unit"), _("difference"), _("95 %% interval"), _("smallest visible"), _("reading")),
        tuple(rows),
    )


def asks_the_same(release: Release, earlier: Release) -> bool:
    """Whether both waves asked the same: another question would be another measure."""
    return all(release.facets.get(scale) == earlier.facets.get(scale) for scale in SCALES)


def _ends(found: Difference) -> tuple[str, str]:
    ends = found.interval
    value = signed(found.value)
    if ends is None:
        return value, EN_DASH
    return value, _("%(low)s to %(high)s", low=signed(ends[0]), high=signed(ends[1]))


def _contrast(contrast: Contrast) -> tuple[str, str, str, str]:
    found = contrast.difference
    clear = _("clearly higher") if found.value > 0 else _("clearly lower")
    reading = clear if contrast.clear else _("no clear difference")
    return *_ends(found), shown_p(contrast.adjusted_p), reading
