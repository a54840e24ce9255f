"""What is printed of the time since the wave before: the table, and the sentences."""

import re
from collections.abc import Sequence
from math import floor

from app.reports.changes import change_table, changes_in_words
from app.scoring.change import Moved, Reason
from tests.reports.truth.changes import LEAST, Both, Move
from tests.reports.truth.page import Cell, Column, check_table
from tests.reports.truth.statistics import benjamini_hochberg
from tests.reports.truth.words import (
    DASH,
    HALF_TENTH,
    TINY,
    Claim,
    compiled,
    names_hold,
    names_in,
    near,
    number_of,
    take_apart,
)

ALL = "All compared groups together"
#: Where a group is told to have moved so far "or more".
PLAIN = "All compared groups but those with “or more”, together"
FALSE_MOVES = 0.10
REASONS = {
    "asked for the first time": Reason.NEW,
    "not asked this time": Reason.ENDED,
    "asked as another kind of group": Reason.OTHER_KIND,
    "not shown alone in both waves": Reason.NOT_ALONE,
    "under 40 % answered, or no mean to compare, in one of the waves": Reason.NO_LEVEL,
    "two camps in one of the waves": Reason.TWO_CAMPS,
    "too near an end of the scale: its mean is only told as a bound": Reason.BOUND,
}
READINGS = {"moved": Moved.MOVED, "perhaps": Moved.PERHAPS, "no visible change": Moved.NOT_SEEN}


def move_holds(text: str, move: Move) -> bool:
    """ "+0.6" is within a tenth, "+0.8 or more" says that it went so far at least."""
    value, _space, bound = text.partition(" ")
    told = number_of(value)
    if told is None or bound != ("or more" if move.or_more else ""):
        return False
    if not bound:
        return near(value, move.exact, move.loose)
    far = move.exact if told > 0 else -move.exact
    return far >= abs(float(told)) - HALF_TENTH


