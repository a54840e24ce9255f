"""The CIO's page in words: what was asked, what it means, how far to trust it."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.advice.levels import AdviceCatalogue
from app.advice.portfolio import Candidate, equals_of_first
from app.advice.scope import CommonScope, common_scope, groups_of, is_settled, scope_of
from app.advice.scope_fit import named
from app.language import N_, listed, ngettext, uncapitalised
from app.language import gettext as _
from app.maturity import Level
from app.reports.annex import differs_reliably
from app.reports.shown import shown_rate
from app.scoring.release import Release, UnitResult


@dataclass(frozen=True)
class Summary:
    """The CIO's page: what was asked, what came out, and how far to trust it."""

    asked: str
    sentences: tuple[str, ...]
    trust: tuple[str, ...]


def build_summary(
    organisation: str,
    release: Release,
    advice: AdviceCatalogue,
    ranked: Sequence[Candidate] = (),
) -> Summary:
    """Return the summary of a release: three paragraphs of meaning, a few lines on trust.

    `ranked` are the projects, the first of which the report works out.
    """
    groups = groups_of(release)
    asked = _(
        "%(people)s people in %(groups)s groups of %(organisation)s were asked which of five "
        "statements describes their group, %(items)s times: about the processes it feels part of, "
        "whom it serves, and what it measures.",
        items=release.core_items,
        people=release.invited,
        groups=len(groups),
        organisation=organisation,
    )
    return Summary(
        asked=f"{asked} {_answered(release)}",
        sentences=(
            _spread(release, advice),
            _together(release, advice),
            _first(release, advice, ranked),
        ),
        trust=_trust(release),
    )


def _answered(release: Release) -> str:
    """How many answered; where groups are hidden, those are not counted: a difference tells."""
    values = {
        "answered": release.answered,
        "rate": shown_rate(release.answered, release.invited),
    }
    if not release.answered:
        return _("So few answered that no figure can be shown.")
    if release.is_part:
        return _("At least %(answered)s answered (%(rate)s).", **values)
    return _("%(answered)s answered (%(rate)s).", **values)


def _spread(release: Release, advice: AdviceCatalogue) -> str:
    """Where the groups stand: the widest and the narrowest view."""
    levels: dict[int, list[str]] = {}
    for group in groups_of(release):
        scope = scope_of(group)
        if group.overall is not None and scope is not None and not scope.workshop_first:
            levels.setdefault(int(group.overall.level), []).append(group.name)
    if not levels:
        return _("No group has a settled level yet, so there are no grounds for a recommendation.")
    low, high = min(levels), max(levels)
    if len(groups_of(release)) > sum(map(len, levels.values())) == 1:
        return _(
            "Only %(group)s has a settled level: %(level)s, %(name)s.",
            group=levels[low][0],
            level=low,
            name=advice.level(low).name,
        )
    if low == high:
        return _(
            "All groups with a settled level stand at level %(level)s, %(name)s.",
            level=low,
            name=advice.level(low).name,
        )
    return _(
        "The groups see their purpose very differently: from level %(low)s, %(narrow)s "
        "(%(those)s), to level %(high)s, %(wide)s (%(others)s).",
        low=low,
        narrow=uncapitalised(advice.level(low).name),
        those=listed(levels[low]),
        high=high,
        wide=uncapitalised(advice.level(high).name),
        others=listed(levels[high]),
    )


def _together(release: Release, advice: AdviceCatalogue) -> str:
    """What all can do together, who sets the limit, and what the others could share."""
    common = common_scope(groups_of(release))
    if common is None:
        return _("There is no stream yet that all groups are known to be able to join.")
    open_ = len(common.workshop_first) + len(common.unknown)
    if open_ and open_ == len(groups_of(release)) - 1:
        return _(
            "There are no grounds yet for a project across groups; %(limiting)s alone can take "
            "%(stream)s.",
            limiting=listed([unit.name for unit in common.limiting]),
            stream=_stream(common, advice),
        )
    sentence = _limit(common, _stream(common, advice), speaks_for_all=not open_)
    wider = common_scope(u for u in groups_of(release) if u not in common.limiting)
    if wider is None:
        return sentence
    others = _("The others can share %(stream)s.", stream=_stream(wider, advice))
    return f"{sentence} {others}"


