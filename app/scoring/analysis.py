"""Scores answers that somebody holds already, from paper or another tool: no wave, same code."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from app.language import gettext as _
from app.scoring.analysis_exact import pooled
from app.scoring.analysis_figures import Analysis, GroupAnalysis, ReleasedSet
from app.scoring.analysis_rows import (
    Row,
    ScoredRows,
    may_be_named,
    overalls,
    score_rows,
)
from app.scoring.pools import pool_name
from app.scoring.respondent import Integers, LevelMatrix, usable_rows
from app.scoring.rules import RELIABLE_FROM
from app.scoring.scales import NOWHERE
from app.scoring.suppression import Cell, cells_of

#: How the orientations are named in files, in this order; one is enough. Acceptance is optional.
ORIENTATION_CODES = ("VS", "CU", "ME")
ACCEPTANCE_CODE = "AC"


@dataclass(frozen=True)
class RosterGroup:
    """A node of the tree; `roster` is how many people belong to it, 0 if it only holds others."""

    name: str
    parent: str | None
    roster: int


@dataclass(frozen=True)
class AnswerTable:
    """Respondents in rows. `owner` is the position of each one's group in `groups`.

    `groups` holds parents before their children. `levels` has a matrix (respondents, items)
    for each scale that was asked, one orientation at least, 0 where an answer is missing;
    `items` names its columns.
    """

    groups: tuple[RosterGroup, ...]
    owner: Integers
    levels: Mapping[str, LevelMatrix]
    items: Mapping[str, tuple[str, ...]]

    @property
    def orientations(self) -> tuple[str, ...]:
        """The orientations that were asked."""
        return tuple(code for code in ORIENTATION_CODES if code in self.levels)

    @property
    def answered(self) -> list[int]:
        """How many sheets each group has."""
        sheets: list[int] = np.bincount(self.owner, minlength=len(self.groups)).tolist()
        return sheets

    def usable(self, code: str) -> dict[str, int]:
        """Return how many usable respondents each group has on one scale."""
        owner = self.owner[usable_rows(self.levels[code])]
        counts = np.bincount(owner, minlength=len(self.groups)).tolist()
        return {group.name: n for group, n in zip(self.groups, counts, strict=True)}


def analyse(table: AnswerTable, k: int, *, everything: bool = False) -> Analysis:
    """Return all figures of a table of answers.

    With `everything` every group is given whatever its size, with exact figures, and
    reliability whatever the number of sheets: the data are the user's own. Else figures are
    those that a release tells at `k`: of groups and of pools, rounded. The orientations that
    were asked decide together which groups stand alone. Raises ThresholdTooLow for k below 5.
    """
    usable = {code: table.usable(code) for code in table.levels}
    told = _rows(table, _cells(table, usable, k))
    alone = [Cell(group.parent, (group.name,)) for group in table.groups if group.roster]
    rows = _rows(table, alone) if everything else told
    scales = _scales(table, rows, k, exact=everything)
    released = tuple(_released(usable, told, k))
    # Rows and not usable answers: else it could tell on what somebody could not say.
    left_out = dict.fromkeys(table.levels, len(table.owner) - sum(row.answered for row in told))
    return Analysis(
        groups=tuple(_groups(table, rows, scales)),
        organisation={c: pooled(s.moments) if everything else None for c, s in scales.items()},
        reliability={c: s.reliability(table.items[c]) for c, s in scales.items()},
        released=released,
        left_out=left_out,
        warnings=(
            *_faulty_rosters(table),
            *(text for c, s in scales.items() for text in s.warnings(c, table.items[c])),
            *(() if everything else _not_told(scales, left_out)),
        ),
    )


def _cells(table: AnswerTable, usable: Mapping[str, Mapping[str, int]], k: int) -> tuple[Cell, ...]:
    counts = {
        group.name: [usable[code][group.name] for code in table.orientations]
        for group in table.groups
        if group.roster
    }
    return cells_of({group.name: group.parent for group in table.groups}, counts, k)


def _rows(table: AnswerTable, cells: Sequence[Cell]) -> list[Row]:
    rosters = {group.name: group.roster for group in table.groups}
    answered = dict(zip(rosters, table.answered, strict=True))
    return [
        Row(
            name=pool_name(cell.members, cell.parent or _("the organisation"))
            if cell.is_pool
            else cell.members[0],
            members=cell.members,
            roster=sum(rosters[member] for member in cell.members),
            answered=sum(answered[member] for member in cell.members),
        )
        for cell in cells
    ]


def _scales(
    table: AnswerTable, rows: Sequence[Row], k: int, *, exact: bool
) -> dict[str, ScoredRows]:
    """Score every scale over the sheets of all rows."""
    places = {member: place for place, row in enumerate(rows) for member in row.members}
    known = [places.get(group.name, NOWHERE) for group in table.groups]
    owner = np.array(known, dtype=np.int64)[table.owner]
    kept = owner != NOWHERE
    return {
        code: score_rows(levels[kept], owner[kept], rows, k, exact=exact)
        for code, levels in table.levels.items()
    }


def _released(
    usable: Mapping[str, Mapping[str, int]], rows: Sequence[Row], k: int
) -> Iterator[ReleasedSet]:
    for code, counts in usable.items():
        for row in rows:
            n = sum(counts[member] for member in row.members)
            if n >= k:
                yield ReleasedSet(orientation=code, unit=row.name, n=n, groups=row.members)


def _groups(
    table: AnswerTable, rows: Sequence[Row], scales: Mapping[str, ScoredRows]
) -> Iterator[GroupAnalysis]:
    """Every group of the roster, and then every pool."""
    orientations = [scales[code] for code in table.orientations]
    named = may_be_named(orientations, rows)
    figures = {code: scale.figures(rows, named) for code, scale in scales.items()}
    whole = len(orientations) == len(ORIENTATION_CODES)
    overall = overalls(orientations, named) if whole else {}
    places = {row.members: place for place, row in enumerate(rows)}
    alone = [Row(g.name, (g.name,), g.roster, 0) for g in table.groups if g.roster]
    for row in [*alone, *(row for row in rows if len(row.members) > 1)]:
        place = places.get(row.members)
        yield GroupAnalysis(
            group=row.name,
            roster=row.roster,
            orientations={c: None if place is None else own[place] for c, own in figures.items()},
            overall=None if place is None else overall.get(place),
        )


def _faulty_rosters(table: AnswerTable) -> Iterator[str]:
    for group, sheets in zip(table.groups, table.answered, strict=True):
        if sheets > group.roster:
            roster = group.roster
            yield f"{group.name}: {sheets} answers for a roster of {roster}; check the roster."


def _not_told(scales: Mapping[str, ScoredRows], left_out: Mapping[str, int]) -> Iterator[str]:
    few = [code for code, scale in scales.items() if scale.items.n < RELIABLE_FROM]
    if few:
        yield (
            f"{', '.join(few)}: fewer than {RELIABLE_FROM} complete sheets, too few to tell how "
            "the items hold together."
        )
    if people := max(left_out.values()):
        yield (
            "Left out of every figure, since even together they are too few to show: "
            f"{people} rows of answers."
        )
