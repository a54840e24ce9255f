"""The lines that say how far to trust a report."""

import re

from app.reports.trust import trust_lines
from tests.reports.truth.contrasts import differ_reliably
from tests.reports.truth.groups import (
    Groups,
)
from tests.reports.truth.words import Claim, compiled, take_apart

Claims = list[tuple[re.Pattern[str], Claim]]


class Trust:
    """The lines that say how far to trust a report."""

    def __init__(self, groups: Groups) -> None:
        self.groups, self.page = groups, groups.page

    def run(self) -> None:
        for line in trust_lines(self.page.release):
            take_apart(self.page.told, line, self.claims())

    def claims(self) -> Claims:
        told = (
            (
                r"Groups with enough answers for a level: (\d+)\. Surely at one level: (\d+); "
                r"at one or the next: (\d+); not settled: (\d+)\.",
                self._settled,
            ),
            (r"No figure rests on fewer than (\d+) people\.", self._fewest),
            (r"Whether groups differ by more than chance cannot be tested\.", self._untested),
            (
                r"Differences between groups may be chance: do not read an order into them\.",
                self._by_chance,
            ),
            (r"No level is named where under 40 % gave usable answers: (.+)\.", self._few),
            (r"Shown only together with others: (.+)\.", self._pooled),
            (r"Too small, or too few answers, to show alone: (.+)\.", self._hidden),
        )
        return [(compiled(pattern), claim) for pattern, claim in told]

    def _settled(self, found: re.Match[str]) -> None:
        rows = [row for _name, row in self.groups.rows if row is not None and row.is_named]
        settled = [row.band for row in rows if row.is_settled]
        one = sum(low == high for low, high in settled)
        want = (len(rows), one, len(settled) - one, len(rows) - len(settled))
        told = tuple(map(int, found.groups()))
        self.page.check("groups with a level", found[0], want, true=told == want)

    def _fewest(self, found: re.Match[str]) -> None:
        sizes = [exact.n for row in self.page.truth.rows for exact in row.scales.values()]
        sizes += [m.answered for m in self.page.release.mirrors if m.answered is not None]
        true = min(sizes, default=99) >= int(found[1]) == self.page.truth.k
        self.page.check("fewest people", found[0], sizes, true=true)

    def _untested(self, found: re.Match[str]) -> None:
        true = differ_reliably(self.page.truth) is None
        self.page.check("groups differ", found[0], "", true=true)

    def _by_chance(self, found: re.Match[str]) -> None:
        true = differ_reliably(self.page.truth, -0.005) is False
        self.page.check("groups differ", found[0], "", true=true)

    def _few(self, found: re.Match[str]) -> None:
        low = [name for name, row in self.groups.rows if row is not None and not row.is_named]
        self.groups.rows_are("under 40 %", found[1], low)

    def _pooled(self, found: re.Match[str]) -> None:
        pooled = self.page.truth.pooled
        self.groups.are("only together", found[1], lambda one: one.id in pooled, all_=True)

    def _hidden(self, found: re.Match[str]) -> None:
        hidden = [name for name, row in self.groups.rows if row is None]
        self.groups.rows_are("too small to show", found[1], hidden)
