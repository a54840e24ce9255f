"""Moments are told as the clocks of the client's people show them."""

import re
from pathlib import Path

import httpx
import pytest

from app.storage.store import Store
from app.usecases.access import make_link
from app.usecases.erasure import certificates_of, erase_wave
from tests.builders import NOW
from tests.usecases.workspace import CHANCE, close, consultant, launched, set_up
from tests.web.visitor import Visitor, start_session

pytestmark = pytest.mark.anyio


async def test_the_log_the_links_and_the_certificate_tell_local_time(
    client: httpx.AsyncClient, sqlite_store: Store, tmp_path: Path
) -> None:
    member = consultant(sqlite_store)
    wave = launched(sqlite_store, member, set_up(sqlite_store, member), zone="Asia/Tokyo")
    close(sqlite_store, wave.wave_id)
    key = make_link(sqlite_store, member, wave.wave_id, "CIO", 30, NOW, CHANCE)
    await Visitor(client, f"siloscope={key}").get(f"/waves/{wave.wave_id}/results")
    token = start_session(sqlite_store, member, member.organisation_id)
    ann = Visitor(client, f"siloscope-session={token}")
    log = (await ann.get("/log")).text
    assert "When (Asia/Tokyo)" in log
    assert set(re.findall("<td>(2026[^<]*)</td>", log)) == {"2026-05-04 18:30"}
    links = (await ann.get(f"/waves/{wave.wave_id}/hand-over")).text
    assert "Opened by somebody once, on 2026-05-04 18:30 (Asia/Tokyo)." in links
    erase_wave(sqlite_store, member, wave.wave_id, wave.wave_id, tmp_path, NOW, CHANCE)
    (proof,) = certificates_of(sqlite_store, member)
    assert proof.erased_at == "2026-05-04 18:30 (Asia/Tokyo)"
    # Without a wave the client has no time zone of its own.
    assert "When (UTC)" in (await ann.get("/log")).text
