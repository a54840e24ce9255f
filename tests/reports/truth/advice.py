"""The pages on scope of a whole report: who can join what, and on which figures that rests."""

import re
from collections.abc import Sequence

from app.reports.lines import LineView
from app.reports.report import Report
from app.reports.scope import ScopePages
from tests.reports.truth.answers import Answers
from tests.reports.truth.evidence import Evidence
from tests.reports.truth.groups import Groups, Test, is_settled, is_to_win
from tests.reports.truth.path import Path
from tests.reports.truth.words import Claim, compiled, take_apart


class Advice:
    """All lines of one report's advice."""

    def __init__(self, groups: Groups, report: Report) -> None:
        self.groups, self.page, self.report = groups, groups.page, report
        self.scope: ScopePages = report.scope

    def check(self, kind: str, said: object, exact: object, *, true: bool) -> None:
        self.page.check(kind, said, exact, true=true)

    def run(self) -> None:
        evidence = Evidence(self.page)
        for one in self.scope.candidates:
            take_apart(self.page.told, one.line.text, self._joins())
            evidence.check(one.line.cells)
            some, every = map(int, re.findall(r"\d+", one.joining))
            settled = len(self.groups.which(is_settled))
            self.check("1 of 2 settled", one.joining, settled, true=some <= every <= settled)
        Path(self.groups, self.scope).run()
        for name, line in self.scope.participants:
            self._participants(name, line)
        self._charter()
        answers = Answers(self.groups)
        if self.scope.first:
            answers.check(self.scope.first, self.scope.ranked[0].topic, self.scope.ranked[0].reach)
        answers.of_everybody()

    # Lines of candidates and of the charter.

    def _says(self, kind: str, holds: Test) -> Claim:
        return lambda found: self.groups.are(kind, found[1], holds)

    def _joins(self) -> list[tuple[re.Pattern[str], Claim]]:
        told: Sequence[tuple[str, Claim]] = (
            (r"((?:(?!\. | can join).)+) can join now\.", self._says("can join", is_settled)),
            (
                r"((?:(?!\. | can join).)+) can join with facilitation\.",
                self._says("can join", is_settled),
            ),
            (r"((?:(?!\. | can join).)+) can join now; with facilitation, (.+?) too\.", self._both),
            (r"To be won first: (.+?)\.(?= |$)", self._says("to be won first", is_to_win)),
            (r"Too early: (.+?)\.(?= |$)", self._says("too early", is_settled)),
            (
                r"To talk first: (.+?)\.(?= |$)",
                self._says("workshop first", lambda g: g.is_divided),
            ),
            (r"Not known: (.+?)\.(?= |$)", self._says("unknown", lambda g: g.is_unknown)),
            (r"Both sides of the widest hand-off take part\.", lambda _found: None),
        )
        return [(compiled(pattern), claim) for pattern, claim in told]

    def _both(self, found: re.Match[str]) -> None:
        self.groups.are("can join", found[1], is_settled)
        self.groups.are("with facilitation", found[2], is_settled)

    def _charter(self) -> None:
        charter = self.scope.charter
        if charter is None:
            return
        told: Sequence[tuple[str, Test]] = (
            (r"To be won first, and not yet asked to change: (.+?)\.(?= |$)", is_to_win),
            (r"Told, and not yet asked to change: (.+?)\.(?= |$)", is_settled),
            (r"Only after a workshop of their own: (.+?)\.(?= |$)", lambda g: g.is_divided),
            (
                r"Asked in person, since no level of theirs is known: (.+?)\.(?= |$)",
                lambda g: g.is_unknown,
            ),
            (r"Give (.+?) a facilitator and time", is_settled),
            (
                r"Before that, talk with the people of (.+?) about what they would lose by it\.",
                lambda g: g.willing == "open",
            ),
            (r"Prepare with (.+?): agree", is_settled),
        )
        texts = [charter.outside, *charter.change, *(text for _days, text in charter.days)]
        for pattern, holds in told:
            for text in texts:
                for names in re.findall(pattern, text):
                    self.groups.are("charter", names, holds)

    def _participants(self, name: str, line: LineView) -> None:
        """One group with its verdict; of many groups those of one verdict together."""
        if name in self.groups.by_name:
            Answers(self.groups).fit(name, line)
            return
        found = re.fullmatch(r"Can join (now|with facilitation), each of them: (.+)\.", line.text)
        self.groups.are("can join", found[2] if found else line.text, is_settled)
        Evidence(self.page).check(line.cells)
