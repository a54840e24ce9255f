"""Organisations drawn at random: divisions, groups of all sizes, camps, silence, small groups."""

from collections.abc import Iterator, Mapping
from random import Random

from hypothesis import strategies as st

from app.scoring.release import Release
from app.scoring.scales import UnitAnswers
from tests.scoring.builders import release, sheet, unit

#: How far the people of a group lie from its level, one of these each; of who is torn each
#: chooses both ends, so that no level is reached for sure.
ALIKE, NEAR, WIDE, CAMPS, TORN = (0,), (-1, 0, 0, 1), (-2, -1, 0, 1, 2), (-2, 2), ()
#: What people answer on taking part, one of these each.
WILLING = (
    ["111", "112"],
    ["222"],
    ["333"],
    ["444", "443"],
    ["222", "223", "333"],
    ["111", "112", "122", "555", "554", "544"],
    ["---"],
)
#: How many answer in a group: too few to be shown alone, few, or many.
SIZES = (0, 2, 3, 4, 6, 8, 12, 18, 24)


@st.composite
def _group(draw: st.DrawFn, name: str, parent: str | None) -> UnitAnswers:
    """Draw the answers of a group: around a level, of one mind, or in two camps; some silent."""
    chance = Random(draw(st.integers(0, 999)))
    level, apart = draw(st.integers(1, 5)), draw(st.sampled_from([ALIKE, NEAR, WIDE, CAMPS, TORN]))
    size, hearts = draw(st.sampled_from(SIZES)), draw(st.sampled_from(WILLING))
    sheets = []
    for _person in range(size):
        own = level + chance.choice(apart or ALIKE)
        one, two, three = (_answers(chance, own, apart) for _orientation in range(3))
        sheets.append(sheet(one, two, three, heart=chance.choice(hearts)))
    silent = draw(st.sampled_from([0, 0, 1, 3, 2 * size]))
    return unit(name, sheets, parent, invited=size + silent)


def _answers(chance: Random, own: int, apart: tuple[int, ...]) -> str:
    """Write one person's answers on an orientation."""
    if apart == TORN:
        return "".join(chance.sample("115555", 6))
    steps = ALIKE if apart == ALIKE else NEAR
    return "".join(str(max(1, min(5, own + chance.choice(steps)))) for _item in range(6))


@st.composite
def releases(draw: st.DrawFn) -> Release:
    """Draw a release of a whole organisation: up to three divisions and eight groups."""
    parents: dict[str, str | None] = {}
    for number in range(draw(st.integers(0, 3))):
        parents[f"division {number}"] = draw(st.sampled_from([None, *parents]))
    divisions = list(parents)
    for number in range(draw(st.integers(1, 8))):
        parents[f"group {number}"] = draw(st.sampled_from([None, *divisions]))
    return release(
        *(
            unit(name, (), above) if name in divisions else draw(_group(name, above))
            for name, above in _down(parents)
        )
    )


def _down(
    parents: Mapping[str, str | None], above: str | None = None
) -> Iterator[tuple[str, str | None]]:
    """Yield each unit with its parent, followed by all below it, as a roster is kept."""
    for name, parent in parents.items():
        if parent == above:
            yield name, parent
            yield from _down(parents, name)
