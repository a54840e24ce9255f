"""The last day of a wave is the day where its people are, wherever it is told."""

import asyncio
from datetime import date, timedelta

import pytest

from app.language import say_date
from app.storage.store import Store
from app.usecases.members import Member
from app.usecases.participants import participant_sheet
from app.usecases.responses import ResponseDesk
from app.usecases.results import list_assessments
from app.web.response_pages import write_welcome
from app.web.wave_counts import when
from tests.builders import NOW
from tests.usecases.workspace import codes_of, launched


# Midnight there is the next day, or the same one, in UTC.
@pytest.mark.parametrize("zone", ["America/New_York", "Pacific/Auckland"])
def test_every_page_names_the_last_day_of_the_plan(
    store: Store, ann: Member, assessment: str, zone: str
) -> None:
    last: date = (NOW + timedelta(days=14)).date()
    wave = launched(store, ann, assessment, closes=last, zone=zone)
    assert participant_sheet(store, wave.wave_id).closes == last
    (state,) = list_assessments(store, ann.organisation_id)[0].waves
    assert when(state) == f"open until {say_date(last)}"
    desk, code = ResponseDesk(store), codes_of(store, wave.wave_id)[0]
    assert say_date(last) in write_welcome(asyncio.run(desk.open_ballot(code, NOW)), code)
