"""The frozen release of a wave: the only figures that any screen, page or file may show."""

from collections.abc import Mapping, Sequence

from pydantic import BaseModel, ConfigDict

from app.maturity import ORIENTATIONS, Orientation
from app.questionnaires.answers import sheet_length
from app.questionnaires.questionnaire import Scale
from app.scoring.contrast import Contrast, contrasts
from app.scoring.difference import WelchAnova, welch_anova
from app.scoring.mirror import Mirror
from app.scoring.presentation import careless_sheets, direction_effects, means_with_careless
from app.scoring.profile import Overall, Profile, overall_of, profile_of
from app.scoring.respondent import columns_of
from app.scoring.rules import K_FLOOR
from app.scoring.scales import (
    Reliability,
    ScoredScale,
    UnitAnswers,
    scales_among,
    score_scales,
)
from app.scoring.suppression import ORGANISATION, CarriedUp, carry_up


class UnitResult(BaseModel):
    """What may be shown of one unit. A scale that is absent is suppressed.

    `answered` is None below k: a count that small could point at people; a unit above others
    counts those whom its figures could rest on, so that no difference of counts is below k
    either. `same_as` names the only released unit below, if this one would just repeat its
    figures.
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
    #: Steps of demand, plan, build and run where the roster places it; empty: it does not say.
    places: tuple[str, ...] = ()


class Release(BaseModel):
    """All figures of a wave, frozen at its close.

    `answered` counts those in units that are shown, or that are k together; how many others
    answered, or whether any did, is told to nobody. `facets` names each scale's items in the
    order of a profile's `items`, and `modules` the scales that are not of the core. `welch`
    tests whether the groups' overall means differ at all. `careless` counts the sheets that
    bear both flags of response quality and stand in no figure (None: some, but fewer than k);
    `with_careless` is what the organisation's means would be with them. `direction` is by item
    the mean shown rising less that shown falling. `comments` are of ten people at least, in no
    order.
    """

    model_config = ConfigDict(frozen=True)

    instrument: str
    k: int
    invited: int
    answered: int
    units: tuple[UnitResult, ...]
    facets: dict[Scale, tuple[str, ...]] = {}
    reliability: dict[Scale, Reliability] = {}
    welch: WelchAnova | None = None
    contrasts: tuple[Contrast, ...] = ()
    language: str = "en"
    modules: dict[Scale, str] = {}
    mirrors: tuple[Mirror, ...] = ()
    comment_prompt: str = ""
    comments: tuple[str, ...] = ()
    careless: int | None = 0
    with_careless: dict[Orientation, float] = {}
    direction: dict[Orientation, tuple[float | None, ...]] = {}

    @property
    def core_items(self) -> int:
        """How many items the three orientations have together; 0 if their names are unknown."""
        return sum(len(self.facets.get(orientation, ())) for orientation in ORIENTATIONS)

    @property
    def is_part(self) -> bool:
        """Return whether `answered` may lack a few, of groups in which too few answered."""
        return any(u.answered is None and u.invited and not u.is_parent for u in self.units)

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
    sizes = [len(unit.sheets) // sheet_length(len(scales)) for unit in units]
    # Of groups that are shown: else the count would tell how many of a hidden one answered.
    large = [unit for unit, size in zip(units, sizes, strict=True) if size >= k]
    careless = careless_sheets(large, scales)
    answered = _countable({unit.id: unit.parent for unit in units}, sizes, k)
    results = _results(name, units, scored, answered, k)
    return Release(
        instrument=instrument,
        k=k,
        invited=sum(unit.invited for unit in units),
        answered=answered.get(ORGANISATION, 0),
        units=results,
        facets={
            scale: tuple(facets[place] for place in columns_of(scale, scales) if facets)
            for scale in scales_among(scales)
        },
        reliability={scale: found.reliability for scale, found in scored.items()},
        welch=_welch(results),
        contrasts=contrasts(
            {unit.id: unit.parent for unit in units},
            {o: scored[o].cells for o in ORIENTATIONS},
            {o: scored[o].carried for o in ORIENTATIONS},
        ),
        careless=None if 0 < careless < k else careless,
        with_careless=means_with_careless(units, scales, scored, k) if careless else {},
        direction=direction_effects(units, scales, scored, k),
    )


def _welch(units: Sequence[UnitResult]) -> WelchAnova | None:
    """Whether groups differ at all, over those whose figures are exact.

    Were a small group of one mind among them, that there is no test would tell it.
    """
    overall = [unit.overall for unit in units if unit.overall and not unit.is_parent]
    return welch_anova([figure for figure in overall if not figure.coarse])


def _countable(tree: Mapping[str, str | None], sizes: Sequence[int], k: int) -> dict[str, int]:
    """Return how many answered in each unit that may say so, by the rule of the figures."""
    counts = dict(zip(tree, sizes, strict=True))
    released = carry_up(tree, counts, k).released
    return {unit: sum(counts[leaf] for leaf in leaves) for unit, leaves in released.items()}


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
            answered=answered.get(unit.id),
            profiles=profiles,
            overall=overall_of(shown) if len(shown) == len(ORIENTATIONS) else None,
            same_as=_only_child(unit.id, children, carried),
            rests_on={scale: carried[scale].released[unit.id] for scale in profiles},
            places=unit.places,
        )
        results.append(result)
    return tuple(results)


def _profiles(unit: str, scored: Mapping[Scale, ScoredScale]) -> dict[Scale, Profile]:
    return {
        scale: profile_of(
            found.cells[unit],
            single=len(leaves) == 1,
            items=found.items[unit],
            smallest=min(cell.singled_out for cell in found.cells[unit]),
            unsure=found.unsure_share(leaves),
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
    return [found.released.get(unit) for found in carried.values()]
