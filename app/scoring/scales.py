"""Every scale of a wave, scored and put through the carry-up rule: what a release is made of."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

from app.maturity import ACCEPTANCE, ORIENTATIONS
from app.questionnaires.questionnaire import Scale
from app.scoring.items import Items, item_figures
from app.scoring.moments import Moments, add_up, merge
from app.scoring.reliability import Anova, Consistency, anova, consistency
from app.scoring.respondent import Integers, columns_of, score_respondents
from app.scoring.rules import K_FINE, K_FLOOR, RELIABLE_FROM
from app.scoring.sheets import SheetTable, read_sheets
from app.scoring.suppression import CarriedUp, carry_up, cells_of

SCALES: tuple[Scale, ...] = (*ORIENTATIONS, ACCEPTANCE)

#: Fewest items of a scale for which it makes sense to ask how they hold together.
FEWEST_TOGETHER = 3


def scales_among(scales: Sequence[Scale]) -> tuple[Scale, ...]:
    """Return each scale once: the four of the core, then those of modules as they come."""
    return tuple(dict.fromkeys((*SCALES, *scales)))


@dataclass(frozen=True)
class UnitAnswers:
    """A unit of the tree with all its answer sheets, written one after the other.

    Parents come before their children; `invited` is 0 for a unit that only holds others.
    `about` is the group that business partners answer about; they stand outside the tree.
    `places` are the steps from demand to run where whoever set it up placed the group.
    """

    id: str
    name: str
    parent: str | None
    kind: str | None
    invited: int
    sheets: str
    about: str | None = None
    places: tuple[str, ...] = ()


class Reliability(BaseModel):
    """How well one scale tells the released groups apart, and how its items hold together.

    The second only from 60 complete sheets on.
    """

    model_config = ConfigDict(frozen=True)

    groups: Anova
    items: Consistency | None


#: Of a unit: how often "cannot say" was chosen, and how many answers were asked for.
Asked = tuple[int, int]


@dataclass(frozen=True)
class ScoredScale:
    """One scale of a wave: sums of each unit, what may be released of them, all answers."""

    moments: Mapping[str, Moments]
    carried: CarriedUp
    cells: Mapping[str, tuple[Moments, ...]]
    items: Mapping[str, Items]
    unsure: Mapping[str, Asked]
    reliability: Reliability

    @property
    def sizes(self) -> dict[str, int]:
        """Usable respondents of each unit."""
        return {unit: row.n for unit, row in self.moments.items()}

    def unsure_share(self, leaves: Sequence[str]) -> Fraction:
        """Return the share of "cannot say" among all that was asked of some units."""
        chosen = sum(self.unsure[leaf][0] for leaf in leaves)
        return Fraction(chosen, sum(self.unsure[leaf][1] for leaf in leaves))


def score_scales(
    units: Sequence[UnitAnswers], scales: Sequence[Scale], k: int = K_FLOOR
) -> dict[Scale, ScoredScale]:
    """Score all answers of a wave; `scales` gives the scale of each item of a sheet.

    Sheets that were filled in without care count nowhere. Raises ThresholdTooLow for k below 5.
    """
    table = read_sheets([unit.sheets for unit in units], len(scales)).careful
    return {
        scale: _score(table, columns_of(scale, scales), units, k) for scale in scales_among(scales)
    }


def _score(
    table: SheetTable, places: Sequence[int], units: Sequence[UnitAnswers], k: int
) -> ScoredScale:
    levels, owner = table.levels[:, places], table.owner
    usable, scores = score_respondents(levels)
    sums = add_up(owner[usable], scores, [unit.invited for unit in units])
    moments = {unit.id: row for unit, row in zip(units, sums, strict=True)}
    tree = {unit.id: unit.parent for unit in units}
    counts = {unit: row.n for unit, row in moments.items()}
    carried = carry_up(tree, counts, k)
    # Leftovers count as one group: how they fall into groups is in no figure.
    cells = {
        unit: tuple(merge([moments[leaf] for leaf in cell]) for cell in sets)
        for unit, sets in cells_of(tree, carried).items()
    }
    shown = [carried.released.get(unit.id) == (unit.id,) for unit in units]
    kept = np.array(shown, dtype=np.bool_)[owner]
    enough = levels[kept].size and len(places) >= FEWEST_TOGETHER
    items = consistency(levels[kept], owner[kept]) if enough else None
    return ScoredScale(
        moments=moments,
        carried=carried,
        cells=cells,
        items=item_figures(tree, cells, k),
        unsure=_asked(table.unsure[:, places], owner, units),
        reliability=Reliability(
            # Of one mind in small groups, a variance within of 0 would tell everyone's score.
            groups=anova(
                [r for r, told in zip(sums, shown, strict=True) if told and r.singled_out >= K_FINE]
            ),
            items=items if items and items.n >= RELIABLE_FROM else None,
        ),
    )


def _asked(
    unsure: NDArray[np.bool_], owner: Integers, units: Sequence[UnitAnswers]
) -> dict[str, Asked]:
    chosen = np.bincount(owner, weights=unsure.sum(axis=1), minlength=len(units))
    asked = np.bincount(owner, minlength=len(units)) * unsure.shape[1]
    pairs = zip(units, chosen.tolist(), asked.tolist(), strict=True)
    return {unit.id: (int(count), total) for unit, count, total in pairs}
