"""What the modules of a wave brought: by group, and question by question."""

from collections.abc import Sequence

from app.language import N_
from app.language import gettext as _
from app.questionnaires.questionnaire import PLACE, Scale
from app.reports.path import STEP_WORDS
from app.reports.shown import EN_DASH, item_mean, mean_in_words, shown_mean
from app.reports.tables import FigureTable
from app.scoring.figure import Bound, Figure, Mean
from app.scoring.items import item_names
from app.scoring.release import Release, UnitResult
from app.scoring.scales import FEWEST_TOGETHER

#: The steps of the path, as the five statements of its one item name them.
STEPS = (*STEP_WORDS.values(), N_("several steps"))


def module_tables(release: Release) -> tuple[FigureTable, ...]:
    """Return the tables of all modules asked; those without a figure to show are left out."""
    tables = []
    for scale, title in release.modules.items():
        if scale == PLACE:
            tables.append(_places(release, title))
            continue
        if len(release.facets.get(scale, ())) >= FEWEST_TOGETHER:
            tables.append(_by_group(release, scale, title))
        tables.append(_by_question(release, scale, title))
    return tuple(table for table in tables if table.rows)


def _by_group(release: Release, scale: Scale, title: str) -> FigureTable:
    rows = []
    for unit, figure in _shown(release, scale):
        named = item_names(release.facets.get(scale, ()), figure.items)
        known = [(name, item.mean) for name, item in named if item.mean is not None]
        low = min(known, key=_rank, default=None)
        high = max(known, key=_rank, default=None)
        if len(known) < len(named) or (low and high and low[1] == high[1]):
            # One without a mean, or all alike as shown: none of them is known to be the weakest.
            low = high = None
        rows.append((unit.name, str(figure.n), shown_mean(figure), _end(low), _end(high)))
    return FigureTable(
        _("%(module)s, by group", module=title),
        _(
            "Means from 1 (the weakest statement) to 5 (the strongest). They are no levels. "
            "The weakest and the strongest question are named where single questions may be shown."
        ),
        (_("Group"), "n", _("mean"), _("weakest"), _("strongest")),
        tuple(rows),
    )


def _by_question(release: Release, scale: Scale, title: str) -> FigureTable:
    known = item_names(release.facets.get(scale, ()), release.questions.get(scale, ()))
    return FigureTable(
        _("%(module)s, question by question, all groups together", module=title),
        note_on_questions(release),
        (_("Question"), "n", _("mean")),
        tuple((name, str(item.n), item_mean(item)) for name, item in known),
    )


def note_on_questions(release: Release) -> str:
    """Return which single questions of all groups together are told, and which have no mean."""
    return _(
        "From fifteen answers on, and only where they point at nobody who left a question open. A "
        "dash: all but fewer than %(k)s chose the same statement, of all or of a group that could "
        "be told from the rest, or that group’s mean lies at an end of the scale.",
        k=release.k,
    )


def _places(release: Release, title: str) -> FigureTable:
    rows = []
    for unit, figure in _shown(release, PLACE):
        item = next(iter(figure.items), None)
        if item is not None:
            most = _(STEPS[item.most - 1]) if item.most else _("no step named by half of them")
            rows.append((unit.name, str(item.n), most))
    return FigureTable(
        _("%(module)s: where on the path from demand to run", module=title),
        _("The step in which at least half of a group say that it mostly works; from ten answers."),
        (_("Group"), "n", _("step")),
        tuple(rows),
    )


def _shown(release: Release, scale: Scale) -> Sequence[tuple[UnitResult, Figure]]:
    return [(unit, unit.profiles[scale]) for unit in release.cells if scale in unit.profiles]


def _rank(found: tuple[str, Mean]) -> tuple[float, int]:
    """Order questions by their means as shown: "4.8 or more" comes after 4.8."""
    mean = found[1]
    return mean.value, (mean.bound is Bound.OR_MORE) - (mean.bound is Bound.OR_LESS)


def _end(found: tuple[str, Mean] | None) -> str:
    return f"{found[0]} ({mean_in_words(found[1])})" if found else EN_DASH
