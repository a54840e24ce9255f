"""How business partners see IT groups, beside how these see themselves."""

from app.language import N_
from app.language import gettext as _
from app.maturity import ORIENTATIONS
from app.reports.shown import EN_DASH, shown_mean, shown_percent
from app.reports.tables import FigureTable
from app.scoring.mirror import Mirror, View
from app.scoring.release import Release


def mirror_table(release: Release) -> FigureTable:
    """Return one row for each group that partners were asked about; without rows if none was."""
    return FigureTable(
        _("How business partners see a group"),
        _(
            "Partners answered some of the same questions about the group. The mean is theirs; "
            "beside it, whether the group sees itself elsewhere on them, in halves of a level. "
            "The gap is the difference of both means on them, each to a tenth; it needs half a "
            "level and must lie beyond the noise. “Cannot say” tells how much of the group’s work "
            "they do not see."
        ),
        (_("Group"), _("partners"), *(o.label for o in ORIENTATIONS), _("cannot say")),
        tuple(_row(mirror, release) for mirror in release.mirrors),
    )


def _row(mirror: Mirror, release: Release) -> tuple[str, ...]:
    template = N_("%(answered)s of %(invited)s")
    if mirror.answered is None and mirror.invited < release.k:
        template = N_("under %(k)s (%(invited)s invited)")
    elif mirror.answered is None:
        template = N_("under %(k)s of %(invited)s")
    values = {"answered": mirror.answered, "invited": mirror.invited, "k": release.k}
    views = [mirror.views.get(orientation) for orientation in ORIENTATIONS]
    unsure = [view.partners.unsure for view in views if view]
    share = shown_percent(max(unsure)) if unsure else EN_DASH
    return (
        release.unit(mirror.about).name,
        _(template, **values),
        *(_view(view) for view in views),
        share,
    )


def _view(view: View | None) -> str:
    if view is None:
        return EN_DASH
    if view.partners.split and view.partners.mean is None:
        return _("two camps")
    return f"{shown_mean(view.partners)}, {gap_in_words(view)}"


def gap_in_words(view: View) -> str:
    """Return how the group's own view lies to its partners' one."""
    if view.gap is None:
        return _("no gap told")
    if not view.clear:
        return _("no clear gap")
    if view.gap > 0:
        return _("group %(gap)s higher", gap=view.gap)
    return _("group %(gap)s lower", gap=-view.gap)
