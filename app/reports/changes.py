"""What changed since the wave before, in words and as a table: falls before gains."""

from collections.abc import Sequence
from math import floor

from app.advice.scope_fit import name_in_list, named
from app.language import N_, listed
from app.language import gettext as _
from app.reports.differences import shown_difference
from app.reports.shown import EN_DASH, signed
from app.reports.tables import FigureTable
from app.scoring.change import Change, Changes, Moved, Reason
from app.scoring.rules import CLEAR_CHANGE

#: Each reason as it reads after a group's name.
REASONS = {
    Reason.NEW: N_("asked for the first time"),
    Reason.ENDED: N_("not asked this time"),
    Reason.OTHER_KIND: N_("asked as another kind of group"),
    Reason.NOT_ALONE: N_("not shown alone in both waves"),
    Reason.NO_LEVEL: N_("under 40 %% answered, or no mean to compare, in one of the waves"),
    Reason.TWO_CAMPS: N_("two camps in one of the waves"),
    Reason.BOUND: N_("too near an end of the scale: its mean is only told as a bound"),
}


def changes_in_words(changes: Changes) -> tuple[str, ...]:
    """Return what changed: the organisation first, then every group, compared or not."""
    said = [_organisation(changes), _groups(changes), _not_compared(changes)]
    return tuple(one for one in said if one)


def _organisation(changes: Changes) -> str:
    together = changes.together
    if together is None:
        # Groups may be compared and yet have no move that could be taken together.
        nobody = _("No group can be compared with the wave before.")
        return "" if changes.groups else nobody
    value = signed(together.value, 1)
    if together.interval is None:
        return _(
            "Since the wave before, all groups that can be compared: %(value)s levels.", value=value
        )
    count = sum(1 for change in changes.groups if not change.or_more)
    template = N_(
        "Since the wave before, all groups that can be compared (%(count)s), taken together: "
        "%(value)s levels (95 %% interval %(low)s to %(high)s)."
    )
    if count < len(changes.groups):
        template = N_(
            "Since the wave before, all groups that can be compared but those with “or more” "
            "(%(count)s), taken together: %(value)s levels (95 %% interval %(low)s to %(high)s)."
        )
    return _(
        template,
        count=count,
        value=value,
        low=signed(together.interval[0], 1),
        high=signed(together.interval[1], 1),
    )


def _groups(changes: Changes) -> str:
    moved, perhaps = changes.said(Moved.MOVED), changes.said(Moved.PERHAPS)
    said = []
    if moved:
        said.append(_("Moved: %(groups)s.", groups=listed([_line(one) for one in moved])))
    if perhaps:
        said.append(_("Perhaps moved: %(groups)s.", groups=listed([_line(one) for one in perhaps])))
        said.append(_by_chance(changes, len(perhaps)))
    if still := changes.said(Moved.NOT_SEEN):
        low, high = min(one.visible for one in still), max(one.visible for one in still)
        visible = f"{low:.1f}" if f"{low:.1f}" == f"{high:.1f}" else f"{low:.1f}–{high:.1f}"
        said.append(
            _(
                "No visible change: %(groups)s (moves of under %(visible)s of a level cannot be "
                "seen).",
                groups=named([one.unit for one in still]),
                visible=visible,
            )
        )
    return " ".join(said)


def _line(change: Change) -> str:
    template = N_("%(group)s (%(value)s)")
    if change.is_of_level:
        template = N_("%(group)s (%(value)s, to another level)")
    return _(template, group=name_in_list(change.unit), value=_value(change))


def _value(change: Change) -> str:
    """How far a group moved; "or more" where a mean is only told as a bound."""
    value = signed(change.value, 1)
    return _("%(value)s or more", value=value) if change.or_more else value


def _by_chance(changes: Changes, lines: int) -> str:
    """How many of the lines that are only perhaps true chance alone would make."""
    if changes.by_chance >= lines:
        return _("As many such lines come by chance alone.")
    # As a float, four groups make a hair more than a fifth of a line.
    one_in = floor(lines / changes.by_chance + 1e-9)
    if one_in < 2:
        return _("Most such lines come by chance alone.")
    return _("About one in %(number)s such lines is chance.", number=one_in)


def _not_compared(changes: Changes) -> str:
    parts = []
    for reason, words in REASONS.items():
        units = [name_in_list(unit) for unit, why in changes.not_compared if why is reason]
        if units:
            parts.append(_("%(groups)s (%(reason)s)", groups=listed(units), reason=_(words)))
    return _("Not compared: %(parts)s.", parts="; ".join(parts)) if parts else ""


def change_table(changes: Changes) -> FigureTable:
    """Return every group since the wave before: how far it moved, or why it is not compared."""
    rows: list[Sequence[str]] = []
    if changes.together is not None:
        value, ends = shown_difference(changes.together)
        every = N_("All compared groups together")
        if any(change.or_more for change in changes.groups):
            every = N_("All compared groups but those with “or more”, together")
        rows.append((_(every), value, ends, EN_DASH, EN_DASH))
    for change in changes.groups:
        ends = EN_DASH if change.or_more else shown_difference(change.difference)[1]
        visible = f"{change.visible:.2f}"
        rows.append((change.unit.name, _value(change), ends, visible, _reading(change)))
    for unit, reason in changes.not_compared:
        rows.append((unit.name, *[EN_DASH] * 3, _(REASONS[reason])))
    return FigureTable(
        _("Since the wave before"),
        _(
            "Overall means as shown, in levels. Nobody is linked between waves; what comes of "
            "other people being asked counts as chance. “Moved” needs %(least)s of a level, and of "
            "the groups said to have moved on average at most one in ten did not (Benjamini and "
            "Hochberg). Smaller moves than the smallest visible cannot be seen. Groups of under "
            "fifteen people, or of one mind or two, are tested with the spread of the other "
            "groups.",
            least=CLEAR_CHANGE,
        ),
        (_("Group"), _("difference"), _("95 %% interval"), _("smallest visible"), _("reading")),
        tuple(tuple(row) for row in rows),
    )


def _reading(change: Change) -> str:
    words = {
        Moved.MOVED: N_("moved"),
        Moved.PERHAPS: N_("perhaps"),
        Moved.NOT_SEEN: N_("no visible change"),
    }
    said = _(words[change.said])
    return f"{said}, {_('to another level')}" if change.is_of_level else said