class Story:
    """The page of two waves, in its table and in its words."""

    def __init__(self, both: Both) -> None:
        self.both, self.page = both, both.page
        self.compared = {change.unit.name for change in both.changes.groups}
        self.plain = sum(not move.or_more for move in both.moves.values())
        self.all = ALL if self.plain == len(both.moves) else PLAIN

    def check(self, kind: str, said: object, exact: object, *, true: bool) -> None:
        self.page.check(kind, said, exact, true=true)

    # The table.

    def columns(self) -> Sequence[Column]:
        return self._head, self._value, self._interval, self._visible, self._reading

    def _head(self, cell: Cell) -> None:
        known = cell.head == self.all or cell.head in self.both.names
        self.check("change, group", cell.head, "", true=known)

    def _is_left(self, cell: Cell) -> bool:
        return cell.head != self.all and cell.head not in self.compared

    def _value(self, cell: Cell) -> None:
        if cell.head == self.all:
            shown, exact, _margin, loose = self.both.together
            true = near(cell.text, shown, 0.005) and near(cell.text, exact, loose + 0.005)
            self.check("move of all", cell.text, exact, true=true)
        elif self._is_left(cell):
            self.check("not compared", cell.text, DASH, true=cell.text == DASH)
        else:
            move = self.both.moves[cell.head]
            said = f"{cell.head}: {cell.text}"
            self.check("move", said, move.exact, true=move_holds(cell.text, move))

    def _interval(self, cell: Cell) -> None:
        move = self.both.moves.get(cell.head)
        if cell.head != self.all and (move is None or move.or_more or not move.margin):
            self.check("interval of a move", cell.text, DASH, true=cell.text == DASH)
            return
        shown, margin = (move.shown, move.margin) if move else self.both.together[::2][:2]
        low, _to, high = cell.text.partition(" to ")
        true = near(low, shown - margin, 0.005) and near(high, shown + margin, 0.005)
        self.check("interval of a move", cell.text, (shown, margin), true=true)

    def _visible(self, cell: Cell) -> None:
        if cell.head == self.all or self._is_left(cell):
            self.check("smallest visible", cell.text, DASH, true=cell.text == DASH)
            return
        visible = self.both.moves[cell.head].visible
        self.check("smallest visible", cell.text, visible, true=near(cell.text, visible, 0.005))

    def _reading(self, cell: Cell) -> None:
        if cell.head == self.all:
            return
        if self._is_left(cell):
            true = self.is_left_for(cell.head, cell.text)
            self.check("not compared", f"{cell.head}: {cell.text}", "", true=true)
            return
        word, _comma, level = cell.text.partition(", ")
        self.said(cell.head, READINGS[word], level=level)

    # What both say.

    def is_left_for(self, name: str, reason: str) -> bool:
        """Whether a group is not compared for the reason that is told."""
        why = REASONS[reason]
        if why is Reason.ENDED:
            old = next(unit for unit in self.both.before.groups if unit.name == name)
            return old.id not in self.page.truth.units
        return self.both.reason(self.page.results[name]) is why

    def said(self, name: str, moved: Moved, level: str = "") -> None:
        """Whether a group is told to have moved by the rule, and not against what is so."""
        move = self.both.moves[name]
        shown = round(move.shown, 1)
        alone = abs(shown) >= LEAST and abs(move.shown) > move.margin
        moves = list(self.both.moves.values())
        found = benjamini_hochberg([one.p for one in moves], FALSE_MOVES)
        passed = found[moves.index(move)]
        want = (Moved.MOVED if passed else Moved.PERHAPS) if alone else Moved.NOT_SEEN
        true = moved is want
        if moved is not Moved.NOT_SEEN:
            true = true and abs(move.exact) >= LEAST - move.loose and move.exact * shown > 0
        if level:
            (a, b), (c, d) = move.then.band, move.now.band
            true = true and (b < c or d < a) and level == "to another level"
        self.check("moved, perhaps, not", f"{name}: {moved} {level}", move, true=true)

    # The sentences.

    def claims(self) -> list[tuple[re.Pattern[str], Claim]]:
        told = (
            (r"No group can be compared with the wave before\.", self._nobody),
            (
                r"Since the wave before, all groups that can be compared( but those with “or "
                r"more”)? \((\d+)\), taken together: ([+−]?\d\.\d) levels \(95 % interval (\S+) "
                r"to (\S+)\)\.",
                self._all,
            ),
            (r"(Moved): (.+?\))\.", self._moved),
            (r"(Perhaps moved): (.+?\))\.", self._moved),
            (r"(As many|Most) such lines come by chance alone\.", self._by_chance),
            (r"About one in (\d+) such lines is chance\.", self._by_chance),
            (
                r"No visible change: (.+?) \(moves of under (\d\.\d)(?:–(\d\.\d))? of a level "
                r"cannot be seen\)\.",
                self._still,
            ),
            (r"Not compared: (.+)\.", self._left),
        )
        return [(compiled(pattern), claim) for pattern, claim in told]

    def _nobody(self, _found: re.Match[str]) -> None:
        self.check("nobody compared", "", self.both.moves, true=not self.both.moves)

    def _all(self, found: re.Match[str]) -> None:
        shown, exact, margin, loose = self.both.together
        count = int(found[2]) == self.plain and bool(found[1]) is (self.all == PLAIN)
        ends = near(found[4], shown - margin, 0.05) and near(found[5], shown + margin, 0.05)
        value = near(found[3], shown, 0.05) and near(found[3], exact, loose + 0.05)
        self.check("move of all", found[0], (shown, exact), true=count and ends and value)

    def _moved(self, found: re.Match[str]) -> None:
        moved = Moved.MOVED if found[1] == "Moved" else Moved.PERHAPS
        line = r"(?:^|(?<=\)), |(?<=\)) and )“?(.+?)”? \(([^),]+)(, to another level)?\)"
        items = re.findall(line, found[2])
        told = {name for name, _value, _level in items}
        every = {change.unit.name for change in self.both.changes.said(moved)}
        self.check("moved, all of them", told, every, true=told == every)
        for name, value, level in items:
            move = self.both.moves[name]
            self.check("move", f"{name}: {value}", move.exact, true=move_holds(value, move))
            self.said(name, moved, level.removeprefix(", "))

    def _by_chance(self, found: re.Match[str]) -> None:
        lines = len(self.both.changes.said(Moved.PERHAPS))
        chance = 0.05 * len(self.both.moves)
        whole = floor(lines / chance + TINY)
        want = "As many" if lines <= chance else "Most" if whole < 2 else str(whole)
        true = found[1] == want
        self.check("by chance alone", found[0], (lines, chance), true=true)

    def _still(self, found: re.Match[str]) -> None:
        still = [change.unit.name for change in self.both.changes.said(Moved.NOT_SEEN)]
        sizes = [self.both.moves[name].visible for name in still]
        named = names_hold(found[1], still, self.both.names)
        ends = near(found[2], min(sizes), 0.05) and near(found[3] or found[2], max(sizes), 0.05)
        self.check("no visible change", found[0], (still, sizes), true=named and ends)
        for name in still:
            self.said(name, Moved.NOT_SEEN)

    def _left(self, found: re.Match[str]) -> None:
        told: list[str] = []
        for part in found[1].split("; "):
            names, _bracket, reason = part.removesuffix(")").rpartition(" (")
            here = names_in(names, self.both.names)
            here = here if isinstance(here, list) else []
            told += here
            true = bool(here) and all(self.is_left_for(name, reason) for name in here)
            self.check("not compared", part, reason, true=true)
        self._every_group(told)

    def _every_group(self, left: Sequence[str]) -> None:
        """Every group of either wave is named: compared or not, by itself or in its pool."""
        told = {*left, *self.compared}
        units = [unit for unit in self.page.release.units if unit.name in told]
        inside = {one for unit in units for one in unit.members or (unit.id,)}
        inside |= {unit.id for unit in self.both.before.groups if unit.name in told}
        every = {unit.id for unit in (*self.page.truth.groups, *self.both.before.groups)}
        self.check("every group named", sorted(told), every - inside, true=every <= inside)


def check_changes(both: Both) -> None:
    """Check the table of changes, and each of the sentences on them."""
    story = Story(both)
    check_table(both.page, change_table(both.changes), story.columns())
    for text in changes_in_words(both.changes):
        take_apart(both.page.told, text, story.claims())
