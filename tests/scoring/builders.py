"""Answers, units and releases in few words; by default everybody on the roster answered."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import isnan

import numpy as np
from hypothesis import strategies as st

from app.maturity import Level, Orientation
from app.questionnaires.loader import load_instrument
from app.scoring.figure import Alike
from app.scoring.level import progress
from app.scoring.moments import Floats, Moments, add_up
from app.scoring.profile import Band, FourShares, Profiles, profiles_of
from app.scoring.release import Release, compute_release
from app.scoring.respondent import read_levels, score_respondents
from app.scoring.rules import INTERVAL_CONFIDENCE, K_FLOOR
from app.scoring.scales import UnitAnswers
from app.scoring.uncertainty import t_quantile

SCALES = load_instrument().with_modules([]).scales
VALUE_STREAM, CUSTOMER, MEASUREMENT = Orientation

#: 8 people whose figures are the first worked example of the method (measurement 2.5).
TYPICAL = ("122222", "222233", "222233", "223333", "223333", "233333", "333344", "333334")
SPLIT_IN_HALF = (*["222222"] * 4, *["444444"] * 4)
#: 16 people, no more than two of them alike: neither few nor of one mind or two, nor split.
VARIED = ("222223", "222233", "222333", "223333", "233333", "333334", "333344", "333444") * 2
#: 16 people in two camps, no more than four of them alike: split, but not coarse.
CAMPS = ("222222", "222223", "222232", "222222", "444444", "444445", "444455", "444445") * 2


def groups_of(
    groups: Sequence[Sequence[str]], rosters: Sequence[int] | None = None, items: int = 6
) -> Moments:
    """Add up several groups on one orientation; each text is one person's answers."""
    levels = read_levels("".join(person for group in groups for person in group), items)
    usable, scores = score_respondents(levels)
    owner = np.repeat(np.arange(len(groups)), [len(group) for group in groups])
    return add_up(owner[usable], scores, rosters or [len(group) for group in groups])


def moments_of(people: Sequence[str], roster: int | None = None) -> Moments:
    """Add up one group on one orientation; each text is one person's answers."""
    invited = len(people) if roster is None else roster
    return groups_of([people], [invited], len(people[0]))


def plain(moments: Moments) -> dict[str, object]:
    """Return all fields as plain Python values, so that two can be compared."""
    return {name: np.asarray(value).tolist() for name, value in vars(moments).items()}


@dataclass(frozen=True)
class Exact:
    """One group on one scale, exact, in plain values; None where a figure is not defined."""

    n: int
    mean: float
    sd: float | None
    se: float | None
    se_textbook: float | None
    interval: tuple[float, float] | None
    shares: FourShares
    share_se: tuple[float, ...] | None
    level: Level
    band: Band
    progress: float | None
    agreement: Alike
    split: bool
    one_mind: bool


def exact_of(profiles: Profiles, group: int = 0) -> Exact:
    """Return one of several profiles."""
    shares = profiles.shares_of(group)
    mean, se = float(profiles.mean[group]), _known(profiles.se, group)
    errors = profiles.share_se[group].tolist()
    low, high = profiles.band[group].tolist()
    df = int(profiles.moments.df[group])
    measures = {n: _known(getattr(profiles.agreement, n), group) for n in Alike.model_fields}
    return Exact(
        n=int(profiles.moments.n[group]),
        mean=mean,
        sd=_known(profiles.sd, group),
        se=se,
        se_textbook=_known(profiles.se_textbook, group),
        interval=None if se is None else _interval(mean, se, df),
        shares=shares,
        share_se=None if isnan(errors[0]) else tuple(errors),
        level=Level(int(profiles.level[group])),
        band=(low, high),
        progress=progress(shares),
        agreement=Alike(**measures),
        split=bool(profiles.split[group]),
        one_mind=bool(profiles.one_mind[group]),
    )


def _known(values: Floats, group: int) -> float | None:
    value = float(values[group])
    return None if isnan(value) else value


def _interval(mean: float, se: float, df: int) -> tuple[float, float]:
    """Two-sided, 95 %, not beyond the ends of the scale."""
    margin = float(t_quantile(df, (1 + INTERVAL_CONFIDENCE) / 2)) * se
    return max(1.0, mean - margin), min(5.0, mean + margin)


def profile(people: Sequence[str], roster: int | None = None) -> Exact:
    """Return where one group stands on one orientation."""
    return exact_of(profiles_of(moments_of(people, roster), K_FLOOR))


def sheet(
    value_stream: str,
    customer: str = "",
    measurement: str = "",
    heart: str = "333",
    marks: str = "-0",
) -> str:
    """Write one whole sheet; orientations left out answer like the value stream."""
    return value_stream + (customer or value_stream) + (measurement or value_stream) + heart + marks


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


#: A tree as cells_of takes it: each unit's parent, and of each group that was asked the usable
#: respondents on each orientation.
Tree = tuple[Mapping[str, str | None], Mapping[str, tuple[int, int, int]]]


@st.composite
def trees(draw: st.DrawFn, units: int = 12, most: int = 15) -> Tree:
    """Draw a tree with up to `units` units, parents first, and 0 to `most` people in each leaf.

    Now and then a person is not usable on one orientation, so that the counts differ.
    """
    size = draw(st.integers(1, units))
    parents: dict[str, str | None] = {}
    for number in range(size):
        above = draw(st.none() | st.sampled_from(sorted(parents))) if parents else None
        parents[f"u{number:02}"] = above
    inner = set(parents.values())
    counts = {}
    for leaf in (name for name in parents if name not in inner):
        people = draw(st.integers(0, most))
        less = draw(st.tuples(*[st.sampled_from([0, 0, 0, 1, 4])] * 3))
        one, two, three = (max(0, people - few) for few in less)
        counts[leaf] = (one, two, three)
    return parents, counts


def units_of(tree: Tree, level: int = 3) -> list[UnitAnswers]:
    """Make the units of a tree; whoever is missing on an orientation left all of it open."""
    parents, counts = tree
    return [
        unit(name, _sheets(counts[name], level) if name in counts else (), above)
        for name, above in parents.items()
    ]


def _sheets(counts: tuple[int, int, int], level: int) -> list[str]:
    full, blank = str(level) * 6, "-" * 6
    return [
        sheet(*(full if person < usable else blank for usable in counts))
        for person in range(max(counts))
    ]


def people(
    least: int = 1, most: int = 12, codes: str = "12345", items: int = 6
) -> st.SearchStrategy[list[str]]:
    """Draw the answers of a group on one orientation."""
    answers = st.text(alphabet=codes, min_size=items, max_size=items)
    return st.lists(answers, min_size=least, max_size=most)
