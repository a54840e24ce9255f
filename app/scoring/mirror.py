"""How business partners see an IT group, beside how the group sees itself, on the same items.

Partners answer some of the core items about one group. Their answers are never part of a
level: they stand in figures of their own, and only where k of them answered. What the group
itself says on just these items is used to tell whether the two views differ, and never leaves:
beside its released figures it could single out those who left an item open (method, 6).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import inf

import numpy as np
from pydantic import BaseModel, ConfigDict

from app.maturity import ORIENTATIONS, Orientation
from app.questionnaires.questionnaire import Scale
from app.scoring.difference import Estimate, difference
from app.scoring.figure import Bound, Figure, Mean, figures_of, is_coarse
from app.scoring.moments import Moments, add_up
from app.scoring.profile import Profiles, profiles_of
from app.scoring.respondent import columns_of, score_respondents
from app.scoring.rounding import percents
from app.scoring.rules import CLEAR_DIFFERENCE, K_FLOOR
from app.scoring.scales import ScoredWave, UnitAnswers
from app.scoring.sheets import SheetTable, read_sheets
from app.scoring.uncertainty import Spread, pooled_spread, standard_error


class View(BaseModel):
    """Partners' view in one orientation, and whether the group's own is another one.

    `gap` is self less partners in levels, the difference of both means as shown, rounded to
    halves; `clear` says that it is half a level or more and beyond the noise. Both are None
    where the group is not shown alone, a side that is split has no mean, or one that is only told
    as a bound may lie nearer to the other than it is told.
    """

    model_config = ConfigDict(frozen=True)

    partners: Figure
    gap: float | None = None
    clear: bool | None = None


class Mirror(BaseModel):
    """What business partners answered about one group; orientations below k are absent."""

    model_config = ConfigDict(frozen=True)

    about: str
    invited: int
    answered: int | None
    views: dict[Orientation, View]


def mirrors_of(
    units: Sequence[UnitAnswers],
    scales: Sequence[Scale],
    asked: Sequence[bool],
    wave: ScoredWave,
    k: int = K_FLOOR,
) -> tuple[Mirror, ...]:
    """Return the mirrors of a wave; all partners who answer about one group count together.

    `asked` says which items of a sheet partners are asked; `wave` is how the groups see
    themselves, and which of them are shown alone.
    """
    inside = {unit.id for unit in units if not unit.about}
    about = [group for group in dict.fromkeys(u.about for u in units) if group in inside]
    groups = [[unit for unit in units if unit.about == group] for group in about]
    texts = ["".join(unit.sheets for unit in partners) for partners in groups]
    everything = read_sheets(texts, len(scales))
    invited = [sum(unit.invited for unit in partners) for partners in groups]
    answered = np.bincount(everything.careful.owner, minlength=len(groups)).tolist()
    views: list[dict[Orientation, View]] = [{} for _ in groups]
    for orientation in ORIENTATIONS:
        places = [place for place in columns_of(orientation, scales) if asked[place]]
        if places:
            sides = _Sides(_partners(everything.careful, places, invited), _own(wave, places), k)
            for number, group in enumerate(about):
                if group is not None and (view := sides.view(number, group, wave)) is not None:
                    views[number][orientation] = view
    return tuple(
        Mirror(about=group, invited=people, answered=n if n >= k else None, views=found)
        for group, people, n, found in zip(about, invited, answered, views, strict=True)
        if group is not None
    )


@dataclass(frozen=True)
class _Answers:
    """Who answered some items: sums by group or cell, and the share of "cannot say" in percent."""

    moments: Moments
    unsure: list[int]


def _partners(table: SheetTable, places: Sequence[int], invited: Sequence[int]) -> _Answers:
    usable, scores = score_respondents(table.levels[:, places])
    chosen = np.bincount(
        table.owner, weights=table.unsure[:, places].sum(axis=1), minlength=len(invited)
    ).astype(np.int64)
    asked = np.maximum(1, np.bincount(table.owner, minlength=len(invited)) * len(places))
    return _Answers(
        add_up(table.owner[usable], scores, invited), percents(chosen, asked, 5).tolist()
    )


def _own(wave: ScoredWave, places: Sequence[int]) -> _Answers:
    usable, scores = score_respondents(wave.table.levels[:, places])
    return _Answers(add_up(wave.cell[usable], scores, wave.invited.tolist()), [])


class _Sides:
    """Partners and groups on the same items of one orientation."""

    def __init__(self, partners: _Answers, own: _Answers, k: int) -> None:
        self._partners = _shown(partners, k)
        self._own = _shown(own, k)

    def view(self, number: int, group: str, wave: ScoredWave) -> View | None:
        partners = self._partners.figures.get(number)
        if partners is None:
            return None
        cell = next((n for n, one in enumerate(wave.cells) if one.members == (group,)), None)
        mine = None if cell is None else self._own.figures.get(cell)
        if mine is None or mine.mean is None or partners.mean is None:
            return View(partners=partners)
        if _may_be_nearer(mine.mean, partners.mean):
            return View(partners=partners)
        found = difference(
            _estimate(self._own, mine.mean, mine, cell or 0),
            _estimate(self._partners, partners.mean, partners, number),
        )
        clear = abs(round(found.value, 1)) >= CLEAR_DIFFERENCE and found.excludes_zero
        return View(partners=partners, gap=round(2 * found.value) / 2, clear=clear)


def _may_be_nearer(one: Mean, other: Mean) -> bool:
    """Whether two means may truly lie nearer than they are told: one is a bound that way."""
    low, high = sorted((one, other), key=lambda mean: mean.value)
    alike = low.value == high.value and (low.bound, high.bound) != (Bound.ABOUT, Bound.ABOUT)
    return alike or low.bound is Bound.OR_MORE or high.bound is Bound.OR_LESS


@dataclass(frozen=True)
class _Shown:
    """Figures as they would be shown, by number, and the spread that coarse ones borrow."""

    moments: Moments
    figures: Mapping[int, Figure]
    spread: Spread


def _estimate(side: _Shown, mean: Mean, figure: Figure, number: int) -> Estimate:
    """A mean as shown, with the error of its own spread, or of the pooled one if it is coarse."""
    if figure.se is not None:
        return Estimate(mean.value, figure.se, figure.df)
    sd, n = np.array([side.spread.sd]), np.array([figure.n])
    error = standard_error(sd, n, side.moments.coverage[number : number + 1])
    return Estimate(mean.value, float(error[0]), inf if side.spread.df is None else side.spread.df)


def _shown(answers: _Answers, k: int) -> _Shown:
    kept = answers.moments.n >= k
    moments = answers.moments.where(kept)
    profiles: Profiles = profiles_of(moments, k)
    unsure = [
        share for share, shown in zip(answers.unsure or [0] * len(kept), kept, strict=True) if shown
    ]
    named, empty = np.ones(len(moments), dtype=np.bool_), [()] * len(moments)
    figures = figures_of(profiles, named, unsure, empty, k)
    numbers = np.flatnonzero(kept).tolist()
    spread = pooled_spread(moments.where(~is_coarse(profiles)))
    return _Shown(answers.moments, dict(zip(numbers, figures, strict=True)), spread)
