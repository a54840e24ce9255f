"""The first page: who answered, where groups stand, what all can take, how far to trust it."""

import re
from collections.abc import Sequence
from functools import lru_cache

from app.language import uncapitalised
from app.maturity import ORIENTATIONS
from app.reports.trust import how_many_answered
from tests.reports.truth.contrasts import differ_reliably
from tests.reports.truth.groups import (
    ADVICE,
    Group,
    Groups,
    one_of,
    scopes,
    starts,
    streams,
    topics,
)
from tests.reports.truth.heatmap import rate_holds
from tests.reports.truth.page import Page
from tests.reports.truth.words import Claim, compiled, take_apart

Claims = list[tuple[re.Pattern[str], Claim]]


def check_answered(page: Page) -> None:
    """Check how many are said to have answered."""
    text, truth = how_many_answered(page.release), page.truth
    found = re.fullmatch(r"(At least )?(\d+) answered \((\d+ %)\)\.", text)
    if found:
        told = int(found[2])
        right = told <= truth.answered if found[1] else told == truth.answered
        true = right and rate_holds(found[3], told, truth.invited)
    elif text == "So few answered that no figure can be shown.":
        true = not truth.rows
    else:
        few = f"Figures need {truth.k} people, and fewer were asked."
        true = text == few and truth.invited < truth.k
    page.check("At least 68 answered", text, truth.answered, true=true)


def check_asked(page: Page, text: str) -> None:
    """Check whom and how much the first page says was asked."""
    found = re.match(r"(\d+) people in (one|\d+) groups? of Acme .+ (\d+) times: ", text)
    scales = page.truth.raw.asked.scales
    items = sum(scale in ORIENTATIONS for scale in scales)
    groups = len(page.truth.groups)
    want = (str(page.truth.invited), "one" if groups == 1 else str(groups), str(items))
    page.check("asked", text, want, true=found is not None and found.groups() == want)


def check_verdict(page: Page, text: str) -> None:
    """Check what the annex says of differences between groups."""
    if text.startswith("Whether groups differ"):
        true = differ_reliably(page.truth) is None
    elif text.startswith("The groups differ reliably"):
        true = differ_reliably(page.truth, 0.005) is True
    else:
        within = text.startswith("On at least one orientation differences")
        true = within and differ_reliably(page.truth, -0.005) is False
    page.check("groups differ", text, "", true=true)


