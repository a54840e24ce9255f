"""What a unit's response and band allow one to say."""

from app.maturity import ORIENTATIONS
from app.scoring.figure import UNSETTLED_WIDTH
from app.scoring.release import UnitResult
from app.scoring.response import ResponseClass, response_class


def response_of(unit: UnitResult) -> ResponseClass:
    """Return how far a unit's results stand; a count that is too small to show is low.

    By the orientation on which fewest gave usable answers (method 4: n of N).
    """
    if unit.answered is None:
        return ResponseClass.LOW
    usable = [unit.profiles[o].n for o in ORIENTATIONS if o in unit.profiles]
    return response_class(min([unit.answered, *usable]), unit.invited)


def may_name_levels(unit: UnitResult) -> bool:
    """Return whether any level of a unit may be named: at least 40 % gave usable answers."""
    return response_of(unit) is not ResponseClass.LOW


def is_headline(unit: UnitResult) -> bool:
    """Return whether an overall level may be named: figures released, 40 % usable answers."""
    return unit.overall is not None and may_name_levels(unit)


def is_unsettled(band: tuple[int, int] | None) -> bool:
    """Return whether a band leaves three or more levels possible, or there is none."""
    return band is None or band[1] - band[0] + 1 >= UNSETTLED_WIDTH
