"""A client set up in the workspace, for tests of its deeds."""

from collections.abc import Mapping
from datetime import timedelta
from random import Random

from app.questionnaires.loader import load_instrument
from app.storage.store import Store
from app.usecases.assessments import create_assessment, plan_wave, view_assessment
from app.usecases.checklist import check_launch
from app.usecases.imports import apply_import
from app.usecases.launches import LaunchedWave, invitations_of
from app.usecases.members import Member, Role, create_client
from app.usecases.planning import change_plan, find_plan, launch_wave
from app.usecases.roster_drafts import Kinds, start_import
from app.usecases.schedule import close_and_settle
from app.usecases.units import set_route
from tests.builders import KINDS, MIRRORS, NOW, marked, roster_text
from tests.usecases.test_waves import answer
from tests.web.visitor import add_account

CHANCE = Random(11)
MIRROR_KINDS = {q.kind: q.mirror for q in load_instrument().questionnaires}
ROSTER_KINDS = Kinds(KINDS, MIRRORS)


def consultant(store: Store, client: str = "Acme") -> Member:
    """Return the owner of a new client."""
    account = add_account(store)
    made = create_client(store, Member(account.id, "Ann", account.email), client, NOW, CHANCE)
    return Member(account.id, "Ann", account.email, False, made, client, Role.OWNER)


def import_roster(
    store: Store, member: Member, assessment: str, text: str, *, removing: bool = True
) -> None:
    start_import(store, member, assessment, "roster.csv", text.encode())
    apply_import(store, member, assessment, ROSTER_KINDS, NOW, CHANCE, removing=removing)


def set_up(store: Store, member: Member, text: str = "") -> str:
    """Return the id of an assessment with four groups; Security rolls up, all have a head."""
    assessment = create_assessment(store, member, "Baseline", NOW, CHANCE)
    import_roster(store, member, assessment, text or roster_text())
    with store.writing() as work:
        for unit in work.units.of(assessment):
            unit.head_name = "Head"
            work.units.save(unit)
        work.commit()
    for one in view_assessment(store, member, assessment).units:
        if one.is_small():
            set_route(store, member, assessment, one.unit.id, "roll-up", NOW)
    return assessment


def plan(store: Store, member: Member, assessment: str, **changes: object) -> str:
    """Return the id of a planned wave that may be launched."""
    wave_id = plan_wave(store, member, assessment, "en", NOW, CHANCE)
    _, known = find_plan(store, member, wave_id)
    usual: Mapping[str, object] = {
        "closes": (NOW + timedelta(days=14)).date(),
        "quiet_from": 0,
        "quiet_to": 0,
    }
    changed = known.model_copy(update={**usual, **changes})
    change_plan(store, member, wave_id, changed, NOW)
    return wave_id


def checks(store: Store, member: Member, wave_id: str) -> list[str]:
    """Return what stands against the launch of a planned wave."""
    assessment, planned = find_plan(store, member, wave_id)
    view = view_assessment(store, member, assessment)
    found = check_launch(view, planned, wave_id, NOW, has_mail=True, is_local=False)
    return [check.text for check in found if check.is_blocking]


def launched(store: Store, member: Member, assessment: str, **changes: object) -> LaunchedWave:
    """Launch a wave of an assessment."""
    wave_id = plan(store, member, assessment, **changes)
    assert checks(store, member, wave_id) == []
    return launch_wave(store, member, wave_id, NOW, CHANCE, has_mail=True)


def close(store: Store, wave_id: str, level: str = "3") -> None:
    """Let everybody answer the same, and close a wave."""
    wave_codes = codes_of(store, wave_id)
    answer(store, wave_codes, marked(level * 21))
    close_and_settle(store, wave_id, "test", NOW)


def codes_of(store: Store, wave_id: str) -> list[str]:
    """Return the codes of everybody in an open wave, by its key."""
    key = store.wave_keys.read(wave_id)
    assert key is not None
    with store.reading() as work:
        wave = work.waves.get(wave_id)
        assert wave is not None
        people = work.people.of(wave.assessment_id)
        return [i.code for i in invitations_of(key, people, work.units.of(wave.assessment_id))]


def unit_ids(store: Store, member: Member, assessment: str) -> dict[str, str]:
    """Return the id of each unit by its name."""
    return {one.unit.name: one.unit.id for one in view_assessment(store, member, assessment).units}
