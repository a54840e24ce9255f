"""What stands out in a unit's figures, each with the cells that it rests on."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from app.advice.levels import FindingId
from app.advice.response import is_headline, is_unsettled, response_of
from app.advice.scope import is_unwilling
from app.language import N_
from app.language import gettext as _
from app.maturity import ACCEPTANCE, ORIENTATIONS, Level, Orientation
from app.questionnaires.questionnaire import Scale
from app.scoring.figure import Figure, Views
from app.scoring.mirror import Mirror
from app.scoring.release import UnitResult
from app.scoring.response import ResponseClass, hangs_on_silent, tipping_point_of
from app.scoring.rounding import OVER
from app.scoring.rules import UNSURE

#: How many levels apart two figures of one unit hollow it out, and from which level on.
HOLLOW_GAP, HOLLOW_FROM = 2, Level.BUSINESS_CUSTOMER

#: Findings, the weightiest first.
_ORDER: Sequence[FindingId] = (
    "split",
    "low_response",
    "sensitive",
    "gap",
    "not_settled",
    "lags",
    "hollow",
    "unsure",
    "knows_not_willing",
    "mixed_views",
)


@dataclass(frozen=True)
class Evidence:
    """A released figure that a finding rests on: what it is, how many people, how sure.

    `of` is how many were invited, if the figure is how many answered.
    """

    what: str
    n: int
    level: int | None = None
    band: tuple[int, int] | None = None
    note: str = ""
    of: int | None = None


@dataclass(frozen=True)
class Finding:
    """Something in a unit's figures that changes how they may be used."""

    id: FindingId
    orientation: Orientation | None = None
    evidence: tuple[Evidence, ...] = field(default=(), compare=False)


def findings_of(
    unit: UnitResult,
    facets: Mapping[Scale, Sequence[str]] | None = None,
    mirror: Mirror | None = None,
) -> tuple[Finding, ...]:
    """Return what stands out in a unit's released figures, the weightiest first.

    `facets` names the items of each scale, `mirror` is what its business partners answered.
    Only figures that are in the release are looked at.
    """
    profiles = {o: unit.profiles[o] for o in ORIENTATIONS if o in unit.profiles}
    found = [Finding("split", o, _open(o, p)) for o, p in profiles.items() if p.split]
    found += _response_findings(unit, profiles)
    found += _gaps(mirror) if mirror else ()
    found += _of_overall(unit, profiles, facets or {})
    found += [Finding("unsure", o, _unseen(o, p)) for o, p in profiles.items() if _is_unseen(p)]
    found += [Finding("mixed_views", o, _apart(o, p)) for o, p in profiles.items() if _is_mixed(p)]
    return tuple(sorted(found, key=lambda one: _ORDER.index(one.id)))


def _of_overall(
    unit: UnitResult,
    profiles: Mapping[Orientation, Figure],
    facets: Mapping[Scale, Sequence[str]],
) -> Iterable[Finding]:
    """What stands out beside the overall level; of a group without one, only that it has none."""
    if unit.overall is None:
        return
    overall = Evidence(_("Overall"), unit.overall.n, unit.overall.level, unit.overall.band)
    if unit.overall.band is not None and is_unsettled(unit.overall.band):
        yield Finding("not_settled", None, (overall,))
    if unit.overall.level is None:
        return
    for orientation, profile in profiles.items():
        if profile.band is not None and profile.level and profile.band[1] < unit.overall.level:
            yield Finding("lags", orientation, (*_of(orientation, profile), overall))
    yield from _hollow(profiles, facets)
    if is_unwilling(unit):
        willing = Evidence(
            _("Willing to take part"), unit.profiles[ACCEPTANCE].n, note=_("not yet")
        )
        yield Finding("knows_not_willing", None, (overall, willing))


def _gaps(mirror: Mirror) -> Iterable[Finding]:
    """A group and its partners see it differently: half a level, and beyond the noise."""
    for orientation, view in mirror.views.items():
        if view.clear and view.gap:
            higher, lower = (
                N_("on the same questions the group sees itself about %(gap)s higher"),
                N_("on the same questions the group sees itself about %(gap)s lower"),
            )
            note = _(higher if view.gap > 0 else lower, gap=abs(view.gap))
            partners = _("%(orientation)s, partners", orientation=orientation.label)
            cell = Evidence(partners, view.partners.n, note=note)
            yield Finding("gap", orientation, (cell,))


def _of(orientation: Orientation, profile: Figure, note: str = "") -> tuple[Evidence, ...]:
    return (Evidence(orientation.label, profile.n, profile.level, profile.band, note),)


def _open(orientation: Orientation, profile: Figure) -> tuple[Evidence, ...]:
    """The figures of a group that no level describes: without one."""
    return (Evidence(orientation.label, profile.n, band=profile.band),)


def _apart(orientation: Orientation, profile: Figure) -> tuple[Evidence, ...]:
    spread = profile.alike.ad_mean if profile.alike else None
    told = spread is not None
    return _of(
        orientation,
        profile,
        _("average deviation %(spread)s", spread=f"{spread:.2f}") if told else "",
    )


def _unseen(orientation: Orientation, profile: Figure) -> tuple[Evidence, ...]:
    note = _("over 90 %% “cannot say”")
    if profile.unsure != OVER:
        note = _("about %(share)s %% “cannot say”", share=profile.unsure)
    return (Evidence(orientation.label, profile.n, note=note),)


def _is_unseen(profile: Figure) -> bool:
    return profile.unsure >= 100 * UNSURE


def _is_mixed(profile: Figure) -> bool:
    return profile.views is Views.DIFFER


def _response_findings(
    unit: UnitResult, profiles: Mapping[Orientation, Figure]
) -> Iterable[Finding]:
    answered = Evidence("", unit.answered or 0, of=unit.invited)
    response = response_of(unit)
    if unit.profiles and response in (ResponseClass.INDICATIVE, ResponseClass.LOW):
        yield Finding("low_response", None, (answered,))
    elif is_headline(unit):
        for orientation, profile in profiles.items():
            turns = tipping_point_of(profile, unit.invited)
            if turns is not None and hangs_on_silent(profile, unit.invited):
                share = f"{100 * turns:.0f}"
                note = _("turns at %(share)s %% of the silent people’s answers", share=share)
                yield Finding("sensitive", orientation, _of(orientation, profile, note))


def _hollow(
    profiles: Mapping[Orientation, Figure], facets: Mapping[Scale, Sequence[str]]
) -> Iterable[Finding]:
    """A level of 3 or more over an item, or another orientation, two or more levels lower."""
    for orientation, profile in profiles.items():
        own = profile.level
        if own is None or own < HOLLOW_FROM:
            continue
        names = facets.get(orientation) or [
            _("item %(number)s", number=n + 1) for n in range(len(profile.items))
        ]
        low = [
            (name, item)
            for name, item in zip(names, profile.items, strict=False)
            if item is not None and own - item.level >= HOLLOW_GAP
        ]
        lower = [
            o for o, p in profiles.items() if p.level is not None and own - p.level >= HOLLOW_GAP
        ]
        if low or lower:
            cells = [Evidence(name, item.n, item.level) for name, item in low]
            others = [cell for o in lower for cell in _of(o, profiles[o])]
            yield Finding("hollow", orientation, (*_of(orientation, profile), *cells, *others))
