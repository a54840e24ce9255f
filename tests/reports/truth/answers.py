"""The answer to one question on scope: this stream, these groups, and on what it rests."""

import re
from collections.abc import Sequence

from app.advice.scope import groups_of
from app.advice.scope_fit import scope_fit
from app.advice.topics import Topic, load_topics
from app.advice.verdicts import Verdict
from app.maturity import ACCEPTANCE, LEVELS, ORIENTATIONS, Orientation
from app.reports.lines import LineView
from app.reports.scope import AnswerView, FitView, answer_view
from tests.reports.truth.evidence import Evidence
from tests.reports.truth.groups import (
    ADVICE,
    Group,
    Groups,
    Test,
    is_settled,
    is_to_win,
    one_of,
    streams,
)
from tests.reports.truth.words import DASH, Claim, compiled, take_apart

JOINS = (Verdict.FITS, Verdict.FACILITATED)
NO_GROUNDS = "No grounds for a recommendation: none of these groups has a settled level."


def _of_settled(group: Group, need: int, *, shared: bool) -> Verdict:
    """The verdict on a group that one level describes, by the level that it needs."""
    if group.scope < need:
        return Verdict.FACILITATED if group.reach >= need else Verdict.EARLY
    if not shared or group.willing in ("would take part", "not known"):
        return Verdict.FITS
    return Verdict.FACILITATED if group.willing == "open" else Verdict.WIN_FIRST


