"""Looks for other worlds with the same print by exchanging and moving answers."""

from collections.abc import Callable, Iterator
from itertools import combinations

import numpy as np

from app.scoring.moments import Flags, Moments
from app.scoring.respondent import Integers
from tests.scoring.solvers.worlds import Tables, scores_of, sums_of, usable

#: What is printed of many groups, a row a group.
Print = Callable[[Moments], Integers]


def exchanges(tables: Tables) -> Iterator[tuple[Tables, list[int]]]:
    """Exchange answers to the same items between two people, in every way; with whose they are."""
    _, people, items = tables.shape
    for pair in combinations(range(people), 2):
        one, other = pair
        for many in range(1, items // 2 + 1):
            for places in combinations(range(items), many):
                world = tables.copy()
                world[:, one, places] = tables[:, other, places]
                world[:, other, places] = tables[:, one, places]
                yield world, list(pair)


def covered_by_exchanges(tables: Tables, roster: int, shown: Print) -> Flags:
    """Return for which insiders (M, people) of each group an exchange among others fits."""
    base, own = shown(sums_of(tables, roster)), scores_of(tables)
    covered = np.zeros(tables.shape[:2], dtype=np.bool_)
    for worlds, touched in exchanges(tables):
        rest = np.ones(tables.shape[1], dtype=np.bool_)
        rest[touched] = False
        useful = np.flatnonzero((~covered & rest).any(axis=1))
        useful = (
            useful[(scores_of(worlds[useful]) != own[useful]).any(axis=1)]
            if len(useful)
            else useful
        )
        if len(useful):
            fits = (shown(sums_of(worlds[useful], roster)) == base[useful]).all(axis=1)
            covered[useful[fits]] |= rest
    return covered


def moved(chance: np.random.Generator, table: Integers, many: int) -> Tables:
    """Draw worlds near one: some answers exchanged between people, some a level up or down.

    In half of them only two people are touched.
    """
    people, items = table.shape
    worlds, each = np.repeat(table[None], many, axis=0), np.arange(many)
    local = chance.random(many) < 0.6
    pair = chance.integers(0, people, (2, many))
    for likely in (1, 0.7, 0.6, 0.5, 0.4, 0.3):
        who = np.where(local, pair, chance.integers(0, people, (2, many)))
        what = chance.integers(0, items, (2, many))
        what[1] = np.where(chance.random(many) < 0.5, what[0], what[1])
        one, other = worlds[each, who[0], what[0]], worlds[each, who[1], what[1]]
        way, kind = chance.choice([-1, 1], many), chance.random(many)
        swap, single = kind < 0.5, kind > 0.85
        new, second = np.where(swap, other, one + way), np.where(swap, one, other - way)
        second = np.where(single, other, second)
        fits = (
            (one > 0) & (other > 0) & (np.minimum(new, second) > 0) & (np.maximum(new, second) < 6)
        )
        fits &= (chance.random(many) < likely) & ((who[0] != who[1]) | (what[0] != what[1]))
        worlds[each[fits], who[0, fits], what[0, fits]] = new[fits]
        worlds[each[fits], who[1, fits], what[1, fits]] = second[fits]
    return worlds[usable(worlds)]


class Case:
    """One table: for which insiders no other world was found yet, and for which questions.

    `scores` (people) says for whom, if it is the insider, the others' scores are still one
    solution. `items` (people + 1, items) says of which questions all others (in the last row:
    all) gave one answer, in every solution so far.
    """

    def __init__(self, table: Integers, roster: int, shown: Print) -> None:
        self.table, self.roster, self._shown = table, roster, shown
        people = len(table)
        self._base = shown(sums_of(table[None], roster))
        self._own = scores_of(table[None])
        self.scores = np.ones(people, dtype=np.bool_)
        rests = [np.delete(table, insider, axis=0) for insider in range(people)]
        self.items = np.array([(rest == rest[:1]).all(axis=0) for rest in [*rests, table]])

    @property
    def is_found_out(self) -> bool:
        return bool(self.scores.any() or self.items.any())

    def try_worlds(self, worlds: Tables) -> Tables:
        """Note what these worlds leave open; return those that fit."""
        fits = (self._shown(sums_of(worlds, self.roster)) == self._base).all(axis=1)
        found: Tables = worlds[fits]
        changed = found != self.table
        untouched = ~changed.any(axis=2)
        other = (scores_of(found) != self._own).any(axis=1)
        self.scores &= ~(other[:, None] & untouched).any(axis=0)
        answers = changed.any(axis=1)
        self.items[:-1] &= ~(untouched[:, :, None] & answers[:, None, :]).any(axis=0)
        self.items[-1] &= ~answers.any(axis=0)
        return found

    def search(self, chance: np.random.Generator, rounds: tuple[int, ...]) -> None:
        """Try worlds near the table, then near those that fit, until nothing is found out."""
        starts = [self.table]
        for number, many in enumerate(rounds):
            if not self.is_found_out:
                return
            # Half of the time from the table itself, so that few people are touched.
            start = starts[chance.integers(len(starts))] if number % 2 else self.table
            found = self.try_worlds(moved(chance, start, many))
            if len(found):
                starts.append(found[chance.integers(len(found))])

    def walk(self, chance: np.random.Generator, walkers: int, steps: int) -> None:
        """Exchange answers to single items among others than an insider, one after the other.

        Every world on the way has the same answers to each item, given by other people.
        """
        for insider in np.flatnonzero(self.scores):
            others = np.delete(np.arange(len(self.table)), insider)
            worlds, each = np.repeat(self.table[None], walkers, axis=0), np.arange(walkers)
            for _ in range(steps):
                one, other = chance.choice(others, (2, walkers))
                what = chance.integers(0, self.table.shape[1], walkers)
                given, taken = worlds[each, one, what], worlds[each, other, what]
                worlds[each, one, what], worlds[each, other, what] = taken, given
                self.try_worlds(worlds[usable(worlds)])
                if not self.scores[insider]:
                    break
