"""Where groups stand on the path, what is lost between them, and which practices they reach."""

import re

from app.maturity import Orientation
from app.reports.scope import ScopePages
from app.reports.tables import FigureTable
from tests.reports.truth.evidence import Evidence
from tests.reports.truth.groups import ADVICE, Group, Groups
from tests.reports.truth.words import DASH, Claim, compiled, take_apart


class Path:
    """The drawing in words, the hand-offs with their lines, and the practices."""

    def __init__(self, groups: Groups, scope: ScopePages) -> None:
        self.groups, self.page, self.scope = groups, groups.page, scope

    def check(self, kind: str, said: object, exact: object, *, true: bool) -> None:
        self.page.check(kind, said, exact, true=true)

    def run(self) -> None:
        self._path()
        self._table(self.scope.handoffs)
        self._practices(self.scope.practices)
        for line in self.scope.handoff_lines:
            take_apart(self.page.told, line.text, self._handoffs())
            Evidence(self.page).check(line.cells)

    def _level(self, group: Group) -> str:
        return str(group.scope) if group.is_settled else "?"

    def _path(self) -> None:
        for part in self.scope.path_alt.split("; "):
            for name, level in re.findall(r"(\w+) \((\d|\?)\)", part):
                group = self.groups.by_name[name]
                self.check("path", f"{name} ({level})", group, true=level == self._level(group))

    def _handoffs(self) -> list[tuple[re.Pattern[str], Claim]]:
        gap = (
            r"(\w+) \(level (\d)\) stands before (\w+) \(level (\d)\) on the path: a gap of (\d)\. "
            r"Where work passes between them, let both walk through one piece of it together and "
            r"agree what is handed over\."
        )
        none = r"No gap: the groups that meet here see equally far\."
        return [(compiled(gap), self._gap), (compiled(none), lambda _found: None)]

    def _gap(self, found: re.Match[str]) -> None:
        ends = [self.groups.by_name[found[1]].scope, self.groups.by_name[found[3]].scope]
        told = [int(found[2]), int(found[4])]
        true = told == ends and int(found[5]) == abs(ends[0] - ends[1])
        self.check("hand-off", found[0], ends, true=true)

    def _table(self, table: FigureTable) -> None:
        """Hand-offs: both ends with their levels, the gap, and what partners see."""
        for name, *ends, gap, partners in table.rows:
            levels = []
            for text in ends:
                if found := re.fullmatch(r"(\w+) \((\d)\)", text):
                    levels.append(self.groups.by_name[found[1]].scope)
                    self.check("hand-off", text, levels, true=int(found[2]) == levels[-1])
            true = gap == (str(abs(levels[0] - levels[1])) if levels else DASH)
            views = self._partners(name, partners)
            self.check("hand-off", (name, gap, partners), levels, true=true and views)

    def _partners(self, name: str, text: str) -> bool:
        """The gaps to partners are those of the released mirrors, which are looked at there."""
        views = {m.about: m.views.get(Orientation.VALUE_STREAM) for m in self.page.release.mirrors}
        about = name.removeprefix("business ↔ ")
        parts = [] if text == DASH else text.split(", ")
        for part in parts:
            head, _space, value = part.rpartition(" ")
            view = views.get(self.page.results[head or about].id)
            if view is None or not view.clear or view.gap != float(value.replace("−", "-")):
                return False
        return True

    def _practices(self, table: FigureTable) -> None:
        needs = {name: int(a.level) for a in ADVICE.levels for name in a.practices}
        for practice, *cells in table.rows:
            if practice not in needs:
                names = cells[-1].split(", ") if cells[-1] != DASH else []
                here = self.groups.which(lambda g, at=int(practice): g.scope == at)  # type: ignore[misc]
                reach = len(self.groups.which(lambda g, at=int(practice): g.scope >= at))  # type: ignore[misc]
                true = sorted(names) == sorted(here) and int(cells[1]) == reach
                self.check("practices", cells, here, true=true)
                continue
            need = needs[practice]
            for name, cell in zip(table.columns[1:], cells, strict=True):
                group = self.groups.by_name[name]
                want = (
                    "?" if not group.is_settled else "●" if group.scope >= need else f"needs {need}"
                )
                self.check("practices", (name, practice, cell), group, true=cell == want)
