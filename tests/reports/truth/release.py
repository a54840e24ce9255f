"""A whole release beside the exact figures of its wave: each of its fields has a check here."""

from collections.abc import Callable, Mapping

from app.maturity import ORIENTATIONS
from app.scoring.release import Release, UnitResult
from app.scoring.reliability import Anova, Consistency
from tests.reports.truth.figures import check_figures, item_holds
from tests.reports.truth.mirrors import mirrors_hold
from tests.reports.truth.statistics import (
    alpha,
    between,
    careless_shift,
    complete,
    direction,
    fine,
    omega,
    questions,
    spread,
    welch,
    within,
)
from tests.reports.truth.waves import Row, Truth
from tests.reports.truth.words import Told, near


def _questions(release: Release, truth: Truth) -> bool:
    """All questions of a scale, or none."""
    for scale, items in release.questions.items():
        shown, known = [item for item in items if item is not None], questions(truth, scale)
        if len(shown) != len(known) or not all(
            item_holds(item, counts, has_mean=told)
            for item, (counts, told) in zip(shown, known, strict=True)
        ):
            return False
    return True


def _spread(release: Release, truth: Truth) -> bool:
    for orientation in ORIENTATIONS:
        told, (sd, df) = release.spread[orientation], spread(fine(truth, orientation))
        if not near(f"{told.sd:.2f}", sd, 0.005) or told.df != df:
            return False
    return True


def anova_holds(told: Anova, truth: Truth, scale: str) -> bool:
    """Whether what is told of differences between groups on one scale is so."""
    exact = between(truth, scale)
    pairs = [
        (told.f, exact.f, 2),
        (told.p_value, exact.p, 3),
        (told.icc1, exact.icc1, 2),
        (told.icc1_mean_n, exact.icc1_mean_n, 2),
        (told.icc2, exact.icc2, 2),
        *zip(told.icc1_interval or (), exact.ends or (), (2, 2), strict=False),
    ]
    counts = (told.n, told.groups) == (exact.n, exact.groups)
    return counts and all(_rounds(one, so, digits) for one, so, digits in pairs)


def _rounds(told: float | None, exact: float | None, digits: int) -> bool:
    if told is None or exact is None:
        return told is None and exact is None
    return near(f"{told:.{digits}f}", exact, 0.5 / 10**digits)


def consistency_holds(told: Consistency, truth: Truth, scale: str, *, factor: bool) -> bool:
    """Whether what is told of how items hold together is so; `factor`: omega too (it is slow)."""
    answers, owner = complete(truth, scale)
    held = told.n == len(answers) >= 60
    for one, so in (
        (told.alpha, alpha(answers)),
        (told.alpha_within, alpha(within(answers, owner))),
    ):
        held = held and (one is None or near(f"{one:.2f}", so, 0.005))
    if factor and told.omega is not None:
        held = held and near(f"{told.omega:.2f}", omega(answers), 0.0051)
    return held


def _reliability(release: Release, truth: Truth) -> bool:
    for scale, told in release.reliability.items():
        if not anova_holds(told.groups, truth, scale):
            return False
        # Now and then only: a factor takes long to find.
        factor = truth.invited % 80 == 0
        if told.items and not consistency_holds(told.items, truth, scale, factor=factor):
            return False
    return True


def _welch(release: Release, truth: Truth) -> bool:
    rows = [row for row in truth.rows if not row.is_any_coarse]
    told = release.welch
    if told is None or len(rows) < 2:
        return told is None and len(rows) < 2
    f, df2, p = welch(rows)
    held = near(f"{told.f:.2f}", f, 0.005) and near(f"{told.df2:.1f}", df2, 0.05)
    return held and told.df1 == len(rows) - 1 and near(f"{told.p_value:.3f}", p, 0.0005)


def _careless(release: Release, truth: Truth) -> bool:
    count = sum(len(row.sheets.careless) for row in truth.rows)
    return release.careless == (None if 0 < count < truth.k else count)


def _careless_shift(release: Release, truth: Truth) -> bool:
    shifts = release.careless_shift.items()
    return all(near(f"{told:.1f}", careless_shift(truth, o), 0.05) for o, told in shifts)


