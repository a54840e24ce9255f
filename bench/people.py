"""Made-up organisations: rosters to invite, and answers as plausible staff would give them."""

from random import Random

import numpy as np
from numpy.typing import NDArray

from app.questionnaires.answers import CANNOT_SAY, LEVEL_CODES, NOT_APPLICABLE, OPEN
from app.questionnaires.loader import load_instrument
from app.questionnaires.presentation import PATTERNS
from app.questionnaires.questionnaire import Instrument
from app.scoring.release import Release, compute_release
from app.scoring.scales import UnitAnswers
from app.usecases.roster_units import RosterPerson, RosterUnit
from app.usecases.rosters import Roster

#: Spread of people around their group and of one person's items (levels), as in the demo.
PERSON_SD, ITEM_SD = 0.35, 0.55
MISSING = (CANNOT_SAY, NOT_APPLICABLE, OPEN)
MISSING_SHARE = 0.05


def make_roster(groups: int, people: int) -> Roster:
    """Return a roster of equal groups in divisions of ten."""
    kinds = [q.kind for q in core_instrument().questionnaires]
    units = []
    for number in range(groups):
        division = f"Division {number // 10 + 1}"
        if number % 10 == 0:
            units.append(RosterUnit(division, 0))
        persons = [
            RosterPerson(f"Person {n} of {number}", f"p{n}.{number}@example.org")
            for n in range(people)
        ]
        kind = kinds[number % len(kinds)]
        units.append(RosterUnit(f"Group {number + 1}", 0, division, kind, persons))
    return Roster(tuple(units))


def core_instrument() -> Instrument:
    """Return the instrument without modules, and without the mirror."""
    whole = load_instrument().with_modules(())
    return whole.only(q.kind for q in whole.questionnaires if not q.mirror)


def make_sheets(groups: int, people: int, seed: int = 1) -> list[list[str]]:
    """Return, for each group, the sheets of its people."""
    chance = np.random.default_rng(seed)
    shape = (groups, people, len(core_instrument().item_ids))
    centres = chance.uniform(1, 5, (groups, 1, 1)) + chance.normal(0, PERSON_SD, (*shape[:2], 1))
    levels = np.clip(np.rint(centres + chance.normal(0, ITEM_SD, shape)), 1, 5).astype(np.uint8)
    codes: NDArray[np.uint8] = levels - 1 + ord(LEVEL_CODES[0])
    gaps = chance.random(shape) < MISSING_SHARE
    missing = np.frombuffer("".join(MISSING).encode(), np.uint8)
    codes[gaps] = chance.choice(missing, int(gaps.sum()))
    patterns = chance.integers(0, len(PATTERNS), (groups, people))
    return [
        [f"{row.tobytes().decode()}{pattern}0" for row, pattern in zip(group, shown, strict=True)]
        for group, shown in zip(codes, patterns.tolist(), strict=True)
    ]


def make_release(units: int, people: int = 12) -> Release:
    """Return a release of an organisation with so many units, divisions of ten included."""
    instrument = core_instrument()
    kinds = [q.kind for q in instrument.questionnaires]
    divisions = max(2, units // 10)
    names = [f"Division {number + 1}" for number in range(divisions)]
    tree = [UnitAnswers(name, name, None, None, 0, "") for name in names]
    chance = Random(2)
    for number, sheets in enumerate(make_sheets(units - divisions, people)):
        name = f"{kinds[number % len(kinds)].replace('-', ' ').title()} {number + 1}"
        kind, invited = kinds[number % len(kinds)], people + chance.randrange(8)
        tree.append(
            UnitAnswers(name, name, names[number % divisions], kind, invited, "".join(sheets))
        )
    return compute_release("Made-up Organisation", tree, instrument.scales, instrument.version)
