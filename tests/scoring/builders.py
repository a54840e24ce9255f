"""Answers, units and releases in few words; by default everybody on the roster answered."""

from collections.abc import Mapping, Sequence
from fractions import Fraction

import numpy as np
from hypothesis import strategies as st

from app.maturity import Orientation
from app.scoring.moments import Moments, add_up
from app.scoring.profile import Profile, profile_of
from app.scoring.release import Release, compute_release
from app.scoring.respondent import read_levels, score_respondents
from app.scoring.scales import UnitAnswers
from tests.builders import instrument, marked

SCALES = instrument().scales
VALUE_STREAM, CUSTOMER, MEASUREMENT = Orientation

#: 8 people whose figures are the first worked example of the method (measurement 2.5).
TYPICAL = ("122222", "222233", "222233", "223333", "223333", "233333", "333344", "333334")
SPLIT_IN_HALF = (*["222222"] * 4, *["444444"] * 4)


def moments_of(people: Sequence[str], roster: int | None = None) -> Moments:
    """Add up one unit on one orientation; each text is one person's answers."""
    levels = read_levels("".join(people), len(people[0]))
    usable, scores = score_respondents(levels)
    owner = np.zeros(np.count_nonzero(usable), dtype=np.int64)
    return add_up(owner, scores, [len(people) if roster is None else roster])[0]


def profile(people: Sequence[str], roster: int | None = None) -> Profile:
    return profile_of([moments_of(people, roster)])


def sheet(
    value_stream: str,
    customer: str = "",
    measurement: str = "",
    heart: str = "333",
    marks: str = "-0",
) -> str:
    """Write one whole sheet; orientations left out answer like the value stream."""
    answers = value_stream + (customer or value_stream) + (measurement or value_stream) + heart
    return marked(answers, marks)


def unit(
    name: str, sheets: Sequence[str] = (), parent: str | None = None, invited: int | None = None
) -> UnitAnswers:
    size = len(sheets) if invited is None else invited
    return UnitAnswers(name, name.title(), parent, "data", size, "".join(sheets))


def group(name: str, people: int, level: int = 3, parent: str | None = None) -> UnitAnswers:
    """Make a unit in which everybody chooses the same level everywhere."""
    return unit(name, [sheet(str(level) * 6)] * people, parent)


def release(*units: UnitAnswers, k: int = 5) -> Release:
    return compute_release("Acme", units, SCALES, "digest", k)


def fractions_of(answers: str) -> list[Fraction]:
    """Return one person's valid answers, straight from the definition."""
    return [Fraction(int(code)) for code in answers if code.isdigit()]


#: A tree as carry_up takes it: each unit's parent, and the usable respondents of each leaf.
Tree = tuple[Mapping[str, str | None], Mapping[str, int]]


@st.composite
def trees(draw: st.DrawFn, units: int = 12) -> Tree:
    """Draw a tree with up to `units` units, parents first, and 0 to 15 people in each leaf."""
    size = draw(st.integers(1, units))
    parents: dict[str, str | None] = {}
    for number in range(size):
        above = draw(st.none() | st.sampled_from(sorted(parents))) if parents else None
        parents[f"u{number:02}"] = above
    inner = set(parents.values())
    leaves = [name for name in parents if name not in inner]
    return parents, {leaf: draw(st.integers(0, 15)) for leaf in leaves}


def people(
    least: int = 1, most: int = 12, codes: str = "12345", items: int = 6
) -> st.SearchStrategy[list[str]]:
    """Draw the answers of a group on one orientation."""
    answers = st.text(alphabet=codes, min_size=items, max_size=items)
    return st.lists(answers, min_size=least, max_size=most)
