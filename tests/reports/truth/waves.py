"""A wave taken apart exactly: which groups stand together, and all their figures."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from app.maturity import ACCEPTANCE, ORIENTATIONS, Orientation
from app.questionnaires.questionnaire import Scale
from app.scoring.scales import UnitAnswers
from tests.reports.truth.coarse import Coarse, overall_band, seen
from tests.reports.truth.exact import Band, Exact, band_of, level_of
from tests.reports.truth.organisations import Wave

CARELESS = "3"


@dataclass(frozen=True)
class Sheets:
    """The sheets of some units, cut into scales; those filled in without care apart."""

    careful: tuple[str, ...]
    careless: tuple[str, ...]

    @classmethod
    def of(cls, units: Sequence[UnitAnswers], items: int) -> "Sheets":
        text, width = "".join(unit.sheets for unit in units), items + 2
        cut = [text[at : at + width] for at in range(0, len(text), width)]
        return cls(
            tuple(one for one in cut if one[-1] != CARELESS),
            tuple(one for one in cut if one[-1] == CARELESS),
        )

    def on(self, places: slice) -> list[str]:
        return [one[places] for one in self.careful]

    def at(self, places: Sequence[int]) -> list[str]:
        """The answers to some items of a scale only."""
        return ["".join(one[place] for place in places) for one in self.careful]


class Row:
    """A group by itself, or a pool of groups: what is told as one."""

    def __init__(self, wave: "Truth", members: Sequence[UnitAnswers], parent: str | None) -> None:
        self.wave, self.parent = wave, parent
        self.members = tuple(unit.id for unit in members)
        self.names = tuple(unit.name for unit in members)
        self.invited = sum(unit.invited for unit in members)
        self.sheets = Sheets.of(members, len(wave.raw.asked.scales))
        self.answered = len(self.sheets.careful) + len(self.sheets.careless)

    def texts(self, scale: Scale) -> list[str]:
        """The answers of all whose sheets count on one scale."""
        return self.sheets.on(self.wave.places[scale])

    @cached_property
    def scales(self) -> Mapping[Scale, Exact]:
        """The scales on which k people or more are usable."""
        found = {scale: Exact(self.texts(scale), self.invited) for scale in self.wave.places}
        k = self.wave.k
        return {scale: seen(exact, k) for scale, exact in found.items() if exact.n >= k}

    @cached_property
    def three(self) -> list[Exact]:
        return [self.scales[orientation] for orientation in ORIENTATIONS]

    @property
    def is_closed(self) -> bool:
        """Whether an orientation has no mean: then there is no overall one either."""
        return any(one.is_closed for one in self.three)

    @cached_property
    def n(self) -> int:
        """The fewest that are usable on an orientation."""
        return min(one.n for one in self.three)

    @property
    def usable_percent(self) -> Fraction:
        return Fraction(100 * min(self.answered, self.n), max(1, self.invited))

    @cached_property
    def is_named(self) -> bool:
        """Whether 40 % of those asked gave usable answers."""
        return self.usable_percent >= 40

    def is_coarse(self, scale: Scale) -> bool:
        return isinstance(self.scales[scale], Coarse)

    @cached_property
    def is_any_coarse(self) -> bool:
        return any(self.is_coarse(orientation) for orientation in ORIENTATIONS)

    @cached_property
    def split(self) -> list[Orientation]:
        return [o for o in ORIENTATIONS if self.scales[o].is_split]

    @cached_property
    def mean(self) -> Fraction:
        return sum((one.mean for one in self.three), Fraction(0)) / 3

    @cached_property
    def se(self) -> float:
        return sum(one.se for one in self.three) / 3

    @cached_property
    def level(self) -> int:
        """The overall level by the shares alone."""
        return level_of(self._at_least)

    @cached_property
    def _at_least(self) -> list[Fraction]:
        return [sum(column) / Fraction(3) for column in zip(*(e.at_least for e in self.three))]  # noqa: B905

    @cached_property
    def band(self) -> Band:
        if self.is_any_coarse:
            return overall_band(self.three, self.n - 1, self.level)
        columns = zip(*(one.reached_se for one in self.three), strict=True)
        errors = [sum(column) / 3 for column in columns]
        return band_of(self._at_least[1:], errors, self.n - 1, self.level)

    @cached_property
    def is_settled(self) -> bool:
        """Whether one overall level describes it."""
        return self.is_named and not self.split and self.band[1] - self.band[0] < 2

    def level_on(self, scale: Scale) -> int | None:
        """The level that describes it on one scale; None where none does."""
        return self._levels.get(scale)

    @cached_property
    def _levels(self) -> Mapping[Scale, int | None]:
        return {
            scale: None
            if exact.is_split or exact.band[1] - exact.band[0] >= 2 or not self.is_named
            else exact.level
            for scale, exact in self.scales.items()
            if exact.is_told
        }

    @cached_property
    def willing(self) -> str:
        """What may be said of taking part, from the band of acceptance."""
        exact = self.scales.get(ACCEPTANCE)
        if exact is None or not self.is_named:
            return "not known"
        if exact.is_split:
            return "two camps"
        if exact.band[0] >= 3:
            return "would take part"
        # Two camps are told of no coarse group here: one of them may well be willing.
        camps = isinstance(exact, Coarse) and exact.meant[1] >= Fraction(1, 3)
        return "open" if exact.band[1] >= 3 or camps else "not yet"

    @cached_property
    def unsure(self) -> Mapping[Scale, Fraction]:
        """The share of "cannot say" among all that was asked of those who count."""
        return {
            scale: Fraction(sum(text.count("?") for text in found), len(found) * len(found[0]))
            for scale in self.scales
            if (found := self.texts(scale))
        }


class Truth:
    """All that is so in a wave, whoever is told."""

    def __init__(self, raw: Wave) -> None:
        self.raw, self.k = raw, raw.k
        scales = raw.asked.scales
        self.places = {
            scale: slice(scales.index(scale), scales.index(scale) + scales.count(scale))
            for scale in dict.fromkeys(scales)
        }
        self.units = {unit.id: unit for unit in raw.units}
        self.parents = {unit.parent for unit in raw.units} - {None}
        self.groups = [unit for unit in raw.units if unit.id not in self.parents]
        self.invited = sum(unit.invited for unit in raw.units)
        self.answered = sum(len(unit.sheets) for unit in raw.units) // (len(scales) + 2)
        self.rows: list[Row] = []
        left, _room = self._visit(None)
        self.hidden = {unit.id for unit in left}
        self.pooled = {m for row in self.rows if len(row.members) > 1 for m in row.members}

    def _visit(self, parent: str | None) -> tuple[list[UnitAnswers], int]:
        """Carry what is too small upwards until it numbers k; return what is left over.

        With it comes its room: how many can wait there while none of them stands below.
        """
        waiting: list[UnitAnswers] = []
        room = 0
        for unit in (one for one in self.raw.units if one.parent == parent):
            if unit.id in self.parents:
                left, own = self._visit(unit.id)
            elif min(self._usable([unit])) >= self.k:
                self.rows.append(Row(self, [unit], parent))
                continue
            else:
                left, own = [unit], unit.invited
            waiting += left
            room += min(self.k - 1, own)
        if not waiting or min(self._usable(waiting)) < self.k or self._tells(waiting, room):
            return waiting, room
        self.rows.append(Row(self, waiting, parent))
        return [], 0

    def _usable(self, units: Sequence[UnitAnswers]) -> list[int]:
        """How many are usable on each orientation."""
        sheets = Sheets.of(units, len(self.raw.asked.scales))
        return [Exact(sheets.on(self.places[o]), 0).n for o in ORIENTATIONS]

    def _tells(self, units: Sequence[UnitAnswers], room: int) -> bool:
        """Whether so many together show that all of a small group took part, though not all did."""
        asked, most = [unit.invited for unit in units], max(self._usable(units))
        return room <= most < sum(asked) and min(asked) < self.k

    def row_of(self, members: Sequence[str]) -> Row | None:
        """Return the row of just these groups."""
        return next((row for row in self.rows if set(row.members) == set(members)), None)

    def is_below(self, unit: str | None, above: str) -> bool:
        """Whether a unit is, or stands under, another one."""
        while unit is not None and unit != above:
            unit = self.units[unit].parent
        return unit == above

    def below(self, above: str) -> list[Row]:
        """Return the rows under a frame; a pool stands under its parent."""
        if above == "organisation":
            return self.rows
        return [row for row in self.rows if self.is_below(_stand(row), above)]

    def with_scale(self, scale: Scale) -> list[Row]:
        """Return the rows that are shown on a scale."""
        return [row for row in self.rows if scale in row.scales]


def _stand(row: Row) -> str | None:
    return row.members[0] if len(row.members) == 1 else row.parent
