"""Scores answers that somebody holds already, from paper or another tool: no wave, same code."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from statistics import median

import numpy as np

from app.scoring.analysis_figures import (
    Analysis,
    Figures,
    GroupAnalysis,
    OverallFigures,
    PooledFigures,
    ReleasedSet,
    ReliabilityFigures,
)
from app.scoring.moments import Moments, add_up, merge
from app.scoring.profile import Overall, Profile, overall_of, profile_of
from app.scoring.reliability import anova, consistency
from app.scoring.respondent import Integers, LevelMatrix, score_respondents
from app.scoring.rules import K_FINE, RELIABLE_FROM
from app.scoring.suppression import ORGANISATION, CarriedUp, carry_up, cells_of
from app.scoring.uncertainty import score_deviation

#: How the orientations are named in files, in this order; acceptance is optional.
ORIENTATION_CODES = ("VS", "CU", "ME")
ACCEPTANCE_CODE = "AC"


@dataclass(frozen=True)
class RosterGroup:
    """A node of the tree; `roster` is how many people belong to it, 0 if it only holds others."""

    name: str
    parent: str | None
    roster: int


@dataclass(frozen=True)
class AnswerTable:
    """Respondents in rows. `owner` is the position of each one's group in `groups`.

    `groups` holds parents before their children. `levels` has a matrix (respondents, items)
    for each orientation code, 0 where an answer is missing; `items` names its columns.
    """

    groups: tuple[RosterGroup, ...]
    owner: Integers
    levels: Mapping[str, LevelMatrix]
    items: Mapping[str, tuple[str, ...]]


def analyse(table: AnswerTable, k: int, *, everything: bool = False) -> Analysis:
    """Return all figures of a table of answers.

    With `everything` every group is given whatever its size, and reliability whatever the
    number of answers: the data are the user's own. Else a figure is given only where the
    carry-up rule at `k` releases it. Raises ThresholdTooLow for k below 5.
    """
    scales = {code: _Scale(table, code, k) for code in table.levels}
    warnings = _warnings(table, scales, everything=everything)
    return Analysis(
        groups=tuple(
            _group(group, scales, everything=everything) for group in table.groups if group.roster
        ),
        organisation={
            code: scale.organisation(everything=everything) for code, scale in scales.items()
        },
        reliability={
            code: scale.reliability(everything=everything) for code, scale in scales.items()
        },
        released=tuple(row for scale in scales.values() for row in scale.released()),
        left_out={code: scale.left_out for code, scale in scales.items()},
        warnings=warnings,
    )


class _Scale:
    """One orientation of a table, scored and put through the carry-up rule."""

    def __init__(self, table: AnswerTable, code: str, k: int) -> None:
        self.table, self.code = table, code
        self.usable, scores = score_respondents(table.levels[code])
        self.owner = table.owner[self.usable]
        rows = add_up(self.owner, scores, [group.roster for group in table.groups])
        self.moments = {g.name: row for g, row in zip(table.groups, rows, strict=True)}
        answered = np.bincount(table.owner, minlength=len(table.groups))
        self.answered = dict(zip(self.moments, answered.tolist(), strict=True))
        tree = {group.name: group.parent for group in table.groups}
        self.carried: CarriedUp = carry_up(tree, {u: m.n for u, m in self.moments.items()}, k)
        self.cells = cells_of(tree, self.carried)

    @property
    def left_out(self) -> int:
        return sum(self.moments[group].n for group in self.carried.left_out)

    @cached_property
    def profiles(self) -> dict[str, Profile]:
        return {name: profile_of([m]) for name, m in self.moments.items() if m.n}

    def is_shown(self, group: str, *, everything: bool) -> bool:
        return everything or group in self.carried.released

    def figures(self, group: str, *, everything: bool) -> Figures:
        unit = self.moments[group]
        invalid = self.answered[group] - unit.n
        rate = unit.coverage if unit.roster else None
        counts = {"n": unit.n, "n_invalid": invalid, "response_rate": rate}
        known = _statistics(unit, self.profiles[group]) if unit.n else {}
        if unit.n < K_FINE and not everything:
            known["median"] = None  # of few people it is one or two persons' score (rule R8)
        return Figures(**counts, **known)

    def released(self) -> Iterable[ReleasedSet]:
        for unit, groups in self.carried.released.items():
            n = sum(self.moments[group].n for group in groups)
            yield ReleasedSet(orientation=self.code, unit=unit, n=n, groups=groups)

    def organisation(self, *, everything: bool) -> PooledFigures | None:
        if everything:
            units = [unit for unit in self.moments.values() if unit.n]
        else:
            sets = self.cells.get(ORGANISATION, ())
            units = [merge([self.moments[group] for group in cell]) for cell in sets]
        if not units:
            return None
        pooled = profile_of(units)
        return PooledFigures(
            n=pooled.n, mean=pooled.mean, se=pooled.se, p=_shares(pooled), level=pooled.level
        )

    def reliability(self, *, everything: bool) -> ReliabilityFigures:
        # Only groups that are shown themselves: the means of others are in no figure.
        shown = [g for g in self.moments if self.is_shown(g, everything=everything)]
        groups = anova([self.moments[g] for g in shown])
        kept = np.isin(self.table.owner, [n for n, g in enumerate(self.moments) if g in shown])
        items = consistency(self.table.levels[self.code][kept], self.table.owner[kept])
        told = everything or items.n >= RELIABLE_FROM
        names = self.table.items[self.code]
        return ReliabilityFigures(
            **groups.model_dump(exclude={"icc1_interval"}),
            alpha=items.alpha if told else None,
            alpha_within=items.alpha_within if told else None,
            omega=items.omega if told else None,
            item_total=_by_item(names, items.item_total if told else ()),
            alpha_if_dropped=_by_item(names, items.alpha_if_dropped if told else ()),
        )


def _by_item(names: Sequence[str], values: Sequence[float | None]) -> dict[str, float | None]:
    return dict(zip(names, values or [None] * len(names), strict=True))


def _statistics(unit: Moments, profile: Profile) -> dict[str, object]:
    agreement = profile.agreement.model_dump() if profile.agreement else {}
    return agreement | {
        "mean": profile.mean,
        "median": median(unit.scores) / unit.weight,
        "sd": score_deviation(unit),
        "se": profile.se,
        "se_textbook": profile.se_textbook,
        "ci95": profile.interval,
        "p": _shares(profile),
        "p_se": profile.share_se and dict(zip("2345", profile.share_se, strict=True)),
        "level": int(profile.level),
        "band": profile.band,
        "progress": profile.progress,
        "split": profile.split,
        "tipping_point": profile.tipping_point,
        "worst_case_mean": profile.worst_case_mean,
    }


def _shares(profile: Profile) -> dict[str, str]:
    return {str(level): str(share) for level, share in enumerate(profile.shares, start=2)}


def _group(group: RosterGroup, scales: Mapping[str, _Scale], *, everything: bool) -> GroupAnalysis:
    name = group.name
    shown = {c: s for c, s in scales.items() if s.is_shown(name, everything=everything)}
    three = [shown[c].profiles.get(name) for c in ORIENTATION_CODES if c in shown]
    known = [profile for profile in three if profile is not None]
    return GroupAnalysis(
        group=name,
        roster=group.roster,
        orientations={
            c: s.figures(name, everything=everything) if c in shown else None
            for c, s in scales.items()
        },
        overall=_overall(overall_of(known)) if len(known) == len(ORIENTATION_CODES) else None,
    )


def _overall(overall: Overall) -> OverallFigures:
    return OverallFigures(
        mean=overall.mean, se=overall.se, level=int(overall.level), band=overall.band
    )


def _warnings(
    table: AnswerTable, scales: Mapping[str, _Scale], *, everything: bool
) -> tuple[str, ...]:
    found = []
    answered = np.bincount(table.owner, minlength=len(table.groups)).tolist()
    for group, rows in zip(table.groups, answered, strict=True):
        if rows > group.roster:
            found.append(
                f"{group.name}: {rows} answers for a roster of {group.roster}; check the roster."
            )
    few = [c for c in scales if int(np.all(table.levels[c] > 0, axis=1).sum()) < RELIABLE_FROM]
    if few and not everything:
        found.append(
            f"{', '.join(few)}: fewer than {RELIABLE_FROM} complete sheets, too few to tell how "
            "the items hold together."
        )
    found += [
        f"{code}: left out of every figure, since even together they are too few to show: "
        f"{scale.left_out}."
        for code, scale in scales.items()
        if scale.left_out
    ]
    return tuple(found)
