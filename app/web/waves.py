"""A launched wave: how many answered, what was mailed; reminding, extending, closing."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.language import gettext as _
from app.language import ngettext
from app.usecases.accounts import BadAddress
from app.usecases.bounces import Bounces, BouncesTooLong, NoBounces, named, note_bounces
from app.usecases.field import FieldState, view_wave
from app.usecases.fieldwork import (
    BadExtension,
    RemindedJustNow,
    RemindersUsed,
    RemindingNow,
    UnknownAddress,
    WaveOver,
    correct_address,
    extend_wave,
    remind_now,
    request_close,
    retry_mails,
)
from app.usecases.launches import ClosingDateInPast
from app.usecases.letters import NoLetters, print_codes, print_letters
from app.usecases.operations import doubt_in_words
from app.usecases.plans import say_moment
from app.usecases.sign_in import Session
from app.web.forms import PASTED_FORM
from app.web.ids import WaveId
from app.web.layout import respond
from app.web.session import ConsultantSession, MemberForm
from app.web.site import site_of
from app.web.wave_counts import GroupLine, lines_of, response_of, when
from app.web.workspace import WorkspacePage, go_to, said

router = APIRouter(prefix="/waves/{wave_id}")


@dataclass(frozen=True, kw_only=True)
class WavePage(WorkspacePage):
    """The field phase of a wave. Who is missing is never shown."""

    template: ClassVar[str] = "waves/wave.html"
    scripts: ClassVar[tuple[str, ...]] = ("look_again.js",)
    wide: ClassVar[bool] = True

    field: FieldState
    state: str
    response: str
    groups: tuple[GroupLine, ...]
    has_mail: bool
    typed: tuple[str, str] = ("", "")
    #: Mails that came back, of which not all are settled.
    pasted: str = ""
    #: That the clock is doubted, and what of the wave waits for it.
    doubt: str = ""

    def local(self, moment: datetime) -> str:
        """Return a moment in the time zone of the wave."""
        zone = self.field.plan.zone if self.field.plan else "UTC"
        return f"{say_moment(moment, zone)} ({zone})"

    @property
    def is_busy(self) -> bool:
        """Return whether something goes on that is worth looking at again soon."""
        return self.field.is_closing or any(one.waiting or one.is_due for one in self.field.rounds)


@router.get("")
def show_wave(request: Request, wave_id: WaveId, session: ConsultantSession) -> Response:
    """Show how a wave goes."""
    return respond(_page(request, session, wave_id))


def _page(
    request: Request,
    session: Session,
    wave_id: str,
    problem: str = "",
    typed: tuple[str, str] = ("", ""),
    pasted: str = "",
    note: str = "",
) -> WavePage:
    site = site_of(request)
    found = view_wave(site.store, session.member, wave_id, site.now())
    return WavePage(
        title=_("Wave %(number)s", number=found.wave.number),
        session=session,
        field=found,
        state=when(found.wave),
        response=response_of(found.wave),
        groups=lines_of(found.wave),
        has_mail=site.has_mail,
        problem=problem,
        note=note or said(request),
        typed=typed,
        pasted=pasted,
        doubt=doubt_in_words(site.office),
    )


@router.post("/extend")
def extend(
    request: Request, wave_id: WaveId, session: ConsultantSession, fields: MemberForm
) -> Response:
    """Give the wave another last day."""
    site, typed = site_of(request), fields.get("closes", "")
    try:
        extend_wave(site.store, session.member, wave_id, date.fromisoformat(typed), site.now())
    except ValueError:
        problem = _("Last day: “%(text)s” is no date; write 2026-12-31.", text=typed[:40])
        return respond(_page(request, session, wave_id, problem), 422)
    except (WaveOver, BadExtension, ClosingDateInPast) as error:
        return respond(_page(request, session, wave_id, str(error)), 422)
    return go_to(f"/waves/{wave_id}", "extended")


@router.post("/close")
def close(
    request: Request, wave_id: WaveId, session: ConsultantSession, fields: MemberForm
) -> Response:
    """Close the wave for ever; its page shows when it is done."""
    site = site_of(request)
    if not fields.get("sure"):
        problem = _("Tick “Yes, close it for ever” first: it cannot be undone.")
        return respond(_page(request, session, wave_id, problem), 422)
    few = bool(fields.get("few"))
    request_close(site.store, session.member, wave_id, site.now(), few=few)
    return go_to(f"/waves/{wave_id}", "closing")


@router.post("/remind")
def remind(
    request: Request, wave_id: WaveId, session: ConsultantSession, _fields: MemberForm
) -> Response:
    """Send the next reminder now."""
    site = site_of(request)
    try:
        remind_now(site.store, session.member, wave_id, site.now())
    except (WaveOver, RemindersUsed, RemindedJustNow, RemindingNow) as error:
        return respond(_page(request, session, wave_id, str(error)), 422)
    return go_to(f"/waves/{wave_id}", "reminding")


@router.post("/retry")
def retry(
    request: Request, wave_id: WaveId, session: ConsultantSession, _fields: MemberForm
) -> Response:
    """Send again what was refused."""
    site = site_of(request)
    try:
        retry_mails(site.store, session.member, wave_id, site.now())
    except WaveOver as error:
        return respond(_page(request, session, wave_id, str(error)), 422)
    return go_to(f"/waves/{wave_id}", "again")


@router.post("/address")
def take_address(
    request: Request, wave_id: WaveId, session: ConsultantSession, fields: MemberForm
) -> Response:
    """Put another address in place of one to which mail did not get."""
    site, old, new = site_of(request), fields.get("old", "")[:254], fields.get("new", "")[:254]
    try:
        correct_address(site.store, session.member, wave_id, old, new, site.now())
    except (WaveOver, BadAddress, UnknownAddress) as error:
        return respond(_page(request, session, wave_id, str(error), typed=(old, new)), 422)
    return go_to(f"/waves/{wave_id}", "corrected")


@router.post("/bounces", max_body_size=PASTED_FORM)
def take_bounces(
    request: Request, wave_id: WaveId, session: ConsultantSession, fields: MemberForm
) -> Response:
    """List the people whose mails came back, and say who that is; again, it changes nothing.

    Addresses stand in no link, so this page is no other one's.
    """
    site, text = site_of(request), fields.get("text", "")
    mail_from = site.office.mail_from
    try:
        found = note_bounces(site.store, session.member, wave_id, text, site.now(), mail_from)
    except (WaveOver, NoBounces, BouncesTooLong) as error:
        return respond(_page(request, session, wave_id, str(error), pasted=text), 422)
    left = text if found.strangers else ""
    note, problem = _listed(found), _strangers(found)
    return respond(_page(request, session, wave_id, problem, pasted=left, note=note))


def _listed(found: Bounces) -> str:
    return ngettext(
        "One person of this wave stands in that text, and is listed under “Not delivered”: "
        "%(addresses)s.",
        "%(num)s people of this wave stand in that text, and are listed under “Not delivered”: "
        "%(addresses)s.",
        len(found.found),
        addresses=named(found.found),
    )


def _strangers(found: Bounces) -> str:
    if not found.strangers:
        return ""
    return ngettext(
        "One address in that text belongs to nobody of this wave: %(addresses)s. If a mail to it "
        "came back, look for its other spelling on the roster.",
        "%(num)s addresses in that text belong to nobody of this wave: %(addresses)s. If mails "
        "to them came back, look for their other spelling on the roster.",
        len(found.strangers),
        addresses=named(found.strangers),
    )


@router.post("/letters.pdf")
def download_letters(
    request: Request, wave_id: WaveId, session: ConsultantSession, _fields: MemberForm
) -> Response:
    """Return a letter for everybody without an address."""
    return _pdf(request, wave_id, session, print_letters, "letters")


@router.post("/codes.pdf")
def download_codes(
    request: Request, wave_id: WaveId, session: ConsultantSession, _fields: MemberForm
) -> Response:
    """Return a notice for every unit that shares a code."""
    return _pdf(request, wave_id, session, print_codes, "codes")


def _pdf(request: Request, wave_id: str, session: Session, make, name: str) -> Response:  # type: ignore[no-untyped-def]
    site = site_of(request)
    try:
        content = make(
            site.store, session.member, wave_id, site.public_url, site.reports, site.now()
        )
    except (NoLetters, WaveOver) as error:
        return respond(_page(request, session, wave_id, str(error)), 422)
    headers = {"Content-Disposition": f'attachment; filename="{name}-{wave_id}.pdf"'}
    return Response(content, media_type="application/pdf", headers=headers)
