"""Open time in every zone of the world, against a walk minute by minute, where the clocks change and where not."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from escalation.calendar import Calendar, due, elapsed, is_open, next_opening
from escalation.offsets import read, written
from escalation.zones import zone_named
from tests.moments import utc

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
ZONES = sorted(zone for zone in available_timezones() if zone not in {"localtime", "posixrules", "Factory"})
SINCE, UNTIL = 1973, 2037  # since 1973 every zone keeps whole minutes
DAYS = {"daily": range(7), "mon-fri": range(5), "sat-mon": (5, 6, 0), "sun": (6,)}
RESTLESS = ("Europe/Warsaw", "America/Chicago", "Australia/Lord_Howe", "Africa/Casablanca", "Asia/Kathmandu")


@cache
def changes(zone: str) -> tuple[datetime, ...]:
    """The days of these years, as midnights of UTC, in which the zone's offset changes."""
    where = zone_named(zone)
    weeks = [utc(f"{SINCE}-01-01") + n * 7 * DAY for n in range(52 * (UNTIL - SINCE))]
    offsets = [at.astimezone(where).utcoffset() for at in weeks]
    restless = [at for at, before, after in zip(weeks, offsets, offsets[1:], strict=False) if before != after]
    days = [at + n * DAY for at in restless for n in range(7)]
    return tuple(at for at in days if at.astimezone(where).utcoffset() != (at + DAY).astimezone(where).utcoffset())


@st.composite
def moments(draw: st.DrawFn) -> tuple[str, datetime]:
    """A zone, and a day around which its clocks change, or any day where they never do."""
    zone = draw(st.sampled_from(ZONES))
    day = draw(st.sampled_from(changes(zone) or (utc("2026-06-01"),)))
    return zone, day


@st.composite
def calendars(draw: st.DrawFn) -> tuple[Calendar, datetime]:
    """Split days, night shifts, half days and holidays around a change of the clocks."""
    zone, around = draw(moments())
    quarters = draw(st.lists(st.integers(0, 95), min_size=2, max_size=6, unique=True).map(sorted))
    if draw(st.booleans()):
        quarters = [*quarters[1:], quarters[0]]  # the last span of a day runs over midnight
    spans = [f"{_clock(a)}-{_clock(b)}" for a, b in zip(quarters[::2], quarters[1::2], strict=False)]
    near = st.integers(-3, 3).map(lambda day: (around + timedelta(days=day)).date())
    return Calendar(
        zone=zone,
        hours={draw(st.sampled_from(sorted(DAYS))): spans},
        holidays=draw(st.sets(near, max_size=2)),
        special_days=draw(st.dictionaries(near, st.sampled_from([(), ("08:00-12:00",), ("21:00-02:30",)]), max_size=2)),
    ), around


def _clock(quarter: int) -> str:
    return f"{quarter // 4:02}:{quarter % 4 * 15:02}"


def _spans_of(calendar: Calendar, day: date) -> Iterable[str]:
    if day in calendar.special_days:
        return calendar.special_days[day]
    if day in calendar.holidays:
        return ()
    return [span for days, spans in calendar.hours.items() if day.weekday() in DAYS[days] for span in spans]


def _wall_says_open(calendar: Calendar, at: datetime) -> bool:
    """The plain reading: is there a span of today that the clock on the wall is in, or one of last night?"""
    wall = at.astimezone(zone_named(calendar.zone))
    reads = f"{wall:%H:%M}"
    today, last_night = _spans_of(calendar, wall.date()), _spans_of(calendar, wall.date() - DAY)
    return any(span[:5] <= reads < span[6:] if span[:5] < span[6:] else span[:5] <= reads for span in today) or any(
        span[6:] < span[:5] and reads < span[6:] for span in last_night
    )


@settings(deadline=None, max_examples=150)
@given(calendars(), st.integers(-3000, 3000), st.integers(0, 3000))
def test_b3_open_time_is_what_a_walk_minute_by_minute_counts(
    drawn: tuple[Calendar, datetime], start_minute: int, minutes: int
) -> None:
    calendar, around = drawn
    start = around + start_minute * MINUTE
    walked = sum(_wall_says_open(calendar, start + minute * MINUTE) for minute in range(minutes))
    assert elapsed(calendar, start, start + minutes * MINUTE) == walked * MINUTE
    assert is_open(calendar, start) == _wall_says_open(calendar, start)


@settings(deadline=None, max_examples=100)
@given(calendars(), st.integers(-3000, 3000), st.integers(1, 600))
def test_b3_a_promise_falls_due_where_a_walk_minute_by_minute_arrives(
    drawn: tuple[Calendar, datetime], start_minute: int, worked: int
) -> None:
    calendar, around = drawn
    at = start = around + start_minute * MINUTE
    left = worked
    while left and at < start + 12 * DAY:
        left -= _wall_says_open(calendar, at)
        at += MINUTE
    if not left:
        assert due(calendar, start, worked * MINUTE) == at