def _direction(release: Release, truth: Truth) -> bool:
    return all(
        effect is None or near(f"{effect:.2f}", direction(truth, orientation, item), 0.005)
        for orientation, effects in release.direction.items()
        for item, effect in enumerate(effects)
    )


def _answered(release: Release, truth: Truth) -> bool:
    """A part of the answers is told as such."""
    told = release.answered
    hidden = any(truth.units[one].invited for one in truth.hidden)
    return told == sum(row.answered for row in truth.rows) <= truth.answered and (
        release.is_part is hidden and (hidden or told == truth.answered)
    )


#: Every field of a release; those that say nothing of an answer are what was asked.
RELEASE: Mapping[str, Callable[[Release, Truth], bool]] = {
    "rules": lambda release, truth: release.rules == 2,
    "instrument": lambda release, truth: release.instrument == "digest",
    "k": lambda release, truth: release.k == truth.k,
    "invited": lambda release, truth: release.invited == truth.invited,
    "answered": _answered,
    "units": lambda release, truth: len(release.cells) == len(truth.rows),
    "facets": lambda release, truth: set(release.facets) >= set(truth.places),
    "questions": _questions,
    "spread": _spread,
    "reliability": _reliability,
    "welch": _welch,
    "language": lambda release, truth: release.language == "en",
    "modules": lambda release, truth: release.modules == truth.raw.asked.titles,
    "mirrors": mirrors_hold,
    "comment_prompt": lambda release, truth: not release.comment_prompt,
    "careless": _careless,
    "careless_shift": _careless_shift,
    "direction": _direction,
}


def below(unit: UnitResult, truth: Truth) -> list[str]:
    """Return the ids of the groups that a unit is or holds, at whatever depth."""
    if unit.members:
        return list(unit.members)
    groups = [group.id for group in truth.groups]
    return [one for one in groups if unit.id == "organisation" or truth.is_below(one, unit.id)]


def _unit_answered(unit: UnitResult, truth: Truth, row: Row | None) -> bool:
    if unit.is_parent:
        return (unit.answered or 0) == sum(one.answered for one in truth.below(unit.id))
    return unit.answered == (row.answered if row else None)


def _overlap(unit: UnitResult, truth: Truth) -> bool:
    """In steps of 5 %; of a pool over the people of its groups, and of a frame not told."""
    members = [truth.units[one] for one in unit.members or [unit.id] if one in truth.units]
    known = [one.overlap for one in members if one.overlap is not None]
    if unit.overlap is None or len(known) < len(members):
        return unit.overlap is None and (unit.is_parent or len(known) < len(members))
    kept = sum(one.invited * share for one, share in zip(members, known, strict=True))
    return abs(unit.overlap - kept / sum(one.invited for one in members)) <= 0.025 + 1e-9


def row_of(unit: UnitResult, truth: Truth) -> Row | None:
    """Return the row that a unit of a release is; None for frames and hidden groups."""
    return None if unit.is_parent else truth.row_of(unit.members or (unit.id,))


def check_release(told: Told, release: Release, truth: Truth) -> None:
    """Check every figure of a release."""
    seed = told.where
    for name, holds in RELEASE.items():
        told.check(f"release.{name}", getattr(release, name), "", true=holds(release, truth))
    for unit in release.units:
        told.where = f"{seed} {unit.name}"
        row = row_of(unit, truth)
        members = [truth.units[one] for one in below(unit, truth)]
        invited = sum(one.invited for one in members)
        told.check("unit.invited", unit.invited, invited, true=unit.invited == invited)
        told.check("unit.answered", unit.answered, "", true=_unit_answered(unit, truth, row))
        told.check("unit.overlap", unit.overlap, "", true=_overlap(unit, truth))
        told.check("unit.is_cell", unit.is_cell, row, true=unit.is_cell is (row is not None))
        if row is not None and unit.overall is not None:
            check_figures(told, row, unit.profiles, unit.overall)
        else:
            none = not unit.profiles and unit.overall is None
            told.check("unit.figures", unit.overall, None, true=none)
    told.where = seed
