"""Made-up organisations, their next wave, and other worlds with the same release."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from app.scoring.release import Release
from app.scoring.respondent import Integers
from app.scoring.scales import UnitAnswers
from tests.scoring.builders import release, sheet, unit
from tests.scoring.solvers.prints import prints_of
from tests.scoring.solvers.search import moved
from tests.scoring.solvers.worlds import scores_of, sums_of

ITEMS, SCALES = 6, 3
#: Worlds drawn at a time, times that they are drawn, and worlds scored as a whole.
_DRAWN, _TIMES, _SCORED = 300, 12, 8


@dataclass(frozen=True)
class Group:
    """Who was invited, and the answers of those who took part: shape (people, 18)."""

    name: str
    parent: str | None
    invited: int
    answers: Integers


@dataclass(frozen=True)
class Organisation:
    """Divisions and groups of one wave."""

    divisions: tuple[str, ...]
    groups: tuple[Group, ...]

    def units(self) -> list[UnitAnswers]:
        """Return what is scored."""
        found = [unit(name, invited=0) for name in self.divisions]
        for group in self.groups:
            sheets = [_sheet(row) for row in group.answers]
            found.append(unit(group.name, sheets, group.parent, group.invited))
        return found

    def a_wave_later(self, chance: np.random.Generator) -> "Organisation":
        """Return the next wave: one in five is new, some others move half a level, some stay."""
        groups = []
        for group in self.groups:
            later = _group(chance, group.name, group.parent, group.invited)
            many = min(len(later.answers), len(group.answers))
            stays = chance.random(many) < 0.8
            later.answers[:many][stays] = group.answers[:many][stays]
            groups.append(later)
        return replace(self, groups=tuple(groups))

    def another_world(
        self, members: Sequence[str], scale: int, told: Release
    ) -> "Organisation | None":
        """Return one in which people of a cell scored otherwise, and the release is the same.

        The first of the cell is the insider, whose answers are known.
        """
        chance = np.random.default_rng(len(members) + 10 * scale)
        own = [group for group in self.groups if group.name in members]
        columns = slice(ITEMS * scale, ITEMS * (scale + 1))
        table = np.concatenate([group.answers[:, columns] for group in own])
        roster = sum(group.invited for group in own)
        base, scores = prints_of(sums_of(table[None], roster)), scores_of(table[None])
        left = _SCORED
        for _ in range(_TIMES):
            worlds = moved(chance, table, _DRAWN)
            worlds = worlds[(worlds[:, 0] == table[0]).all(axis=1)]
            fits = (prints_of(sums_of(worlds, roster)) == base).all(axis=1)
            fits &= (scores_of(worlds) != scores).any(axis=1)
            for world in worlds[fits][:left]:
                other = self._with(own, columns, world)
                if release(*other.units()) == told:
                    return other
                left -= 1
        return None

    def _with(self, own: Sequence[Group], columns: slice, world: Integers) -> "Organisation":
        changed, at = {}, 0
        for group in own:
            answers = group.answers.copy()
            answers[:, columns] = world[at : at + len(answers)]
            changed[group.name] = replace(group, answers=answers)
            at += len(answers)
        groups = tuple(changed.get(group.name, group) for group in self.groups)
        return replace(self, groups=groups)


def _sheet(row: Integers) -> str:
    text = "".join(str(level or "?") for level in row.tolist())
    return sheet(text[:6], text[6:12], text[12:])


def drawn_organisation(chance: np.random.Generator) -> Organisation:
    """Draw divisions with groups of 1 to 12 people, now and then a larger one."""
    divisions = tuple(f"d{n}" for n in range(chance.integers(0, 3)))
    groups = []
    for number in range(chance.integers(2, 8)):
        parent = str(chance.choice(divisions)) if divisions and chance.random() < 0.8 else None
        invited = int(chance.choice([1, 1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 18]))
        groups.append(_group(chance, f"g{number}", parent, invited))
    return Organisation(divisions, tuple(groups))


def _group(chance: np.random.Generator, name: str, parent: str | None, invited: int) -> Group:
    took_part = int((chance.random(invited) < chance.choice([0.5, 0.8, 1])).sum())
    level = chance.uniform(1, 4.5) + chance.normal(0, 0.6, (took_part, 1))
    answers = np.clip(np.rint(level + chance.normal(0, 0.75, (took_part, 18))), 1, 5)
    answers[chance.random(answers.shape) < 0.02] = 0
    return Group(name, parent, invited, answers.astype(np.int64))
