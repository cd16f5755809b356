from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from escalation.calendar import AROUND_THE_CLOCK, Calendar, NeverOpen, due, elapsed, is_open, next_opening

MINUTE = timedelta(minutes=1)
EIGHT_HOUR_DAY = Calendar(zone="UTC", hours={"mon-fri": ("09:00-17:00",)})
BRUSSELS = Calendar(
    zone="Europe/Brussels",
    hours={"mon-fri": ("08:00-18:00",)},
    holidays=(date(2012, 1, 1), date(2012, 4, 9), date(2012, 5, 1), date(2012, 5, 17), date(2012, 5, 28)),
)


def brussels(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Europe/Brussels")).astimezone(UTC)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


# ------------------------------------------------------------------------------------------- golden vectors


def test_friday_afternoon_to_monday_afternoon_is_one_business_day_not_three() -> None:
    assert elapsed(EIGHT_HOUR_DAY, utc("2026-01-09T16:00"), utc("2026-01-12T16:00")) == timedelta(hours=8)


def test_holidays_move_a_due_time_as_in_zammad_390() -> None:
    calendar = Calendar(
        zone="UTC", hours={"daily": ("09:00-21:00",)}, holidays={date(2016, 11, 11), date(2016, 11, 13)}
    )
    assert due(calendar, utc("2016-11-09T23:00"), timedelta(hours=48)) == utc("2016-11-15T21:00")


@pytest.mark.parametrize(
    ("start", "end", "hours"),
    [
        ("2012-05-04T17:00", "2012-05-07T09:00", 2),
        ("2012-04-30T17:00", "2012-05-02T09:00", 2),
        ("2012-03-23T17:00", "2012-03-26T09:00", 2),
        ("2012-05-05T00:00", "2012-05-06T23:59", 0),
    ],
    ids=["a weekend", "the first of May", "a weekend with a clock change", "Saturday to Sunday"],
)
def test_closed_days_in_brussels_add_nothing(start: str, end: str, hours: int) -> None:
    assert elapsed(BRUSSELS, brussels(start), brussels(end)) == timedelta(hours=hours)


def test_around_the_clock_loses_no_minute_over_midnight() -> None:
    assert elapsed(AROUND_THE_CLOCK, utc("2026-03-01T23:59"), utc("2026-03-02T00:01")) == 2 * MINUTE
    assert due(AROUND_THE_CLOCK, utc("2025-12-31T23:59:30"), MINUTE) == utc("2026-01-01T00:00:30")
    assert elapsed(AROUND_THE_CLOCK, utc("2020-01-01"), utc("2026-01-01")) == utc("2026-01-01") - utc("2020-01-01")


def test_half_of_a_target_falls_at_half_of_the_business_time_not_of_the_wall_time() -> None:
    start = utc("2026-01-09T15:00")  # Friday, two hours before closing
    half = due(EIGHT_HOUR_DAY, start, timedelta(hours=8) / 2)
    assert half == utc("2026-01-12T11:00")
    assert elapsed(EIGHT_HOUR_DAY, start, half) * 2 == timedelta(hours=8)


def test_a_clock_a_whisker_before_its_target_has_time_left() -> None:
    start, target = utc("2026-01-09T15:00"), timedelta(hours=8)
    at = due(EIGHT_HOUR_DAY, start, target * 0.99951)
    assert timedelta() < target - elapsed(EIGHT_HOUR_DAY, start, at) < timedelta(seconds=15)


def test_a_24_hour_target_on_a_ten_hour_day_takes_two_days_and_four_hours() -> None:
    assert due(BRUSSELS, brussels("2012-06-04T08:00"), timedelta(hours=24)) == brussels("2012-06-06T12:00")


# --------------------------------------------------------------------------------------- spans and openings


def test_lunch_closes_the_clock() -> None:
    split = Calendar(zone="UTC", hours={"mon-fri": ("08:00-12:00", "13:00-17:00")})
    assert elapsed(split, utc("2026-01-12T11:30"), utc("2026-01-12T13:30")) == timedelta(hours=1)
    assert due(split, utc("2026-01-12T11:30"), timedelta(minutes=30)) == utc("2026-01-12T12:00")
    assert next_opening(split, utc("2026-01-12T12:00")) == utc("2026-01-12T13:00")


def test_a_night_shift_runs_over_midnight() -> None:
    night = Calendar(zone="UTC", hours={"mon": ("22:00-24:00",), "tue": ("00:00-06:00",)})
    assert elapsed(night, utc("2026-01-12T12:00"), utc("2026-01-13T12:00")) == timedelta(hours=8)
    assert is_open(night, utc("2026-01-13T00:00"))


def test_the_closing_instant_is_closed_and_the_opening_instant_is_open() -> None:
    assert is_open(EIGHT_HOUR_DAY, utc("2026-01-12T09:00"))
    assert not is_open(EIGHT_HOUR_DAY, utc("2026-01-12T17:00"))
    assert next_opening(EIGHT_HOUR_DAY, utc("2026-01-12T10:15")) == utc("2026-01-12T10:15")
    assert next_opening(EIGHT_HOUR_DAY, utc("2026-01-09T17:00")) == utc("2026-01-12T09:00")


def test_a_week_may_begin_on_sunday() -> None:
    gulf = Calendar(zone="Asia/Dubai", hours={"sun-thu": ("09:00-17:00",)})
    assert elapsed(gulf, utc("2026-01-01"), utc("2026-01-08")) == timedelta(hours=40)


def test_nothing_to_wait_for_is_due_at_once() -> None:
    assert due(EIGHT_HOUR_DAY, utc("2026-01-10T12:00"), timedelta()) == utc("2026-01-10T12:00")
    assert elapsed(EIGHT_HOUR_DAY, utc("2026-01-13"), utc("2026-01-12")) == timedelta()


def test_a_calendar_that_never_opens_says_so() -> None:
    shut = Calendar(zone="UTC", hours={})
    with pytest.raises(NeverOpen):
        due(shut, utc("2026-01-12"), MINUTE)
    with pytest.raises(NeverOpen):
        next_opening(shut, utc("2026-01-12"))
    assert elapsed(shut, utc("2026-01-12"), utc("2027-01-12")) == timedelta()


# ------------------------------------------------------------------------------------------- policy as data


@pytest.mark.parametrize(
    ("zone", "hours", "named"),
    [
        ("Mars/Olympus", {"daily": ["00:00-24:00"]}, "Mars/Olympus"),
        ("Europe", {"daily": ["00:00-24:00"]}, "Europe"),
        ("UTC", {"weekdays": ["08:00-18:00"]}, "weekdays"),
        ("UTC", {"mon-fry": ["08:00-18:00"]}, "mon-fry"),
        ("UTC", {"mon": ["18:00-08:00"]}, "18:00-08:00"),
        ("UTC", {"mon": ["08:00-08:00"]}, "08:00-08:00"),
        ("UTC", {"mon": ["8-18"]}, "8-18"),
        ("UTC", {"mon": ["08:00-24:30"]}, "08:00-24:30"),
        ("UTC", {"mon": ["08:00-12:00", "11:00-13:00"]}, "11:00-13:00"),
        ("UTC", {"mon-fri": ["08:00-12:00"], "fri": ["09:00-10:00"]}, "09:00-10:00"),
    ],
)
def test_unreadable_hours_are_refused_by_name(zone: str, hours: dict[str, list[str]], named: str) -> None:
    with pytest.raises(ValueError, match=named):
        Calendar(zone=zone, hours=hours)


def test_a_calendar_travels_as_json_and_comes_back_equal() -> None:
    elapsed(BRUSSELS, brussels("2012-05-04T17:00"), brussels("2012-05-07T09:00"))  # what is cached must not travel
    again = Calendar.model_validate_json(BRUSSELS.model_dump_json())
    assert again == BRUSSELS
    assert hash(again) == hash(BRUSSELS)
    assert len(BRUSSELS.model_dump_json()) < 180


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="no time zone"):
        elapsed(BRUSSELS, datetime(2012, 5, 4, 17), utc("2012-05-07T09:00"))  # noqa: DTZ001 - the fault under test


