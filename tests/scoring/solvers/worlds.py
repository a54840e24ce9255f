"""Made-up groups: every multiset of scores, and tables of answers, as sums that are scored."""

from math import ceil, lcm

import numpy as np
from numpy.typing import NDArray

from app.scoring.moments import Flags, Moments
from app.scoring.respondent import Integers

#: Answers of M groups: shape (M, people, items), 1 to 5, 0 where missing.
Tables = Integers


def multisets(people: int, values: int) -> Integers:
    """Return every multiset of so many values 0, 1, ..., ascending; shape (M, people)."""
    rows = np.zeros((1, 0), dtype=np.int64)
    for _ in range(people):
        last = rows[:, -1] if rows.shape[1] else np.zeros(1, dtype=np.int64)
        many = values - last
        above = np.arange(many.sum()) - np.repeat(many.cumsum() - many, many)
        longer = np.repeat(last, many) + above
        rows = np.column_stack([np.repeat(rows, many, axis=0), longer])
    return rows


def even_answers(items: int) -> Integers:
    """Return the most even answers behind each score items, ..., 5 items; shape (scores, items)."""
    scores = np.arange(items, 5 * items + 1)
    more = np.arange(items) >= items - (scores % items)[:, None]
    return scores[:, None] // items + more.astype(np.int64)


def sums_of(tables: Tables, roster: int) -> Moments:
    """Add up many groups of one size, of whom everybody is usable."""
    groups, people, items = tables.shape
    weight = lcm(*range(ceil(2 * items / 3), items + 1))
    valid = (tables > 0).sum(axis=2)
    each = weight // valid
    scores = tables.sum(axis=2) * each
    at_least = np.stack([(tables >= level).sum(axis=2) * each for level in (2, 3, 4, 5)], axis=2)
    low = np.where(tables > 0, tables, 9).min(axis=2)
    return Moments(
        n=np.full(groups, people),
        roster=np.full(groups, roster),
        weight=weight,
        score=scores.sum(axis=1),
        score_squared=(scores**2).sum(axis=1),
        at_least=at_least.sum(axis=1),
        at_least_squared=(at_least**2).sum(axis=1),
        counts=np.stack([(tables == level).sum(axis=1) for level in (1, 2, 3, 4, 5)], axis=2),
        answered=(valid[:, :, None] == np.arange(items + 1)).sum(axis=1),
        varied=(low < tables.max(axis=2)).sum(axis=1),
        scores=np.sort(scores, axis=1).ravel(),
        starts=np.arange(groups + 1) * people,
    )


def scores_of(tables: Tables) -> Integers:
    """Return everybody's score, ascending in each group; shape (M, people)."""
    moments = sums_of(tables, tables.shape[1])
    return moments.scores.reshape(tables.shape[:2])


def usable(tables: Tables) -> Flags:
    """Return in which groups everybody answered two thirds of the items."""
    enough: Flags = ((tables > 0).sum(axis=2) * 3 >= 2 * tables.shape[2]).all(axis=1)
    return enough


def drawn(chance: np.random.Generator, people: int, items: int) -> Integers:
    """Draw one group: people around a level, more or less alike; some answers are missing."""
    level, apart, noise = chance.uniform(0.8, 5.2), chance.choice([0.3, 0.55, 0.85]), 0.75
    person = level + chance.normal(0, apart, (people, 1))
    answers = np.rint(person + chance.normal(0, noise, (people, items)))
    table: Integers = np.clip(answers, 1, 5).astype(np.int64)
    for row in table[chance.random(people) < chance.choice([0, 0.1])]:
        row[chance.integers(items)] = 0
    return table


def extreme(chance: np.random.Generator, kind: str, people: int, items: int) -> Integers:
    """Build one group that gives itself away if any does."""
    one, other = chance.permutation(5)[:2] + 1
    table: Integers = np.full((people, items), one)
    if kind == "camps":
        table[: chance.integers(1, people // 2 + 1)] = other
    if kind == "neighbours":
        table[: chance.integers(1, people // 2 + 1)] = one + (1 if one < 5 else -1)
    if kind == "straight lines":
        table[:] = chance.integers(1, 6, (people, 1))
    if kind == "one deviates":
        table[0] = chance.integers(1, 6, items)
    if kind == "one answer deviates":
        table[0, chance.integers(items)] = other
    if kind == "one answer each":
        table[: chance.integers(1, people + 1), chance.integers(items)] = other
    if kind == "one answer missing":
        table[0] = other
        table[chance.integers(people), chance.integers(items)] = 0
    return table


EXTREMES = (
    "camps",
    "neighbours",
    "straight lines",
    "one deviates",
    "one answer deviates",
    "one answer each",
    "one answer missing",
    "one mind",
)

Keys = NDArray[np.uint64]


def keys_of(rows: Integers) -> Keys:
    """Return one number a row, alike for rows that are alike."""
    chance = np.random.default_rng(7)
    odd = chance.integers(1, 2**63, (2, rows.shape[1])).astype(np.uint64) | np.uint64(1)
    mixed = (rows.astype(np.uint64) + np.uint64(3)) * odd[0]
    mixed ^= mixed >> np.uint64(29)
    keys: Keys = (mixed * odd[1]).sum(axis=1, dtype=np.uint64)
    return keys
