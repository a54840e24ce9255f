"""Small rosters, waves and answers for tests, with defaults that mean nothing."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from random import Random

from app.questionnaires.loader import load_instrument
from app.questionnaires.questionnaire import Instrument
from app.storage.store import Store
from app.usecases.launches import LaunchedWave, launch_assessment
from app.usecases.results import AssessmentState, list_assessments
from app.usecases.rosters import Roster, read_roster

NOW = datetime(2026, 5, 4, 9, 30, tzinfo=UTC)
KINDS = {q.kind: q.title for q in load_instrument().questionnaires}
MIRRORS = {q.kind for q in load_instrument().questionnaires if q.mirror}

#: Two divisions, four groups; one of them too small to show alone.
GROUPS = {
    ("ERP", "Applications", "enterprise-applications"): 8,
    ("Development", "Applications", "applications"): 12,
    ("Data centre", "Operations", "data-centre"): 10,
    ("Security", "Operations", "security"): 4,
}


def instrument(*modules: str) -> Instrument:
    return load_instrument().with_modules(modules)


def roster_text(groups: Mapping[tuple[str, str, str], int] = GROUPS, partners: int = 0) -> str:
    """Write a roster; `partners` people in Sales answer about ERP."""
    lines = ["unit,parent,kind,name,email,about"]
    for (unit, parent, kind), people in groups.items():
        lines += [
            f"{unit},{parent},{kind},{unit} {n},{unit.replace(' ', '')}{n}@example.org,"
            for n in range(people)
        ]
    lines += [
        f"Sales,,business-partners,Sales {n},sales{n}@example.org,ERP" for n in range(partners)
    ]
    return "\n".join(lines) + "\n"


def roster(groups: Mapping[tuple[str, str, str], int] = GROUPS, partners: int = 0) -> Roster:
    return read_roster(roster_text(groups, partners).encode(), KINDS, MIRRORS)


def launch(
    store: Store,
    groups: Mapping[tuple[str, str, str], int] = GROUPS,
    *,
    name: str = "Acme",
    closes_at: datetime | None = None,
    seed: int = 1,
    modules: Iterable[str] = (),
    partners: int = 0,
) -> LaunchedWave:
    asked = instrument(*modules)
    people = roster(groups, partners)
    return launch_assessment(store, people, name, asked, NOW, Random(seed), closes_at)


def codes_of(wave: LaunchedWave, unit: str) -> list[str]:
    return [invitation.code for invitation in wave.invitations if invitation.unit == unit]


def marked(answers: str, marks: str = "-0") -> str:
    """Write a sheet as it is stored: its answers, how it was shown, how it was filled in."""
    return answers + marks


def all_at(level: int | str, items: Iterable[str] | None = None) -> dict[str, str]:
    """Return answers that choose the same for every item."""
    return {item: str(level) for item in (items or instrument().item_ids)}


def all_assessments(store: Store) -> list[AssessmentState]:
    """Return the assessments of all organisations."""
    with store.reading() as work:
        organisations = work.organisations.all()
    return [state for one in organisations for state in list_assessments(store, one.id)]
