"""A wave whose invitations wait to be mailed, for sites that are killed meanwhile."""

from app.storage.store import Store
from app.storage.tables import WavePlan
from app.usecases.invitations import FIRST_ROUND, round_job
from app.usecases.plans import new_plan
from tests.builders import NOW, launch
from tests.mailing.sink import Sink, code_in

RECIPIENTS = 150


def launch_with_mails(store: Store, people: int = RECIPIENTS) -> str:
    """Open a wave in a hurry: no quiet hours, and its invitations are due. Return its id."""
    wave = launch(store, {("Network", "Operations", "network"): people}, name="Mailed", seed=77)
    add_mails(store, wave.assessment_id, wave.wave_id)
    return wave.wave_id


def add_mails(store: Store, assessment_id: str, wave_id: str) -> None:
    """Give a wave that is open a plan, and start its invitations."""
    plan = new_plan("en", "Ann").model_copy(update={"quiet_from": 0, "quiet_to": 0})
    content = plan.model_copy(update={"launched_by": "ann@example.org"}).model_dump_json()
    with store.writing() as work:
        work.plans.save(WavePlan(id=wave_id, assessment_id=assessment_id, content=content))
        work.jobs.add(round_job(wave_id, FIRST_ROUND, NOW))
        work.commit()


def check_mails(sink: Sink, people: int, kills: int) -> None:
    """Everybody got a mail, with the same code each time; at most one came twice for each kill."""
    codes: dict[str, set[str]] = {}
    for who, mail in zip(sink.to(), sink.mails, strict=True):
        codes.setdefault(who, set()).add(code_in(mail))
    assert len(codes) == people, "somebody got no mail"
    assert all(len(found) == 1 for found in codes.values())
    assert len(set.union(*codes.values())) == people
    assert len(sink.mails) - people <= kills, "more than one mail too many for a kill"
