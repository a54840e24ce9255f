"""Days and quiet hours of every time zone, on the days on which its clocks are set."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.usecases.plans import Plan, is_zone, last_day, new_plan

ZONES = sorted(zone for zone in available_timezones() if is_zone(zone))
#: Where clocks are set back at midnight, so that the last hour of a day comes twice.
TWICE = {
    "Africa/Cairo": date(2026, 10, 29),
    "Asia/Beirut": date(2026, 10, 24),
    "America/Santiago": date(2026, 4, 4),
}
MOMENT = timedelta(microseconds=1)


def plan(zone: str, **changes: object) -> Plan:
    return new_plan("en", "Ann").model_copy(update={"zone": zone, **changes})


@pytest.mark.parametrize(("zone", "day"), TWICE.items())
def test_a_last_day_has_all_its_hours_where_clocks_are_set_back(zone: str, day: date) -> None:
    end = plan(zone, closes=day).closes_at()
    assert end is not None
    start = datetime.combine(day, time.min, ZoneInfo(zone))
    assert end - start.astimezone(UTC) == timedelta(hours=25)


@given(st.sampled_from(ZONES), st.dates(date(2024, 1, 1), date(2030, 12, 31)))
def test_a_wave_ends_where_its_last_day_does(zone: str, day: date) -> None:
    end = plan(zone, closes=day).closes_at()
    assert end is not None
    assert (end - MOMENT).astimezone(ZoneInfo(zone)).date() == day
    assert end.astimezone(ZoneInfo(zone)).date() == day + timedelta(days=1)
    assert last_day(end.astimezone(ZoneInfo(zone))) == day


def moments_of_change() -> list[tuple[str, datetime]]:
    """Every zone, at the hours in which its clocks are set in 2026, and at one of no change."""
    found = []
    for zone in ZONES:
        hours = [datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=n) for n in range(8760)]
        shifts = [hour.astimezone(ZoneInfo(zone)).utcoffset() for hour in hours[::24]]
        for day, (one, other) in enumerate(pairwise(shifts)):
            if one != other:
                found += [(zone, hours[day * 24])]
        found.append((zone, hours[0]))
    return found


CHANGES = moments_of_change()


@given(
    st.sampled_from(CHANGES),
    st.integers(-30, 60),
    st.integers(0, 59),
    st.integers(0, 23),
    st.integers(0, 23),
)
def test_mail_leaves_at_the_first_moment_that_is_not_quiet(
    change: tuple[str, datetime], hours: int, minutes: int, quiet_from: int, quiet_to: int
) -> None:
    zone, moment = change
    now = moment + timedelta(hours=hours, minutes=minutes)
    known = plan(zone, quiet_from=quiet_from, quiet_to=quiet_to)
    allowed = known.allowed_at(now)
    assert now <= allowed < now + timedelta(hours=27)
    steps = int((allowed - now) / timedelta(minutes=5))
    for before in [now + timedelta(minutes=5 * n) for n in range(steps)]:
        assert known.is_quiet(before.astimezone(ZoneInfo(zone)).hour)
    assert not known.is_quiet(allowed.astimezone(ZoneInfo(zone)).hour)


def test_what_is_no_place_is_no_time_zone() -> None:
    assert not is_zone("Factory")
    assert not is_zone("localtime")
    assert is_zone("Africa/Cairo")
    assert is_zone("UTC")
