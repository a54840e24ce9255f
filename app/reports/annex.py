"""The method annex: every statistic behind the levels, for whoever wants to check them."""

from dataclasses import dataclass

from app.language import gettext as _
from app.maturity import Orientation
from app.questionnaires.questionnaire import Scale
from app.reports.certainty import certainty_tables
from app.reports.changes import change_table
from app.reports.differences import Differing, contrast_table, how_groups_differ
from app.reports.modules import note_on_questions
from app.reports.quality import quality_tables
from app.reports.shown import (
    EN_DASH,
    item_mean,
    shown_p,
    shown_spread,
)
from app.reports.tables import FigureTable
from app.scoring.change import changes_between
from app.scoring.items import item_names
from app.scoring.release import Release
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
    tables = [change_table(changes_between(release, earlier))] if earlier else []
    tables += [*certainty_tables(release), _reliability(release), _spread(release)]
    tables += [contrast_table(release), _items(release), *quality_tables(release)]
    return Annex(_verdict(release), tuple(table for table in tables if table.rows))


def _verdict(release: Release) -> str:
    differing = how_groups_differ(release)
    if differing is Differing.UNKNOWN:
        return _(
            "Whether groups differ by more than chance cannot be tested: that takes two groups of "
            "fifteen people or more with a figure on each orientation, neither of one mind or two."
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


def _spread(release: Release) -> FigureTable:
    rows = [
        (
            orientation.label,
            shown_spread(spread.sd),
            EN_DASH if spread.df is None else str(spread.df),
        )
        for orientation, spread in release.spread.items()
    ]
    return FigureTable(
        _("How far people of one group lie apart"),
        _(
            "The square root of the mean square within groups that are told finely, in levels. "
            "Where they number under thirty people it is taken to be a whole level. Tests take it "
            "for groups of under fifteen people, or of one mind or two, and say nothing of their "
            "own spread."
        ),
        ("", _("spread"), _("degrees of freedom")),
        tuple(rows),
    )


def _reliability(release: Release) -> FigureTable:
    rows = []
    for scale, found in release.reliability.items():
        few = len(release.facets.get(scale, ())) < FEWEST_TOGETHER
        if found.groups.groups < 2 or (scale in release.modules and few):
            continue
        anova, items = found.groups, found.items
        # Where groups differ by less than chance would let them, ICC(2) has no lower end.
        icc2 = anova.icc2 if (anova.f or 0.0) >= 1 else None
        figures = (anova.icc1_mean_n, icc2)
        scales = (items.alpha, items.alpha_within, items.omega) if items else (None,) * 3
        rows.append(
            (
                release.modules.get(scale) or _named(scale),
                str(anova.n),
                shown_spread(anova.f),
                shown_p(anova.p_value),
                _with_interval(anova),
                *(shown_spread(figure) for figure in (*figures, *scales)),
            )
        )
    return FigureTable(
        _("How well the questions tell groups apart"),
        _(
            "ICC(1): the share of variance between groups (with n0 and its 95 %% interval, and "
            "with the mean group size); ICC(2): the reliability of group means, where F is 1 or "
            "more. Alpha, alpha within groups and omega from 60 complete sheets on; .80 is good, "
            ".70 tolerable. Only groups that are shown."
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
    icc1 = shown_spread(groups.icc1)
    if groups.icc1_interval is None:
        return icc1
    low, high = (shown_spread(end) for end in groups.icc1_interval)
    return _("%(figure)s (%(low)s to %(high)s)", figure=icc1, low=low, high=high)


def _named(scale: Scale) -> str:
    return scale.label if isinstance(scale, Orientation) else _("Acceptance")


def _items(release: Release) -> FigureTable:
    rows = [
        (f"{_named(scale)}: {facet}", str(item.n), item_mean(item))
        for scale, items in release.questions.items()
        if scale not in release.modules
        for facet, item in item_names(release.facets.get(scale, ()), items)
    ]
    return FigureTable(
        _("Single questions, all groups together"),
        note_on_questions(release),
        (_("Question"), "n", _("mean")),
        tuple(rows),
    )
