"""What a finding or a line of advice rests on: "Measurement level 2, band 2, n 13"."""

import re
from collections.abc import Mapping

from app.maturity import ACCEPTANCE, ORIENTATIONS, Orientation
from app.questionnaires.questionnaire import Scale
from tests.reports.truth.exact import Exact
from tests.reports.truth.figures import Pair
from tests.reports.truth.mirrors import Sides, gap_holds
from tests.reports.truth.page import Page
from tests.reports.truth.tables import names_of
from tests.reports.truth.waves import Row
from tests.reports.truth.words import band_words, near, share_holds

ON: Mapping[str, Orientation] = {o.label: o for o in ORIENTATIONS}

_CELL = re.compile(
    r"(?P<what>.+?)(?: level (?P<level>\d))?(?:, band (?P<band>\d(?:–\d)?))?, n (?P<n>\d+)"
    r"(?:, (?P<note>.+))?"
)
_NOTES = (
    re.compile(r"not yet|two camps"),
    re.compile(r"average deviation (?P<apart>\d\.\d\d)"),
    re.compile(r"turns at (?P<turns>-?\d+) % of the silent people’s answers"),
    re.compile(r"(?:about (?P<unsure>\d+ %)|(?P<over>over 90 %)) “cannot say”"),
    re.compile(
        r"on the same questions the group sees itself about (?P<gap>\d\.\d) (?P<way>higher|lower)"
    ),
)


class Evidence:
    """The cells behind what is said of one row, or of several by their names."""

    def __init__(self, page: Page, name: str = "") -> None:
        self.page, self.name = page, name

    def check(self, text: str) -> None:
        """Check cells that are written one after the other."""
        for part in filter(None, text.split("; ")):
            self._part(part)

    def _part(self, text: str) -> None:
        if answered := re.fullmatch(r"(\d+) of (\d+) answered", text):
            row = self.page.rows[self.name]
            told = (int(answered[1]), int(answered[2]))
            true = told == (row.answered, row.invited)
            self.page.check("12 of 15 answered", text, row.answered, true=true)
            return
        if counted := re.fullmatch(r"(\d+) groups? at level (\d), n (\d+)", text):
            rows = [row for row in self.page.truth.rows if _lower_level(row) == int(counted[2])]
            most = sum(row.scales[Orientation.VALUE_STREAM].n for row in rows)
            true = 0 < int(counted[1]) <= len(rows) and int(counted[3]) <= most
            self.page.check("groups at a level", text, rows, true=true)
            return
        found = _CELL.fullmatch(text)
        owner, what = self._owner(found["what"]) if found else ("", "")
        if found is None or owner not in self.page.rows:
            self.page.told.unchecked(text)
            return
        self._cell(found, self.page.rows[owner], owner, what, text)

    def _owner(self, what: str) -> tuple[str, str]:
        """Whose the cell is: "Birch, value stream" or, on a page of its own, "Value stream"."""
        for name in sorted(self.page.rows, key=len, reverse=True):
            if what.startswith(f"{name}, "):
                rest = what.removeprefix(f"{name}, ")
                return name, rest[0].upper() + rest[1:]
        return self.name, what

    def _cell(self, found: re.Match[str], row: Row, owner: str, what: str, text: str) -> None:
        partners = what.removesuffix(", partners")
        if partners != what:
            true = self._partners(found, owner, ON[partners])
        elif what == "Overall":
            true = self._overall(found, row)
        elif what in (*ON, "Willing to take part"):
            scale: Scale = ON.get(what, ACCEPTANCE)
            true = self._orientation(
                found, Pair(self.page.results[owner].profiles[scale], row, scale)
            )
        else:
            true = self._item(found, row, what)
        self.page.check("evidence", f"{owner}: {text}", row.members, true=true)

    def _overall(self, found: re.Match[str], row: Row) -> bool:
        level = found["level"] is None or (row.is_settled and int(found["level"]) == row.level)
        band = found["band"] is None or found["band"] == band_words(row.band)
        return level and band and int(found["n"]) == row.n and not found["note"]

    def _orientation(self, found: re.Match[str], pair: Pair) -> bool:
        exact, told = pair.exact, pair.row.level_on(pair.scale)
        level = found["level"] is None or int(found["level"]) == told
        band = found["band"] is None or found["band"] == band_words(exact.band)
        note = not found["note"] or self._note(found["note"], pair)
        return level and band and note and int(found["n"]) == exact.n

    def _note(self, text: str, pair: Pair) -> bool:
        note = next((n for pattern in _NOTES if (n := pattern.fullmatch(text))), None)
        if note is None:
            self.page.told.unchecked(text)
            return False
        said = note.groupdict()
        if text in ("not yet", "two camps"):
            return pair.row.willing == text
        if said.get("apart"):
            return near(said["apart"], pair.exact.ad_mean, 0.005) and not pair.is_coarse
        if said.get("turns"):
            return near(said["turns"], 100 * turns_at(pair.exact, pair.row), 0.5 + loose(pair))
        share = said.get("unsure") or said.get("over")
        return share is not None and share_holds(share, pair.row.unsure[pair.scale])

    def _item(self, found: re.Match[str], row: Row, name: str) -> bool:
        """A single question by its name, on the orientation that has it."""
        scale = next((o for o in ORIENTATIONS if name in names_of(self.page, o)), None)
        if scale is None:
            self.page.told.unchecked(name)
            return False
        item = row.scales[scale].counts[names_of(self.page, scale).index(name)]
        n = sum(item.values())
        reached = [3 * sum(item[x] for x in range(at, 6)) >= 2 * n for at in range(1, 6)]
        return (int(found["n"]), int(found["level"])) == (n, sum(reached)) and n >= 10

    def _partners(self, found: re.Match[str], owner: str, orientation: Orientation) -> bool:
        sides, group = Sides(self.page.truth), self.page.results[owner].id
        view = next(m for m in self.page.release.mirrors if m.about == group).views[orientation]
        note, n = _NOTES[-1].fullmatch(found["note"]), sides.partners[group].scales[orientation].n
        if note is None or int(found["n"]) != n:
            return False
        told = float(note["gap"]) * (1 if note["way"] == "higher" else -1)
        return view.gap == told and gap_holds(view, sides, group, orientation)


def _lower_level(row: Row) -> int:
    """The lower of overall and value stream of a settled group; 0 of others, and of pools."""
    stream = row.level_on(Orientation.VALUE_STREAM)
    return min(row.level, stream or 0) if row.is_settled and len(row.members) == 1 else 0


def turns_at(exact: Exact, row: Row) -> float:
    """The share of the silent at which the level would be another one."""
    f = exact.n / row.invited
    return (2 / 3 - f * float(exact.at_least[exact.level - 1])) / (1 - f)


def loose(pair: Pair) -> float:
    """How far, in percent, a turning point from a share as shown may lie from the exact one."""
    f = pair.exact.n / pair.row.invited
    return 2.5 * f / (1 - f) if pair.exact.level > 1 else 0.0
