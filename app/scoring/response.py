"""What the response rate lets one say (non-response rules of the method)."""

from enum import StrEnum


class ResponseClass(StrEnum):
    """How far a result stands, given how many answered."""

    FULL = "full"  # 80 % or more: nothing to add
    NOTED = "noted"  # 60 to 79 %
    INDICATIVE = "indicative"  # 40 to 59 %
    LOW = "low"  # under 40 %: no headline level


def response_class(answered: int, invited: int) -> ResponseClass:
    """Return the class of a response rate; whole numbers, so 60 % is exactly 60 %."""
    for least, named in (
        (80, ResponseClass.FULL),
        (60, ResponseClass.NOTED),
        (40, ResponseClass.INDICATIVE),
    ):
        if 100 * answered >= least * invited:
            return named
    return ResponseClass.LOW
