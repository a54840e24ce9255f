"""The plan of a wave: what it asks, when, and in which words it invites."""

import hashlib
import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

from pydantic import BaseModel, ConfigDict

from app.language import gettext as _
from app.language import say_date, speaking
from app.storage.unit_of_work import UnitOfWork

MOST_REMINDERS = 3
LONGEST_SUBJECT, LONGEST_TEXT = 150, 4000
PLACEHOLDERS = ("name", "group", "organisation", "minutes", "closes", "link", "sheet", "sender")
_PLACE = re.compile(r"\{(\w+)\}")


class MailText(BaseModel):
    """Subject and text of a mail, with places such as {link}."""

    model_config = ConfigDict(frozen=True)

    subject: str
    text: str

    def unknown_places(self) -> tuple[str, ...]:
        """Return the places that nothing fills."""
        found = _PLACE.findall(f"{self.subject} {self.text}")
        return tuple(dict.fromkeys(name for name in found if name not in PLACEHOLDERS))

    def filled(self, values: Mapping[str, str]) -> "MailText":
        """Return the mail with its places filled; what is filled in is not looked at again."""

        def value(place: re.Match[str]) -> str:
            return values.get(place[1], place[0])

        subject = " ".join(_PLACE.sub(value, self.subject).split())
        return MailText(subject=subject, text=_PLACE.sub(value, self.text))


class Plan(BaseModel):
    """What is planned; `launched_by` is empty until the launch, which locks all but mails."""

    model_config = ConfigDict(frozen=True)

    modules: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()  # kinds that are not asked
    language: str = "en"
    sender: str = ""
    #: Where people ask, and where answers to the mails go.
    contact: str = ""
    closes: date | None = None
    zone: str = "UTC"
    #: Between these hours no mail leaves; equal ones mean that it always may.
    quiet_from: int = 19
    quiet_to: int = 7
    #: Days after the launch on which those who have not answered are reminded.
    reminders: tuple[int, ...] = (4, 8)
    #: Whether reminders go to everybody; else to who has not answered, as the mail server sees.
    reminds_everybody: bool = False
    invitation: MailText
    reminder: MailText
    #: Days after the close on which everything but the certificate is erased; None: never.
    retention_days: int | None = None
    launched_by: str = ""

    @property
    def digest(self) -> str:
        """What tells this plan from every other one: a page names it, so that none is overrun."""
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()[:16]

    def closes_at(self) -> datetime | None:
        """Return the end of the last day: the start of the next one in the zone of the wave.

        Where clocks are set back at midnight, 23:59 comes twice.
        """
        if self.closes is None:
            return None
        following = self.closes + timedelta(days=1)
        return datetime.combine(following, time.min, ZoneInfo(self.zone)).astimezone(UTC)

    def allowed_at(self, moment: datetime) -> datetime:
        """Return the first moment from this one on at which mail may leave."""
        local = moment.astimezone(ZoneInfo(self.zone))
        if not self.is_quiet(local.hour):
            return moment
        day = local.date() + timedelta(days=self.quiet_to <= local.hour)
        ends = (
            datetime.combine(day, time(self.quiet_to, fold=fold), local.tzinfo).astimezone(UTC)
            for fold in (0, 1)  # an hour that comes twice
        )
        return next(end for end in ends if end > moment)

    def is_quiet(self, hour: int) -> bool:
        """Return whether no mail leaves in an hour of the day."""
        if self.quiet_from <= self.quiet_to:
            return self.quiet_from <= hour < self.quiet_to
        return hour >= self.quiet_from or hour < self.quiet_to

    def say_close(self) -> str:
        """Return the last day in words, in the language spoken."""
        return say_date(self.closes) if self.closes else ""


def new_plan(language: str, sender: str, contact: str = "") -> Plan:
    """Return a plan with the usual texts in a language."""
    with speaking(language):
        return Plan(
            language=language,
            sender=sender,
            contact=contact,
            invitation=MailText(
                subject=_("How does {group} work? {minutes} minutes for {organisation}"),
                text=_INVITATION(),
            ),
            reminder=MailText(subject=_("Until {closes}: your view of {group}"), text=_REMINDER()),
        )


def _INVITATION() -> str:  # noqa: N802 - a text, in the language spoken
    return _(
        "Hello {name},\n\n"
        "{organisation} wants to know how its IT groups see their work, so that improvement "
        "projects fit the groups that carry them. Please answer for {group}: about {minutes} "
        "minutes, on a phone too.\n\n"
        "{link}\n\n"
        "The link is yours alone and counts once, until {closes}. Your answers are confidential "
        "while the survey is open, and anonymous once it is closed. What that means, and who "
        "sees what: {sheet}\n\n"
        "Thank you\n{sender}"
    )


def _REMINDER() -> str:  # noqa: N802 - a text, in the language spoken
    return _(
        "Hello {name},\n\n"
        "your view of {group} is still missing. It takes about {minutes} minutes and counts "
        "until {closes}.\n\n"
        "{link}\n\n"
        "This reminder went to every link that was not used yet; nobody was shown a list. "
        "How your answers are protected: {sheet}\n\n"
        "Thank you\n{sender}"
    )


def plan_of(work: UnitOfWork, wave_id: str) -> Plan | None:
    """Return the plan of a wave; None for one that was launched from a file."""
    row = work.plans.get(wave_id)
    return None if row is None else Plan.model_validate_json(row.content)


def in_zone(plan: Plan | None, moment: datetime) -> datetime:
    """Return a moment in the zone of the wave, UTC without a plan: its day is the day there."""
    return moment.astimezone(ZoneInfo(plan.zone if plan else "UTC"))


def last_day(end: datetime) -> date:
    """Return the day that ends at a moment, in the zone of that moment."""
    before = end.astimezone(UTC) - timedelta(microseconds=1)
    return before.astimezone(end.tzinfo).date()


def say_moment(moment: datetime, zone: str) -> str:
    """Return a moment as clocks show it in a time zone, e.g. "2026-05-04 11:30"."""
    return f"{moment.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M}"


def zone_of_client(work: UnitOfWork, organisation_id: str) -> str:
    """Return the time zone of the client's latest plan; UTC before the first."""
    planned = [
        (wave.opened_at if wave else datetime.max.replace(tzinfo=UTC), row)
        for assessment in work.assessments.of(organisation_id)
        for row in work.plans.of(assessment.id)
        for wave in (work.waves.get(row.id),)
    ]
    latest = max(planned, key=lambda one: (one[0], one[1].id), default=None)
    return Plan.model_validate_json(latest[1].content).zone if latest else "UTC"


#: Names that the system's list of time zones holds and that are none.
_NO_ZONES = frozenset({"Factory", "localtime"})


def is_zone(name: str) -> bool:
    """Return whether a time zone is known, e.g. Europe/Berlin."""
    return name in available_timezones() - _NO_ZONES
