"""The form of a plan: what was typed, read with every fault named."""

from collections.abc import Mapping
from datetime import date

from app.language import gettext as _
from app.questionnaires.loader import languages, load_instrument
from app.usecases.addresses import email_fault
from app.usecases.plans import (
    LONGEST_SUBJECT,
    LONGEST_TEXT,
    MOST_REMINDERS,
    MailText,
    Plan,
    is_zone,
)

LONGEST_WAIT = 60
#: No date in any time zone runs out of what a database can hold.
LAST_YEAR = 2199
LONGEST_RETENTION = 3660


def read_plan(known: Plan, fields: Mapping[str, str], kinds: set[str]) -> tuple[Plan, list[str]]:
    """Return the plan with what was typed, and what of it cannot be used (which stays as it was).

    `kinds` are those of the assessment's groups: of them, those not ticked are left out.
    """
    problems: list[str] = []
    modules = tuple(m.id for m in load_instrument().modules if fields.get(f"module-{m.id}"))
    left_out = tuple(sorted(kind for kind in kinds if not fields.get(f"kind-{kind}")))
    if kinds and len(left_out) == len(kinds):
        problems.append(_("Kinds: tick at least one."))
        left_out = known.left_out
    return (
        known.model_copy(
            update={
                "modules": modules,
                "left_out": left_out,
                "language": _language(fields.get("language", ""), known.language),
                "sender": " ".join(fields.get("sender", "").split())[:120],
                "contact": _contact(fields.get("contact", ""), known.contact, problems),
                "closes": _date(fields.get("closes", ""), known.closes, problems),
                "zone": _zone(fields.get("zone", ""), known.zone, problems),
                "quiet_from": _hour(fields.get("quiet_from", ""), known.quiet_from, problems),
                "quiet_to": _hour(fields.get("quiet_to", ""), known.quiet_to, problems),
                "reminders": _reminders(fields.get("reminders", ""), known.reminders, problems),
                "reminds_everybody": fields.get("reminded") == "everybody",
                "invitation": _text(fields, "invitation", known.invitation, problems),
                "reminder": _text(fields, "reminder", known.reminder, problems),
                "retention_days": _days(
                    fields.get("retention", ""), known.retention_days, problems
                ),
            }
        ),
        problems,
    )


def _language(text: str, known: str) -> str:
    return text if text in languages() else known


def _contact(text: str, known: str, problems: list[str]) -> str:
    contact = text.strip()
    fault = email_fault(contact) if contact else ""
    if not fault:
        return contact
    problems.append(_("Questions go to: “%(text)s” %(fault)s", text=contact[:80], fault=fault))
    return known


def _date(text: str, known: date | None, problems: list[str]) -> date | None:
    try:
        found = date.fromisoformat(text.strip()) if text.strip() else None
    except ValueError:
        problems.append(_("Last day: “%(text)s” is no date; write 2026-12-31.", text=text[:40]))
        return known
    if found is not None and found.year > LAST_YEAR:
        problems.append(_("Last day: choose one before the year %(year)s.", year=LAST_YEAR))
        return known
    return found


def _number(text: str, least: int, most: int) -> int | None:
    """Return a whole number between two bounds, or None."""
    plain = text.strip()
    if not (plain.isascii() and plain.isdigit() and len(plain) <= 5):
        return None
    return int(plain) if least <= int(plain) <= most else None


def _zone(text: str, known: str, problems: list[str]) -> str:
    if is_zone(text.strip()):
        return text.strip()
    problems.append(
        _("Time zone: “%(text)s” is none; write one such as Europe/Berlin.", text=text[:40])
    )
    return known


def _hour(text: str, known: int, problems: list[str]) -> int:
    found = _number(text, 0, 23)
    if found is None:
        said = _("Quiet hours: write whole hours from 0 to 23; twice the same means none.")
        problems += [said] if said not in problems else []
        return known
    return found


def _reminders(text: str, known: tuple[int, ...], problems: list[str]) -> tuple[int, ...]:
    words = text[:100].replace(",", " ").split()
    days = [found for word in words if (found := _number(word, 1, LONGEST_WAIT)) is not None]
    if len(days) < len(words) or len(days) > MOST_REMINDERS:
        problems.append(
            _(
                "Reminders: write up to %(most)s numbers of days after the launch, from 1 to "
                "%(longest)s, such as 4, 8.",
                most=MOST_REMINDERS,
                longest=LONGEST_WAIT,
            )
        )
        return known
    return tuple(sorted(set(days)))


def _text(fields: Mapping[str, str], name: str, known: MailText, problems: list[str]) -> MailText:
    subject = " ".join(fields.get(f"{name}-subject", "").split())
    text = fields.get(f"{name}-text", "").replace("\r\n", "\n").strip()
    if len(subject) > LONGEST_SUBJECT or len(text) > LONGEST_TEXT:
        problems.append(
            _(
                "Mails: a subject has at most %(subject)s characters, a text %(text)s.",
                subject=LONGEST_SUBJECT,
                text=LONGEST_TEXT,
            )
        )
        return known
    printable = "".join(c for c in text if c.isprintable() or c == "\n")
    return MailText(subject="".join(filter(str.isprintable, subject)), text=printable)


def _days(text: str, known: int | None, problems: list[str]) -> int | None:
    if not text.strip():
        return None
    found = _number(text, 1, LONGEST_RETENTION)
    if found is None:
        problems.append(
            _("Erasure: write a number of days from 1 to %(longest)s.", longest=LONGEST_RETENTION)
        )
        return known
    return found
