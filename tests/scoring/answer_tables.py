"""Tables of answers for `analyse` in few words; by default everybody on the roster answered."""

from collections.abc import Sequence

import numpy as np

from app.scoring.analysis import AnswerTable, RosterGroup
from app.scoring.analysis_figures import Analysis, Figures
from tests.scoring.builders import TYPICAL

CODES = ("VS", "CU", "ME")
#: Six answers a person; "?" is none.
People = Sequence[str]
MIXED = (*TYPICAL, "233444", "122333", "233345", "223445")


def table(
    groups: dict[str, dict[str, People]], rosters: dict[str, int] | None = None
) -> AnswerTable:
    """Make a table from each group's answers by code; all people of a group in one order."""
    codes = list(dict.fromkeys(code for answers in groups.values() for code in answers))
    sizes = [len(next(iter(answers.values()))) for answers in groups.values()]
    levels = {
        code: np.array(
            [[int(c.replace("?", "0")) for c in row] for g in groups.values() for row in g[code]],
            dtype=np.int8,
        )
        for code in codes
    }
    return AnswerTable(
        groups=tuple(
            RosterGroup(name, None, (rosters or {}).get(name, size))
            for name, size in zip(groups, sizes, strict=True)
        ),
        owner=np.repeat(np.arange(len(groups)), sizes),
        levels=levels,
        items={
            code: tuple(f"{code}{n + 1}" for n in range(m.shape[1])) for code, m in levels.items()
        },
    )


def alike(**groups: People) -> dict[str, dict[str, People]]:
    """Let every group answer the same on all orientations."""
    return {name: dict.fromkeys(CODES, people) for name, people in groups.items()}


def figures(analysis: Analysis, group: str = "g", code: str = "VS") -> Figures:
    (found,) = [one.orientations[code] for one in analysis.groups if one.group == group]
    assert found is not None
    return found
