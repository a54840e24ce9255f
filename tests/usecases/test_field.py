"""What the page of an open wave says: counts in steps, and how many there may be at the end."""

from datetime import timedelta

import pytest

from app.storage.store import Store
from app.storage.turnout import Turnout
from app.usecases.field import view_wave
from app.usecases.members import Member
from tests.builders import NOW, marked
from tests.usecases.test_waves import answer
from tests.usecases.workspace import codes_of, launched


def test_an_open_wave_counts_in_steps_and_its_forecast_leaves_room_for_them(
    store: Store, ann: Member, assessment: str
) -> None:
    wave = launched(store, ann, assessment)
    codes = codes_of(store, wave.wave_id)
    store.turnout = Turnout(store.wave_keys, every=0)
    for number, code in enumerate(codes, start=1):
        before = view_wave(store, ann, wave.wave_id, NOW).wave.answered
        answer(store, [code], marked("3" * 21))
        after = view_wave(store, ann, wave.wave_id, NOW).wave.answered
        assert after - before in (0, 5)
        assert after <= number
    field = view_wave(store, ann, wave.wave_id, NOW + timedelta(hours=1))
    assert all((group.answered or 0) % 5 == 0 for group in field.wave.groups)
    assert field.forecast is not None
    assert field.forecast.low == field.wave.answered
    # Everybody answered: the upper end may not lie below that.
    assert field.forecast.high >= len(codes) - 1


#: Counts are in steps of five: in each of the four groups four more may have answered already.
ROOM = 4 * 4


@pytest.mark.parametrize(
    ("by_day", "may_come"),
    [
        # Five answered at the start and nobody since: nothing says that others will.
        ({0: 5, 3: 5, 5: 5}, 0),
        # All five within the last three days (the third day's tally is the pace's beginning):
        # 5 in 2.4 days since the end of day 3, and 2.6 days are left.
        ({0: 0, 3: 0, 5: 5}, 5),
        # Six days ago and within three: only the latter count.
        ({0: 3, 3: 4, 5: 5}, 1),
    ],
)
def test_the_pace_of_the_last_three_days_is_extended_to_the_end(
    store: Store, ann: Member, assessment: str, by_day: dict[int, int], may_come: int
) -> None:
    wave = launched(store, ann, assessment, closes=(NOW + timedelta(days=8)).date())
    codes = [i.code for i in wave.invitations if i.unit == "Data centre"]
    answer(store, codes[:5], marked("3" * 21))
    with store.writing() as work:
        for day, answered in by_day.items():
            work.tallies.note(wave.wave_id, NOW.date() + timedelta(days=day), answered)
        work.commit()
    forecast = view_wave(store, ann, wave.wave_id, NOW + timedelta(days=6)).forecast
    assert forecast is not None
    assert (forecast.low, forecast.high) == (5, 5 + ROOM + may_come)
