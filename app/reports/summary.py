"""The CIO's page in words: what was asked, what it means, how far to trust it."""

from dataclasses import dataclass

from app.advice.levels import AdviceCatalogue
from app.advice.response import is_unsettled
from app.advice.scope import common_scope, groups_of, scope_of
from app.maturity import Level
from app.reports.shown import listed, shown_rate, uncapitalised
from app.scoring.release import Release


@dataclass(frozen=True)
class Summary:
    """The CIO's page: what was asked, what came out, and how far to trust it."""

    asked: str
    sentences: tuple[str, ...]
    trust: tuple[str, ...]


def build_summary(organisation: str, release: Release, advice: AdviceCatalogue) -> Summary:
    """Return the summary of a release: three sentences of meaning, a few on trust."""
    groups = groups_of(release)
    asked = (
        f"{release.invited} people in {len(groups)} groups of {organisation} were asked which of "
        "five statements describes their group, eighteen times: about the processes it feels "
        "part of, whom it serves, and what it measures. "
        f"{release.answered} answered ({shown_rate(release.answered, release.invited)})."
    )
    return Summary(
        asked=asked,
        sentences=(_spread(release, advice), _together(release, advice), _first(release, advice)),
        trust=_trust(release),
    )


def _spread(release: Release, advice: AdviceCatalogue) -> str:
    """Where the groups stand: the widest and the narrowest view."""
    levels: dict[int, list[str]] = {}
    for group in groups_of(release):
        scope = scope_of(group)
        if group.overall is not None and scope is not None and not scope.workshop_first:
            levels.setdefault(int(group.overall.level), []).append(group.name)
    if not levels:
        return "No group has a settled level yet, so there are no grounds for a recommendation."
    low, high = min(levels), max(levels)
    if low == high:
        return f"All groups with a settled level stand at level {low}, {advice.level(low).name}."
    return (
        f"The groups see their purpose very differently: from level {low}, "
        f"{uncapitalised(advice.level(low).name)} ({listed(levels[low])}), to level {high}, "
        f"{uncapitalised(advice.level(high).name)} ({listed(levels[high])})."
    )


def _together(release: Release, advice: AdviceCatalogue) -> str:
    """What all can do together, who sets the limit, and what the others could share."""
    common = common_scope(groups_of(release))
    if common is None:
        return "There is no stream yet that all groups are known to be able to join."
    limiting = listed([unit.name for unit in common.limiting])
    wider = common_scope(u for u in groups_of(release) if u not in common.limiting)
    others = f" The others can share {_stream(wider.level, advice)}." if wider else ""
    if common.level == Level.TECHNOLOGY:
        return (
            f"No stream that crosses all groups fits yet, since {limiting} would not see "
            f"{'itself' if len(common.limiting) == 1 else 'themselves'} in it; there, "
            f"{_stream(common.level, advice)} fits.{others}"
        )
    limits = "sets" if len(common.limiting) == 1 else "set"
    return (
        f"One Lean project for all of them can take {_stream(common.level, advice)}; "
        f"{limiting} {limits} this limit.{others}"
    )


def _stream(level: Level, advice: AdviceCatalogue) -> str:
    return uncapitalised(advice.level(level).scope).rstrip(".")


def _first(release: Release, advice: AdviceCatalogue) -> str:
    """What to do first, and with whom to talk before."""
    common = common_scope(groups_of(release))
    if common is None:
        return "Talk with each group about its purpose before any project is scoped."
    sentence = f"To begin: {uncapitalised(advice.level(common.level).start[0])}"
    if common.workshop_first:
        names = listed([unit.name for unit in common.workshop_first])
        sentence += (
            f" Before that, hold a facilitated workshop with {names}: its members hold "
            "different views of what the group is there for."
            if len(common.workshop_first) == 1
            else f" Before that, hold a facilitated workshop with each of {names}."
        )
    return sentence


def _trust(release: Release) -> tuple[str, ...]:
    groups = [group for group in groups_of(release) if group.overall is not None]
    one = sum(1 for g in groups if g.overall and g.overall.band and len(set(g.overall.band)) == 1)
    open_ = sum(1 for group in groups if group.overall and is_unsettled(group.overall.band))
    lines = [
        f"{shown_rate(release.answered, release.invited)} of those invited answered.",
        f"Groups shown: {len(groups)}. Settled at one level: {one}; between two: "
        f"{len(groups) - one - open_}; not settled: {open_}. The band says which levels the "
        "answers leave possible.",
        f"No figure rests on fewer than {release.k} people.",
    ]
    hidden = [group.name for group in groups_of(release) if not group.profiles]
    if hidden:
        lines.append(f"Too few answers to show alone: {listed(hidden)}.")
    return tuple(lines)