class Sentences:
    """The paragraphs of the first page."""

    def __init__(self, groups: Groups) -> None:
        self.groups, self.page = groups, groups.page
        self.settled = [group for group in groups.every if group.is_settled]
        self.level = min((group.scope for group in self.settled), default=0)
        self.limiting = [group for group in self.settled if group.scope == self.level]

    def run(self, sentences: Sequence[str]) -> None:
        for text in sentences:
            take_apart(self.page.told, text, self.claims())

    def claims(self) -> Claims:
        told = {
            r"No group has a settled level yet, so there are no grounds for a recommendation\.":
                self._none,
            r"All groups with a settled level stand at level (\d), ([^.]+)\.": self._alike,
            r"(Only )?(.+?) (?:stands? at|ha(?:s|ve) a settled) level:? (\d), ([^.]+)\.":
                self._alone,
            r"The groups (see their purpose very differently: from|with a settled level stand "
            r"between) level (\d), "
            r"([^(]+) \(([^)]+)\), (?:to|and) level (\d), ([^(]+) \(([^)]+)\)\.": self._apart,
            rf"One Lean project for (all of them|the groups with a settled level) can take "
            rf"({_scopes()})\.": self._project,
            rf"No stream that crosses all groups fits yet, since (.+?) would not see (?:itself|"
            rf"themselves) in it; there, ({_scopes()}) fits\.": self._no_stream,
            rf"There are no grounds yet for a project across groups; (.+?) alone can take "
            rf"({_scopes()})\.": self._one,
            r"((?:(?! can take ).)+?) sets? this limit\.": self._limit,
            rf"(.+?) by itself can take ({_scopes()})\.": self._wider,
            rf"(The others) can share ({_scopes()})\.": self._wider,
            rf"(.+?) can take ({_scopes()})\.": self._one,
            r"(.+?) would not share a process yet and first ha(?:s|ve) to be won for it\.":
                self._unwilling,
            **self._first_steps(),
        }  # fmt: skip
        return [(compiled(pattern), claim) for pattern, claim in told.items()]

    def _levels(self) -> dict[str, int]:
        rows = self.groups.rows
        return {name: row.level for name, row in rows if row is not None and row.is_settled}

    def _none(self, found: re.Match[str]) -> None:
        self.page.check("no settled level", found[0], "", true=not self._levels())

    def _alone(self, found: re.Match[str]) -> None:
        ((name, level),) = self._levels().items()
        told = (found[2], int(found[3]), found[4])
        true = told == (name, level, uncapitalised(ADVICE.level(level).name))
        one = len(self.groups.rows) == 1
        self.page.check("stands at level", found[0], level, true=true and bool(found[1]) is not one)

    def _alike(self, found: re.Match[str]) -> None:
        levels = set(self._levels().values())
        true = levels == {int(found[1])} and found[2] == uncapitalised(
            ADVICE.level(int(found[1])).name
        )
        self.page.check("stand at level", found[0], levels, true=true)

    def _apart(self, found: re.Match[str]) -> None:
        levels = self._levels()
        low, high = min(levels.values()), max(levels.values())
        self.page.check(
            "stand between", found[0], levels, true=(int(found[2]), int(found[5])) == (low, high)
        )
        for names, at in ((found[4], low), (found[7], high)):
            here = [name for name, level in levels.items() if level == at]
            self.groups.rows_are("stand between", names, here)
        differ = found[1].startswith("see")
        reliably = differ_reliably(self.page.truth, 0.005 if differ else -0.005) is True
        far = high - low >= 2
        self.page.check("groups differ", found[0], "", true=(reliably and far) is differ)

    def _project(self, found: re.Match[str]) -> None:
        every = len(self.settled) == len(self.groups.every)
        true = (found[1] == "all of them") is every and scopes()[found[2]] == self.level > 1
        self.page.check("all can take", found[0], self.level, true=true)

    def _no_stream(self, found: re.Match[str]) -> None:
        true = scopes()[found[2]] == self.level == 1
        self.page.check("all can take", found[0], self.level, true=true)
        self._limited(found[1])

    def _one(self, found: re.Match[str]) -> None:
        (group,) = self.settled
        true = found[1] == group.name and scopes()[found[2]] == group.scope
        self.page.check("alone can take", found[0], group, true=true)

    def _limit(self, found: re.Match[str]) -> None:
        self._limited(found[1])

    def _limited(self, text: str) -> None:
        """Who sets the limit; where it is not the overall level that does, the value stream is."""
        for at in re.findall(r"\(value stream: (\d)\)", text):
            self.page.check("limit", text, self.level, true=int(at) == self.level)
        names = re.sub(r" \(value stream: \d\)", "", text)
        self.groups.rows_are("limit", names, [group.name for group in self.limiting])

    def _wider(self, found: re.Match[str]) -> None:
        others = [group for group in self.settled if group not in self.limiting]
        true = scopes()[found[2]] == min(group.scope for group in others)
        if found[1] != "The others":
            true = true and [group.name for group in others] == [found[1]]
        self.page.check("others can take", found[0], others, true=true)

    def _unwilling(self, found: re.Match[str]) -> None:
        self.groups.are("not yet", found[1], _knows_not_willing, all_=True)

    # What to do first.

    def _first_steps(self) -> dict[str, Claim]:
        topic, stream, start = one_of(topics()), one_of(streams()), one_of(starts())
        bare = one_of(text.rstrip(".") for text in starts())
        low_stream = f"(?i:{stream})"
        return {
            rf"First project: {topic} with (.+?)\.(?= |$)": self._joining,
            rf"First project: {topic}, inside each group by itself: (.+?)\.(?= |$)": self._joining,
            rf"Across groups, begin with {topic}: {low_stream}, with (.+?)\.(?= |$)": self._joining,
            r"With facilitation: (.+?)\.(?= |$)": self._facilitated,
            r"Another topic suits as well: choose the one that hurts more\.": _of_no_figure,
            r"\d+ other topics suit as well: choose the one that hurts most\.": _of_no_figure,
            rf"Meanwhile, .+?: {bare}(?:; .+?: {bare})*\.": self._meanwhile,
            rf"To begin: {start}": _of_no_figure,
            r"(.+?) first needs? a facilitated workshop(?: each)?: (?:its|their) members hold "
            r"different views of what the group is there for\.": self._camps,
            r"(.+?) first needs? a facilitated workshop(?: each)?: (?:its|their) answers leave "
            r"three levels or more open\.": self._wide,
            r"Ask (.+?) again, with more time and a word of (?:its head|their heads): too few "
            r"usable answers came\.": self._again,
            r"Groups of fewer than \d+ people are never shown alone: put each together with a "
            r"neighbour that does like work before you ask again \((.+?)\)\.": self._small,
        }

    def _joining(self, found: re.Match[str]) -> None:
        self.groups.are("can join", found[1], lambda one: one.is_settled)

    def _meanwhile(self, found: re.Match[str]) -> None:
        bare = one_of(text.rstrip(".") for text in starts())
        for names in re.findall(rf"(?:Meanwhile, |; )(.+?): {bare}", found[0]):
            self.groups.are(
                "can join", names, lambda one: one.is_settled and not _knows_not_willing(one)
            )

    def _facilitated(self, found: re.Match[str]) -> None:
        def helped(group: Group) -> bool:
            unsure = group.willing == "open"
            return group.is_settled and (unsure or group.reach > group.scope)

        self.groups.are("with facilitation", found[1], helped)

    def _camps(self, found: re.Match[str]) -> None:
        """Members hold different views: two camps in an orientation."""
        self.groups.are("workshop first", found[1], _is_split, all_=True)

    def _wide(self, found: re.Match[str]) -> None:
        self.groups.are(
            "workshop first",
            found[1],
            lambda one: one.is_divided and not _is_split(one),
            all_=True,
        )

    def _again(self, found: re.Match[str]) -> None:
        few = [one.name for one in self.groups.every if one.is_unknown]
        self.groups.rows_are("too few answers", found[1], few, all_=False)

    def _small(self, found: re.Match[str]) -> None:
        k, units = self.page.truth.k, self.page.truth.units
        small = [one.name for one in self.groups.every if units[one.id].invited < k]
        self.groups.rows_are("fewer than k people", found[1], small, all_=False)


def _is_split(group: Group) -> bool:
    return group.is_divided and group.row is not None and bool(group.row.split)


def _knows_not_willing(group: Group) -> bool:
    knows = group.row is not None and group.is_settled and group.row.level >= 2
    return knows and group.willing == "not yet"


def _of_no_figure(_found: re.Match[str]) -> None:
    """A sentence that says nothing of a figure."""


@lru_cache
def _scopes() -> str:
    return one_of(scopes())
