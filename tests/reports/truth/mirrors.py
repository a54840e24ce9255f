"""What is told of business partners, beside the exact figures of both sides."""

from functools import cached_property

from app.maturity import ORIENTATIONS, Orientation
from app.questionnaires.questionnaire import Scale
from app.scoring.mirror import Mirror, View
from app.scoring.release import Release
from tests.reports.truth.exact import Exact
from tests.reports.truth.figures import FIGURE, Pair
from tests.reports.truth.statistics import Side, side, spread
from tests.reports.truth.waves import Row, Truth

#: What rounding both errors to two decimals may do to an interval.
UNSURE = 0.03


class Narrow(Row):
    """A row on the items only that partners are asked; each of the orientations by itself."""

    def texts(self, scale: Scale) -> list[str]:
        asked = self.wave.raw.asked
        places = [n for n, on in enumerate(asked.scales) if on == scale and asked.mirrored[n]]
        return self.sheets.at(places) if places else []

    @cached_property
    def is_named(self) -> bool:
        """Levels of partners are told to nobody, whoever answered."""
        return True


class Sides:
    """Partners and groups of one wave on the same items."""

    def __init__(self, truth: Truth) -> None:
        self.truth = truth
        about = dict.fromkeys(unit.about for unit in truth.raw.partners)
        self.partners = {
            group: Narrow(truth, [u for u in truth.raw.partners if u.about == group], None)
            for group in about
            if group is not None
        }
        members = [[truth.units[one] for one in row.members] for row in truth.rows]
        self.own = [Narrow(truth, units, None) for units in members]

    def of(self, group: str) -> Narrow | None:
        """Return a group's own side, where it is shown alone."""
        return next((row for row in self.own if row.members == (group,)), None)

    def gap(self, group: str, orientation: Orientation) -> tuple[float, Side, Side] | None:
        """Return self less partners, exact, and both sides; None where no gap can be told."""
        mine, theirs = self.of(group), self.partners[group]
        if mine is None or orientation not in mine.scales:
            return None
        if _may_be_nearer(mine.scales[orientation], theirs.scales[orientation]):
            return None
        ends = []
        for row, rows in ((mine, self.own), (theirs, list(self.partners.values()))):
            fine = [
                one.scales[orientation]
                for one in rows
                if orientation in one.scales and not one.is_coarse(orientation)
            ]
            ends.append(side(row.scales[orientation], spread(fine)))
        return ends[0].mean - ends[1].mean, ends[0], ends[1]


def _may_be_nearer(one: Exact, other: Exact) -> bool:
    """Whether a side has no mean, or one as a bound that does not lead away from the other."""
    if one.is_closed or other.is_closed:
        return True
    low, high = sorted((one, other), key=lambda side: side.shown_mean)
    inwards = (low.is_bound and low.mean > 3) or (high.is_bound and high.mean < 3)
    alike = low.shown_mean == high.shown_mean and (low.is_bound or high.is_bound)
    return inwards or alike


def _loose(exact: Exact) -> float:
    """How far a shown mean may lie from the exact one, also where it is told as a bound."""
    return float(abs(exact.mean - exact.shown_mean) if exact.is_bound else exact.half_step)


def gap_holds(view: View, sides: Sides, group: str, orientation: Orientation) -> bool:
    """Whether the gap that is told is so, in halves of the shown means, and beyond the noise."""
    found = sides.gap(group, orientation)
    if view.gap is None or found is None:
        return view.gap is None and view.clear is None and found is None
    gap, mine, theirs = found
    own = sides.of(group)
    loose = _loose(sides.partners[group].scales[orientation])
    loose += _loose(own.scales[orientation]) if own else 0.0
    margin = mine.margin(theirs)
    if view.clear:
        sure = abs(gap) + loose >= max(0.5, margin - UNSURE) and view.gap * gap > 0
    else:
        sure = abs(gap) - loose < 0.5 or abs(gap) - loose <= margin + UNSURE
    return sure and abs(view.gap - gap) <= 0.25 + loose


def mirror_holds(mirror: Mirror, sides: Sides) -> bool:
    """Whether all figures of one mirror are so."""
    row = sides.partners[mirror.about]
    careful = len(row.sheets.careful)
    told = mirror.answered == (careful if careful >= sides.truth.k else None)
    shown = {o for o in ORIENTATIONS if o in row.scales}
    figures = all(
        holds(Pair(view.partners, row, orientation))
        for orientation, view in mirror.views.items()
        for name, holds in FIGURE.items()
        if name != "items"
    )
    gaps = all(gap_holds(view, sides, mirror.about, o) for o, view in mirror.views.items())
    return (
        told and mirror.invited == row.invited and set(mirror.views) == shown and figures and gaps
    )


def mirrors_hold(release: Release, truth: Truth) -> bool:
    """Whether all figures of a release's mirrors are so."""
    if not truth.raw.partners:
        return not release.mirrors
    sides = Sides(truth)
    return len(release.mirrors) == len(sides.partners) and all(
        mirror_holds(mirror, sides) for mirror in release.mirrors
    )
