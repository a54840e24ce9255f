"""The frozen release of a wave: the only figures that any screen, page or file may show."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from pydantic import BaseModel, ConfigDict

from app.maturity import ACCEPTANCE, ORIENTATIONS
from app.questionnaires.questionnaire import Scale
from app.scoring.contrast import Contrast, contrasts
from app.scoring.difference import WelchAnova, welch_anova
from app.scoring.items import Items, item_figures
from app.scoring.moments import Moments, add_up
from app.scoring.profile import Overall, Profile, overall_of, profile_of
from app.scoring.reliability import Anova, Consistency, anova, consistency
from app.scoring.respondent import Integers, LevelMatrix, columns_of, read_levels, score_respondents
from app.scoring.rules import K_FLOOR, RELIABLE_FROM
from app.scoring.suppression import ORGANISATION, CarriedUp, carry_up, smallest_cells

SCALES: tuple[Scale, ...] = (*ORIENTATIONS, ACCEPTANCE)


@dataclass(frozen=True)
class UnitAnswers:
    """A unit of the tree with all its answer sheets, written one after the other.

    Parents come before their children; `invited` is 0 for a unit that only holds others.
    """

    id: str
    name: str
    parent: str | None
    kind: str | None
    invited: int
    sheets: str


class UnitResult(BaseModel):
    """What may be shown of one unit. A scale that is absent is suppressed.

    `answered` is None below k: a count that small could point at people. `same_as` names the
    only released unit below, if this one would just repeat its figures.
    """

    model_config = ConfigDict(frozen=True)

    id: str
    name: str
    parent: str | None
    kind: str | None
    depth: int
    is_parent: bool
    invited: int
    answered: int | None
    profiles: dict[Scale, Profile]
    overall: Overall | None
    same_as: str | None = None
    #: The groups that each scale's figures rest on.
    rests_on: dict[Scale, tuple[str, ...]] = {}


class Reliability(BaseModel):
    """How well one scale tells the released groups apart, and how its items hold together.

    The second only from 60 complete sheets on.
    """

    model_config = ConfigDict(frozen=True)

    groups: Anova
    items: Consistency | None


class Release(BaseModel):
    """All figures of a wave, frozen at its close.

    `left_out` counts, by scale, usable answers that rest in no figure because even together
    they number fewer than k. `facets` names each scale's items in the order of a profile's
    `items`. `welch` tests whether the groups' overall means differ at all.
    """

    model_config = ConfigDict(frozen=True)

    instrument: str
    k: int
    invited: int
    answered: int
    left_out: dict[Scale, int]
    units: tuple[UnitResult, ...]
    facets: dict[Scale, tuple[str, ...]] = {}
    reliability: dict[Scale, Reliability] = {}
    welch: WelchAnova | None = None
    contrasts: tuple[Contrast, ...] = ()

    def unit(self, unit_id: str) -> UnitResult:
        """Return one unit's result. Raises KeyError for a unit that is not in the tree."""
        for result in self.units:
            if result.id == unit_id:
                return result
        raise KeyError(unit_id)

    @property
    def organisation(self) -> UnitResult:
        """All units together."""
        return self.unit(ORGANISATION)


@dataclass(frozen=True)
class ScoredScale:
    """One scale of a wave: sums of each unit, what may be released of them, all answers."""

    moments: Mapping[str, Moments]
    carried: CarriedUp
    smallest: Mapping[str, int]
    items: Mapping[str, Items]
    reliability: Reliability

    @property
    def left_out(self) -> int:
        """Usable answers that rest in no figure."""
        return sum(self.moments[unit].n for unit in self.carried.left_out)

    @property
    def sizes(self) -> dict[str, int]:
        """Usable respondents of each unit."""
        return {unit: row.n for unit, row in self.moments.items()}