@pytest.mark.parametrize(
    ("zone", "day", "hours_of_the_day"),
    [
        ("Europe/Brussels", "2026-03-29", 23),
        ("Europe/Brussels", "2026-10-25", 25),
        ("America/New_York", "2026-03-08", 23),
        ("America/New_York", "2026-11-01", 25),
        ("Australia/Lord_Howe", "2026-10-04", 23.5),
        ("Australia/Lord_Howe", "2026-04-05", 24.5),
        ("Antarctica/Troll", "2026-03-29", 22),
        ("Antarctica/Troll", "2026-10-25", 26),
        ("Asia/Beirut", "2022-03-27", 23),  # at midnight: the day begins at one
        ("America/Caracas", "2016-05-01", 23.5),
        ("Asia/Pyongyang", "2018-05-05", 24),  # 23:30 became midnight: the hour was lost to the day before
        ("Asia/Pyongyang", "2018-05-04", 23.5),
        ("Asia/Kathmandu", "1986-01-01", 23.75),
        ("Pacific/Apia", "2011-12-30", 0),  # a Friday that never was
        ("Africa/Casablanca", "2026-02-15", 25),  # Ramadan begins
    ],
)
def test_b3_a_day_around_the_clock_is_as_long_as_the_wall_says(zone: str, day: str, hours_of_the_day: float) -> None:
    that_day = Calendar(zone=zone, hours={}, special_days={date.fromisoformat(day): ("00:00-24:00",)})
    around = utc(day)
    assert elapsed(that_day, around - 3 * DAY, around + 3 * DAY) == timedelta(hours=hours_of_the_day)
    walked = sum(_wall_says_open(that_day, around + minute * MINUTE) for minute in range(-3000, 3000))
    assert walked == hours_of_the_day * 60


def test_the_zones_drawn_change_their_clocks_both_ways_and_by_halves() -> None:
    """Or the walk above could agree because nothing happens."""
    assert len(ZONES) > 400
    assert sum(bool(changes(zone)) for zone in ZONES[::7]) > len(ZONES[::7]) / 2
    assert all(len(changes(zone)) > 50 for zone in ("Europe/Brussels", "America/New_York", "Australia/Lord_Howe"))


@settings(deadline=None, max_examples=100)
@given(calendars(), st.timedeltas(-9 * DAY, 9 * DAY), st.timedeltas(MINUTE, 40 * DAY))
def test_work_is_due_at_the_first_moment_it_has_been_done(
    drawn: tuple[Calendar, datetime], offset: timedelta, worked: timedelta
) -> None:
    calendar, around = drawn
    start = around + offset
    at = due(calendar, start, worked)
    assert elapsed(calendar, start, at) == worked
    assert elapsed(calendar, start, at - timedelta(microseconds=1)) < worked


@settings(deadline=None, max_examples=100)
@given(calendars(), st.timedeltas(-9 * DAY, 9 * DAY))
def test_the_next_opening_is_open_and_nothing_before_it_is(drawn: tuple[Calendar, datetime], offset: timedelta) -> None:
    calendar, around = drawn
    at = next_opening(calendar, around + offset)
    assert is_open(calendar, at)
    assert elapsed(calendar, around + offset, at) == timedelta()


@pytest.mark.parametrize("zone", ["Europe/Warsaw", "America/Chicago", "Asia/Manila", "Australia/Lord_Howe"])
def test_a_zone_is_that_of_the_pinned_package_and_knows_its_name(zone: str) -> None:
    ours = zone_named(zone)
    assert ours is zone_named(zone)
    assert ours.key == zone
    assert ours is not ZoneInfo(zone)


@pytest.mark.parametrize("zone", [*RESTLESS, *ZONES[::20]])
def test_the_offsets_of_a_zone_written_down_are_those_of_its_files(zone: str) -> None:
    """Hour by hour where they change, and day by day besides."""
    years = range(2024, 2030)
    kept, where = read(written(zone, years)), zone_named(zone)
    days = [utc("2024-01-01") + n * DAY for n in range(366 + 5 * 365)]
    around = [
        change + n * timedelta(minutes=30) for change in changes(zone) if change.year in years for n in range(-2, 98)
    ]
    for at in [*days, *(each for each in around if each.year in years)]:
        assert kept.at(at) == at.astimezone(where).utcoffset(), at
    assert kept.at(utc("2023-12-31T23:59")) is None
    assert kept.at(utc("2030-01-01")) is None
    assert len(written(zone, years)) < 400


def test_a_calendar_with_its_offsets_counts_as_one_that_asks_the_zone_files() -> None:
    asking = Calendar(zone="America/Chicago", hours={"mon-fri": ("08:00-18:00",)})
    carrying = asking.model_copy(update={"offsets": written("America/Chicago", range(2025, 2028))})
    for hour in range(0, 24 * 365 * 5, 31):
        start = utc("2024-01-01") + timedelta(hours=hour)
        assert due(carrying, start, timedelta(hours=40)) == due(asking, start, timedelta(hours=40))


@pytest.mark.parametrize("text", ["2025-2026", "2025-2026 +1 03-30T01", "x +1", "2025-2026 +1 2025-13-01T00 +2"])
def test_offsets_that_say_nothing_are_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - nobody writes these by hand
        Calendar(zone="UTC", hours={}, offsets=text)
