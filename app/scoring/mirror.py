"""How business partners see an IT group, beside how the group sees itself, on the same items.

Partners answer some of the core items about one group. Their answers are never part of a
level: they stand in figures of their own, and only where k of them answered. What the group
itself says on just these items is used to tell whether the two views differ, and never leaves:
beside its released figures it could single out those who left an item open (method, 6).
"""

from collections.abc import Mapping, Sequence
from fractions import Fraction

import numpy as np
from pydantic import BaseModel, ConfigDict

from app.maturity import ORIENTATIONS, Orientation
from app.questionnaires.questionnaire import Scale
from app.scoring.difference import difference, is_gap
from app.scoring.moments import Moments, add_up
from app.scoring.profile import Profile, profile_of
from app.scoring.respondent import columns_of, score_respondents
from app.scoring.rules import K_FLOOR
from app.scoring.scales import UnitAnswers
from app.scoring.sheets import SheetTable, read_sheets


class View(BaseModel):
    """Partners' view in one orientation, and whether the group's own is another one.

    `gap` is self less partners in levels, rounded to halves; `clear` says that it is at least
    half a level and beyond the noise. Both are None where the group's own figures are hidden.
    """

    model_config = ConfigDict(frozen=True)

    partners: Profile
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
    shown: Mapping[Orientation, Sequence[str]],
    k: int = K_FLOOR,
) -> tuple[Mirror, ...]:
    """Return the mirrors of a wave; all partners who answer about one group count together.

    `asked` says which items of a sheet partners are asked, `shown` in which orientations each
    group's own figures are released.
    """
    about = dict.fromkeys(unit.about for unit in units if unit.about)
    own = {unit.id: unit for unit in units if not unit.about}
    return tuple(
        _mirror(own[group], [u for u in units if u.about == group], scales, asked, shown, k)
        for group in about
        if group is not None and group in own
    )


def _mirror(
    group: UnitAnswers,
    partners: Sequence[UnitAnswers],
    scales: Sequence[Scale],
    asked: Sequence[bool],
    shown: Mapping[Orientation, Sequence[str]],
    k: int,
) -> Mirror:
    theirs = read_sheets(["".join(unit.sheets for unit in partners)], len(scales)).careful
    ours = read_sheets([group.sheets], len(scales)).careful
    invited = sum(unit.invited for unit in partners)
    views = {}
    for orientation in ORIENTATIONS:
        places = [place for place in columns_of(orientation, scales) if asked[place]]
        if not places:
            continue
        view = _moments(theirs, places, invited)
        if view.n >= k:
            self_view = _moments(ours, places, group.invited)
            told = group.id in shown[orientation] and self_view.n >= k
            unsure = Fraction(int(theirs.unsure[:, places].sum()), theirs.unsure[:, places].size)
            views[orientation] = _view(view, self_view if told else None, unsure)
    answered = len(theirs.owner)
    return Mirror(
        about=group.id,
        invited=invited,
        answered=answered if answered >= k else None,
        views=views,
    )


def _view(partners: Moments, own: Moments | None, unsure: Fraction) -> View:
    profile = profile_of([partners], smallest=partners.singled_out, unsure=unsure)
    if own is None:
        return View(partners=profile)
    mine = profile_of([own])
    gap = round(2 * difference(mine, profile).value) / 2
    return View(partners=profile, gap=gap, clear=is_gap(mine, profile))


def _moments(table: SheetTable, places: Sequence[int], invited: int) -> Moments:
    usable, scores = score_respondents(table.levels[:, places])
    return add_up(np.zeros(int(usable.sum()), dtype=np.int64), scores, [invited])[0]
