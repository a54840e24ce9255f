"""Tables of differences: each group against the rest, and each unit against the wave before."""

from dataclasses import dataclass
from enum import Enum, auto

from app.advice.response import is_headline
from app.advice.scope import Standing, standing_of
from app.advice.scope_fit import named
from app.language import gettext as _
from app.language import listed
from app.maturity import ORIENTATIONS
from app.reports.shown import EN_DASH, shown_p, shown_spread, signed
from app.reports.tables import FigureTable
from app.scoring.contrast import Contrast
from app.scoring.difference import Difference, difference, has_changed, has_moved_level
from app.scoring.release import Release, UnitResult
from app.scoring.rules import CLEAR_CHANGE, ICC2_DIFFERS, SIGNIFICANT
from app.scoring.scales import SCALES


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
    names = {unit.id: unit for unit in release.units}
    rows = []
    for contrast in release.contrasts:
        unit, above = names[contrast.unit], names[contrast.against]
        # Beside the unit's own mean, the difference tells the mean of the rest.
        small = not unit.overall or not above.overall or above.overall.coarse
        if contrast.orientation is None and not small and is_headline(unit):
            rows.append((unit.name, above.name, *_contrast(contrast, reliable=reliable)))
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


@dataclass(frozen=True)
class _Change:
    """A unit that both waves show, with figures that need no steps; `moved` is now less then.

    None where other groups stand behind the figure than before: they would be what moved.
    """

    unit: UnitResult
    moved: Difference | None
    is_clear: bool
    is_of_level: bool


def change_table(release: Release, earlier: Release) -> FigureTable:
    """Return what moved since the wave before, among the units that both show."""
    rows = []
    for change in _changes(release, earlier):
        if change.moved is None:
            rows.append((change.unit.name, *[EN_DASH] * 3, _("other groups inside than before")))
            continue
        seen = shown_spread(change.moved.detectable, coarse=False)
        rows.append((change.unit.name, *_ends(change.moved), seen, _reading(change, change.moved)))
    return FigureTable(
        _("Since the wave before"),
        _(
            "Overall means in levels. Waves are not linked, so they are compared as independent. "
            "“Changed” needs %(least)s of a level and an interval without 0; smaller moves than "
            "the smallest visible cannot be seen.",
            least=CLEAR_CHANGE,
        ),
        (_("Unit"), _("difference"), _("95 %% interval"), _("smallest visible"), _("reading")),
        tuple(rows),
    )


def changes_in_words(release: Release, earlier: Release) -> str:
    """Return which groups moved since the wave before; empty where none can be compared."""
    known = [(c, c.moved) for c in _changes(release, earlier) if c.moved and not c.unit.is_parent]
    if not known:
        return ""
    clear = [f"{c.unit.name} ({signed(moved.value)})" for c, moved in known if c.is_clear]
    if clear:
        return _("Changed since the wave before, in levels: %(groups)s.", groups=listed(clear))
    return _(
        "Since the wave before none of the groups that can be compared (%(groups)s) has moved by "
        "%(least)s of a level or more.",
        groups=named([change.unit for change, _moved in known]),
        least=CLEAR_CHANGE,
    )


def _changes(release: Release, earlier: Release) -> list[_Change]:
    before = {unit.id: unit for unit in earlier.units}
    found = []
    for unit in release.units:
        old = before.get(unit.id)
        now, then = unit.overall, old.overall if old else None
        if old is None or now is None or then is None or now.coarse or then.coarse:
            continue
        if unit.same_as is not None:
            continue
        if _behind(unit) != _behind(old):
            found.append(_Change(unit, None, is_clear=False, is_of_level=False))
            continue
        settled = all(standing_of(one) is Standing.SETTLED for one in (unit, old))
        found.append(
            _Change(
                unit,
                difference(now, then),
                is_clear=has_changed(then, now),
                is_of_level=settled and has_moved_level(then, now),
            )
        )
    return found


def _behind(unit: UnitResult) -> list[frozenset[str]]:
    """The groups whose answers are in a unit's figures, by orientation."""
    return [frozenset(unit.rests_on.get(orientation, ())) for orientation in ORIENTATIONS]


def _reading(change: _Change, moved: Difference) -> str:
    if change.is_clear:
        said = _("changed")
    elif moved.excludes_zero:
        said = _("moved by less than %(least)s", least=CLEAR_CHANGE)
    else:
        said = _("no change seen")
    return f"{said}, {_('moved a level')}" if change.is_of_level else said


def asks_the_same(release: Release, earlier: Release) -> bool:
    """Whether both waves asked the same: another question would be another measure."""
    return all(release.facets.get(scale) == earlier.facets.get(scale) for scale in SCALES)


def _ends(found: Difference) -> tuple[str, str]:
    ends = found.interval
    value = signed(found.value)
    if ends is None:
        return value, EN_DASH
    return value, _("%(low)s to %(high)s", low=signed(ends[0]), high=signed(ends[1]))


def _contrast(contrast: Contrast, *, reliable: bool) -> tuple[str, str, str, str]:
    found = contrast.difference
    clear = _("clearly higher") if found.value > 0 else _("clearly lower")
    reading = clear if contrast.clear and reliable else _("no clear difference")
    return *_ends(found), shown_p(contrast.adjusted_p), reading
