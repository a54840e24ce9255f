"""What was released of a wave, and whether something more may be."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from app.questionnaires.questionnaire import Scale
from app.scoring.audit import smallest_support
from app.scoring.release import Release

#: Groups whose answers were added up in one published figure.
Cells = tuple[str, ...]


@dataclass(frozen=True)
class ReleasedSets:
    """Every set of groups that has a figure, by scale; the order makes no difference."""

    sets: Mapping[Scale, frozenset[Cells]]

    @property
    def text(self) -> str:
        """The sets as JSON, always the same for the same sets."""
        return json.dumps({scale: sorted(cells) for scale, cells in sorted(self.sets.items())})

    @property
    def digest(self) -> str:
        """SHA-256 of the text, hexadecimal."""
        return hashlib.sha256(self.text.encode()).hexdigest()


def sets_of(release: Release) -> ReleasedSets:
    """Return the sets that a release has figures on: its cells, and all cells together."""
    found: dict[Scale, set[Cells]] = {}
    for unit in release.cells:
        for scale in unit.profiles:
            found.setdefault(scale, set()).add(tuple(sorted(unit.members or (unit.id,))))
    for sets in found.values():
        sets.add(tuple(sorted(group for cells in sets for group in cells)))
    return ReleasedSets({scale: frozenset(cells) for scale, cells in found.items()})


def read_sets(text: str) -> ReleasedSets:
    """Return sets from their text."""
    kept = json.loads(text)
    return ReleasedSets(
        {scale: frozenset(tuple(cells) for cells in sets) for scale, sets in kept.items()}
    )


@dataclass(frozen=True)
class Exposure:
    """What published figures together would single out: too few people, in these groups."""

    scale: Scale
    people: int
    cells: Cells


def find_exposure(
    released: Iterable[ReleasedSets], sizes: Mapping[Scale, Mapping[str, int]], k: int
) -> Exposure | None:
    """Return the first scale on which all sets together single out fewer than k people.

    `sizes` gives the usable respondents of each group by scale. The exact rank audit of the
    method (5.4) over everything ever released (R5): of the past too, since a figure that is
    out cannot be taken back.
    """
    together: dict[Scale, set[Cells]] = {}
    for one in released:
        for scale, cells in one.sets.items():
            together.setdefault(scale, set()).update(cells)
    for scale, sets in together.items():
        found = smallest_support(sizes[scale], sorted(sets))
        if found.people is not None and found.people < k:
            return Exposure(scale, found.people, found.cells)
    return None
