"""What the page of an open wave says: counts in steps, and how many there may be at the end."""

from datetime import timedelta

from app.storage.store import Store
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
