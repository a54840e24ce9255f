"""What must be right before a wave is launched, and what had better be."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.language import gettext as _
from app.language import listed, ngettext
from app.questionnaires.loader import load_instrument
from app.scoring.rules import K_FLOOR, K_SAFE
from app.usecases.assessments import AssessmentView, UnitState
from app.usecases.launches import is_asked
from app.usecases.plans import Plan

#: More names than this in one line are counted instead.
_MOST_NAMES = 6


@dataclass(frozen=True)
class Check:
    """One thing to mend before the launch (blocking), or to know."""

    text: str
    where: str  # page on which it is mended
    is_blocking: bool = True


def asked_units(view: AssessmentView, plan: Plan) -> tuple[UnitState, ...]:
    """Return the groups that a wave of this plan asks."""
    return tuple(unit for unit in view.units if is_asked(unit.unit, plan.left_out))


def check_launch(
    view: AssessmentView,
    plan: Plan,
    wave_id: str,
    now: datetime,
    *,
    has_mail: bool,
    is_local: bool,
) -> tuple[Check, ...]:
    """Return everything that stands against a launch, and then what is worth knowing.

    `is_local`: links would lead to this machine only.
    """
    groups, plans = f"/assessments/{view.id}", f"/waves/{wave_id}/plan"
    found = [
        *(Check(text, groups) for text in _groups(view, plan)),
        *(Check(text, f"{groups}/heads") for text in _heads(view, plan)),
        *(Check(text, plans) for text in _plan(plan, now)),
        *(Check(text, plans) for text in _texts(plan)),
    ]
    asked = asked_units(view, plan)
    # Addresses are known to the roster only; whoever is invited at all may have one.
    if any(unit.people for unit in asked) and not has_mail:
        text = _("No mail server: set SILOSCOPE_MAIL and SILOSCOPE_MAIL_FROM, and start again.")
        found.append(Check(text, "/operations"))
    found += [Check(text, groups) for text in _addresses(asked)]
    known = (*_differences(asked), *_few_partners(asked), *_nearly_small(asked))
    found += [Check(text, groups, is_blocking=False) for text in known]
    left = [one for one in view.units if one.is_group and one not in asked]
    for one in left:
        text = _("%(name)s is not asked.", name=one.unit.name)
        found.append(Check(text, plans, is_blocking=False))
    if is_local:
        text = _("Links will lead to this machine only: set SILOSCOPE_BASE_URL.")
        found.append(Check(text, "/operations", is_blocking=False))
    return tuple(found)


def _groups(view: AssessmentView, plan: Plan) -> Iterator[str]:
    asked = asked_units(view, plan)
    if view.is_locked:
        yield _("Another wave of this assessment is open; close it first.")
    if not any(unit.invited for unit in asked):
        yield _("Nobody can be asked yet: add groups with their people.")
        return
    spoken = {q.kind for q in load_instrument(language=plan.language).questionnaires}
    mute = [unit.unit.name for unit in asked if unit.unit.kind not in spoken]
    if mute:
        yield _("No questions in this language: %(names)s.", names=_names(mute))
    empty = [unit.unit.name for unit in asked if not unit.invited]
    if empty:
        yield _("Without people: %(names)s. Add them, or remove the group.", names=_names(empty))
    small = [unit.unit.name for unit in asked if unit.is_small() and not unit.unit.route]
    if small:
        yield _(
            "Fewer than %(k)s people: %(names)s. Choose what happens to them.",
            k=K_FLOOR,
            names=_names(small),
        )
    lost = [u.unit.name for u in asked if u.unit.about_id is None and u.about == "" and _mirror(u)]
    if lost:
        yield _("Partners of no group: %(names)s.", names=_names(lost))


def _addresses(asked: Sequence[UnitState]) -> Iterator[str]:
    """Addresses that stood on the roster before they were looked at so closely."""
    for unit in asked:
        if faulty := unit.unmailable:
            yield _(
                "%(name)s: no mail server takes %(addresses)s. Correct this, or write “letter” for "
                "a code on paper.",
                name=unit.unit.name,
                addresses=_names([f"“{address[:80]}”" for address in faulty]),
            )


def _few_partners(asked: Sequence[UnitState]) -> Iterator[str]:
    """All partners of a group count together: whose are too few to be shown even so."""
    about = {unit.about for unit in asked if unit.unit.about_id}
    few = [name for name in sorted(about) if _partners(asked, name) < K_FLOOR]
    if few:
        yield _(
            "Fewer than %(k)s business partners about: %(names)s. Their view will not be shown.",
            k=K_FLOOR,
            names=_names(few),
        )


def _nearly_small(asked: Sequence[UnitState]) -> Iterator[str]:
    """Groups that a few silent people would hide."""
    near = [u.unit.name for u in asked if not u.unit.about_id and K_FLOOR <= u.invited < K_SAFE]
    if near:
        yield _(
            "Fewer than %(safe)s people: %(names)s. Where fewer than %(k)s of them answer, a group "
            "is not shown; putting it together with a neighbour makes that less likely.",
            safe=K_SAFE,
            k=K_FLOOR,
            names=_names(near),
        )


def _partners(asked: Sequence[UnitState], about: str) -> int:
    return sum(unit.invited for unit in asked if unit.unit.about_id and unit.about == about)


def _heads(view: AssessmentView, plan: Plan) -> Iterator[str]:
    asked = asked_units(view, plan)
    headless = [u.unit.name for u in asked if not u.unit.head_name and not u.unit.about_id]
    if headless:
        yield _("Without a head: %(names)s. Name who leads the group.", names=_names(headless))


def _mirror(unit: UnitState) -> bool:
    return unit.unit.kind == "business-partners"


def _plan(plan: Plan, now: datetime) -> Iterator[str]:
    closes = plan.closes_at()
    if closes is None:
        yield _("No closing date.")
    elif closes <= now:
        yield _("The closing date is in the past.")
    elif plan.allowed_at(now) >= closes:
        yield _("No mail could leave before the last day ends: it is quiet until then.")
    for days in plan.reminders if closes is not None and closes > now else ():
        if closes is not None and now + timedelta(days=days) >= closes:
            yield _("The reminder after %(days)s days would come after the last day.", days=days)
    if not plan.sender:
        yield _("Nobody signs the mails: say who asks.")


def _texts(plan: Plan) -> Iterator[str]:
    texts = [(_("Invitation"), plan.invitation)]
    if plan.reminders:
        texts.append((_("Reminder"), plan.reminder))
    for name, text in texts:
        if not text.text.strip():
            yield _("%(mail)s: the text is empty.", mail=name)
        elif "{link}" not in text.text:
            yield _("%(mail)s: the text lacks {link}, so nobody could answer.", mail=name)
        if not text.subject.strip():
            yield _("%(mail)s: the subject is empty.", mail=name)
        unknown = ", ".join(f"{{{place}}}" for place in text.unknown_places())
        if unknown:
            yield _("%(mail)s: nothing fills %(places)s.", mail=name, places=unknown)


def _differences(asked: tuple[UnitState, ...]) -> Iterator[str]:
    for unit in asked:
        expected = unit.unit.expected
        if expected is not None and expected != unit.invited:
            yield ngettext(
                "%(name)s: %(invited)s of an expected %(num)s person can answer.",
                "%(name)s: %(invited)s of an expected %(num)s people can answer.",
                expected,
                name=unit.unit.name,
                invited=unit.invited,
            )


def _names(names: list[str]) -> str:
    if len(names) <= _MOST_NAMES:
        return listed(names)
    more = _("%(count)s more", count=len(names) - _MOST_NAMES)
    return listed([*names[:_MOST_NAMES], more])