def score_scales(
    units: Sequence[UnitAnswers], scales: Sequence[Scale], k: int = K_FLOOR
) -> dict[Scale, ScoredScale]:
    """Score all answers of a wave; `scales` gives the orientation of each character of a sheet.

    Raises ThresholdTooLow for k below 5.
    """
    levels = read_levels("".join(unit.sheets for unit in units), len(scales))
    sizes = [len(unit.sheets) // len(scales) for unit in units]
    owner = np.repeat(np.arange(len(units)), sizes)
    return {
        scale: _score(levels[:, columns_of(scale, scales)], owner, units, k) for scale in SCALES
    }


def compute_release(
    name: str,
    units: Sequence[UnitAnswers],
    scales: Sequence[Scale],
    instrument: str,
    k: int = K_FLOOR,
    facets: Sequence[str] = (),
    scored: Mapping[Scale, ScoredScale] | None = None,
) -> Release:
    """Score all answers of a wave and return what may be shown of it.

    `scales` gives the orientation of each character of a sheet, `facets` the name of its item;
    `scored` saves the work if the scales were scored before. Deterministic: the order of the
    sheets makes no difference. Raises ThresholdTooLow for k below 5.
    """
    scored = scored or score_scales(units, scales, k)
    sizes = [len(unit.sheets) // len(scales) for unit in units]
    tree = {unit.id: unit.parent for unit in units}
    results = _results(name, units, scored, _totals(tree, dict(zip(tree, sizes, strict=True))), k)
    groups = [unit.overall for unit in results if unit.overall and not unit.is_parent]
    return Release(
        instrument=instrument,
        k=k,
        invited=sum(unit.invited for unit in units),
        answered=sum(sizes),
        left_out={scale: found.left_out for scale, found in scored.items()},
        units=results,
        facets={
            scale: tuple(facets[place] for place in columns_of(scale, scales) if facets)
            for scale in SCALES
        },
        reliability={scale: found.reliability for scale, found in scored.items()},
        welch=welch_anova(groups),
        contrasts=contrasts(
            tree,
            {o: scored[o].moments for o in ORIENTATIONS},
            {o: scored[o].carried for o in ORIENTATIONS},
        ),
    )


def _score(
    levels: LevelMatrix, owner: Integers, units: Sequence[UnitAnswers], k: int
) -> ScoredScale:
    usable, scores = score_respondents(levels)
    sums = add_up(owner[usable], scores, [unit.invited for unit in units])
    moments = {unit.id: row for unit, row in zip(units, sums, strict=True)}
    tree = {unit.id: unit.parent for unit in units}
    counts = {unit: row.n for unit, row in moments.items()}
    carried = carry_up(tree, counts, k)
    # Only groups that are shown themselves: the means of others are in no figure.
    shown = [carried.released.get(unit.id) == (unit.id,) for unit in units]
    kept = np.array(shown, dtype=np.bool_)[owner]
    items = consistency(levels[kept], owner[kept]) if levels[kept].size else None
    return ScoredScale(
        moments=moments,
        carried=carried,
        smallest=smallest_cells(tree, carried, counts),
        items=item_figures(tree, carried.released, moments, k),
        reliability=Reliability(
            groups=anova([row for row, told in zip(sums, shown, strict=True) if told]),
            items=items if items and items.n >= RELIABLE_FROM else None,
        ),
    )


def _totals(tree: Mapping[str, str | None], own: Mapping[str, int]) -> dict[str, int]:
    """Add every unit's own number to all units above it."""
    totals = dict(own) | {ORGANISATION: 0}
    for unit in reversed(list(tree)):
        totals[tree[unit] or ORGANISATION] += totals[unit]
    return totals


def _results(
    name: str,
    units: Sequence[UnitAnswers],
    scored: Mapping[Scale, ScoredScale],
    answered: Mapping[str, int],
    k: int,
) -> tuple[UnitResult, ...]:
    tree = {unit.id: unit.parent for unit in units}
    invited = _totals(tree, {unit.id: unit.invited for unit in units})
    children: dict[str, list[str]] = {unit: [] for unit in [ORGANISATION, *tree]}
    for child, parent in tree.items():
        children[parent or ORGANISATION].append(child)
    carried = {scale: found.carried for scale, found in scored.items()}
    depth = {ORGANISATION: 0}
    results = []
    top = UnitAnswers(ORGANISATION, name, None, None, 0, "")
    for unit in [top, *units]:
        if unit is not top:
            depth[unit.id] = depth[unit.parent or ORGANISATION] + 1
        profiles = _profiles(unit.id, scored)
        shown = [profiles[o] for o in ORIENTATIONS if o in profiles]
        result = UnitResult(
            id=unit.id,
            name=unit.name,
            parent=unit.parent,
            kind=unit.kind,
            depth=depth[unit.id],
            is_parent=bool(children[unit.id]),
            invited=invited[unit.id],
            answered=answered[unit.id] if answered[unit.id] >= k else None,
            profiles=profiles,
            overall=overall_of(shown) if len(shown) == len(ORIENTATIONS) else None,
            same_as=_only_child(unit.id, children, carried),
            rests_on={scale: carried[scale].released[unit.id] for scale in profiles},
        )
        results.append(result)
    return tuple(results)


def _profiles(unit: str, scored: Mapping[Scale, ScoredScale]) -> dict[Scale, Profile]:
    return {
        scale: profile_of(
            [found.moments[leaf] for leaf in leaves], found.items[unit], found.smallest[unit]
        )
        for scale, found in scored.items()
        if (leaves := found.carried.released.get(unit)) is not None
    }


def _only_child(
    unit: str, children: Mapping[str, list[str]], carried: Mapping[Scale, CarriedUp]
) -> str | None:
    """The one unit below whose released sets equal this unit's on every scale."""
    own = _released(unit, carried)
    return next(
        (child for child in children[unit] if any(own) and _released(child, carried) == own), None
    )


def _released(unit: str, carried: Mapping[Scale, CarriedUp]) -> list[tuple[str, ...] | None]:
    return [carried[scale].released.get(unit) for scale in SCALES]
