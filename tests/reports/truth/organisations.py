"""Random small organisations for the truth of printed sentences: groups, sheets, partners."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from random import Random

import numpy as np
from numpy.typing import NDArray

from app.questionnaires.loader import load_instrument
from app.questionnaires.questionnaire import Scale
from app.scoring.scales import UnitAnswers

#: Names without digits, commas or "and", so that sentences can be taken apart by them.
GROUPS = ("Amber", "Birch", "Cedar", "Dune", "Elm", "Fjord", "Glade", "Heath", "Inlet", "Juniper")
DIVISIONS = ("Upper", "Lower")
KINDS = ("data", "security", "network", "applications", "service-desk")

#: Every so manieth organisation is calm; see `_Habits`.
CALM = 24

Codes = NDArray[np.uint8]


@dataclass(frozen=True)
class Asked:
    """What a wave asks: the scale, name and mirror of each place of a sheet, and its modules."""

    scales: tuple[Scale, ...]
    facets: tuple[str, ...]
    mirrored: tuple[bool, ...]
    titles: dict[Scale, str]


def asked_with(*modules: str) -> Asked:
    """Return what the questionnaire asks with some modules."""
    instrument = load_instrument().with_modules(modules)
    names = {module.id: module.title for module in instrument.modules}
    mirrored = {item.id for q in instrument.questionnaires if q.mirror for item in q.items}
    return Asked(
        scales=instrument.scales,
        facets=tuple(item.facet for item in instrument.items),
        mirrored=tuple(item in mirrored for item in instrument.item_ids),
        titles={item.scale: names[item.module] for item in instrument.items if item.module},
    )


PLAIN = asked_with()
WITH_MODULES = asked_with("handoffs", "conditions")


@dataclass(frozen=True)
class Wave:
    """One wave as it was answered: groups with those above them, and business partners."""

    units: tuple[UnitAnswers, ...]
    partners: tuple[UnitAnswers, ...]
    asked: Asked
    k: int


def drawn(seed: int) -> Wave:
    """Draw an organisation: up to two divisions, ten groups of one to forty people."""
    chance, noise = Random(seed), np.random.default_rng(seed)
    asked = WITH_MODULES if chance.random() < 0.12 else PLAIN
    above = DIVISIONS[: chance.choice((0, 0, 1, 2))]
    units = [UnitAnswers(name.lower(), name, None, None, 0, "") for name in above]
    habits = _Habits.drawn(chance, calm=seed % CALM == 0)
    for name in GROUPS[: 10 if habits.calm else chance.choice((1, 2, 2, 3, 3, 4, 4, 5, 6, 8))]:
        parent = chance.choice([None, *above]) if above else None
        units.append(_group(name, parent and parent.lower(), asked, habits, chance, noise))
    kept = _held(units)
    partners = _partners(kept, asked, habits, chance, noise)
    return Wave(kept, partners, asked, chance.choice((5, 5, 5, 5, 6, 8)))


def followed(wave: Wave, seed: int) -> Wave:
    """Draw the wave after: groups move or stay, change their kind, come and go."""
    chance, noise = Random(-seed - 1), np.random.default_rng(seed + 1_000_000)
    habits = _Habits.drawn(chance, calm=seed % CALM == 0)
    shift = chance.choice((-1.5, -0.5, 0.0, 0.0, 0.7))
    units = []
    for unit in wave.units:
        if chance.random() < 0.05 and len(wave.units) > 1:
            continue
        again = unit
        if unit.invited and chance.random() < 0.3:
            again = _group(unit.name, unit.parent, wave.asked, habits, chance, noise)
        elif unit.invited:
            own = shift + chance.choice((0.0, 0.0, 0.0, 0.3, -0.3, 0.4))
            again = replace(unit, sheets=_moved(unit.sheets, wave.asked, own, noise))
        kind = unit.kind if chance.random() < 0.95 else chance.choice(KINDS)
        units.append(replace(again, kind=kind, overlap=chance.choice((None, 0.0, 0.8, 1.0))))
    if chance.random() < 0.2 or not any(unit.invited for unit in units):
        units.append(_group("Islet", None, wave.asked, habits, chance, noise))
    return replace(wave, units=_held(units), partners=())


def _held(units: Sequence[UnitAnswers]) -> tuple[UnitAnswers, ...]:
    """Leave out what holds nobody, and let no group stand under what is gone."""
    ids = {unit.id for unit in units}
    units = [unit if unit.parent in ids else replace(unit, parent=None) for unit in units]
    above = {unit.parent for unit in units}
    return tuple(unit for unit in units if unit.invited or unit.id in above)


def _moved(sheets: str, asked: Asked, shift: float, noise: np.random.Generator) -> str:
    """Move about as many answers as it takes to move all of them by a shift."""
    width = len(asked.scales) + 2
    codes = np.frombuffer(sheets.encode("ascii"), dtype=np.uint8).reshape(-1, width).copy()
    answers = codes[:, :-2]
    steps = np.rint(shift + noise.uniform(-0.5, 0.5, answers.shape)) * (answers <= ord("5"))
    told = (answers >= ord("1")) & (answers <= ord("5"))
    moved = np.clip(answers + steps, ord("1"), ord("5"))
    codes[:, :-2] = np.where(told, moved, answers)
    return codes.tobytes().decode("ascii")


@dataclass(frozen=True)
class _Habits:
    """How the people of one organisation fill in sheets.

    In a `calm` one all groups are asked anew, are large enough and of one opinion each.
    """

    calm: bool
    left_open: float
    left_out: float
    careless: float
    unsure: bool
    one_way: bool
    skewed: bool

    @classmethod
    def drawn(cls, chance: Random, *, calm: bool) -> "_Habits":
        if calm:
            return cls(True, 0.0, 0.0, 0.0, unsure=False, one_way=False, skewed=False)
        return cls(
            calm=False,
            left_open=chance.choice((0, 0, 0.04, 0.15, 0.32)),
            left_out=chance.choice((0, 0, 0.05, 0.3)),
            careless=chance.choice((0, 0, 0.05, 0.3)),
            unsure=chance.random() < 0.3,
            one_way=chance.random() < 0.5,
            skewed=chance.random() < 0.3,
        )


def _size(chance: Random, *, calm: bool) -> int:
    if calm:
        return chance.randint(8, 25)
    least, most = chance.choice(((1, 4), (1, 4), (5, 9), (5, 9), (10, 14), (10, 18), (19, 40)))
    return chance.randint(least, most)


def _group(
    name: str,
    parent: str | None,
    asked: Asked,
    habits: _Habits,
    chance: Random,
    noise: np.random.Generator,
) -> UnitAnswers:
    n = _size(chance, calm=habits.calm)
    response = 0.9 if habits.calm else chance.choice((1, 1, 0.85, 0.6, 0.45, 0.3))
    return UnitAnswers(
        id=name.lower(),
        name=name,
        parent=parent,
        kind=chance.choice(KINDS),
        invited=max(n, round(n / response)),
        sheets=_sheets(
            n if habits.calm or chance.random() < 0.95 else 0, asked, habits, chance, noise
        ),
        places=chance.choice(((), (), ("plan",), ("build", "run"))),
        overlap=chance.choice((None, 0.0, 0.8, 1.0)),
    )


def _partners(
    units: Sequence[UnitAnswers],
    asked: Asked,
    habits: _Habits,
    chance: Random,
    noise: np.random.Generator,
) -> tuple[UnitAnswers, ...]:
    """Now and then, business partners of some groups; they are asked a part of the items."""
    if chance.random() < 0.8:
        return ()
    found = []
    for number, unit in enumerate(unit for unit in units if unit.invited):
        if chance.random() < 0.7:
            made = _group(f"Partner {number}", None, asked, habits, chance, noise)
            found.append(replace(made, about=unit.id, kind="business-partners", places=()))
    return tuple(found)


def _sheets(
    n: int, asked: Asked, habits: _Habits, chance: Random, noise: np.random.Generator
) -> str:
    """Write the sheets of a group: every scale in a way of its own, then the marks."""
    level = _centre(habits, chance)
    columns, together = [], chance.random() < 0.5
    for scale in dict.fromkeys(asked.scales):
        items = asked.scales.count(scale)
        centre = level if together else _centre(habits, chance)
        way = "near" if habits.calm else chance.choice(WAYS)
        answers = _answers(n, items, centre, way, noise)
        columns.append(_with_gaps(answers, habits, noise))
    rising = "012" if habits.one_way else "012345-"
    marks = noise.choice(np.frombuffer(rising.encode(), dtype=np.uint8), (n, 1))
    careless = noise.random((n, 1)) < habits.careless
    flags = np.where(careless, ord("3"), noise.integers(ord("0"), ord("3"), (n, 1)))
    whole = np.concatenate([*columns, marks, flags], axis=1).astype(np.uint8)
    return whole.tobytes().decode("ascii")


def _centre(habits: _Habits, chance: Random) -> float:
    if habits.skewed:
        return chance.choice((1.1, 1.4, 4.6, 4.9))
    return chance.uniform(1.0, 5.0)


#: How the people of a group answer a scale; the first is as likely as the others together.
WAYS = (*["near"] * 6, "alike", "but one", "camps", "camps", "ends")


def _answers(n: int, items: int, centre: float, way: str, noise: np.random.Generator) -> Codes:
    """Answers of n people as codes: around a centre, alike, but for one, or in two camps."""
    between, within = noise.choice((0.2, 0.5, 0.9)), float(noise.choice((0.2, 0.7, 1.1)))
    people = np.full(n, centre)
    if way == "near":
        people += noise.normal(0, between, n)
    elif way in ("camps", "ends"):
        low, high = (1.0, 5.0) if way == "ends" else (centre - 1.2, centre + 1.2)
        people = np.where(np.arange(n) < noise.uniform(0.2, 0.8) * n, low, high)
        within = 0.0 if way == "ends" else 0.2
    else:
        within = 0.0
    levels = people[:, None] + noise.normal(0, 1, (n, items)) * within
    if way == "but one" and n:
        levels[0] = noise.integers(1, 6, items)
    whole = np.clip(np.rint(levels), 1, 5) + ord("0")
    return whole.astype(np.uint8)


def _with_gaps(answers: Codes, habits: _Habits, noise: np.random.Generator) -> Codes:
    """Leave some answers open, and all of a scale to some people."""
    codes = b"???x-" if habits.unsure else b"?x-"
    open_ = noise.choice(np.frombuffer(codes, dtype=np.uint8), answers.shape)
    gone = noise.random(answers.shape) < habits.left_open
    gone |= noise.random((len(answers), 1)) < habits.left_out / 3
    left: Codes = np.where(gone, open_, answers)
    return left
