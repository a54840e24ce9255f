"""The staff of the example: who they are and how they would answer.

Levels are never set; what comes out is computed from the answers.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random

from app.maturity import ACCEPTANCE, Orientation
from app.questionnaires.answers import CANNOT_SAY, LEVEL_CODES, NOT_APPLICABLE
from app.questionnaires.questionnaire import Questionnaire, Scale


@dataclass(frozen=True)
class StaffGroup:
    """A group of the example. `views` are the centres of its camps, usually one."""

    unit: str
    parent: str
    kind: str
    people: int
    responding: float
    views: tuple[float, ...]
    #: How far an orientation lies from the group's general view.
    shifts: dict[Scale, float] = field(default_factory=dict)
    cannot_say: float = 0.03


NETWORK, APPLICATIONS, OPERATIONS = "Market Services", "Business Applications", "IT Operations"

#: The telecommunications organisation of the chapter, with three more groups.
GROUPS: tuple[StaffGroup, ...] = (
    StaffGroup(
        "Network & Messaging Services",
        NETWORK,
        "network",
        18,
        0.84,
        (5.0,),
        {Orientation.MEASUREMENT: 0.1},
    ),
    StaffGroup("ERP", APPLICATIONS, "enterprise-applications", 13, 0.93, (4.05,), {}),
    StaffGroup(
        "Application Development",
        APPLICATIONS,
        "applications",
        17,
        0.77,
        (3.25,),
        {Orientation.MEASUREMENT: -0.65, ACCEPTANCE: -0.3},
    ),
    StaffGroup("Data Centre", OPERATIONS, "data-centre", 20, 0.90, (1.25,), {ACCEPTANCE: 0.8}),
    StaffGroup(
        "Service Desk", OPERATIONS, "service-desk", 18, 0.56, (1.5, 3.6), {}, cannot_say=0.08
    ),
    StaffGroup("Information Security", OPERATIONS, "security", 4, 0.75, (2.3,), {}),
)

#: Spread between people of a group, and of one person between items (levels).
PERSON_SD, ITEM_SD = 0.35, 0.55


def roster_csv(groups: Sequence[StaffGroup] = GROUPS) -> str:
    """Return the example's roster as a consultant would import it."""
    lines = ["unit,parent,kind,name,email"]
    for group in groups:
        place = group.unit.lower().replace(" & ", "-").replace(" ", "-")
        lines += [
            f"{group.unit},{group.parent},{group.kind},Person {n:02d} of {group.unit},"
            f"person{n:02d}@{place}.example"
            for n in range(1, group.people + 1)
        ]
    return "\n".join(lines) + "\n"


def respond(
    group: StaffGroup, number: int, questionnaire: Questionnaire, chance: Random
) -> dict[str, str]:
    """Return what the n-th person of a group answers, with plausible spread.

    A person has a view near one of the group's; each item varies around it. A few items are
    "cannot say", "does not apply" or left open.
    """
    view = group.views[number % len(group.views)] + chance.gauss(0, PERSON_SD)
    answers = {}
    for item in questionnaire.items:
        doubt = chance.random()
        if doubt < group.cannot_say:
            answers[item.id] = CANNOT_SAY
        elif doubt < group.cannot_say + 0.02:
            answers[item.id] = NOT_APPLICABLE
        elif doubt < group.cannot_say + 0.03:
            continue
        else:
            centre = view + group.shifts.get(item.scale, 0.0)
            level = round(centre + chance.gauss(0, ITEM_SD))
            answers[item.id] = LEVEL_CODES[min(5, max(1, level)) - 1]
    return answers
