"""What participants are told: made from the wave itself, so that it cannot say anything else."""

from app.questionnaires.questionnaire import Instrument
from app.questionnaires.timing import expected_minutes
from app.reports.participants import ParticipantSheet
from app.scoring.rules import K_COMMENTS, K_FINE, K_FLOOR
from app.storage.sealing import fingerprint
from app.storage.store import Store
from app.usecases.errors import UnknownWave
from app.usecases.plans import Plan, in_zone, last_day, plan_of


def participant_sheet(store: Store, wave_id: str) -> ParticipantSheet:
    """Return the sheet of a wave that was launched. Raises UnknownWave."""
    with store.reading() as work:
        wave = work.waves.get(wave_id)
        organisation = work.assessments.organisation_of(wave.assessment_id) if wave else None
        if wave is None or organisation is None:
            raise UnknownWave(wave_id)
        plan = plan_of(work, wave_id)
        instrument = work.instruments.get(wave.instrument_digest)
        shared = work.unit_codes.of(wave_id)
    return ParticipantSheet(
        organisation=organisation.name,
        sender=plan.sender if plan else "",
        contact=plan.contact if plan else "",
        language=instrument.language,
        items=max(len(q.items) for q in instrument.questionnaires),
        minutes=max(expected_minutes(q) for q in instrument.questionnaires),
        k=wave.k,
        k_fine=K_FINE,
        k_comments=K_COMMENTS,
        closes=last_day(in_zone(plan, wave.closes_at)) if wave.closes_at else None,
        closed=in_zone(plan, wave.closed_at).date() if wave.closed_at else None,
        reminders=len(plan.reminders) if plan else 0,
        has_comments=instrument.asks_comment,
        has_partners=any(q.mirror for q in instrument.questionnaires),
        has_shared_codes=bool(shared),
        retention_days=plan.retention_days if plan else None,
        version=instrument.version,
        reminds_everybody=plan.reminds_everybody if plan else False,
        fingerprint=fingerprint(wave.box_digest),
    )


def planned_sheet(
    plan: Plan, instrument: Instrument, organisation: str, *, partners: bool, shared: bool
) -> ParticipantSheet:
    """Return the sheet that a wave of a plan would have, with or without partners and shared codes.

    `instrument` is what the groups that take part are asked.
    """
    return ParticipantSheet(
        organisation=organisation,
        sender=plan.sender,
        contact=plan.contact,
        language=plan.language,
        items=max(len(q.items) for q in instrument.questionnaires),
        minutes=max(expected_minutes(q) for q in instrument.questionnaires),
        k=K_FLOOR,
        k_fine=K_FINE,
        k_comments=K_COMMENTS,
        closes=plan.closes,
        closed=None,
        reminders=len(plan.reminders),
        has_comments=instrument.asks_comment,
        has_partners=partners,
        has_shared_codes=shared,
        retention_days=plan.retention_days,
        version=instrument.version,
        reminds_everybody=plan.reminds_everybody,
    )
