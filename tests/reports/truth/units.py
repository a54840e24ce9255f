"""The page of a group or pool: headline, orientations, chart in words, findings, scope."""

import re
from collections.abc import Callable, Mapping
from fractions import Fraction

from app.maturity import ORIENTATIONS, Orientation
from app.reports.unit_page import FindingView, OrientationView, UnitPage, build_unit_page
from app.scoring.release import UnitResult
from tests.reports.truth.evidence import Evidence, turns_at
from tests.reports.truth.figures import Pair
from tests.reports.truth.heatmap import ADVICE, rate_holds, willing_words
from tests.reports.truth.page import Page
from tests.reports.truth.waves import Row

NONE_NAMED = "No level named: under 40 % gave usable answers"


def level_words(level: int | None, band: tuple[int, int]) -> str:
    """A level with its band."""
    if level is None:
        return "Not settled"
    low, high = band
    return f"Level {low}" if low == high else f"Between {low} and {high}, nearer {level}"


class UnitCheck:
    """Everything that one page says."""

    def __init__(self, page: Page, unit: UnitResult) -> None:
        mirror = next((one for one in page.release.mirrors if one.about == unit.id), None)
        self.page, self.unit, self.row = page, unit, page.rows[unit.name]
        self.said: UnitPage = build_unit_page(unit, page.release, ADVICE, mirror)

    def check(self, kind: str, said: object, exact: object, *, true: bool) -> None:
        self.page.check(kind, said, exact, true=true)

    def run(self) -> None:
        self._headline()
        self._response()
        for view in self.said.orientations:
            self._orientation(view)
        self._chart()
        for finding in self.said.findings:
            self._finding(finding)
        self._every_finding()
        self._scope()

    def _pair(self, orientation: Orientation) -> Pair:
        return Pair(self.unit.profiles[orientation], self.row, orientation)

    def _headline(self) -> None:
        row, split = self.row, [o.label.lower() for o in self.row.split]
        level = row.level if row.is_settled else None
        want = level_words(level, row.band)
        if split:
            want = "Split on " + " and ".join(
                [", ".join(split[:-1]), split[-1]] if split[1:] else split
            )
        want = want if row.is_named else NONE_NAMED
        self.check("headline", self.said.headline, want, true=self.said.headline == want)
        word, meaning = self.said.word, self.said.meaning
        text = ADVICE.level(level) if level else None
        true = (self.said.level, word, meaning) == (
            (level, text.word, text.meaning) if text else (None, "", "")
        )
        self.check("level in words", (self.said.level, word), level, true=true)
        names = re.split(", | and ", self.said.members) if self.said.members else [row.names[0]]
        self.check("members", names, row.names, true=sorted(names) == sorted(row.names))

    def _response(self) -> None:
        row = self.row
        found = re.fullmatch(r"(\d+) of (\d+) answered \((\d+ %)\)", self.said.response)
        counts = found and (int(found[1]), int(found[2]))
        true = counts == (row.answered, row.invited)
        rate = found is not None and rate_holds(found[3], row.answered, row.invited)
        self.check("12 of 15 answered", self.said.response, row.answered, true=true and rate)
        willing = willing_words(row)
        self.check("willing", self.said.willing, willing, true=self.said.willing == willing)

    def _orientation(self, view: OrientationView) -> None:
        orientation = next(o for o in ORIENTATIONS if o.label == view.title)
        pair, exact = self._pair(orientation), self.row.scales[orientation]
        mean = pair.holds_mean(view.mean)
        self.check("mean", view.mean, exact.mean, true=mean and view.n == exact.n)
        level = self.row.level_on(orientation)
        want = level_words(level, exact.band) if self.row.is_named else "No level named"
        want = "Split: two views" if exact.is_split else want
        seen = ADVICE.level(level).seen_in(orientation) if level else ""
        true = (view.headline, view.sentence) == (want, seen)
        self.check("headline", view.headline, want, true=true)
        drawn = view.is_drawn is not pair.is_closed
        self.check("chart", f"{view.title} drawn: {view.is_drawn}", pair.is_closed, true=drawn)

    def _chart(self) -> None:
        """What the chart says to who cannot see it."""
        closed = [one.is_closed for one in self.row.three]
        want = ["Share of answers at each level, in %"]
        if self.row.is_named and not all(one.is_split for one in self.row.three):
            want.append("the line below marks the band, the levels that the answers leave possible")
        want += ["two camps are not drawn"] if any(closed) else []
        caption, chart = self.said.chart_caption, bool(self.said.chart)
        true = caption == "; ".join(want) and chart is not all(closed)
        self.check("chart", caption, closed, true=true)
        text = self.said.chart_alt.removeprefix("Share of answers at each level. ").removesuffix(
            "."
        )
        for part in text.split("; "):
            label, _colon, said = part.partition(": ")
            pair = self._pair(next(o for o in ORIENTATIONS if o.label == label))
            if said == "two camps, not drawn":
                self.check("chart", part, "", true=pair.is_closed)
                continue
            shares = re.findall(r"level (\d) ((?:under |over )?\d+ %)(?:, |$)", said)
            held = [pair.holds_share(t, pair.exact.mix[int(n) - 1]) for n, t in shares]
            low, high = pair.exact.band
            band = f"band {low}" if low == high else f"band {low} to {high}"
            tail = re.sub(r"level \d (?:under |over )?\d+ %(?:, |$)", "", said)
            named = tail == (band if self.row.is_named and not pair.exact.is_split else "")
            self.check("chart", part, pair.exact.mix, true=len(held) == 5 and all(held) and named)

    # What stands out.

    def _finding(self, finding: FindingView) -> None:
        found = next(one for one in ADVICE.findings if one.title == finding.title)
        where = next((o for o in ORIENTATIONS if o.label.lower() == finding.where), None)
        holds = FINDINGS.get(found.id)
        if holds is None:
            self.page.told.unchecked(finding.title)
            return
        true = holds(self.row, where)
        self.check(f"finding, {found.id}", f"{self.unit.name}: {finding}", where, true=true)
        Evidence(self.page, self.unit.name).check(finding.evidence)

    def _every_finding(self) -> None:
        """What must be said before a level is used: two camps, few answers, nothing settled."""
        told = {finding.title for finding in self.said.findings}
        row = self.row
        titles: dict[str, str] = {one.id: one.title for one in ADVICE.findings}
        wide = row.is_named and not row.is_closed and row.band[1] - row.band[0] >= 2
        for name, so in (
            ("split", bool(row.split)),
            ("low_response", row.usable_percent < 60),
            ("not_settled", wide),
        ):
            self.check("findings, all", told, name, true=(titles[name] in told) is so)

    def _scope(self) -> None:
        scope, row = self.said.scope, self.row
        if scope is None:
            self.check("scope", None, row.is_named, true=not row.is_named)
            return
        stream = row.scales[Orientation.VALUE_STREAM]
        # Who talks first plans from the low end of the band, if one is told and not of two camps.
        level = None if row.is_closed or row.split else min(row.band[0], stream.band[0])
        first, won, facilitated = not row.is_settled, False, ""
        if row.is_settled:
            level = min(row.level, row.level_on(Orientation.VALUE_STREAM) or level or 1)
            won = row.level >= 2 and row.willing == "not yet"
            high = min(row.band[1], stream.band[1])
            if row.willing == "would take part" and high > level:
                facilitated = ADVICE.level(high, self.unit.kind).scope
        before = "Before any stream" if first else "First win people" if won else ""
        text = ADVICE.level(level, self.unit.kind).scope if level else ""
        want = (level, text, facilitated)
        true = (scope.level, scope.scope, scope.facilitated) == want
        true = true and scope.before.startswith(before) and bool(scope.before) is bool(before)
        self.check("scope", scope, want, true=true)