def _limit(common: CommonScope, stream: str, *, speaks_for_all: bool) -> str:
    """Which stream several groups can take together, and who sets the limit."""
    number, values = (
        len(common.limiting),
        {
            "limiting": listed([unit.name for unit in common.limiting]),
            "stream": stream,
        },
    )
    if common.level == Level.TECHNOLOGY:
        return ngettext(
            "No stream that crosses all groups fits yet, since %(limiting)s would not see itself "
            "in it; there, %(stream)s fits.",
            "No stream that crosses all groups fits yet, since %(limiting)s would not see "
            "themselves in it; there, %(stream)s fits.",
            number,
            **values,
        )
    if not speaks_for_all:
        return ngettext(
            "One Lean project for the groups with a settled level can take %(stream)s; "
            "%(limiting)s sets this limit.",
            "One Lean project for the groups with a settled level can take %(stream)s; "
            "%(limiting)s set this limit.",
            number,
            **values,
        )
    return ngettext(
        "One Lean project for all of them can take %(stream)s; %(limiting)s sets this limit.",
        "One Lean project for all of them can take %(stream)s; %(limiting)s set this limit.",
        number,
        **values,
    )


def _stream(common: CommonScope, advice: AdviceCatalogue) -> str:
    scope = advice.level(common.level, common.limiting[0].kind).scope
    return uncapitalised(scope).rstrip(".")


def _first(release: Release, advice: AdviceCatalogue, ranked: Sequence[Candidate]) -> str:
    """What to do first, with whom, and with whom to talk before."""
    common = common_scope(groups_of(release))
    if common is None:
        return _("Talk with each group about its purpose before any project is scoped.")
    if ranked:
        said = [_project(ranked), _meanwhile(release, ranked[0], advice)]
    else:
        kind = common.limiting[0].kind
        start = uncapitalised(advice.level(common.level, kind).start[0])
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
        names=named([fit.unit for fit in best.joining]),
    )
    if not others:
        return said
    more = ngettext(
        "Another topic suits them equally well: choose the one that hurts more.",
        "%(num)s other topics suit them equally well: choose the one that hurts most.",
        others,
    )
    return f"{said} {more}"


def _meanwhile(release: Release, best: Candidate, advice: AdviceCatalogue) -> str:
    """How those begin who have a settled level and no part in the first project yet."""
    others = [unit for unit in groups_of(release) if unit.id not in best.joining_ids]
    early = [unit for unit in others if (s := scope_of(unit)) and not s.workshop_first]
    common = common_scope(early)
    if common is None:
        return ""
    kind = common.limiting[0].kind
    return _(
        "Meanwhile, %(names)s: %(start)s",
        names=named(early),
        start=uncapitalised(advice.level(common.level, kind).start[0]),
    )


def _talk(divided: Sequence[UnitResult]) -> list[str]:
    """The workshop that comes before a group joins anything."""
    if not divided:
        return []
    names = listed([unit.name for unit in divided])
    return [
        ngettext(
            "%(names)s first needs a facilitated workshop: its members hold different views of "
            "what the group is there for.",
            "%(names)s first need a facilitated workshop each: their members hold different views "
            "of what the group is there for.",
            len(divided),
            names=names,
        )
    ]


def _trust(release: Release) -> tuple[str, ...]:
    groups = [group for group in groups_of(release) if group.overall is not None]
    settled = [group for group in groups if is_settled(group)]
    one = sum(1 for g in settled if g.overall and g.overall.band and len(set(g.overall.band)) == 1)
    lines = [
        _answered(release),
        _(
            "Groups shown: %(groups)s. Settled at one level: %(one)s; between two: %(two)s; not "
            "settled: %(open)s. The band says which levels the answers leave possible.",
            groups=len(groups),
            one=one,
            two=len(settled) - one,
            open=len(groups) - len(settled),
        ),
        _("No figure rests on fewer than %(k)s people.", k=release.k),
    ]
    if len(groups) > 1 and not differs_reliably(release):
        lines.append(_("Differences between groups may be chance: do not read an order into them."))
    hidden = [group.name for group in groups_of(release) if not group.profiles]
    if hidden:
        lines.append(
            _("Too small, or too few answers, to show alone: %(groups)s.", groups=listed(hidden))
        )
    return tuple(lines)