# ------------------------------------------------------------------------------------------------ properties

# Days around which the clocks of these zones change, one with a change at midnight and one with a skipped day.
CHANGES = {
    "UTC": ("2026-06-01",),
    "Europe/Brussels": ("2012-03-25", "2012-10-28", "2026-03-29"),
    "America/New_York": ("2026-03-08", "2026-11-01"),
    "Australia/Lord_Howe": ("2026-04-05", "2026-10-04"),
    "Asia/Beirut": ("2022-03-27", "2022-10-30"),
    "Pacific/Apia": ("2011-12-30",),
}


@st.composite
def calendars(draw: st.DrawFn) -> tuple[Calendar, datetime]:
    zone = draw(st.sampled_from(sorted(CHANGES)))
    around = utc(draw(st.sampled_from(CHANGES[zone])))
    quarters = draw(st.lists(st.integers(0, 96), min_size=2, max_size=6, unique=True).map(sorted))
    spans = [f"{_clock(a)}-{_clock(b)}" for a, b in zip(quarters[::2], quarters[1::2], strict=False)]
    days = draw(st.sampled_from(["daily", "mon-fri", "sat-mon", "sun"]))
    holidays = draw(st.sets(st.integers(-3, 3).map(lambda day: (around + timedelta(days=day)).date()), max_size=2))
    return Calendar(zone=zone, hours={days: spans}, holidays=holidays), around


