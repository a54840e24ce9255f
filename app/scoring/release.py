"""The frozen release of a wave: the only figures that any screen, page or file may show."""

from collections.abc import Mapping, Sequence
from typing import Final, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict

from app.maturity import ORIENTATIONS, Orientation
from app.questionnaires.questionnaire import Scale
from app.scoring.difference import WelchAnova, welch_anova
from app.scoring.figure import Figure, Overall, is_coarse
from app.scoring.items import Items
from app.scoring.mirror import Mirror
from app.scoring.overall_figure import overall_figures
from app.scoring.pools import pool_id, pool_name
from app.scoring.presentation import direction_effects, shifts_by_careless
from app.scoring.profile import Overalls, overalls_of
from app.scoring.respondent import columns_of
from app.scoring.rules import K_FLOOR
from app.scoring.scales import Reliability, ScoredWave, UnitAnswers, scales_among, score_wave
from app.scoring.suppression import ORGANISATION, Cell
from app.scoring.uncertainty import Spread

#: The version of the rules by which figures are released.
RULES: Final = 2


class UnitResult(BaseModel):
    """What may be shown of one unit: a group, a pool of groups, or a unit that holds others.

    A pool names its groups in `members`: those that were asked, whoever answered. A unit that
    holds others is a frame without figures of its own. A scale that is absent is suppressed.
    `answered` is None where the unit is no cell: a count that small could point at people; a
    frame counts the cells below it. `overlap` is the share of the people asked who were asked
    in the wave before too, in steps of 5 %; None: not known.
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
    profiles: dict[Scale, Figure]
    overall: Overall | None
    members: tuple[str, ...] = ()
    #: Steps of demand, plan, build and run where the roster places it; empty: it does not say.
    places: tuple[str, ...] = ()
    overlap: float | None = None

    @property
    def is_pool(self) -> bool:
        """Whether it is several groups that are only told together."""
        return bool(self.members)

    @property
    def is_cell(self) -> bool:
        """Whether it is shown as one: a group by itself, or a pool."""
        return self.answered is not None and not self.is_parent


class Release(BaseModel):
    """All figures of a wave, frozen at its close, no finer than they are printed.

    `answered` counts the cells; how many others answered, or whether any did, is told to nobody.
    `facets` names each scale's items in the order of a figure's `items`, `questions` has the
    items of all cells together, and `modules` names the scales that are not of the core.
    `spread` is how far people of one group lie apart, on each orientation. `welch` tests whether
    the groups' overall means differ at all. `careless` counts the sheets that bear both flags
    of response quality and stand in no figure (None: some, but fewer than k); `careless_shift`
    is by how much the mean of all would move with them. `direction` is by item the mean shown
    rising less that shown falling.
    """

    model_config = ConfigDict(frozen=True)

    rules: Literal[2] = RULES
    instrument: str
    k: int
    invited: int
    answered: int
    units: tuple[UnitResult, ...]
    facets: dict[Scale, tuple[str, ...]] = {}
    questions: dict[Scale, Items] = {}
    spread: dict[Orientation, Spread] = {}
    reliability: dict[Scale, Reliability] = {}
    welch: WelchAnova | None = None
    language: str = "en"
    modules: dict[Scale, str] = {}
    mirrors: tuple[Mirror, ...] = ()
    comment_prompt: str = ""
    careless: int | None = 0
    careless_shift: dict[Orientation, float] = {}
    direction: dict[Orientation, tuple[float | None, ...]] = {}

    @property
    def core_items(self) -> int:
        """How many items the three orientations have together; 0 if their names are unknown."""
        return sum(len(self.facets.get(orientation, ())) for orientation in ORIENTATIONS)

    @property
    def is_part(self) -> bool:
        """Return whether `answered` may lack a few, of groups in which too few answered."""
        inside = {member for unit in self.units for member in unit.members}
        return any(
            unit.answered is None and unit.invited and unit.id not in inside
            for unit in self.units
            if not unit.is_parent
        )

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

    @property
    def cells(self) -> tuple[UnitResult, ...]:
        """Every group and pool that has figures."""
        return tuple(unit for unit in self.units if unit.is_cell)

    def pool_of(self, unit_id: str) -> UnitResult | None:
        """Return the pool in which a group counts, if it counts in one."""
        return next((unit for unit in self.units if unit_id in unit.members), None)


def compute_release(
    name: str,
    units: Sequence[UnitAnswers],
    scales: Sequence[Scale],
    instrument: str,
    k: int = K_FLOOR,
    facets: Sequence[str] = (),
    scored: ScoredWave | None = None,
) -> Release:
    """Score all answers of a wave and return what may be shown of it.

    `scales` gives the orientation of each character of a sheet, `facets` the name of its item;
    `scored` saves the work if the wave was scored before. Pools are named in the language
    spoken. Deterministic: the order of the sheets makes no difference. Raises ThresholdTooLow
    for k below 5.
    """
    wave = scored or score_wave(units, scales, k)
    three = tuple(wave.scales[orientation].profiles for orientation in ORIENTATIONS)
    overalls = overalls_of(three)
    careless = int(wave.careless.sum())
    return Release(
        instrument=instrument,
        k=k,
        invited=sum(unit.invited for unit in units),
        answered=int(wave.answered.sum()),
        units=_results(name, units, wave, overalls),
        facets={
            scale: tuple(facets[place] for place in columns_of(scale, scales) if facets)
            for scale in scales_among(scales)
        },
        questions={scale: found.together for scale, found in wave.scales.items()},
        spread={orientation: wave.scales[orientation].spread for orientation in ORIENTATIONS},
        reliability={scale: found.reliability for scale, found in wave.scales.items()},
        welch=_welch(wave, overalls),
        careless=None if 0 < careless < k else careless,
        careless_shift=shifts_by_careless(units, scales, wave, k),
        direction=direction_effects(wave, scales, k),
    )


def _welch(wave: ScoredWave, overalls: Overalls) -> WelchAnova | None:
    """Whether groups differ at all, over those that are coarse on no orientation."""
    coarse = np.any([is_coarse(wave.scales[o].profiles) for o in ORIENTATIONS], axis=0)
    fine = ~coarse
    found = welch_anova(overalls.mean[fine], overalls.se[fine], overalls.df[fine])
    return found and found.as_shown()


def _results(
    name: str, units: Sequence[UnitAnswers], wave: ScoredWave, overalls: Overalls
) -> tuple[UnitResult, ...]:
    three = [wave.scales[orientation].figures for orientation in ORIENTATIONS]
    # Every cell numbers k on each orientation, so it has a figure on each.
    shown = [[figure for figure in figures if figure] for figures in three]
    overall = overall_figures(overalls, shown, wave.named)
    told = {
        cell.members: {
            "answered": int(wave.answered[n]),
            "profiles": {s: f for s, found in wave.scales.items() if (f := found.figures[n])},
            "overall": overall[n],
        }
        for n, cell in enumerate(wave.cells)
    }
    tree = _Tree(name, units)
    rows = [tree.row(unit, told.get((unit.id,))) for unit in tree.units]
    for cell in wave.cells:
        if cell.is_pool:
            pool = tree.pool(cell, told[cell.members])
            rows.insert(_after(rows, cell.parent or ORGANISATION), pool)
    return tuple(_with_counts(rows))


_EMPTY: Final[Mapping[str, object]] = {"answered": None, "profiles": {}, "overall": None}


class _Tree:
    """The units of a wave under their organisation, as rows without counts of frames."""

    def __init__(self, name: str, units: Sequence[UnitAnswers]) -> None:
        self.units = [UnitAnswers(ORGANISATION, name, None, None, 0, ""), *units]
        self._by_id = {unit.id: unit for unit in self.units}
        self._parents = {unit.parent or ORGANISATION for unit in units}
        self._depth = {ORGANISATION: 0}
        for unit in units:
            self._depth[unit.id] = self._depth[unit.parent or ORGANISATION] + 1

    def row(self, unit: UnitAnswers, told: Mapping[str, object] | None) -> UnitResult:
        return UnitResult(
            id=unit.id,
            name=unit.name,
            parent=unit.parent,
            kind=unit.kind,
            depth=self._depth[unit.id],
            is_parent=unit.id in self._parents,
            invited=unit.invited,
            places=unit.places,
            overlap=UnitAnswers.overlap_of([unit]),
            **(told or _EMPTY),
        )

    def pool(self, cell: Cell, told: Mapping[str, object]) -> UnitResult:
        members = [self._by_id[member] for member in cell.members]
        kinds = {unit.kind for unit in members}
        above = self._by_id[cell.parent or ORGANISATION]
        return UnitResult(
            id=pool_id(cell.members),
            name=pool_name([unit.name for unit in members], above.name),
            parent=cell.parent,
            kind=kinds.pop() if len(kinds) == 1 else None,
            depth=self._depth[cell.parent or ORGANISATION] + 1,
            is_parent=False,
            invited=sum(unit.invited for unit in members),
            members=cell.members,
            overlap=UnitAnswers.overlap_of(members),
            **told,
        )


def _after(rows: Sequence[UnitResult], parent: str) -> int:
    """The place behind the last row below a unit; `rows` hold parents before their children."""
    below, last = {parent}, 0
    for place, row in enumerate(rows):
        if row.id in below or (row.parent or ORGANISATION) in below:
            below.add(row.id)
            last = place
    return last + 1


def _with_counts(rows: Sequence[UnitResult]) -> list[UnitResult]:
    """Give every frame what was invited, and who answered in the cells, below it."""
    invited = dict.fromkeys((row.id for row in rows), 0)
    answered: dict[str, int | None] = {row.id: row.answered for row in rows}
    for row in reversed(rows):
        above = row.parent or ORGANISATION
        invited[row.id] += 0 if row.is_parent else row.invited
        if row.id == ORGANISATION:
            continue
        if not row.is_pool:
            invited[above] += invited[row.id]
        if (count := answered[row.id]) is not None:
            answered[above] = (answered[above] or 0) + count
    return [
        row.model_copy(update={"invited": invited[row.id], "answered": answered[row.id]})
        if row.is_parent
        else row
        for row in rows
    ]
