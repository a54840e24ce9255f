"""A client on its way in a file: closed, exported, and an installation that takes it over."""

import json
import zipfile
from io import BytesIO
from typing import Any

from app.storage.store import Store
from app.usecases.members import Member, Role

OWNER = "new@example.org"


def member_of(store: Store, name: str) -> Member:
    with store.reading() as work:
        account = work.accounts.with_email(OWNER)
        (organisation,) = [one for one in work.organisations.all() if one.name == name]
    assert account is not None
    return Member(account.id, "New", OWNER, False, organisation.id, name, Role.OWNER)


def wave_of(store: Store, name: str) -> str:
    with store.reading() as work:
        (organisation,) = [one for one in work.organisations.all() if one.name == name]
        (assessment,) = work.assessments.of(organisation.id)
        (wave,) = work.waves.of(assessment.id)
    return wave.id


def content_of(archive: bytes) -> dict[str, Any]:
    with zipfile.ZipFile(BytesIO(archive)) as opened:
        found: dict[str, Any] = json.loads(opened.read("client.json"))
    return found


def packed(content: object) -> bytes:
    made = BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("client.json", json.dumps(content))
    return made.getvalue()
