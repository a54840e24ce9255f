"""All multisets of scores of a group: which are found out, with and without an insider's help."""

from dataclasses import dataclass

import numpy as np

from app.scoring.moments import Flags
from app.scoring.respondent import Integers
from tests.scoring.solvers.search import Case, Print, covered_by_exchanges
from tests.scoring.solvers.worlds import Keys, even_answers, keys_of, multisets, sums_of

#: Groups whose prints are worked out at a time, and worlds drawn in each round for one of them.
_AT_ONCE, _ROUNDS = 25_000, (300, 1000, 3000, 3000, 3000, 3000)


@dataclass(frozen=True)
class FoundOut:
    """How many multisets were tried, and those of which an insider learns what others scored."""

    tried: int
    scores: list[list[int]]


def found_out(
    people: int, items: int, roster: int, shown: Print, sample: int | None = None
) -> FoundOut:
    """Return which multisets of scores that so many valid answers have are found out.

    First all multisets are compared with each other, each score with the most even answers
    behind it. Where the others than some insider have one solution in that small world, further
    answers to the items are tried: exchanged between people, then moved. Only a `sample` of them,
    where one is enough.
    """
    rows = multisets(people, 4 * items + 1)
    answers = even_answers(items)
    alone = _alone(rows, _keys(rows, answers, roster, shown))
    chance, found = np.random.default_rng(people * items), list[list[int]]()
    left = np.flatnonzero(alone.any(axis=1))
    if sample is not None:
        left = chance.permutation(left)[:sample]
    tables = answers[rows[left]]
    open_ = alone[left] & ~covered_by_exchanges(tables, roster, shown)
    for place in np.flatnonzero(open_.any(axis=1)):
        case = Case(tables[place], roster, shown)
        # Questions are of no concern here, nor insiders for whom another world is known.
        case.scores &= open_[place]
        case.items[:] = False
        case.search(chance, _ROUNDS if sample is None else _ROUNDS[:3])
        if case.is_found_out:
            found.append((rows[left[place]] + items).tolist())
    return FoundOut(len(rows), found)


def _keys(rows: Integers, answers: Integers, roster: int, shown: Print) -> Keys:
    parts = (answers[rows[at : at + _AT_ONCE]] for at in range(0, len(rows), _AT_ONCE))
    return np.concatenate([keys_of(shown(sums_of(part, roster))) for part in parts])


def _alone(rows: Integers, keys: Keys) -> Flags:
    """Whether, for each insider (M, people), no other multiset with their score has the print."""
    _, group = np.unique(keys, return_inverse=True)
    first = np.ones(rows.shape, dtype=np.bool_)
    first[:, 1:] = rows[:, 1:] != rows[:, :-1]
    pairs = (group[:, None] * (rows.max() + 1) + rows)[first]
    _, place, times = np.unique(pairs, return_inverse=True, return_counts=True)
    alone = np.zeros(rows.shape, dtype=np.bool_)
    alone[first] = times[place] == 1
    return alone
