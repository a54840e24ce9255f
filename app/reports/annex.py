"""The method annex: every statistic behind the levels, for whoever wants to check them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from app.advice.scope import groups_of
from app.maturity import ORIENTATIONS
from app.questionnaires.questionnaire import Scale
from app.reports.shown import EN_DASH, shown_spread
from app.scoring.agreement import rwg_of_random_answers
from app.scoring.contrast import Contrast
from app.scoring.difference import Difference, difference, has_changed, has_moved_level
from app.scoring.profile import Profile
from app.scoring.release import Release, UnitResult
from app.scoring.rules import ICC2_DIFFERS, SIGNIFICANT
from app.scoring.scales import SCALES

#: Items of an orientation, for the agreement that random answers reach.
ITEMS = 6
_THREE = "Three figures are value stream · customer · measurement."


@dataclass(frozen=True)
class AnnexTable:
    """A table with its explanation; every cell is text, the first of a row is its head."""

    title: str
    note: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Annex:
    """Uncertainty and agreement of groups, reliability of scales, contrasts between groups."""

    verdict: str
    tables: tuple[AnnexTable, ...]


def build_annex(release: Release, earlier: Release | None = None) -> Annex:
    """Return the annex of a release; figures of small groups are as coarse as elsewhere.

    `earlier` is the release of the wave before, if there is one.
    """
    groups = [unit for unit in groups_of(release) if any(o in unit.profiles for o in ORIENTATIONS)]
    tables = [_certainty(groups), _left_open(groups), _agreement(groups)]
    tables += [_reliability(release), _contrasts(release)]
    tables += [_items(release), *([_changes(release, earlier)] if earlier else [])]
    return Annex(_verdict(release), tuple(table for table in tables if table.rows))


def differs_reliably(release: Release) -> bool:
    """Return whether groups may be sorted or called higher: ICC(2) >= .70 and p(F) < .05."""
    found = [release.reliability[o].groups for o in ORIENTATIONS if o in release.reliability]
    return bool(found) and all(
        a.icc2 is not None
        and a.icc2 >= ICC2_DIFFERS
        and a.p_value is not None
        and a.p_value < SIGNIFICANT
        for a in found
    )


def _verdict(release: Release) -> str:
    if differs_reliably(release):
        return (
            "The groups differ reliably on all three orientations (ICC(2) of .70 or more, F test "
            "below .05), so their order means something."
        )
    return (
        "On at least one orientation differences between groups are within the noise (ICC(2) "
        "below .70, or F test not below .05): do not read an order into them."
    )


def _certainty(groups: Sequence[UnitResult]) -> AnnexTable:
    return AnnexTable(
        "How sure each level is",
        f"{_THREE} SE counts that the same people would not answer exactly alike twice; the "
        "textbook error beside it does not. Below ten people in steps, or not given.",
        ("Group", "n", "SE", "textbook", "95 % interval of the mean"),
        tuple(
            (
                unit.name,
                _each(unit, lambda p: str(p.n)),
                _each(unit, lambda p: shown_spread(p.se, coarse=p.coarse)),
                _each(unit, lambda p: shown_spread(p.se_textbook, coarse=p.coarse)),
                _each(unit, lambda p: _range(p, p.interval)),
            )
            for unit in groups
        ),
    )


def _left_open(groups: Sequence[UnitResult]) -> AnnexTable:
    return AnnexTable(
        "What the silent and the undecided leave open",
        f"{_THREE} “Turns at” is the share of the silent people’s answers at which the level would "
        "be another one (below 0 or above 1: never). “Extremes” are the means if all of them were "
        "at level 1, or at 5. “Cannot say” is a share of all that was asked, in steps of 5 %.",
        ("Group", "turns at", "extremes", "cannot say"),
        tuple(
            (
                unit.name,
                _each(unit, lambda p: shown_spread(_fine(p, p.tipping_point), coarse=False)),
                _each(unit, lambda p: _range(p, p.worst_case_mean)),
                _each(unit, lambda p: f"{round(20 * (p.unsure or 0)) * 5} %"),
            )
            for unit in groups
        ),
    )


def _agreement(groups: Sequence[UnitResult]) -> AnnexTable:
    return AnnexTable(
        "How alike members of a group answer",
        f"{_THREE} AD is the average deviation in levels; up to 0.80 a group shares one view. "
        "rwg(j) compares with answers spread evenly, or leaning one way; “by chance” is what one "
        "in twenty groups of this size reaches with random answers. Not given below ten people.",
        ("Group", "AD mean", "AD median", "rwg(j) even", "rwg(j) skew", "by chance", "r*"),
        tuple(
            (
                unit.name,
                _each(unit, lambda p: _alike(p, "ad_mean")),
                _each(unit, lambda p: _alike(p, "ad_median")),
                _each(unit, lambda p: _alike(p, "rwg_uniform")),
                _each(unit, lambda p: _alike(p, "rwg_slight_skew")),
                _each(unit, lambda p: f"{rwg_of_random_answers(p.n, ITEMS):.2f}"),
                _each(unit, lambda p: _alike(p, "lindell")),
            )
            for unit in groups
            if any(not unit.profiles[o].coarse for o in ORIENTATIONS if o in unit.profiles)
        ),
    )


def _each(unit: UnitResult, figure: Callable[[Profile], str]) -> str:
    """One figure of each orientation, in their order; alike ones once."""
    profiles = [unit.profiles.get(orientation) for orientation in ORIENTATIONS]
    found = [EN_DASH if profile is None else figure(profile) for profile in profiles]
    return found[0] if len(set(found)) == 1 else " · ".join(found)


def _fine(profile: Profile, value: float | None) -> float | None:
    return None if profile.coarse else value


def _alike(profile: Profile, statistic: str) -> str:
    found = getattr(profile.agreement, statistic, None)
    return shown_spread(_fine(profile, found), coarse=False)


def _range(profile: Profile, ends: tuple[float, float] | None) -> str:
    if ends is None or profile.coarse:
        return EN_DASH
    return f"{ends[0]:.1f}{EN_DASH}{ends[1]:.1f}"


def _reliability(release: Release) -> AnnexTable:
    rows = []
    for scale in SCALES:
        found = release.reliability.get(scale)
        if found is None or found.groups.groups < 2:
            continue
        anova, items = found.groups, found.items
        figures = (anova.icc1, anova.icc1_mean_n, anova.icc2)
        scales = (items.alpha, items.alpha_within, items.omega) if items else (None,) * 3
        rows.append(
            (
                _named(scale),
                str(anova.n),
                shown_spread(anova.f, coarse=False),
                _p(anova.p_value),
                *(shown_spread(figure, coarse=False) for figure in (*figures, *scales)),
            )
        )
    return AnnexTable(
        "How well the questions tell groups apart",
        "ICC(1): the share of variance between groups (with n0, and with the mean group size); "
        "ICC(2): the reliability of group means. Alpha, alpha within groups and omega from 60 "
        "complete sheets on; .80 is good, .70 tolerable. Only groups that are shown.",
        ("Scale", "n", "F", "p", "ICC(1)", "mean n", "ICC(2)", "alpha", "within", "omega"),
        tuple(rows),
    )


def _named(scale: Scale) -> str:
    return scale.replace("_", " ").capitalize()


def _contrasts(release: Release) -> AnnexTable:
    names = {unit.id: unit for unit in release.units}
    rows = []
    for contrast in release.contrasts:
        unit, above = names[contrast.unit], names[contrast.against]
        # Beside the unit's own mean, the difference tells the mean of the rest.
        small = not unit.overall or not above.overall or above.overall.coarse
        if contrast.orientation is None and not small:
            rows.append((unit.name, above.name, *_contrast(contrast)))
    welch = release.welch
    test = f" Welch’s test that all are equal: p {_p(welch.p_value)}." if welch else ""
    return AnnexTable(
        "Each group against the rest of its parent",
        "Overall means in levels; p by Holm over all groups. “Clearly” needs p below .05 and half "
        f"a level.{test}",
        ("Group", "rest of", "difference", "95 % interval", "p", "reading"),
        tuple(rows),
    )


def _items(release: Release) -> AnnexTable:
    whole = release.organisation
    rows = [
        (f"{_named(scale)}: {facet}", str(item.n), f"{item.mean:.1f}", str(int(item.level)))
        for scale, profile in whole.profiles.items()
        if not profile.coarse
        for facet, item in zip(release.facets.get(scale, ()), profile.items, strict=False)
        if item is not None
    ]
    return AnnexTable(
        "Single questions, all groups together",
        "From ten answers on, and only where they point at nobody who left a question open.",
        ("Question", "n", "mean", "level"),
        tuple(rows),
    )


def _changes(release: Release, earlier: Release) -> AnnexTable:
    before = {unit.id: unit.overall for unit in earlier.units}
    rows = []
    for unit in release.units:
        now, then = unit.overall, before.get(unit.id)
        if now is None or then is None or now.coarse or then.coarse:
            continue
        moved = difference(now, then)
        seen = shown_spread(moved.detectable, coarse=False)
        reading = "changed" if has_changed(then, now) else "no change seen"
        level = ", moved a level" if has_moved_level(then, now) else ""
        rows.append((unit.name, *_ends(moved), seen, reading + level))
    return AnnexTable(
        "Since the wave before",
        "Overall means in levels. Waves are not linked, so they are compared as independent. "
        "“Changed” needs 0.3 of a level and an interval without 0; smaller moves than the "
        "smallest visible cannot be seen.",
        ("Unit", "difference", "95 % interval", "smallest visible", "reading"),
        tuple(rows),
    )


def _ends(found: Difference) -> tuple[str, str]:
    ends = found.interval
    return f"{found.value:+.2f}", f"{ends[0]:+.2f} to {ends[1]:+.2f}" if ends else EN_DASH


def _contrast(contrast: Contrast) -> tuple[str, str, str, str]:
    found = contrast.difference
    direction = "higher" if found.value > 0 else "lower"
    reading = f"clearly {direction}" if contrast.clear else "no clear difference"
    return *_ends(found), _p(contrast.adjusted_p), reading


def _p(value: float | None) -> str:
    if value is None:
        return EN_DASH
    return "< .001" if value < 0.001 else f"{value:.3f}".lstrip("0")
