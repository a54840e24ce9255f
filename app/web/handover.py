"""What happens to a closed wave: links for readers, its archive, its erasure."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.language import gettext as _
from app.usecases.access import BadTerm, LinkState, links_of, make_link, revoke_link
from app.usecases.archives import export_wave
from app.usecases.erasure import (
    ErasureProof,
    NotErased,
    certificate_of,
    certificates_of,
    erase_wave,
    set_retention,
)
from app.usecases.field import FieldState, view_wave
from app.usecases.handover import NotHandedOver, export_client
from app.usecases.members import BadName
from app.usecases.plans import say_moment
from app.usecases.sign_in import Session
from app.web.ids import CertificateId, LinkId, WaveId
from app.web.layout import respond
from app.web.session import ConsultantSession, MemberForm, OwnerSession
from app.web.site import site_of
from app.web.survey_form import whole_number
from app.web.workspace import WorkspacePage, go_to, said

router = APIRouter()


@dataclass(frozen=True, kw_only=True)
class HandOverPage(WorkspacePage):
    """Links to the results, with when each was used; export and erasure."""

    template: ClassVar[str] = "handover/handover.html"

    field: FieldState
    links: tuple[LinkState, ...]
    now: float
    new_link: str = ""
    typed: tuple[str, str] = ("", "90")

    @property
    def zone(self) -> str:
        """The time zone of the wave."""
        return self.field.plan.zone if self.field.plan else "UTC"

    def local(self, moment: datetime) -> str:
        """Return a moment in the time zone of the wave."""
        return say_moment(moment, self.zone)


@dataclass(frozen=True, kw_only=True)
class CertificatePage(WorkspacePage):
    """What was erased, when, and by whom."""

    template: ClassVar[str] = "handover/certificate.html"
    section: ClassVar[str] = "log"

    proof: ErasureProof


@dataclass(frozen=True, kw_only=True)
class CertificatesPage(WorkspacePage):
    """All certificates of the client, and its export."""

    template: ClassVar[str] = "handover/certificates.html"
    section: ClassVar[str] = "log"

    proofs: tuple[ErasureProof, ...]


@router.get("/waves/{wave_id}/hand-over")
def show_hand_over(request: Request, wave_id: WaveId, session: ConsultantSession) -> Response:
    """Show the links of a wave, and what else can be done with it."""
    return respond(_page(request, session, wave_id))


def _page(
    request: Request,
    session: Session,
    wave_id: str,
    problem: str = "",
    new_link: str = "",
    typed: tuple[str, str] = ("", "90"),
) -> HandOverPage:
    site = site_of(request)
    return HandOverPage(
        title=_("Hand over"),
        session=session,
        field=view_wave(site.store, session.member, wave_id, site.now()),
        links=tuple(links_of(site.store, session.member, wave_id)),
        now=site.now().timestamp(),
        problem=problem,
        note=said(request),
        new_link=new_link,
        typed=typed,
    )


@router.post("/waves/{wave_id}/links")
def add_link(
    request: Request, wave_id: WaveId, session: ConsultantSession, fields: MemberForm
) -> Response:
    """Make a link to the results, and show it once."""
    site, label, term = site_of(request), fields.get("label", ""), fields.get("days", "")
    days = whole_number(term) or 0
    try:
        key = make_link(site.store, session.member, wave_id, label, days, site.now(), site.chance)
    except (BadName, BadTerm) as error:
        typed = (label[:200], term[:10])
        return respond(_page(request, session, wave_id, str(error), typed=typed), 422)
    link = f"{site.public_url}/enter#{key}"
    return respond(_page(request, session, wave_id, new_link=link))


@router.post("/waves/{wave_id}/links/{link_id}/revoke")
def end_link(
    request: Request,
    wave_id: WaveId,
    link_id: LinkId,
    session: ConsultantSession,
    _fields: MemberForm,
) -> Response:
    """End a link at once."""
    site = site_of(request)
    revoke_link(site.store, session.member, wave_id, link_id, site.now())
    return go_to(f"/waves/{wave_id}/hand-over")


@router.post("/waves/{wave_id}/archive.zip")
def download_archive(
    request: Request, wave_id: WaveId, session: ConsultantSession, _fields: MemberForm
) -> Response:
    """Return a closed wave as one archive."""
    site = site_of(request)
    content = export_wave(site.store, session.member, wave_id, site.now())
    return _zip(content, f"siloscope-{wave_id}.zip")


@router.post("/waves/{wave_id}/retention")
def take_retention(
    request: Request, wave_id: WaveId, session: ConsultantSession, fields: MemberForm
) -> Response:
    """Set the days after the close on which the wave is erased."""
    site, text = site_of(request), fields.get("days", "").strip()
    days = (whole_number(text) or 0) if text else None
    try:
        set_retention(site.store, session.member, wave_id, days, site.now())
    except NotErased as error:
        return respond(_page(request, session, wave_id, str(error)), 422)
    return go_to(f"/waves/{wave_id}/hand-over", "day")


@router.post("/waves/{wave_id}/erase")
def erase(
    request: Request, wave_id: WaveId, session: ConsultantSession, fields: MemberForm
) -> Response:
    """Erase the wave for ever, once its id is typed."""
    site = site_of(request)
    try:
        made = erase_wave(
            site.store,
            session.member,
            wave_id,
            fields.get("typed", ""),
            site.reports,
            site.now(),
            site.chance,
        )
    except NotErased as error:
        return respond(_page(request, session, wave_id, str(error)), 422)
    return go_to(f"/certificates/{made}")


@router.get("/certificates")
def show_certificates(request: Request, session: ConsultantSession) -> Response:
    """Show what was erased of the client."""
    return respond(_certificates(request, session))


def _certificates(request: Request, session: Session, problem: str = "") -> CertificatesPage:
    proofs = tuple(certificates_of(site_of(request).store, session.member))
    return CertificatesPage(
        title=_("Erased waves"), session=session, proofs=proofs, problem=problem
    )


@router.get("/certificates/{certificate_id}")
def show_certificate(
    request: Request, certificate_id: CertificateId, session: ConsultantSession
) -> Response:
    """Show a certificate."""
    proof = certificate_of(site_of(request).store, session.member, certificate_id)
    return respond(CertificatePage(title=_("Certificate"), session=session, proof=proof))


@router.post("/client.zip")
def download_client(request: Request, session: OwnerSession, _fields: MemberForm) -> Response:
    """Return everything of the client, for another installation."""
    site = site_of(request)
    try:
        content = export_client(site.store, session.member, site.now())
    except NotHandedOver as error:
        return respond(_certificates(request, session, str(error)), 422)
    return _zip(content, f"siloscope-client-{session.member.organisation_id}.zip")


def _zip(content: bytes, name: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type="application/zip", headers=headers)
