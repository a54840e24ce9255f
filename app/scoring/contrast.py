"""Each unit against the rest of its parent: which differ by more than the noise."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import fsum, sqrt

from pydantic import BaseModel, ConfigDict

from app.maturity import ORIENTATIONS, Orientation
from app.scoring.difference import Difference, benjamini_hochberg, difference, holm, is_clear
from app.scoring.moments import Moments
from app.scoring.rules import RHO
from app.scoring.suppression import ORGANISATION, CarriedUp


class Contrast(BaseModel):
    """A unit's mean less that of all others below its parent; overall without an orientation.

    `adjusted_p` is Holm's over all units for the overall mean, and Benjamini and Hochberg's
    for the orientations, which are exploratory. `clear` allows the words "clearly higher".
    """

    model_config = ConfigDict(frozen=True)

    unit: str
    against: str
    orientation: Orientation | None
    difference: Difference
    adjusted_p: float | None = None
    clear: bool = False


@dataclass(frozen=True)
class Estimate:
    """A mean with its standard error (scale points) and degrees of freedom."""

    mean: float
    se: float | None
    df: int


@dataclass(frozen=True)
class _Pool:
    """Sums over units, such that the rest of a parent is its pool less one unit's."""

    n: int
    units: int
    score: float
    within: float
    covered: float

    def __add__(self, other: "_Pool") -> "_Pool":
        return _Pool(
            self.n + other.n,
            self.units + other.units,
            self.score + other.score,
            self.within + other.within,
            self.covered + other.covered,
        )

    def __sub__(self, other: "_Pool") -> "_Pool":
        return self + _Pool(-other.n, -other.units, -other.score, -other.within, -other.covered)

    def estimate(self) -> Estimate:
        df = self.n - self.units
        if df < 1:
            return Estimate(self.score / self.n, None, df)
        variance = max(0.0, self.within) / df
        correction = max(0.0, 1 - RHO * self.covered / self.n)
        return Estimate(self.score / self.n, sqrt(variance / self.n * correction), df)


_EMPTY = _Pool(0, 0, 0.0, 0.0, 0.0)


def contrasts(
    parents: Mapping[str, str | None],
    cells: Mapping[Orientation, Mapping[str, Sequence[Moments]]],
    carried: Mapping[Orientation, CarriedUp],
) -> tuple[Contrast, ...]:
    """Return every released group against the released rest of its parent.

    Only sets that are released enter: a group's own, and its parent's less the group's, which
    whoever reads both can work out. `cells` are what each unit is made of. Overall first, then
    each orientation.
    """
    pools = {
        o: {unit: sum(map(_pool, made_of), _EMPTY) for unit, made_of in cells[o].items()}
        for o in ORIENTATIONS
    }
    pairs: dict[Orientation | None, list[Contrast]] = {}
    for unit, parent in parents.items():
        above = parent or ORGANISATION
        sides = {o: _sides(unit, above, carried[o], pools[o]) for o in ORIENTATIONS}
        known = {o: pair for o, pair in sides.items() if pair is not None}
        if len(known) == len(ORIENTATIONS):
            own, rest = (_overall([pair[side] for pair in known.values()]) for side in (0, 1))
            pairs.setdefault(None, []).append(_contrast(unit, above, None, own, rest))
        for orientation, (own, rest) in known.items():
            found = _contrast(unit, above, orientation, own, rest)
            pairs.setdefault(orientation, []).append(found)
    overall = _adjusted(pairs.pop(None, []), family_wise=True)
    explored = [contrast for found in pairs.values() for contrast in found]
    return (*overall, *_adjusted(explored, family_wise=False))


def _pool(unit: Moments) -> _Pool:
    weight = unit.weight
    within = (unit.n * unit.sum_score_squared - unit.sum_score**2) / (unit.n * weight**2)
    return _Pool(unit.n, 1, unit.sum_score / weight, within, unit.n * unit.coverage)


def _sides(
    unit: str, above: str, carried: CarriedUp, pools: Mapping[str, _Pool]
) -> tuple[Estimate, Estimate] | None:
    """A single group and the others below its parent; None where one of them is not released."""
    if carried.released.get(unit) != (unit,) or pools[above].n == pools[unit].n:
        return None
    return pools[unit].estimate(), (pools[above] - pools[unit]).estimate()


def _overall(three: Sequence[Estimate]) -> Estimate:
    """The mean of three orientations; their errors are taken to be fully correlated."""
    errors = [one.se for one in three if one.se is not None]
    se = fsum(errors) / len(three) if len(errors) == len(three) else None
    return Estimate(fsum(one.mean for one in three) / len(three), se, min(e.df for e in three))


def _contrast(
    unit: str, above: str, orientation: Orientation | None, own: Estimate, rest: Estimate
) -> Contrast:
    return Contrast(
        unit=unit, against=above, orientation=orientation, difference=difference(own, rest)
    )


def _adjusted(found: Sequence[Contrast], *, family_wise: bool) -> list[Contrast]:
    tested = [c for c in found if c.difference.p_value is not None]
    raw = [c.difference.p_value for c in tested if c.difference.p_value is not None]
    adjusted = dict(
        zip(map(id, tested), (holm if family_wise else benjamini_hochberg)(raw), strict=True)
    )
    return [
        c.model_copy(
            update={
                "adjusted_p": p,
                "clear": family_wise and p is not None and is_clear(c.difference.value, p),
            }
        )
        for c, p in ((c, adjusted.get(id(c))) for c in found)
    ]
