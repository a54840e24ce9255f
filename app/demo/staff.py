"""The staff of the example: who they are and how they would answer.

Levels are never set; what comes out is computed from the answers.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random

from app.maturity import ACCEPTANCE, Orientation
from app.questionnaires.answers import CANNOT_SAY, LEVEL_CODES, NOT_APPLICABLE
from app.questionnaires.questionnaire import PLACE, Item, Questionnaire, Scale


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
    #: Where on the path it mostly works, as the statement of that item.
    place: int = 5
    #: How far along the conditions for Lean are, 1 to 5.
    conditions: float = 2.7
    #: The group that business partners answer about.
    about: str = ""


NETWORK, APPLICATIONS, OPERATIONS = "Market Services", "Business Applications", "IT Operations"

#: The telecommunications organisation of the chapter, with three more groups.
GROUPS: tuple[StaffGroup, ...] = (
    StaffGroup(
        "Network & Messaging Services",
        NETWORK,
        "network",
        18,
        0.84,
        (5.2,),
        {Orientation.MEASUREMENT: 0.1},
        conditions=3.7,
    ),
    StaffGroup("ERP", APPLICATIONS, "enterprise-applications", 13, 0.93, (4.05,), {}, place=3),
    StaffGroup(
        "Application Development",
        APPLICATIONS,
        "applications",
        17,
        0.77,
        (3.25,),
        {Orientation.MEASUREMENT: -0.65, ACCEPTANCE: -0.3},
        place=3,
    ),
    StaffGroup(
        "Data Centre",
        OPERATIONS,
        "data-centre",
        20,
        0.90,
        (1.25,),
        {ACCEPTANCE: 0.8},
        place=4,
        conditions=2.1,
    ),
    StaffGroup(
        "Service Desk",
        OPERATIONS,
        "service-desk",
        18,
        0.56,
        (1.5, 3.6),
        {},
        cannot_say=0.08,
        place=4,
    ),
    StaffGroup("Information Security", OPERATIONS, "security", 4, 0.75, (2.3,), {}),
)

#: Not of IT: what Finance sees of the ERP group.
PARTNERS: tuple[StaffGroup, ...] = (
    StaffGroup("Finance", "", "business-partners", 12, 0.75, (3.0,), cannot_say=0.2, about="ERP"),
)

#: What the staff are asked on top of the core, and what some of them write.
MODULES = ("handoffs", "conditions", "pain-points")
PAIN_POINTS = (
    "New laptops take three weeks because the order form goes round twice.",
    "The weekly status report. Nobody can say who reads it.",
    "We hear of releases on the day; a shared calendar would be enough.",
    "Access rights: every system has a form of its own.",
    "Test data has to be asked for by mail, each time anew.",
    "Tickets come back because the first question was never asked.",
    "The change board meets once a week, also for what takes a minute.",
    "Two lists of servers, and both are wrong.",
    "Orders for lines are typed three times.",
    "We never learn whether a change helped the people it was for.",
    "Month-end tickets all arrive on the same morning.",
    "Nobody closes the loop with the shops after a failure.",
)

#: Spread between people of a group, and of one person between items (levels).
PERSON_SD, ITEM_SD = 0.35, 0.55
COMMENT_SHARE = 0.25
LAGGING = ("CL5", "CL9", "HO2")


def roster_csv(groups: Sequence[StaffGroup] = (*GROUPS, *PARTNERS)) -> str:
    """Return the example's roster as a consultant would import it."""
    lines = ["unit,parent,kind,name,email,about"]
    for group in groups:
        place = group.unit.lower().replace(" & ", "-").replace(" ", "-")
        lines += [
            f"{group.unit},{group.parent},{group.kind},Person {n:02d} of {group.unit},"
            f"person{n:02d}@{place}.example,{group.about}"
            for n in range(1, group.people + 1)
        ]
    return "\n".join(lines) + "\n"


def comment_of(number: int, chance: Random) -> str:
    """Return what the n-th person who answers writes; most write nothing."""
    return PAIN_POINTS[number % len(PAIN_POINTS)] if chance.random() < COMMENT_SHARE else ""


def _centre(group: StaffGroup, item: Item, view: float) -> float:
    """Around which level a group's answers to an item lie."""
    if item.scale == PLACE:
        return group.place
    if item.module:
        # Some conditions lag everywhere, so that there is something to name.
        return group.conditions + (-0.6 if item.id in LAGGING else 0.0)
    return view + group.shifts.get(item.scale, 0.0)


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
            level = round(_centre(group, item, view) + chance.gauss(0, ITEM_SD))
            answers[item.id] = LEVEL_CODES[min(5, max(1, level)) - 1]
    return answers
