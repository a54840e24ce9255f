"""The form of a plan: what was typed, read with every fault named."""

from collections.abc import Mapping
from datetime import date

from app.language import gettext as _
from app.questionnaires.loader import load_instrument
from app.usecases.plans import (
    LONGEST_SUBJECT,
    LONGEST_TEXT,
    MOST_REMINDERS,
    MailText,
    Plan,
    is_zone,
)

LONGEST_WAIT = 60
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
                "sender": " ".join(fields.get("sender", "").split())[:120],
                "closes": _date(fields.get("closes", ""), known.closes, problems),
                "zone": _zone(fields.get("zone", ""), known.zone, problems),
                "quiet_from": _hour(fields.get("quiet_from", ""), known.quiet_from, problems),
                "quiet_to": _hour(fields.get("quiet_to", ""), known.quiet_to, problems),
                "reminders": _reminders(fields.get("reminders", ""), known.reminders, problems),
                "invitation": _text(fields, "invitation", known.invitation, problems),
                "reminder": _text(fields, "reminder", known.reminder, problems),
                "retention_days": _days(
                    fields.get("retention", ""), known.retention_days, problems
                ),
            }
        ),
        problems,
    )


def _date(text: str, known: date | None, problems: list[str]) -> date | None:
    try:
        return date.fromisoformat(text.strip()) if text.strip() else None
    except ValueError:
        problems.append(_("Last day: “%(text)s” is no date; write 2026-12-31.", text=text[:40]))
        return known


def _zone(text: str, known: str, problems: list[str]) -> str:
    if is_zone(text.strip()):
        return text.strip()
    problems.append(
        _("Time zone: “%(text)s” is none; write one such as Europe/Berlin.", text=text[:40])
    )
    return known


def _hour(text: str, known: int, problems: list[str]) -> int:
    plain = text.strip()
    if plain.isascii() and plain.isdigit() and int(plain[:3]) <= 23:
        return int(plain)
    problems.append(_("Quiet hours: write whole hours from 0 to 23."))
    return known


def _reminders(text: str, known: tuple[int, ...], problems: list[str]) -> tuple[int, ...]:
    words = text.replace(",", " ").split()
    right = all(w.isascii() and w.isdigit() and 1 <= int(w[:4]) <= LONGEST_WAIT for w in words)
    if not right or len(words) > MOST_REMINDERS:
        problems.append(
            _(
                "Reminders: write up to %(most)s numbers of days after the launch, from 1 to "
                "%(longest)s, such as 4, 8.",
                most=MOST_REMINDERS,
                longest=LONGEST_WAIT,
            )
        )
        return known
    return tuple(sorted({int(word) for word in words}))


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
    plain = text.strip()
    if not plain:
        return None
    if plain.isascii() and plain.isdigit() and 1 <= int(plain[:5]) <= LONGEST_RETENTION:
        return int(plain[:5])
    problems.append(
        _("Erasure: write a number of days from 1 to %(longest)s.", longest=LONGEST_RETENTION)
    )
    return known
