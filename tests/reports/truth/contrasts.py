"""Each group against the rest of its parent: what follows from means as shown, and what is so."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf, sqrt

from app.maturity import ORIENTATIONS
from app.scoring.figure import Overall
from app.scoring.release import Release, UnitResult
from tests.reports.truth.figures import hidden_by
from tests.reports.truth.statistics import Side, between, holm
from tests.reports.truth.waves import Row, Truth

SIGNIFICANT, CLEAR = 0.05, 0.5


@dataclass(frozen=True)
class Expected:
    """One group less the rest: `own`, `rest` as shown, `exact` as it is, `p` by Holm.

    `loose` is how far the exact difference may lie from the shown one.
    """

    against: str
    own: Side
    rest: Side
    exact: float
    loose: float
    p: float

    @property
    def value(self) -> float:
        return self.own.mean - self.rest.mean

    @property
    def ends(self) -> tuple[float, float]:
        margin = self.own.margin(self.rest)
        return self.value - margin, self.value + margin


def deviation(unit: UnitResult, overall: Overall, release: Release) -> tuple[float, float]:
    """Return the spread behind an overall mean as shown, its own or the pooled one, and its df."""
    if overall.se is not None:
        f = min(1.0, overall.n / unit.invited)
        return overall.se * sqrt(overall.n) / sqrt(1 - 0.6 * f), overall.n - 1
    three = [release.spread[orientation] for orientation in ORIENTATIONS]
    return sum(one.sd for one in three) / 3, min(inf if s.df is None else s.df for s in three)


def expected(release: Release, truth: Truth) -> dict[str, Expected]:
    """Return every group that is not coarse against the rest of its parent, by name."""
    told = [
        (unit, row) for unit in release.cells if (row := truth.row_of(unit.members or (unit.id,)))
    ]
    found: list[tuple[str, str, Side, Side, float, float]] = []
    for unit, row in told:
        if unit.is_pool or row.is_any_coarse or not _has_mean(unit):
            continue
        above = unit.parent or "organisation"
        others = [(u, r) for u, r in told if r in truth.below(above) and r is not row]
        known = [(u, r) for u, r in others if _has_mean(u)]
        if known:
            name = release.unit(above).name
            sides = _side(unit, release), _rest([u for u, _ in known], release)
            exact = float(row.mean) - _mean([r for _, r in known])
            loose = _hidden([(unit, row)]) + _hidden(known)
            found.append((unit.name, name, *sides, exact, loose))
    adjusted = holm([own.p(rest) for _, _, own, rest, _, _ in found])
    return {
        name: Expected(against, own, rest, exact, loose, p)
        for (name, against, own, rest, exact, loose), p in zip(found, adjusted, strict=True)
    }


def _has_mean(unit: UnitResult) -> bool:
    """Whether a mean is told, and not as a bound only."""
    return bool(unit.overall and unit.overall.mean and not unit.overall.mean.bound)


def _hidden(rows: Sequence[tuple[UnitResult, Row]]) -> float:
    """How far the mean of all people of several rows may lie from that of their shown means."""
    people = sum(row.n for _unit, row in rows)
    means = [(u.overall.mean, row) for u, row in rows if u.overall and u.overall.mean]
    return sum(row.n * hidden_by(mean, row.mean) for mean, row in means) / people


def _side(unit: UnitResult, release: Release) -> Side:
    overall = unit.overall
    assert overall is not None
    assert overall.mean is not None
    sd, df = deviation(unit, overall, release)
    f = min(1.0, overall.n / unit.invited)
    return Side(overall.mean.value, sd / sqrt(overall.n) * sqrt(1 - 0.6 * f), df)


def _rest(units: Sequence[UnitResult], release: Release) -> Side:
    """All people of several cells, with the spread inside cells and n - G degrees of freedom."""
    n = total = squares = covered = 0.0
    for unit in units:
        assert unit.overall is not None
        assert unit.overall.mean is not None
        people = unit.overall.n
        sd, _df = deviation(unit, unit.overall, release)
        n += people
        total += people * unit.overall.mean.value
        squares += (people - 1) * sd**2
        covered += people * min(1.0, people / unit.invited)
    df = n - len(units)
    return Side(total / n, sqrt(squares / df / n) * sqrt(1 - 0.6 * covered / n), df)


def _mean(rows: Sequence[Row]) -> float:
    people = sum(row.n for row in rows)
    return sum(row.n * float(row.mean) for row in rows) / people


def differ_reliably(truth: Truth, slack: float = 0.0) -> bool | None:
    """Return whether ICC(2) is .70 or more and p below .05 everywhere; None: nothing to compare.

    `slack` widens both limits by what rounding may do.
    """
    found = [between(truth, orientation) for orientation in ORIENTATIONS]
    if any(one.groups < 2 for one in found):
        return None
    return all(
        (one.icc2 or 0) >= 0.70 - slack
        and (1 if one.p is None else one.p) < SIGNIFICANT + slack / 10
        for one in found
    )
