"""The exact audit: the fewest people that any sum or difference of published figures rests on."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True)
class Support:
    """The smallest number of people that published figures can single out, and which cells.

    `people` is None, and `cells` empty, where nothing was published.
    """

    people: int | None
    cells: tuple[str, ...]


class UnknownCell(ValueError):
    """A published set names a cell that does not exist."""


def smallest_support(sizes: Mapping[str, int], sets: Collection[Collection[str]]) -> Support:
    """Return the fewest people whose answers a combination of published sums depends on alone.

    `sizes` gives the people of each cell: people who are always published together. Each of
    `sets` is a published sum or mean over whole cells. A set A of people is exposed iff
    rank(M) > rank(M without A's columns), M being the sets as rows over the cells; searched
    exactly, in rational numbers, over cells that no set tells apart taken together (rank audit
    of the method, 5.4). Linear for sets of which any two are nested or disjoint.
    Raises UnknownCell.
    """
    for cell in sorted({cell for cells in sets for cell in cells} - set(sizes)):
        raise UnknownCell(cell)
    atoms = _atoms(sizes, sets)
    if not atoms:
        return Support(None, ())
    # Figures that share nobody are audited apart: a combination of theirs exposes both sides.
    parts = (_Search(part).run() for part in _parts(atoms))
    found = min(parts, key=lambda exposed: sum(atom.people for atom in exposed))
    exposed = sorted(cell for atom in found for cell in atom.cells)
    return Support(sum(atom.people for atom in found), tuple(exposed))


@dataclass(frozen=True)
class _Atom:
    """Cells that stand in exactly the same published sets, whose numbers are `column`."""

    cells: tuple[str, ...]
    people: int
    column: tuple[int, ...]


def _atoms(sizes: Mapping[str, int], sets: Collection[Collection[str]]) -> list[_Atom]:
    """The atoms that stand in any set, those with most people first; empty cells count nothing."""
    stands_in: dict[str, list[int]] = {}
    # Small sets come first: they are the pivots, and leave little to eliminate.
    for number, members in enumerate(sorted(sets, key=len)):
        for cell in sorted(set(members)):
            stands_in.setdefault(cell, []).append(number)
    columns: dict[tuple[int, ...], list[str]] = {}
    for cell, numbers in stands_in.items():
        if sizes[cell]:
            columns.setdefault(tuple(numbers), []).append(cell)
    atoms = [
        _Atom(tuple(cells), sum(sizes[cell] for cell in cells), column)
        for column, cells in columns.items()
    ]
    return sorted(atoms, key=lambda atom: (-atom.people, atom.cells))


def _parts(atoms: Sequence[_Atom]) -> list[list[_Atom]]:
    """Atoms that some set, or a chain of sets, connects; each in the order given."""
    leader: dict[int, int] = {}

    def lead(row: int) -> int:
        while leader.setdefault(row, row) != row:
            leader[row] = row = leader[leader[row]]
        return row

    for atom in atoms:
        for row in atom.column[1:]:
            leader[lead(row)] = lead(atom.column[0])
    parts: dict[int, list[_Atom]] = {}
    for atom in atoms:
        parts.setdefault(lead(atom.column[0]), []).append(atom)
    return list(parts.values())


#: A row of the echelon form: its pivot, and its other non-zero places.
_Basis = dict[int, dict[int, Fraction]]


class _Search:
    """Looks for the lightest set of columns without which the others have a lower rank.

    Columns are kept one after the other, the heaviest first, as long as they span less than
    the whole; what is left out is exposed. A branch ends once it is as heavy as the best.
    """

    def __init__(self, atoms: Sequence[_Atom]) -> None:
        self._atoms = atoms
        basis: _Basis = {}
        self._rank = sum(_extend(basis, atom.column) for atom in atoms)
        self._best: list[_Atom] = list(atoms)
        self._weight = sum(atom.people for atom in atoms)

    def run(self) -> list[_Atom]:
        # A lone set is itself exposed: a first bound, and the answer where nothing overlaps.
        alone: dict[int, list[_Atom]] = {}
        for atom in self._atoms:
            for row in atom.column:
                alone.setdefault(row, []).append(atom)
        for exposed in alone.values():
            self._offer(exposed)
        if self._rank == len(self._atoms):
            return [self._atoms[-1]]  # every atom can be told from the others
        self._search()
        return self._best

    def _offer(self, exposed: list[_Atom]) -> None:
        weight = sum(atom.people for atom in exposed)
        if exposed and weight < self._weight:
            self._best, self._weight = exposed, weight

    def _search(self) -> None:
        # A branch: the next column, what is kept, what is exposed, and how many people that is.
        waiting: list[tuple[int, _Basis, list[_Atom], int]] = [(0, {}, [], 0)]
        while waiting:
            position, basis, exposed, weight = waiting.pop()
            while weight < self._weight:
                if position == len(self._atoms):
                    self._offer(exposed)
                    break
                atom = self._atoms[position]
                position += 1
                longer = dict(basis)
                if not _extend(longer, atom.column):
                    continue  # spanned by what is kept
                left = (position, basis, [*exposed, atom], weight + atom.people)
                if len(longer) == self._rank:
                    position, basis, exposed, weight = left  # kept, it would span everything
                else:
                    waiting.append(left)
                    basis = longer


def _extend(basis: _Basis, column: Sequence[int]) -> bool:
    """Add a 0/1 column to an echelon basis; return whether it was independent of it."""
    vector = dict.fromkeys(column, Fraction(1))
    while vector:
        pivot = min(vector)
        row = basis.get(pivot)
        if row is None:
            scale = vector[pivot]
            basis[pivot] = {place: value / scale for place, value in vector.items()}
            return True
        factor = vector[pivot]
        for place, value in row.items():
            left = vector.get(place, Fraction(0)) - factor * value
            if left:
                vector[place] = left
            else:
                vector.pop(place, None)
    return False
