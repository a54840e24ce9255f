"""Mails to those who work with an account: the link to join a client, or to a new password."""

import json
from datetime import UTC, datetime
from typing import Any

from app.language import gettext as _
from app.mailing.mail import Mail
from app.storage.store import Store
from app.storage.unit_of_work import UnitOfWork
from app.storage.workspace_tables import Job
from app.usecases.ballots import TOKEN_BYTES, write_code
from app.usecases.jobs import MAIL, Office

ACCOUNT_MAIL = "account-mail"
JOIN, NEW_PASSWORD = "join", "reset"


def link_token(store: Store, account_id: str, ends: datetime) -> bytes:
    """Return the token of an account's link that ends at a moment (whole seconds)."""
    purpose = f"account link {account_id} {int(ends.timestamp())}"
    return store.installation_key.derive(purpose)[:TOKEN_BYTES]


def mail_link(
    work: UnitOfWork,
    account_id: str,
    kind: str,
    ends: datetime,
    now: datetime,
    **about: str,
) -> None:
    """Have a link mailed; of one to join, `about` says the organisation, who invites, and as what.

    The job holds no token: it is made again when the mail is.
    """
    args = {"account": account_id, "kind": kind, "ends": int(ends.timestamp())}
    work.jobs.add(
        Job(
            key=f"account:{account_id}:{kind}:{int(ends.timestamp())}",
            queue=MAIL,
            name=ACCOUNT_MAIL,
            args=json.dumps(args | about),
            run_at=now,
        )
    )


def account_mail(office: Office, args: dict[str, Any]) -> tuple[str, Mail] | None:
    """Return the sender's name and the mail of a job; None if its link has ended."""
    ends = datetime.fromtimestamp(args["ends"], UTC)
    with office.store.reading() as work:
        account = work.accounts.get(args["account"])
    if account is None or ends <= office.now():
        return None
    code = write_code(link_token(office.store, account.id, ends))
    link = f"{office.public_url}/join#{code}"
    if args["kind"] == NEW_PASSWORD:
        subject, button = _("A new password for Siloscope"), _("Set a new password")
        text = _(
            "Somebody, probably you, asked for a new password. The link works once, within an "
            "hour. If it was not you, there is nothing to do.\n\n%(link)s",
            link=link,
        )
    else:
        subject, text = _to_join(args, link)
        button = _("Choose a password")
    return "Siloscope", Mail(account.name, account.email, subject, text, link, button)


def _to_join(args: dict[str, Any], link: str) -> tuple[str, str]:
    # A name is no place for an address that a mail program would make a link of.
    organisation, by = args["organisation"], args.get("by", "").replace("://", " ") or "Siloscope"
    values = {"by": by, "organisation": organisation}
    if args.get("role") == "viewer":
        subject = _("The survey results of %(organisation)s", organisation=organisation)
        purpose = _("%(by)s invites you to read the survey results of %(organisation)s.", **values)
    else:
        subject = _("Your access to %(organisation)s in Siloscope", organisation=organisation)
        purpose = _("%(by)s invites you to work on the survey of %(organisation)s.", **values)
    how = _("Choose a password with this link; it works once, within seven days.")
    return subject, f"{purpose} {how}\n\n{link}"
