"""How far to trust a report: who answered, what is settled, and whose levels are not known."""

from collections.abc import Sequence

from app.advice.scope import Standing, groups_of, rows_of, standing_of
from app.advice.scope_fit import named
from app.language import gettext as _
from app.reports.differences import Differing, how_groups_differ
from app.reports.shown import shown_rate
from app.scoring.release import Release, UnitResult


def how_many_answered(release: Release) -> str:
    """Return how many answered; where groups are hidden, those are not counted: it would tell."""
    if release.invited < release.k:
        return _("Figures need %(k)s people, and fewer were asked.", k=release.k)
    if not release.answered:
        return _("So few answered that no figure can be shown.")
    values = {
        "answered": release.answered,
        "rate": shown_rate(release.answered, release.invited),
    }
    if release.is_part and release.answered < release.invited:
        return _("At least %(answered)s answered (%(rate)s).", **values)
    return _("%(answered)s answered (%(rate)s).", **values)


def trust_lines(release: Release) -> tuple[str, ...]:
    """Return what says how far to trust the report, one line each."""
    rows = rows_of(release)
    standing = {one: [u for u in rows if standing_of(u) is one] for one in Standing}
    lines = _settled(standing[Standing.SETTLED], rows)
    lines.append(_("No figure rests on fewer than %(k)s people.", k=release.k))
    if len(rows) > 1 and standing[Standing.SETTLED]:
        lines += _differences(how_groups_differ(release))
    if few := standing[Standing.FEW_ANSWERED]:
        lines.append(
            _(
                "No level is named where under 40 %% gave usable answers: %(groups)s.",
                groups=named(few),
            )
        )
    if pooled := [unit for unit in groups_of(release) if release.pool_of(unit.id)]:
        lines.append(_("Shown only together with others: %(groups)s.", groups=named(pooled)))
    if hidden := standing[Standing.HIDDEN]:
        text = _("Too small, or too few answers, to show alone: %(groups)s.", groups=named(hidden))
        lines.append(text)
    return tuple(lines)


def _differences(differing: Differing) -> list[str]:
    if differing is Differing.RELIABLY:
        return []
    if differing is Differing.UNKNOWN:
        return [_("Whether groups differ by more than chance cannot be tested.")]
    return [_("Differences between groups may be chance: do not read an order into them.")]


def _settled(settled: Sequence[UnitResult], groups: Sequence[UnitResult]) -> list[str]:
    shown = [unit for unit in groups if standing_of(unit) in (Standing.SETTLED, Standing.DIVIDED)]
    if not shown:
        return []
    bands = [unit.overall.band for unit in settled if unit.overall and unit.overall.band]
    one = sum(1 for low, high in bands if low == high)
    return [
        _(
            "Groups with enough answers for a level: %(groups)s. Surely at one level: %(one)s; at "
            "one or the next: %(two)s; not settled: %(open)s.",
            groups=len(shown),
            one=one,
            two=len(settled) - one,
            open=len(shown) - len(settled),
        )
    ]
