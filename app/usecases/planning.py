"""From the plan of a wave to its launch."""

import json
from datetime import datetime, timedelta
from random import Random

from app.questionnaires.loader import load_instrument
from app.questionnaires.questionnaire import Instrument
from app.storage.store import Store
from app.storage.tables import WavePlan
from app.storage.unit_of_work import UnitOfWork
from app.storage.workspace_tables import Job
from app.usecases.assessments import see_assessment
from app.usecases.audit_log import Deed, record
from app.usecases.checklist import check_launch
from app.usecases.errors import SiloscopeError, UnknownWave
from app.usecases.invitations import FIRST_ROUND, REMINDER, TEST, reminder_name, round_job
from app.usecases.jobs import MAIL
from app.usecases.launches import LaunchedWave, Opening, open_wave
from app.usecases.members import Member, assessment_of
from app.usecases.plans import MOST_REMINDERS, Plan


class PlanLocked(SiloscopeError):
    """A wave that was launched keeps what it asks."""

    def __init__(self) -> None:
        super().__init__("This wave was launched: its questions, groups and rules stay.")


class PlanMoved(SiloscopeError):
    """The plan is not the one that was looked at."""

    def __init__(self) -> None:
        super().__init__("The plan was changed meanwhile, perhaps in another tab.")


class NotReady(SiloscopeError):
    """Something stands against the launch: the checklist says what."""

    def __init__(self) -> None:
        super().__init__("The wave cannot be launched yet.")


def instrument_of(plan: Plan) -> Instrument:
    """Return what a wave of this plan asks; a translation may lack a module."""
    whole = load_instrument(language=plan.language)
    known = {module.id for module in whole.modules}
    return whole.with_modules([one for one in plan.modules if one in known])


def find_plan(store: Store, member: Member, wave_id: str) -> tuple[str, Plan]:
    """Return the assessment of a planned wave, and its plan. Raises UnknownWave."""
    with store.reading() as work:
        return _find(work, member, wave_id)


def _find(work: UnitOfWork, member: Member, wave_id: str) -> tuple[str, Plan]:
    row = work.plans.get(wave_id)
    if row is None:
        raise UnknownWave(wave_id)
    if work.is_writing:
        # Whoever was here first may have launched it meanwhile.
        work.assessments.lock(row.assessment_id)
        row = work.plans.again(wave_id) or row
    assessment = work.assessments.get(row.assessment_id)
    if assessment is None or assessment.organisation_id != member.organisation_id:
        raise UnknownWave(wave_id)
    return row.assessment_id, Plan.model_validate_json(row.content)


def change_plan(store: Store, member: Member, wave_id: str, plan: Plan, now: datetime) -> None:
    """Keep a changed plan. Raises UnknownWave, or PlanLocked after the launch."""
    with store.writing() as work:
        assessment_id, known = _find(work, member, wave_id)
        if known.launched_by:
            raise PlanLocked
        _save(work, wave_id, assessment_id, plan)
        record(store, work, member.who, Deed.PLAN_CHANGED, wave_id, now)
        work.commit()


def drop_plan(store: Store, member: Member, wave_id: str, now: datetime) -> str:
    """Forget a plan; return the id of its assessment. Raises UnknownWave or PlanLocked."""
    with store.writing() as work:
        assessment_id, known = _find(work, member, wave_id)
        if known.launched_by:
            raise PlanLocked
        work.jobs.forget(wave_id)
        work.plans.remove(wave_id)
        record(store, work, member.who, Deed.PLAN_DROPPED, wave_id, now)
        work.commit()
    return assessment_id


def _save(work: UnitOfWork, wave_id: str, assessment_id: str, plan: Plan) -> None:
    content = plan.model_dump_json()
    work.plans.save(WavePlan(id=wave_id, assessment_id=assessment_id, content=content))


def launch_wave(
    store: Store,
    member: Member,
    wave_id: str,
    now: datetime,
    chance: Random,
    *,
    has_mail: bool,
    seen: str = "",
) -> LaunchedWave:
    """Open a planned wave, with all its mails, its end and its reminders written in the same go.

    It is checked in that go too, so that no change of the roster slips in between. From here on
    the privacy rules and the instrument stay. `seen` is the digest of the plan that was looked
    at. Raises UnknownWave, NotReady, PlanLocked or PlanMoved.
    """
    with store.writing() as work:
        assessment_id, plan = _find(work, member, wave_id)
        if plan.launched_by or work.waves.get(wave_id) is not None:
            raise PlanLocked
        if seen and seen != plan.digest:
            raise PlanMoved
        view = see_assessment(work, member, assessment_id)
        # That links lead to this machine only stands against no launch.
        checks = check_launch(view, plan, wave_id, now, has_mail=has_mail, is_local=False)
        if any(check.is_blocking for check in checks):
            raise NotReady
        opening = Opening(instrument_of(plan), plan.closes_at(), left_out=plan.left_out)
        work.jobs.forget(wave_id)  # test mails
        wave = open_wave(store, work, assessment_id, wave_id, opening, now, chance)
        launched = plan.model_copy(update={"launched_by": member.email})
        _save(work, wave_id, assessment_id, launched)
        for job in _jobs(wave_id, plan, now):
            work.jobs.add(job)
        said = f"{wave_id}, seal {wave.fingerprint}"
        record(store, work, member.who, Deed.WAVE_LAUNCHED, said, now)
        work.commit()
    store.settle_ballots()
    return wave


def _jobs(wave_id: str, plan: Plan, now: datetime) -> list[Job]:
    jobs = [round_job(wave_id, FIRST_ROUND, plan.allowed_at(now))]
    for number, days in enumerate(sorted(plan.reminders)[:MOST_REMINDERS], 1):
        moment = plan.allowed_at(now + timedelta(days=days))
        jobs.append(round_job(wave_id, reminder_name(number), moment))
    return jobs


def send_test_mail(
    store: Store, member: Member, wave_id: str, text: str, group: str, minutes: int, now: datetime
) -> None:
    """Mail a text of the plan to oneself, filled as an example. Raises UnknownWave."""
    with store.writing() as work:
        assessment_id, _plan = _find(work, member, wave_id)
        assessment_of(work, member, assessment_id)
        args = {
            "wave": wave_id,
            "account": member.account_id,
            "text": REMINDER if text == REMINDER else "invitation",
            "organisation": member.organisation,
            "group": group,
            "minutes": minutes,
        }
        work.jobs.add(
            Job(
                key=f"test:{wave_id}:{member.account_id}:{text}:{now.timestamp():.0f}",
                queue=MAIL,
                name=TEST,
                args=json.dumps(args),
                wave_id=wave_id,
                run_at=now,
            )
        )
        work.commit()


def test_mails(store: Store, member: Member, wave_id: str) -> tuple[int, tuple[str, ...]]:
    """Return how many test mails of a plan still wait, and why others did not leave."""
    with store.reading() as work:
        _find(work, member, wave_id)
        jobs = work.jobs.of(wave_id, TEST)
    waiting = sum(1 for job in jobs if job.state in ("ready", "running"))
    return waiting, tuple(job.error for job in jobs if job.error)
