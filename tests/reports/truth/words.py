"""What printed words claim of an exact figure, and a record of every claim that was looked at."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import lru_cache, partial
from typing import Final

DASH: Final = "–"
#: What floats that were reached on two ways may differ by.
TINY: Final = 1e-7

#: How far a figure may lie from the tenth that is told of it.
HALF_TENTH = 0.05

Number = Fraction | float

_MEAN = re.compile(r"(\d\.\d)( or less| or more)?")
_NUMBER = re.compile(r"[+−-]?\d*\.?\d+")


@dataclass
class Told:
    """Every sentence that was looked at, by kind, and those that are not true."""

    seen: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    #: What is being looked at, for whoever reads a fault.
    where: str = ""

    def check(self, kind: str, said: object, exact: object, *, true: bool) -> None:
        """Note a sentence, and whether it is true of the exact figure."""
        self.seen[kind] += 1
        if not true:
            self.faults.append(f"{self.where}: {kind}: {said!r}, but exactly {exact}")

    def read(self, text: str, reader: Callable[[], None]) -> None:
        """Read a text; one of which the reader makes nothing is a fault too."""
        try:
            reader()
        except (KeyError, IndexError, StopIteration, ValueError) as error:
            self.faults.append(f"{self.where}: unreadable text: {text!r} ({error!r})")

    def unchecked(self, text: object) -> None:
        """Note a text of a kind that nobody looks at."""
        self.faults.append(f"{self.where}: unchecked text: {text!r}")


def mean_holds(text: str, exact: Fraction, half: Fraction = Fraction(1, 20)) -> bool:
    """ "3.4" is within half a step, "1.2 or less" and "4.8 or more" are bounds."""
    found = _MEAN.fullmatch(text)
    if found is None:
        return False
    # In whole numbers, since fractions are slow to compare.
    told, so, whole = int(found[1].replace(".", "")), 10 * exact.numerator, exact.denominator
    if found[2]:
        return so <= told * whole if found[2] == " or less" else so >= told * whole
    return abs(so - told * whole) * half.denominator <= 10 * half.numerator * whole


def share_holds(text: str, exact: Fraction, least: int = 10) -> bool:
    """ "45 %" is within 2.5 percent, since all shares come in steps of 5.

    Below `least` percent it is "under", above 100 - `least` "over", and nowhere else.
    """
    so, whole = 100 * exact.numerator, exact.denominator
    if so < least * whole:
        return text == f"under {least} %"
    if so > (100 - least) * whole:
        return text == f"over {100 - least} %"
    told = text.removesuffix(" %")
    if told == text or not told.isdigit() or int(told) % 5:
        return False
    return 2 * abs(so - int(told) * whole) <= 5 * whole


def number_of(text: str) -> Fraction | None:
    """Return a printed number with its sign; None if it is none."""
    if not _NUMBER.fullmatch(text):
        return None
    return Fraction(text.replace("−", "-"))


def near(text: str, exact: Number, within: Number) -> bool:
    """Whether a printed number lies as near the exact one as its digits say."""
    value = number_of(text)
    return value is not None and abs(float(value) - float(exact)) <= float(within) + TINY


def error_holds(text: str, exact: float) -> bool:
    """An error to two decimals; one that is not 0 is told as 0.01 at least."""
    if text == "0.01":
        return TINY < exact <= 0.015 + TINY
    return near(text, exact, 0.005) and (text != "0.00" or exact < TINY)


def percent_words(share: int, least: int = 10) -> str:
    """Return how a released share reads, of which none under the least is told."""
    return {0: f"under {least} %", 100: f"over {100 - least} %"}.get(share, f"{share} %")


def band_words(band: tuple[int, int]) -> str:
    """Return how a band reads in a cell."""
    return str(band[0]) if band[0] == band[1] else f"{band[0]}{DASH}{band[1]}"


def in_list(name: str) -> str:
    """Return how a name stands in a list: that of a pool, which is a list itself, in quotes."""
    return f"“{name}”" if name.endswith(" together") else name


def names_in(text: str, names: Iterable[str]) -> list[str] | int | None:
    """Return the groups that a list names, or how many it counts; None if it is no such list."""
    if counted := re.fullmatch(r"(\d+) groups", text):
        return int(counted[1])
    anyone = any_of(tuple(map(in_list, names)))
    if not re.fullmatch(f"(?:{anyone})(?:, (?:{anyone}))*(?: and (?:{anyone}))?", text):
        return None
    return [name.strip("“”") for name in re.findall(anyone, text)]


@lru_cache
def any_of(texts: tuple[str, ...]) -> str:
    """Return a pattern for any of several texts, the longest first."""
    return "|".join(re.escape(text) for text in sorted(set(texts), key=lambda t: (-len(t), t)))


def names_hold(text: str, expected: Sequence[str], names: Iterable[str]) -> bool:
    """Whether a list names just these groups, each once, or counts them right."""
    found = names_in(text, names)
    return (
        found == len(expected)
        if isinstance(found, int)
        else found is not None and sorted(found) == sorted(expected)
    )


Claim = Callable[[re.Match[str]], None]

#: Patterns are many and some are long; each is read once.
compiled = lru_cache(maxsize=512)(re.compile)


def take_apart(told: Told, text: str, claims: Sequence[tuple[re.Pattern[str], Claim]]) -> None:
    """Check a text sentence by sentence, from its beginning; what no claim fits is a fault."""
    left = text
    while left:
        for pattern, claim in claims:
            if found := pattern.match(left):
                told.read(found[0], partial(claim, found))
                left = left[found.end() :].lstrip()
                break
        else:
            told.unchecked(left)
            return
