"""What the answers of each group add up to: all that any of its figures needs."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.scoring.respondent import Integers, LevelMatrix, Scores
from app.scoring.rules import K_FLOOR

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Moments:
    """Sums over the usable respondents of G groups on one scale of K items; arrays by group.

    Scores and shares are whole multiples of 1/`weight`. `n` (G) counts respondents and `roster`
    (G) the invited. `score`, `score_squared` (G), and `at_least`, `at_least_squared` (G, 4) for
    the levels 2 to 5, are sums and sums of squares. `counts[g, item, level - 1]` is how many
    gave that level to that item, `answered[g, m]` how many answered exactly m items, and
    `varied` (G) how many did not choose one level throughout. `scores`
    (n in all) are the respondents' scores, ascending inside each group; those of group g stand
    from `starts[g]` (G + 1) on.
    """

    n: Integers
    roster: Integers
    weight: int
    score: Integers
    score_squared: Integers
    at_least: Integers
    at_least_squared: Integers
    counts: Integers
    answered: Integers
    varied: Integers
    scores: Integers
    starts: Integers

    def __len__(self) -> int:
        return len(self.n)

    @property
    def whole(self) -> Integers:
        """What `at_least` would be if every answer were at that level or above (G)."""
        whole: Integers = self.n * self.weight
        return whole

    @property
    def coverage(self) -> Floats:
        """F = n / N, at most 1 (more answers than people means a faulty roster); 1 for N = 0."""
        invited = np.where(self.roster > 0, self.roster, np.maximum(self.n, 1))
        covered: Floats = np.where(self.roster > 0, np.minimum(1.0, self.n / invited), 1.0)
        return covered

    @property
    def df(self) -> Integers:
        """Degrees of freedom of each group by itself: n - 1, and 0 where nobody answered."""
        return np.maximum(self.n - 1, 0)

    def scores_of(self, group: int) -> Integers:
        """Return the scores of one group, ascending."""
        return self.scores[self.starts[group] : self.starts[group + 1]]

    def of_one_mind(self, k: int = K_FLOOR) -> Flags:
        """Return which groups (G) are of one mind: without some k - 1 people one score is left.

        Its figures would then be, within a hair, each one's own. True for fewer than k people.
        """
        alike = self.n < k
        large = np.flatnonzero(~alike)
        first, n = self.starts[large], self.n[large]
        for skipped in range(k):
            low = self.scores[first + skipped]
            alike[large] |= low == self.scores[first + skipped + n - k]
        return alike

    def of_few_minds(self, k: int = K_FLOOR) -> Flags:
        """Return which groups (G) are of one mind or two: what is left without some k - 1 people.

        That are at most two different scores, or only people who chose one level throughout.
        No other answers than theirs would give a spread as wide, or as narrow. True for fewer
        than k people. Of a single question everybody chose one level; there scores alone count.
        """
        largest, second = self._most_common()
        few: Flags = self.n - largest - second < k
        return few | (self.varied < k) if self.counts.shape[1] > 1 else few

    def _most_common(self) -> tuple[Integers, Integers]:
        """How many have the most common score of each group, and the one after it."""
        largest, second = np.zeros((2, len(self)), dtype=np.int64)
        present = np.flatnonzero(self.n)
        if not len(present):
            return largest, second
        begins = np.ones(len(self.scores), dtype=np.bool_)
        begins[1:] = self.scores[1:] != self.scores[:-1]
        begins[self.starts[present]] = True
        at = np.flatnonzero(begins)
        many = np.diff(at, append=len(self.scores))
        first = np.searchsorted(at, self.starts[present])
        largest[present] = np.maximum.reduceat(many, first)
        owner = np.repeat(present, np.diff(first, append=len(at)))
        # The first run that is as long as the longest is left out for the second.
        found = np.flatnonzero(many == largest[owner])
        many[found[np.unique(owner[found], return_index=True)[1]]] = 0
        second[present] = np.maximum.reduceat(many, first)
        return largest, second

    def where(self, groups: Flags) -> "Moments":
        """Return the moments of some groups, in the same order."""
        kept = np.repeat(groups, self.n)
        return Moments(
            n=self.n[groups],
            roster=self.roster[groups],
            weight=self.weight,
            score=self.score[groups],
            score_squared=self.score_squared[groups],
            at_least=self.at_least[groups],
            at_least_squared=self.at_least_squared[groups],
            counts=self.counts[groups],
            answered=self.answered[groups],
            varied=self.varied[groups],
            scores=self.scores[kept],
            starts=_starts(self.n[groups]),
        )


def add_up(owner: Integers, scores: Scores, rosters: Sequence[int]) -> Moments:
    """Return the moments of the groups 0..len(rosters)-1; `owner` says whose each row is.

    `scores` holds the usable respondents. The order of rows makes no difference.
    """
    groups, items = len(rosters), scores.levels.T
    order = np.argsort(owner, kind="stable")
    n = np.bincount(owner, minlength=groups)
    starts = _starts(n)

    def total(values: Integers) -> Integers:
        running = np.zeros(len(values) + 1, dtype=np.int64)
        np.cumsum(values[order], out=running[1:])
        return running[starts[1:]] - running[starts[:-1]]

    columns = list(scores.at_least.T)
    # The first column is of answers that are missing.
    given = [_tally(owner, item, groups, 6)[:, 1:] for item in items]
    answered = np.zeros(len(owner), dtype=np.int64)
    for item in items:
        answered += item > 0
    return Moments(
        n=n,
        roster=np.array(rosters, dtype=np.int64),
        weight=scores.weight,
        score=total(scores.score),
        score_squared=total(scores.score**2),
        at_least=np.stack([total(column) for column in columns], axis=1),
        at_least_squared=np.stack([total(column**2) for column in columns], axis=1),
        counts=np.stack(given, axis=1),
        answered=_tally(owner, answered, groups, len(items) + 1),
        varied=np.bincount(owner[_varied(scores.levels)], minlength=groups),
        scores=_sorted_inside(owner, scores),
        starts=starts,
    )


def _varied(levels: LevelMatrix) -> Flags:
    """Who did not choose one level throughout; 0 is no answer. Column by column, as it is quick."""
    low, high = np.full(len(levels), 9, dtype=np.int8), np.zeros(len(levels), dtype=np.int8)
    for item in levels.T:
        np.maximum(high, item, out=high)
        np.minimum(low, np.where(item > 0, item, 9), out=low)
    varied: Flags = low < high
    return varied


def _starts(n: Integers) -> Integers:
    return np.concatenate([[0], np.cumsum(n)]).astype(np.int64)


def _sorted_inside(owner: Integers, scores: Scores) -> Integers:
    """All scores, group by group, ascending inside each; no score is above 5 times the weight."""
    above = 5 * scores.weight + 1
    return np.sort(owner * above + scores.score) % above


def _tally(owner: Integers, values: NDArray[Any], rows: int, columns: int) -> Integers:
    """Count how often each group has each value 0, 1, … `columns` - 1; shape (rows, columns)."""
    found = np.bincount(owner * columns + values, minlength=rows * columns)
    return found.reshape(rows, columns)
