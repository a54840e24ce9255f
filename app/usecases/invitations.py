"""Invitations and reminders: who gets which mail, in which words, and in which round."""

import hmac
import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from app.language import gettext as _
from app.language import speaking
from app.mailing.addresses import on_the_wire
from app.mailing.mail import Mail
from app.questionnaires.timing import expected_minutes
from app.storage.sealing import mark_of
from app.storage.tables import Person, Unit, Wave
from app.storage.unit_of_work import UnitOfWork
from app.storage.wave_keys import LINKS, SPEND
from app.storage.workspace_tables import Job
from app.usecases.account_mails import ACCOUNT_MAIL, account_mail
from app.usecases.ballots import hash_token, make_token, write_code
from app.usecases.jobs import MAIL, WORK, Office
from app.usecases.plans import MailText, Plan, plan_of

ROUND, INVITATION, REMINDER, TEST = "round", "invitation", "reminder", "test-mail"
MOVED = "moved"
#: The progress of a mail that may have left.
DOUBTFUL = "doubtful"
#: Least time between two rounds of mails to the same people.
BETWEEN = timedelta(hours=20)
FIRST_ROUND = "invitation"
#: In place of a round: mails that came back, as somebody told us.
BOUNCED = "bounced"


@dataclass(frozen=True)
class Postponed:
    """A mail that may leave later only."""

    until: datetime


def round_job(wave_id: str, name: str, run_at: datetime, *, by_hand: bool = False) -> Job:
    """Return the job that starts a round of mails: the invitation, or a reminder."""
    return Job(
        key=f"round:{wave_id}:{name}",
        queue=WORK,
        name=ROUND,
        args=json.dumps({"round": name, "by_hand": by_hand}),
        wave_id=wave_id,
        run_at=run_at,
    )


def reminder_name(number: int) -> str:
    """Return the name of a reminder's round."""
    return f"reminder-{number}"


def started_rounds(work: UnitOfWork, wave_id: str) -> list[datetime]:
    """Return when the rounds of a wave started."""
    known = [json.loads(job.progress or "{}") for job in work.jobs.of(wave_id, ROUND)]
    return [datetime.fromisoformat(one["started"]) for one in known if "started" in one]


def mailed_people(work: UnitOfWork, wave: Wave) -> list[Person]:
    """Return those whom a wave invites by mail."""
    asked = work.ballots.invited(wave.id)
    return [p for p in work.people.of(wave.assessment_id) if p.email and p.unit_id in asked]


def reminder_job(wave_id: str, name: str, now: datetime) -> Job:
    """Return the job of all reminders of a round."""
    return Job(
        key=f"mail:{wave_id}:{name}",
        queue=MAIL,
        name=REMINDER,
        args=json.dumps({"round": name}),
        wave_id=wave_id,
        run_at=now,
    )


def invitation_job(wave_id: str, name: str, person_id: str, now: datetime) -> Job:
    """Return the job of one mail to one person; it holds no address and no code."""
    return Job(
        key=f"mail:{wave_id}:{name}:{person_id}",
        queue=MAIL,
        name=INVITATION,
        args=json.dumps({"person": person_id, "round": name}),
        wave_id=wave_id,
        run_at=now,
    )


def compose(office: Office, job: Job) -> tuple[str, Mail] | Postponed | None:
    """Return the sender's name and the mail of a job; None if it need not be sent any more."""
    args: dict[str, Any] = json.loads(job.args)
    if job.name == ACCOUNT_MAIL:
        return account_mail(office, args)
    with office.store.reading() as work:
        if job.name == TEST:
            return _test_mail(office, work, args)
        if job.name == MOVED:
            return _moved_mail(work, job.wave_id or "", args)
        return wave_mail(office, work, job.wave_id or "", INVITATION, args["person"])


def wave_mail(
    office: Office, work: UnitOfWork, wave_id: str, kind: str, person_id: str
) -> tuple[str, Mail] | Postponed | None:
    """Return a person's mail of a wave; None if they need none (any more). Raises KeysMissing."""
    wave, plan, now = work.waves.get(wave_id), plan_of(work, wave_id), office.now()
    if wave is None or plan is None or wave.closed_at or (wave.closes_at and wave.closes_at <= now):
        return None
    allowed = plan.allowed_at(now)
    if allowed > now:
        return Postponed(allowed)
    keys = office.store.wave_keys.need(wave_id, wave.box_digest, LINKS, SPEND)
    person = work.people.get(person_id)
    if person is None or not person.email:
        return None
    token = make_token(keys[LINKS], person_id)
    if kind == REMINDER and not plan.reminds_everybody:
        # This alone asks whether somebody has answered; docs/privacy.md says who may learn it.
        mark = mark_of(keys[SPEND], hash_token(token))
        if work.sealed.among(wave_id, mark):
            return None
    link = f"{office.public_url}/s#{write_code(token)}"
    unit = work.units.get(person.unit_id)
    text = plan.reminder if kind == REMINDER else plan.invitation
    if kind == REMINDER and plan.reminds_everybody:
        text = thanked(plan)
    values = _values(office, work, plan, wave.instrument_digest, unit, wave.id)
    values |= {"name": person.name, "link": link}
    return plan.sender, _mail(plan, text, values, person.name, person.email)


