"""The model: five levels of IT culture, each read through three orientations.

Source: T. DuMoulin, "Lean IT Service Management", chapter 11 of S. Bell (ed.),
*Run Grow Transform*, Productivity Press, figure 11.2.
"""

from enum import IntEnum, StrEnum
from typing import Final

from app.language import N_, gettext


class Level(IntEnum):
    """How wide a group sees its purpose. A level widens the one before it; it is not a grade."""

    TECHNOLOGY = 1
    SYSTEM_SERVICE = 2
    BUSINESS_CUSTOMER = 3
    BUSINESS_PARTNER = 4
    VALUE_STREAM = 5


class Orientation(StrEnum):
    """What a level is read from: processes in scope, who is served, what is measured."""

    VALUE_STREAM = "value_stream"
    CUSTOMER = "customer"
    MEASUREMENT = "measurement"

    @property
    def label(self) -> str:
        """The name on screen and paper, e.g. "Value stream", in the language spoken."""
        return gettext(_LABELS[self])


_LABELS: Final = {
    Orientation.VALUE_STREAM: N_("Value stream"),
    Orientation.CUSTOMER: N_("Customer"),
    Orientation.MEASUREMENT: N_("Measurement"),
}

LEVELS: tuple[Level, ...] = tuple(Level)
ORIENTATIONS: tuple[Orientation, ...] = tuple(Orientation)

#: The acceptance items ("heart") have a scale of their own and never count in a level.
ACCEPTANCE: Final = "acceptance"
