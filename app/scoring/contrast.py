"""Each group against the rest of its parent: which differ by more than the noise."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import fsum, sqrt
from typing import TypeGuard

from app.scoring.difference import Difference, Estimate, difference, holm, is_clear
from app.scoring.figure import Overall
from app.scoring.release import Release, UnitResult
from app.scoring.rules import RHO
from app.scoring.spread import coverage_of, estimate_of, spread_of
from app.scoring.suppression import ORGANISATION


@dataclass(frozen=True)
class Contrast:
    """A group's overall mean less that of all other cells below its parent, means as shown.

    `adjusted_p` is Holm's over all groups. `clear` allows the words "clearly higher".
    """

    unit: UnitResult
    against: UnitResult
    difference: Difference
    adjusted_p: float | None = None
    clear: bool = False


def contrasts(release: Release) -> tuple[Contrast, ...]:
    """Return every group that is not coarse against the rest of its parent.

    Worked out from the figures of a release alone. A coarse cell in the rest stands there with
    its mean as shown and the wave's pooled spread. Cells whose mean is not told, or only as a
    bound, take no part on either side.
    """
    found = []
    for unit in release.cells:
        own = estimate_of(unit, release)
        if not _has_mean(unit.overall) or unit.overall.coarse or own is None or unit.is_pool:
            continue
        above = release.unit(unit.parent or ORGANISATION)
        rest = _rest([u for u in _below(above, release) if u.id != unit.id], release)
        if rest is not None:
            found.append(Contrast(unit, above, difference(own, rest)))
    adjusted = holm([_p(contrast) for contrast in found])
    return tuple(
        Contrast(one.unit, one.against, one.difference, p, clear=is_clear(one.difference.value, p))
        for one, p in zip(found, adjusted, strict=True)
    )


def _has_mean(overall: Overall | None) -> TypeGuard[Overall]:
    """Whether a mean is told, and not only as a bound."""
    return overall is not None and overall.mean is not None and not overall.mean.bound


def _p(contrast: Contrast) -> float:
    found = contrast.difference.p_value
    return 1.0 if found is None else found


def _below(above: UnitResult, release: Release) -> list[UnitResult]:
    """The cells below a unit, at whatever depth."""
    inside = {above.id}
    for unit in release.units:
        if unit.id != ORGANISATION and (unit.parent or ORGANISATION) in inside:
            inside.add(unit.id)
    return [unit for unit in release.cells if unit.id in inside]


def _rest(units: Sequence[UnitResult], release: Release) -> Estimate | None:
    """Several cells together: respondents pooled, spread within cells, n - G degrees of freedom."""
    known: list[tuple[UnitResult, Overall, float]] = [
        (unit, unit.overall, unit.overall.mean.value)
        for unit in units
        if _has_mean(unit.overall) and unit.overall.mean is not None
    ]
    if not known:
        return None
    n = sum(overall.n for _unit, overall, _mean in known)
    df = n - len(known)
    within = fsum((o.n - 1) * spread_of(unit, release)[0] ** 2 for unit, o, _mean in known) / df
    covered = fsum(o.n * coverage_of(unit, o) for unit, o, _mean in known) / n
    mean = fsum(o.n * value for _unit, o, value in known) / n
    return Estimate(mean, sqrt(within / n) * sqrt(max(0.0, 1 - RHO * covered)), df)