def _level(row: Row, where: Orientation | None) -> int:
    return (row.level_on(where) or 0) if where else 0


def _sensitive(row: Row, where: Orientation | None) -> bool:
    """The level would turn if the silent were only somewhat unlike the others."""
    exact = row.scales[where] if where else row.three[0]
    turns, pair_loose = (
        turns_at(exact, row),
        0.05 + 2.5 * exact.coverage / (1 - exact.coverage) / 100,
    )
    share = float(exact.at_least[exact.level - 1])
    return -pair_loose <= turns <= 1 + pair_loose and abs(turns - share) <= 0.25 + pair_loose


def _hollow(row: Row, where: Orientation | None) -> bool:
    """Level 3 or above, over a question or another orientation two levels lower."""
    own = _level(row, where)
    exact = row.scales[where] if where else row.three[0]
    items = [
        sum(3 * sum(c[x] for x in range(at, 6)) >= 2 * sum(c.values()) for at in range(1, 6))
        for c in exact.counts
        if exact.shows_questions(row.wave.k)
    ]
    others = [level for o in ORIENTATIONS if (level := row.level_on(o))]
    return own >= 3 and own - min([*items, *others]) >= 2


#: Each finding, and when it may be said.
FINDINGS: Mapping[str, Callable[[Row, Orientation | None], bool]] = {
    "split": lambda row, where: where in row.split,
    "low_response": lambda row, where: row.usable_percent < 60,
    "sensitive": _sensitive,
    "gap": lambda row, where: bool(row.wave.raw.partners),
    "not_settled": lambda row, where: row.band[1] - row.band[0] >= 2,
    "lags": lambda row, where: (
        where is not None and row.is_settled and row.scales[where].band[1] < row.level
    ),
    "hollow": _hollow,
    "unsure": lambda row, where: where is not None and row.unsure[where] >= Fraction(225, 1000),
    "knows_not_willing": lambda row, where: row.willing == "not yet" and row.level >= 2,
    "mixed_views": lambda row, where: (
        where is not None and row.scales[where].ad_mean > Fraction(4, 5)
    ),
}


def check_units(page: Page) -> None:
    """Check the page of every group and pool."""
    for unit in page.release.cells:
        UnitCheck(page, unit).run()
