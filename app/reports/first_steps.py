"""What to do first, in words: the first project, how the others begin, whom to ask again."""

from collections.abc import Sequence

from app.advice.levels import AdviceCatalogue
from app.advice.portfolio import Candidate, equals_of_first, names_of
from app.advice.scope import (
    Standing,
    common_kind,
    common_scope,
    groups_of,
    is_unwilling,
    scope_of,
    standing_of,
)
from app.advice.scope_fit import named
from app.advice.verdicts import Verdict
from app.language import N_, ngettext, uncapitalised
from app.language import gettext as _
from app.maturity import ORIENTATIONS, Level
from app.reports.limits import advice_for
from app.scoring.release import Release, UnitResult


def first_steps(
    release: Release,
    advice: AdviceCatalogue,
    ranked: Sequence[Candidate],
    crossing: Candidate | None,
) -> str:
    """Return what to do first, with whom, and with whom to talk or whom to ask before.

    `ranked` are the projects, the best first; `crossing` is the best that crosses groups.
    """
    groups = groups_of(release)
    common = common_scope(groups)
    if common is None:
        return " ".join(_remedies(groups, release.k))
    if ranked:
        across = crossing if ranked[0].reach == Level.TECHNOLOGY else None
        busy = ranked[0].joining_ids | (across.joining_ids if across else frozenset())
        said = [_project(ranked), _crossing(across), _meanwhile(release, busy, advice)]
    else:
        start = uncapitalised(advice_for(common, advice).start[0])
        said = [_("To begin: %(start)s", start=start)]
    return " ".join([*filter(None, said), *_talk(common.workshop_first)])


def _project(ranked: Sequence[Candidate]) -> str:
    """The first project as its own page names it, and how many topics would do as well."""
    best, others = ranked[0], len(equals_of_first(ranked)) - 1
    template = N_("First project: %(topic)s with %(names)s.")
    apart = N_("First project: %(topic)s, inside each group by itself: %(names)s.")
    said = _(
        template if best.reach > Level.TECHNOLOGY or len(best.joining) == 1 else apart,
        topic=uncapitalised(best.topic.title),
        names=names_of(best.joining),
    )
    said = _with_facilitation(said, best)
    if not others:
        return said
    more = ngettext(
        "Another topic suits as well: choose the one that hurts more.",
        "%(num)s other topics suit as well: choose the one that hurts most.",
        others,
    )
    return f"{said} {more}"


def _with_facilitation(said: str, candidate: Candidate) -> str:
    """Add who takes part with facilitation only."""
    helped = [fit for fit in candidate.joining if fit.verdict is Verdict.FACILITATED]
    if not helped:
        return said
    added = _("With facilitation: %(names)s.", names=names_of(helped))
    return f"{said} {added}"


def _crossing(crossing: Candidate | None) -> str:
    """Where the first project stays inside groups: the one across groups that is nearest."""
    if crossing is None:
        return ""
    said = _(
        "Across groups, begin with %(topic)s: %(stream)s, with %(names)s.",
        topic=uncapitalised(crossing.topic.title),
        stream=uncapitalised(crossing.topic.at(crossing.reach).stream),
        names=names_of(crossing.joining),
    )
    return _with_facilitation(said, crossing)


def _meanwhile(release: Release, busy: frozenset[str], advice: AdviceCatalogue) -> str:
    """How those begin who have a settled level and no part in a project yet."""
    levels: dict[Level, list[UnitResult]] = {}
    for unit in groups_of(release):
        scope = scope_of(unit)
        if unit.id not in busy and scope is not None and not scope.workshop_first:
            levels.setdefault(scope.level, []).append(unit)
    # Whoever has to be won first is named as such, and asked for nothing that is shared.
    ready = {
        level: [unit for unit in units if not is_unwilling(unit)] for level, units in levels.items()
    }
    parts = [
        _(
            "%(names)s: %(start)s",
            names=named(units),
            start=uncapitalised(advice.level(level, common_kind(units)).start[0]).rstrip("."),
        )
        for level, units in sorted(ready.items())
        if units
    ]
    return _("Meanwhile, %(parts)s.", parts="; ".join(parts)) if parts else ""


def _talk(divided: Sequence[UnitResult]) -> list[str]:
    """The workshop that comes before a group joins anything, by what divides it."""
    camps = [unit for unit in divided if any(unit.profiles[o].split for o in ORIENTATIONS)]
    wide = [unit for unit in divided if unit not in camps]
    said = []
    if camps:
        said.append(
            ngettext(
                "%(names)s first needs a facilitated workshop: its members hold different views "
                "of what the group is there for.",
                "%(names)s first need a facilitated workshop each: their members hold different "
                "views of what the group is there for.",
                len(camps),
                names=named(camps),
            )
        )
    if wide:
        said.append(
            ngettext(
                "%(names)s first needs a facilitated workshop: its answers leave three levels or "
                "more open.",
                "%(names)s first need a facilitated workshop each: their answers leave three "
                "levels or more open.",
                len(wide),
                names=named(wide),
            )
        )
    return said


def _remedies(groups: Sequence[UnitResult], k: int) -> list[str]:
    """What would give a level to groups of which none has one yet."""
    standing = {one: [u for u in groups if standing_of(u) is one] for one in Standing}
    small = [unit for unit in standing[Standing.HIDDEN] if unit.invited < k]
    few = [*standing[Standing.FEW_ANSWERED]]
    few += [unit for unit in standing[Standing.HIDDEN] if unit.invited >= k]
    said = _talk(standing[Standing.DIVIDED])
    if few:
        said.append(
            ngettext(
                "Ask %(names)s again, with more time and a word of its head: too few usable "
                "answers came.",
                "Ask %(names)s again, with more time and a word of their heads: too few usable "
                "answers came.",
                len(few),
                names=named(few),
            )
        )
    if small:
        text = N_(
            "Groups of fewer than %(k)s people are never shown alone: put each together with a "
            "neighbour that does like work before you ask again (%(names)s)."
        )
        said.append(_(text, names=named(small), k=k))
    return said