def thanked(plan: Plan) -> MailText:
    """Return a plan's reminder as everybody gets it, who has answered too."""
    with speaking(plan.language):
        thanks = _("If you have answered already: thank you, nothing more is needed.")
    return plan.reminder.model_copy(update={"text": f"{plan.reminder.text}\n\n{thanks}"})


def _values(
    office: Office, work: UnitOfWork, plan: Plan, digest: str, unit: Unit | None, wave_id: str
) -> dict[str, str]:
    """What the places of a mail's text are filled with, but for the person's own."""
    organisation = work.assessments.organisation_of(unit.assessment_id) if unit else None
    about = work.units.get(unit.about_id) if unit and unit.about_id else unit
    instrument = work.instruments.get(digest)
    minutes = expected_minutes(instrument.for_kind(unit.kind or "")) if unit else 0
    with speaking(plan.language):
        closes = plan.say_close()
    return {
        "organisation": organisation.name if organisation else "",
        "group": about.name if about else "",
        "minutes": str(minutes),
        "closes": closes,
        "sheet": f"{office.public_url}/sheet/{wave_id}",
        "sender": plan.sender,
    }


def _mail(plan: Plan, text: MailText, values: dict[str, str], name: str, address: str) -> Mail:
    filled = text.filled(values)
    with speaking(plan.language):
        button = _("Open the survey")
    return Mail(
        name,
        address,
        filled.subject,
        filled.text,
        values["link"],
        button,
        plan.language,
        plan.contact,
    )


def sample_mail(
    plan: Plan, text: MailText, public_url: str, organisation: str, group: str, minutes: int
) -> Mail:
    """Return a mail of a plan as its recipients will see it, with a link that opens nothing."""
    with speaking(plan.language):
        closes = plan.say_close()
    values = {
        "organisation": organisation,
        "group": group,
        "minutes": str(minutes),
        "closes": closes,
        "sheet": f"{public_url}/sheet/…",
        "sender": plan.sender,
        "name": "Alex Example",
        "link": f"{public_url}/s#EXAMP-LE000-EXAMP-LE000-EXAMP-0",
    }
    return _mail(plan, text, values, "Alex Example", "alex@example.org")


def _test_mail(office: Office, work: UnitOfWork, args: dict[str, Any]) -> tuple[str, Mail] | None:
    plan, account = plan_of(work, args["wave"]), work.accounts.get(args["account"])
    if plan is None or account is None:
        return None
    text = plan.reminder if args["text"] == REMINDER else plan.invitation
    organisation, group = args["organisation"], args["group"]
    mail = sample_mail(plan, text, office.public_url, organisation, group, args["minutes"])
    return plan.sender, Mail(
        account.name,
        account.email,
        f"[Test] {mail.subject}",
        mail.text,
        mail.link,
        mail.button,
        mail.language,
        mail.answers_to,
    )


def moved_job(wave_id: str, old: str, now: datetime) -> Job:
    """Return the job of a note to an address that another one took the place of."""
    return Job(
        key=f"moved:{wave_id}:{now.timestamp():.3f}",
        queue=MAIL,
        name=MOVED,
        args=json.dumps({"address": old}),
        wave_id=wave_id,
        run_at=now,
    )


def _moved_mail(work: UnitOfWork, wave_id: str, args: dict[str, Any]) -> tuple[str, Mail] | None:
    wave, plan = work.waves.get(wave_id), plan_of(work, wave_id)
    organisation = work.assessments.organisation_of(wave.assessment_id) if wave else None
    if plan is None or organisation is None:
        return None
    with speaking(plan.language):
        subject = _("Your survey link of %(name)s was sent elsewhere", name=organisation.name)
        text = _(
            "Hello,\n\nthe survey of %(name)s was to reach you at this address. It was reported "
            "not to work, so the same link went to another one. If you read this here, somebody "
            "else may hold your link: tell %(sender)s, and do not wonder if it was used.",
            name=organisation.name,
            sender=plan.sender,
        )
    return plan.sender, Mail(
        "", args["address"], subject, text, "", "", plan.language, plan.contact
    )


def message_id(office: Office, mail: str) -> str:
    """Return the Message-ID of a mail: the same whenever it is repeated, and telling nothing.

    Raises Unmailable if mail comes from no address.
    """
    key = office.store.installation_key.derive("message id")
    host = on_the_wire(office.mail_from).rpartition("@")[2]
    return f"<{hmac.digest(key, mail.encode(), 'sha256')[:16].hex()}@{host}>"