def _clock(quarter: int) -> str:
    return f"{quarter // 4:02}:{quarter % 4 * 15:02}"


def _wall_says_open(calendar: Calendar, at: datetime) -> bool:
    wall = at.astimezone(ZoneInfo(calendar.zone))
    reads = f"{wall:%H:%M}"
    days = {"daily": range(7), "mon-fri": range(5), "sat-mon": (5, 6, 0), "sun": (6,)}
    return wall.date() not in calendar.holidays and any(
        wall.weekday() in days[key] and any(span[:5] <= reads < span[6:] for span in spans)
        for key, spans in calendar.hours.items()
    )


@settings(deadline=None, max_examples=150)
@given(calendars(), st.integers(-3000, 3000), st.integers(0, 3000))
def test_open_time_is_what_a_walk_minute_by_minute_counts(
    drawn: tuple[Calendar, datetime], start_minute: int, minutes: int
) -> None:
    calendar, around = drawn
    start = around + start_minute * MINUTE
    walked = sum(_wall_says_open(calendar, start + minute * MINUTE) for minute in range(minutes))
    assert elapsed(calendar, start, start + minutes * MINUTE) == walked * MINUTE
    assert is_open(calendar, start) == _wall_says_open(calendar, start)


@settings(deadline=None, max_examples=200)
@given(calendars(), st.timedeltas(-timedelta(days=9), timedelta(days=9)), st.timedeltas(MINUTE, timedelta(days=40)))
def test_work_is_due_at_the_first_moment_it_has_been_done(
    drawn: tuple[Calendar, datetime], offset: timedelta, worked: timedelta
) -> None:
    calendar, around = drawn
    start = around + offset
    at = due(calendar, start, worked)
    assert elapsed(calendar, start, at) == worked
    assert elapsed(calendar, start, at - timedelta(microseconds=1)) < worked


@settings(deadline=None, max_examples=200)
@given(calendars(), st.timedeltas(-timedelta(days=9), timedelta(days=9)))
def test_the_next_opening_is_open_and_nothing_before_it_is(drawn: tuple[Calendar, datetime], offset: timedelta) -> None:
    calendar, around = drawn
    at = next_opening(calendar, around + offset)
    assert is_open(calendar, at)
    assert elapsed(calendar, around + offset, at) == timedelta()