class Answers:
    """All that is said of some groups and a stream."""

    def __init__(self, groups: Groups) -> None:
        self.groups, self.page = groups, groups.page

    def of_everybody(self) -> None:
        """Ask of one topic, at all its reaches, whether all groups can join."""
        topics, units = load_topics(), groups_of(self.page.release)
        topic = topics[self.page.truth.invited % len(topics)]
        for reach in LEVELS:
            self.check(answer_view(scope_fit(units, topic, reach, ADVICE), {}), topic, reach)

    def check(self, view: AnswerView, topic: Topic, reach: int) -> None:
        """Check each verdict, what limits the groups, and what widens what they can do."""
        asked = [self.groups.by_name[fit.name] for fit in view.fits]
        for fit in view.fits:
            self._verdict(fit, shared=reach > 1)
        none = not any(group.is_settled for group in asked)
        true = view.no_grounds.startswith(NO_GROUNDS) if none else not view.no_grounds
        self._note("no grounds", view.no_grounds, asked, true=true)
        widest = self._widest(asked, topic)
        self._note("widest", view.widest, widest, true=view.widest == widest)
        if view.common:
            take_apart(self.page.told, view.common.text, self._common(view.widest or 0))
            Evidence(self.page).check(view.common.cells)
        for line in view.widening:
            self._widening(line)
        for line in view.alternatives:
            found = re.search(r"With ([^.]+)\. First kaizen: ", line.text)
            self.groups.are("can join", found[1] if found else line.text, is_settled)

    def _note(self, kind: str, said: object, exact: object, *, true: bool) -> None:
        self.page.check(kind, said, exact, true=true)

    def _says(self, kind: str, holds: Test) -> Claim:
        return lambda found: self.groups.are(kind, found[1], holds)

    def _widest(self, asked: Sequence[Group], topic: Topic) -> int | None:
        """The widest reach that all can join whose level is settled."""
        settled = [group for group in asked if group.is_settled]
        for reach in reversed(LEVELS):
            needs = [topic.need(self.page.truth.units[one.id].kind, reach) for one in settled]
            pairs = zip(settled, needs, strict=True)
            if settled and all(_of_settled(g, n, shared=reach > 1) in JOINS for g, n in pairs):
                return int(reach)
        return None

    def _common(self, widest: int) -> list[tuple[re.Pattern[str], Claim]]:
        stream = one_of(streams())
        told: Sequence[tuple[str, Claim]] = (
            (
                rf"(.+?) can see itself in a stream of this width: {stream} \(level {widest}\)\. "
                r"Beyond its own work it needs others who see as far\.",
                self._says("can join", is_settled),
            ),
            (
                rf"No stream that crosses these groups suits all of them yet; each can begin "
                rf"inside its own group: {stream}\.",
                lambda _found: None,
            ),
            (
                rf"All of them can share this stream: {stream} \(level {widest}\)\.",
                lambda _found: None,
            ),
            (r"The limit is set by (.+?)\.", self._says("limit", is_settled)),
        )
        return [(compiled(pattern), claim) for pattern, claim in told]

    def _verdict(self, fit: FitView, *, shared: bool) -> None:
        group = self.groups.by_name[fit.name]
        level = DASH if group.is_divided or group.is_unknown else str(group.scope)
        want = Verdict.UNKNOWN if group.is_unknown else Verdict.WORKSHOP
        if group.is_settled:
            want = _of_settled(group, fit.need, shared=shared)
        true = fit.verdict is want and fit.level == level
        self._note("verdict", fit, (want, group), true=true)
        self.fit(fit.name, fit.line)

    def fit(self, name: str, line: LineView) -> None:
        """Check what is said of one group."""
        take_apart(self.page.told, line.text, self._fits(self.groups.by_name[name]))
        Evidence(self.page, name).check(line.cells)

    def _fits(self, group: Group) -> list[tuple[re.Pattern[str], Claim]]:
        row = group.row
        few = row is not None and not row.is_named
        camps, wide = bool(row and row.split), bool(row and row.band[1] - row.band[0] >= 2)
        facilitated = r"Fits with facilitation: "
        so = {
            r"Unknown: under 40 % of the group gave usable answers\.": few,
            r"Unknown: too few answers to show this group alone\.": row is None,
            r"Workshop first: its members see the group in different ways\.": camps,
            r"Workshop first: its answers leave three levels or more open\.": wide,
            r"Fits now: it can see itself in this stream\.": group.is_settled,
            facilitated + r"part of the group already sees this far\.": group.reach > group.scope,
            facilitated + r"it is open whether its people would take part; ask what they would "
            r"lose before inviting them\.": group.willing == "open",
            r"Talk first: its people are of two camps about taking part \((\d+) answers\)\.":
                group.willing == "two camps",
            r"Win it first: it knows the stream, and would not share a process yet \((\d+) "
            r"answers\)\.": group.willing == "not yet",
            r"This stream names no part for its kind of group: ask whether it has one\.": True,
            r"Whether its people accept the change is not known\.": group.willing == "not known",
        }  # fmt: skip
        told: list[tuple[re.Pattern[str], Claim]] = [
            (compiled(pattern), self._so(group, holds)) for pattern, holds in so.items()
        ]
        early = (
            r"Too early: it stands at level (\d), and this stream \(.+?\) needs (\d)\. "
            r"Missing: ([^.]+)\."
        )
        return [*told, (compiled(early), lambda found: self._early(group, found))]

    def _so(self, group: Group, holds: bool) -> Claim:
        def claim(found: re.Match[str]) -> None:
            n = group.row.scales[ACCEPTANCE].n if group.row and found.groups() else 0
            true = holds and (not found.groups() or int(found[1]) == n)
            self._note("fit", f"{group.name}: {found[0]}", group, true=true)

        return claim

    def _early(self, group: Group, found: re.Match[str]) -> None:
        need, row = int(found[2]), group.row
        true = row is not None and int(found[1]) == group.scope < need
        for part in found[3].split(", "):
            if at := re.fullmatch(r"(.+) at (\d)", part):
                on = next(o for o in ORIENTATIONS if o.label.lower() == at[1])
                true = true and row is not None and row.level_on(on) == int(at[2]) < need
            elif part.startswith("willingness"):
                stream = row.scales[Orientation.VALUE_STREAM] if row else None
                ends = (row.band[1], stream.band[1]) if row and stream else (0,)
                true = true and min(ends) >= need and group.willing != "would take part"
        self._note("fit", f"{group.name}: {found[0]}", group, true=true)

    def _widening(self, line: LineView) -> None:
        """The first step of who limits a project, by what is in the way."""
        names, _colon, said = line.text.partition(": ")
        names = names.removesuffix(", each by itself")
        remedy = next(one.remedy for one in ADVICE.findings if one.id == "knows_not_willing")
        holds: Test = is_settled
        if said.removeprefix(": ") == remedy:
            holds = is_to_win
        elif said.startswith("Change what is measured first"):
            holds = _is_measured_by_less
        self.groups.are("widening", names, holds)
        Evidence(self.page, names if names in self.page.rows else "").check(line.cells)


def _is_measured_by_less(group: Group) -> bool:
    row = group.row
    if row is None:
        return False
    stream, measured = (
        row.level_on(o) for o in (Orientation.VALUE_STREAM, Orientation.MEASUREMENT)
    )
    return stream is not None and measured is not None and stream > measured
