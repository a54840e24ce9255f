"""Organisations drawn at random: divisions, groups of all sizes, camps, silence, small groups."""

from collections.abc import Iterator, Mapping

from hypothesis import strategies as st

from app.scoring.release import Release
from app.scoring.scales import UnitAnswers
from tests.scoring.builders import Tree, release, sheet, trees, unit


@st.composite
def _group(draw: st.DrawFn, name: str, parent: str | None, size: int) -> UnitAnswers:
    """Draw the answers of a group: around a level, of one mind, or in two camps; some silent."""
    level, spread = draw(st.integers(1, 5)), draw(st.sampled_from([0, 1, 4]))
    willing = draw(st.sampled_from(["111", "222", "333", "444", "camps", "---"]))
    sheets = []
    for person in range(size):
        own = 6 - level if spread == 4 and person % 2 else level
        near = min(5, own + (person % 3 == 0)) if spread else own
        answers = f"{own}{near}" * 3
        heart = ("111", "555")[person % 2] if willing == "camps" else willing
        sheets.append(sheet(answers, customer=answers[::-1], heart=heart))
    silent = draw(st.sampled_from([0, 0, 1, 3, 2 * size]))
    return unit(name, sheets, parent, invited=size + silent)


@st.composite
def releases(draw: st.DrawFn) -> Release:
    """Draw a release of a whole organisation."""
    tree: Tree = draw(trees(units=10, most=14))
    parents, counts = tree
    sizes = {name: max(count) for name, count in counts.items()}
    return release(
        *(
            draw(_group(name, parent, sizes[name])) if name in sizes else unit(name, (), parent)
            for name, parent in _down(parents)
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
