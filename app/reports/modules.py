"""What the modules of a wave brought: by group, and question by question."""

from collections.abc import Sequence

from app.language import N_
from app.language import gettext as _
from app.questionnaires.questionnaire import PLACE, Scale
from app.reports.path import STEP_WORDS
from app.reports.shown import EN_DASH, shown_mean
from app.reports.tables import FigureTable
from app.scoring.profile import ItemFigure, Profile
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
    for unit, profile in _shown(release, scale):
        # Beside other units, single questions of a coarse one would tell a small group's answers.
        known = [] if profile.coarse else _items(release, scale, profile)
        low = min(known, key=lambda pair: pair[1].mean, default=None)
        high = max(known, key=lambda pair: pair[1].mean, default=None)
        ends = [_end(low), _end(high)] if known else [EN_DASH, EN_DASH]
        rows.append((unit.name, str(profile.n), shown_mean(profile), *ends))
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
    profile = release.organisation.profiles.get(scale)
    known = _items(release, scale, profile) if profile and not profile.coarse else []
    return FigureTable(
        _("%(module)s, question by question, all groups together", module=title),
        _("From ten answers on, and only where they point at nobody who left a question open."),
        (_("Question"), "n", _("mean")),
        tuple((name, str(item.n), f"{item.mean:.1f}") for name, item in known),
    )


def _places(release: Release, title: str) -> FigureTable:
    rows = []
    for unit, profile in _shown(release, PLACE):
        item = next(iter(profile.items), None)
        if item is not None and not unit.is_parent and not profile.coarse:
            most = _(STEPS[item.most - 1]) if item.most else _("no step named by half of them")
            rows.append((unit.name, str(item.n), most))
    return FigureTable(
        _("%(module)s: where on the path from demand to run", module=title),
        _("The step in which at least half of a group say that it mostly works; from ten answers."),
        (_("Group"), "n", _("step")),
        tuple(rows),
    )


def _shown(release: Release, scale: Scale) -> Sequence[tuple[UnitResult, Profile]]:
    return [
        (unit, unit.profiles[scale])
        for unit in release.units
        if unit.same_as is None and scale in unit.profiles
    ]


def _items(release: Release, scale: Scale, profile: Profile) -> list[tuple[str, ItemFigure]]:
    names = release.facets.get(scale, ())
    pairs = zip(names, profile.items, strict=False)
    return [(name, item) for name, item in pairs if item is not None]


def _end(found: tuple[str, ItemFigure] | None) -> str:
    return f"{found[0]} ({found[1].mean:.1f})" if found else EN_DASH
