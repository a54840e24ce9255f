"""Differences between groups: whether there are any, and each group against the rest."""

from enum import Enum, auto

from app.advice.response import is_headline
from app.language import gettext as _
from app.maturity import ORIENTATIONS
from app.reports.shown import EN_DASH, shown_p, signed
from app.reports.tables import FigureTable
from app.scoring.contrast import Contrast, contrasts
from app.scoring.difference import Difference
from app.scoring.release import Release
from app.scoring.rules import ICC2_DIFFERS, SIGNIFICANT


class Differing(Enum):
    """Whether groups may be sorted or called higher."""

    RELIABLY = auto()
    PERHAPS_BY_CHANCE = auto()
    #: There are no two groups to compare on some orientation.
    UNKNOWN = auto()


def how_groups_differ(release: Release) -> Differing:
    """Return whether groups differ on all orientations: ICC(2) >= .70 and p(F) < .05."""
    found = [release.reliability[o].groups for o in ORIENTATIONS if o in release.reliability]
    if len(found) < len(ORIENTATIONS) or any(one.groups < 2 for one in found):
        return Differing.UNKNOWN
    reliable = all((a.icc2 or 0) >= ICC2_DIFFERS and _is_below(a.p_value) for a in found)
    return Differing.RELIABLY if reliable else Differing.PERHAPS_BY_CHANCE


def _is_below(p: float | None) -> bool:
    return p is not None and p < SIGNIFICANT


def contrast_table(release: Release) -> FigureTable:
    """Return each group's overall mean less that of the rest of its parent.

    Nothing is called clearly higher where groups do not differ reliably at all.
    """
    reliable = how_groups_differ(release) is Differing.RELIABLY
    rows = [
        (one.unit.name, one.against.name, *_contrast(one, reliable=reliable))
        for one in contrasts(release)
        if is_headline(one.unit)
    ]
    note = _(
        "Overall means as shown, in levels; p by Holm over all groups. “Clearly” needs p below "
        ".05, half a level, and groups that differ reliably on all three orientations. Groups of "
        "under fifteen people, or of one mind or two, have no test of their own; in the rest of a "
        "parent they stand with the spread of the other groups."
    )
    if release.welch:
        p = shown_p(release.welch.p_value)
        note += " " + _("Welch’s test that all are equal: p %(p)s.", p=p)
    return FigureTable(
        _("Each group against the rest of its parent"),
        note,
        (_("Group"), _("rest of"), _("difference"), _("95 %% interval"), "p", _("reading")),
        tuple(rows),
    )


def shown_difference(found: Difference) -> tuple[str, str]:
    """Return a difference and its 95 % interval, signed, to two decimals."""
    value, ends = signed(found.value), found.interval
    if ends is None:
        return value, EN_DASH
    return value, _("%(low)s to %(high)s", low=signed(ends[0]), high=signed(ends[1]))


def _contrast(contrast: Contrast, *, reliable: bool) -> tuple[str, str, str, str]:
    found = contrast.difference
    clear = _("clearly higher") if found.value > 0 else _("clearly lower")
    reading = clear if contrast.clear and reliable else _("no clear difference")
    return *shown_difference(found), shown_p(contrast.adjusted_p), reading
