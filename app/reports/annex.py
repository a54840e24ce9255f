"""The method annex: every statistic behind the levels, for whoever wants to check them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from app.advice.response import may_name_levels
from app.advice.scope import groups_of
from app.language import gettext as _
from app.maturity import ORIENTATIONS, Orientation
from app.questionnaires.questionnaire import Scale
from app.reports.differences import Differing, change_table, contrast_table, how_groups_differ
from app.reports.quality import quality_tables
from app.reports.shown import EN_DASH, shown_p, shown_spread
from app.reports.tables import FigureTable
from app.scoring.agreement import rwg_of_random_answers
from app.scoring.profile import Profile
from app.scoring.release import Release, UnitResult
from app.scoring.reliability import Anova
from app.scoring.scales import FEWEST_TOGETHER


@dataclass(frozen=True)
class Annex:
    """Uncertainty and agreement of groups, reliability of scales, contrasts between groups."""

    verdict: str
    tables: tuple[FigureTable, ...]


def build_annex(release: Release, earlier: Release | None = None) -> Annex:
    """Return the annex of a release; figures of small groups are as coarse as elsewhere.

    `earlier` is the release of the wave before, if there is one that asked the same.
    """
    groups = [unit for unit in groups_of(release) if any(o in unit.profiles for o in ORIENTATIONS)]
    tables = [_certainty(groups), _left_open(groups), _agreement(groups)]
    tables += [_reliability(release), contrast_table(release)]
    tables += [_items(release), *quality_tables(release)]
    if earlier:
        tables.append(change_table(release, earlier))
    return Annex(_verdict(release), tuple(table for table in tables if table.rows))


def _verdict(release: Release) -> str:
    differing = how_groups_differ(release)
    if differing is Differing.UNKNOWN:
        return _(
            "Whether groups differ by more than chance cannot be tested: that takes two groups of "
            "ten people or more with a figure on each orientation, neither of one mind."
        )
    if differing is Differing.RELIABLY:
        return _(
            "The groups differ reliably on all three orientations (ICC(2) of .70 or more, F test "
            "below .05), so what divides them is more than chance."
        )
    return _(
        "On at least one orientation differences between groups are within the noise (ICC(2) "
        "below .70, or F test not below .05): do not read an order into them."
    )


def _three(note: str) -> str:
    """Say before a note what three figures in a cell are."""
    three = _("Three figures are value stream · customer · measurement.")
    return f"{three} {note}"


def _certainty(groups: Sequence[UnitResult]) -> FigureTable:
    return FigureTable(
        _("How sure each level is"),
        _three(
            _(
                "SE counts that the same people would not answer exactly alike twice; the "
                "textbook error beside it does not. Below ten people in steps, or not given."
            )
        ),
        (_("Group"), "n", "SE", _("textbook"), _("95 %% interval of the mean")),
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


def _left_open(groups: Sequence[UnitResult]) -> FigureTable:
    return FigureTable(
        _("What the silent and the undecided leave open"),
        _three(
            _(
                "“Turns at” is the share of the silent people’s answers at which the level would "
                "be another one (below 0 or above 1: never). “Extremes” are the means if all of "
                "them were at level 1, or at 5. “Cannot say” is a share of all that was asked, in "
                "steps of 5 %%."
            )
        ),
        (_("Group"), _("turns at"), _("extremes"), _("cannot say")),
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


def _agreement(groups: Sequence[UnitResult]) -> FigureTable:
    return FigureTable(
        _("How alike members of a group answer"),
        _three(
            _(
                "AD is the average deviation in levels; up to 0.80 a group shares one view. "
                "rwg(j) compares with answers spread evenly, or leaning one way; “by chance” is "
                "what one in twenty groups of this size reaches with random answers. Not given "
                "below ten people."
            )
        ),
        (
            _("Group"),
            _("AD mean"),
            _("AD median"),
            _("rwg(j) even"),
            _("rwg(j) skew"),
            _("by chance"),
            "r*",
        ),
        tuple(
            (
                unit.name,
                _each(unit, lambda p: _alike(p, "ad_mean")),
                _each(unit, lambda p: _alike(p, "ad_median")),
                _each(unit, lambda p: _alike(p, "rwg_uniform")),
                _each(unit, lambda p: _alike(p, "rwg_slight_skew")),
                _each(unit, lambda p: f"{rwg_of_random_answers(p.n, len(p.items)):.2f}"),
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


def _reliability(release: Release) -> FigureTable:
    rows = []
    for scale, found in release.reliability.items():
        few = len(release.facets.get(scale, ())) < FEWEST_TOGETHER
        if found.groups.groups < 2 or (scale in release.modules and few):
            continue
        anova, items = found.groups, found.items
        figures = (anova.icc1_mean_n, anova.icc2)
        scales = (items.alpha, items.alpha_within, items.omega) if items else (None,) * 3
        rows.append(
            (
                release.modules.get(scale) or _named(scale),
                str(anova.n),
                shown_spread(anova.f, coarse=False),
                shown_p(anova.p_value),
                _with_interval(anova),
                *(shown_spread(figure, coarse=False) for figure in (*figures, *scales)),
            )
        )
    return FigureTable(
        _("How well the questions tell groups apart"),
        _(
            "ICC(1): the share of variance between groups (with n0 and its 95 %% interval, and "
            "with the mean group size); ICC(2): the reliability of group means. Alpha, alpha "
            "within groups and omega from 60 complete sheets on; .80 is good, .70 tolerable. Only "
            "groups that are shown."
        ),
        (
            _("Scale"),
            "n",
            "F",
            "p",
            "ICC(1)",
            _("mean n"),
            "ICC(2)",
            "alpha",
            _("within"),
            "omega",
        ),
        tuple(rows),
        shape="reliability",
    )


def _with_interval(groups: Anova) -> str:
    """ICC(1) with its interval, where there is one."""
    icc1 = shown_spread(groups.icc1, coarse=False)
    if groups.icc1_interval is None:
        return icc1
    low, high = (shown_spread(end, coarse=False) for end in groups.icc1_interval)
    return _("%(figure)s (%(low)s to %(high)s)", figure=icc1, low=low, high=high)


def _named(scale: Scale) -> str:
    return scale.label if isinstance(scale, Orientation) else _("Acceptance")


def _items(release: Release) -> FigureTable:
    whole = release.organisation
    rows = [
        (
            f"{_named(scale)}: {facet}",
            str(item.n),
            f"{item.mean:.1f}",
            str(int(item.level)) if may_name_levels(whole) else EN_DASH,
        )
        for scale, profile in whole.profiles.items()
        if not profile.coarse and scale not in release.modules
        for facet, item in zip(release.facets.get(scale, ()), profile.items, strict=False)
        if item is not None
    ]
    return FigureTable(
        _("Single questions, all groups together"),
        _("From ten answers on, and only where they point at nobody who left a question open."),
        (_("Question"), "n", _("mean"), _("level")),
        tuple(rows),
    )
