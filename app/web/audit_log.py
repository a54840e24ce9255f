"""The audit log of the client: who did what, the latest first."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.language import gettext as _
from app.usecases.assessments import names_of
from app.usecases.audit_log import AuditLogBroken, LogEntry, read_audit_log, verify_audit_log
from app.usecases.plans import say_moment, zone_of_client
from app.web.layout import respond
from app.web.session import ConsultantSession
from app.web.site import site_of
from app.web.workspace import WorkspacePage

router = APIRouter()


_ID = re.compile(r"\b[0-9a-f]{10}\b")


@dataclass(frozen=True, kw_only=True)
class LogPage(WorkspacePage):
    """The latest entries, and whether the log is whole."""

    template: ClassVar[str] = "audit_log/audit_log.html"
    section: ClassVar[str] = "log"
    wide: ClassVar[bool] = True

    entries: Sequence[LogEntry]
    zone: str
    verdict: str
    is_broken: bool
    #: What ids in the details stand for; those of what is erased stay as they are.
    names: Mapping[str, str]

    def at(self, entry: LogEntry) -> str:
        """Return when something was done, in the time zone of the client."""
        return say_moment(entry.at, self.zone)

    def said(self, detail: str) -> str:
        """Return a detail with names in place of ids."""
        return _ID.sub(lambda found: self.names.get(found[0], found[0]), detail)


@router.get("/log")
def show_log(request: Request, session: ConsultantSession) -> Response:
    """Show the log of the client."""
    store = site_of(request).store
    try:
        count = verify_audit_log(store)
        verdict, broken = (
            _("The log is whole. Entries of all clients: %(count)s.", count=count),
            False,
        )
    except AuditLogBroken as error:
        verdict, broken = str(error), True
    names = names_of(store, session.member)
    with store.reading() as work:
        zone = zone_of_client(work, session.member.organisation_id)
    page = LogPage(
        title=_("Log"),
        session=session,
        zone=zone,
        entries=read_audit_log(store, session.member.organisation_id),
        verdict=verdict,
        is_broken=broken,
        names=names,
    )
    return respond(page)
