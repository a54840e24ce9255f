"""The CIO's page in words: what was asked, what it means, how far to trust it."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.advice.levels import AdviceCatalogue, LevelAdvice
from app.advice.portfolio import Candidate
from app.advice.scope import (
    CommonScope,
    common_scope,
    groups_of,
    is_unwilling,
    rows_of,
)
from app.advice.scope_fit import named
from app.language import N_, ngettext, uncapitalised
from app.language import gettext as _
from app.maturity import Level
from app.reports.changes import changes_in_words
from app.reports.differences import Differing, how_groups_differ
from app.reports.first_steps import first_steps
from app.reports.limits import limiting_names, stream_of
from app.reports.trust import how_many_answered, trust_lines
from app.scoring.change import changes_between
from app.scoring.release import Release, UnitResult

#: From so many levels on, groups see their purpose "very differently".
FAR_APART = 2


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
    crossing: Candidate | None = None,
    earlier: Release | None = None,
) -> Summary:
    """Return the summary of a release: three or four paragraphs, a few lines on trust.

    `ranked` are the projects, the first of which the report works out; `crossing` is the best
    that crosses groups; `earlier` is the release of the wave before.
    """
    asked = ngettext(
        "%(people)s people in one group of %(organisation)s were asked which of five statements "
        "describes their group, %(items)s times: about the processes it feels part of, whom it "
        "serves, and what it measures.",
        "%(people)s people in %(num)s groups of %(organisation)s were asked which of five "
        "statements describes their group, %(items)s times: about the processes it feels part of, "
        "whom it serves, and what it measures.",
        len(groups_of(release)),
        items=release.core_items,
        people=release.invited,
        organisation=organisation,
    )
    sentences = [
        _spread(release, advice),
        _together(release, advice),
        first_steps(release, advice, ranked, crossing),
        *(changes_in_words(changes_between(release, earlier)) if earlier else ()),
    ]
    return Summary(
        asked=f"{asked} {how_many_answered(release)}",
        sentences=tuple(one for one in sentences if one),
        trust=trust_lines(release),
    )


def _spread(release: Release, advice: AdviceCatalogue) -> str:
    """Where the groups stand: the widest and the narrowest view."""
    levels: dict[int, list[UnitResult]] = {}
    for group in rows_of(release):
        if group.overall is not None and group.overall.level is not None:
            levels.setdefault(int(group.overall.level), []).append(group)
    if not levels:
        return _("No group has a settled level yet, so there are no grounds for a recommendation.")
    low, high = min(levels), max(levels)
    if sum(map(len, levels.values())) == 1:
        return _alone(levels[low][0], advice.level(low), is_only_row=len(rows_of(release)) == 1)
    if low == high:
        return _(
            "All groups with a settled level stand at level %(level)s, %(name)s.",
            level=low,
            name=uncapitalised(advice.level(low).name),
        )
    are_far = high - low >= FAR_APART
    apart = N_(
        "The groups see their purpose very differently: from level %(low)s, %(narrow)s "
        "(%(those)s), to level %(high)s, %(wide)s (%(others)s)."
    )
    perhaps = N_(
        "The groups with a settled level stand between level %(low)s, %(narrow)s (%(those)s), and "
        "level %(high)s, %(wide)s (%(others)s)."
    )
    return _(
        apart if are_far and how_groups_differ(release) is Differing.RELIABLY else perhaps,
        low=low,
        narrow=uncapitalised(advice.level(low).name),
        those=named(levels[low]),
        high=high,
        wide=uncapitalised(advice.level(high).name),
        others=named(levels[high]),
    )


def _alone(row: UnitResult, at: LevelAdvice, *, is_only_row: bool) -> str:
    """The one group, or pool of groups, that has a settled level."""
    values = {"group": row.name, "level": int(at.level), "name": uncapitalised(at.name)}
    number = len(row.members) or 1
    if is_only_row:
        return ngettext(
            "%(group)s stands at level %(level)s, %(name)s.",
            "%(group)s stand at level %(level)s, %(name)s.",
            number,
            **values,
        )
    return ngettext(
        "Only %(group)s has a settled level: %(level)s, %(name)s.",
        "Only %(group)s have a settled level: %(level)s, %(name)s.",
        number,
        **values,
    )


def _together(release: Release, advice: AdviceCatalogue) -> str:
    """What all can do together, who sets the limit, and what the others could share."""
    groups = groups_of(release)
    common = common_scope(groups)
    if common is None:
        return ""
    settled = common.settled
    if len(settled) == 1:
        alone = N_("%(group)s can take %(stream)s.")
        only = N_(
            "There are no grounds yet for a project across groups; %(group)s alone can take "
            "%(stream)s."
        )
        said = [
            _(
                alone if len(groups) == 1 else only,
                group=settled[0].name,
                stream=stream_of(common, advice),
            )
        ]
        return " ".join([*said, *_unwilling(settled)])
    said = [_limit(common, stream_of(common, advice), all_=len(settled) == len(groups))]
    said += _others([unit for unit in settled if unit not in common.limiting], advice)
    return " ".join([*said, *_unwilling(settled)])


def _unwilling(settled: Sequence[UnitResult]) -> list[str]:
    """Who could share a stream and first has to be won for it."""
    unwilling = [unit for unit in settled if is_unwilling(unit)]
    if not unwilling:
        return []
    return [
        ngettext(
            "%(names)s would not share a process yet and first has to be won for it.",
            "%(names)s would not share a process yet and first have to be won for it.",
            len(unwilling),
            names=named(unwilling),
        )
    ]


def _others(units: Sequence[UnitResult], advice: AdviceCatalogue) -> list[str]:
    """What those can take who do not set the limit."""
    wider = common_scope(units)
    if wider is None:
        return []
    stream = stream_of(wider, advice)
    if len(units) == 1:
        return [_("%(group)s by itself can take %(stream)s.", group=units[0].name, stream=stream)]
    return [_("The others can share %(stream)s.", stream=stream)]


def _limit(common: CommonScope, stream: str, *, all_: bool) -> str:
    """Which stream several groups can take together, and who sets the limit."""
    names = limiting_names(common)
    number = len(common.limiting)
    if common.level == Level.TECHNOLOGY:
        return ngettext(
            "No stream that crosses all groups fits yet, since %(limiting)s would not see itself "
            "in it; there, %(stream)s fits.",
            "No stream that crosses all groups fits yet, since %(limiting)s would not see "
            "themselves in it; there, %(stream)s fits.",
            number,
            limiting=names,
            stream=stream,
        )
    template = N_("One Lean project for the groups with a settled level can take %(stream)s.")
    if all_:
        template = N_("One Lean project for all of them can take %(stream)s.")
    said = _(template, stream=stream)
    if common.level == Level.VALUE_STREAM or len(common.limiting) == len(common.settled):
        return said
    limit = ngettext(
        "%(limiting)s sets this limit.", "%(limiting)s set this limit.", number, limiting=names
    )
    return f"{said} {limit}"
