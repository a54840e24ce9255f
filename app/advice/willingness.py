"""Whether a group would take part in a change, read like a level: from the band of its answers.

"3" on the scale of acceptance is "would try it out". Not the interval of the mean: where three
in four would try and nobody would lead, the mean lies under 3, and "not yet" would be said of a
group that would come.
"""

from enum import StrEnum
from typing import Final

from app.advice.response import may_name_levels
from app.language import N_
from app.language import gettext as _
from app.maturity import ACCEPTANCE
from app.scoring.figure import Figure
from app.scoring.release import UnitResult
from app.scoring.rounding import UNDER

#: What the people of a group choose who would try it out.
WOULD_TRY: Final = 3


class Willingness(StrEnum):
    """What may be said of a group, by one rule for all sizes."""

    WOULD = "would take part"
    OPEN = "open"
    NOT_YET = "not yet"
    TWO_CAMPS = "two camps"
    NOT_KNOWN = "not known"


#: Each state as it is read.
WORDS: Final = {
    Willingness.WOULD: N_("would take part"),
    Willingness.OPEN: N_("open"),
    Willingness.NOT_YET: N_("not yet"),
    Willingness.TWO_CAMPS: N_("two camps"),
    Willingness.NOT_KNOWN: N_("not known"),
}


def willingness_of(unit: UnitResult) -> Willingness:
    """Return whether a group would take part, from the band of its acceptance scale.

    The low end at 3 or more: would take part; 3 inside the band: open; the high end below 3:
    not yet; split: two camps; without a figure, or under 40 % response: not known. Of a coarse
    group two camps cannot be told on so few questions: it is not yet only where under a third
    of its answers reach 3, else open.
    """
    figure = unit.profiles.get(ACCEPTANCE)
    if figure is None or not may_name_levels(unit):
        return Willingness.NOT_KNOWN
    if figure.split:
        return Willingness.TWO_CAMPS
    if figure.band is None:
        return Willingness.NOT_KNOWN
    low, high = figure.band
    if low >= WOULD_TRY:
        return Willingness.WOULD
    if high >= WOULD_TRY or _may_be_camps(figure):
        return Willingness.OPEN
    return Willingness.NOT_YET


def _may_be_camps(figure: Figure) -> bool:
    """Whether one camp of a coarse group may well be willing, by the shares that are told."""
    if not figure.coarse or figure.reached is None:
        return False
    share = figure.reached[WOULD_TRY - 2]
    return share != UNDER and 3 * share >= 100


def willingness_in_words(unit: UnitResult) -> str:
    """Return the state as a line beside a group's levels, with how many answers it rests on."""
    state, figure = willingness_of(unit), unit.profiles.get(ACCEPTANCE)
    if figure is None or state is Willingness.NOT_KNOWN:
        return _("not known")
    said = {
        Willingness.WOULD: N_("would take part (%(n)s answers)"),
        Willingness.OPEN: N_("open (%(n)s answers): ask what it would lose before inviting it"),
        Willingness.NOT_YET: N_("would not share a process yet (%(n)s answers)"),
        Willingness.TWO_CAMPS: N_("two camps (%(n)s answers): talk about it first"),
    }
    return _(said[state], n=figure.n)
