from datetime import date, datetime, timedelta

import pytest

from escalation.calendar import Calendar, NeverOpen, due, elapsed, is_open, next_opening
from tests.moments import brussels, utc

MINUTE = timedelta(minutes=1)
EIGHT_HOUR_DAY = Calendar(zone="UTC", hours={"mon-fri": ("09:00-17:00",)})
BRUSSELS = Calendar(
    zone="Europe/Brussels",
    hours={"mon-fri": ("08:00-18:00",)},
    holidays=(date(2012, 1, 1), date(2012, 4, 9), date(2012, 5, 1), date(2012, 5, 17), date(2012, 5, 28)),
)


# --------------------------------------------------------------------------------------- spans and openings


def test_b1_lunch_closes_the_clock() -> None:
    split = Calendar(zone="UTC", hours={"mon-fri": ("08:00-12:00", "13:00-17:00")})
    assert elapsed(split, utc("2026-01-12T11:30"), utc("2026-01-12T13:30")) == timedelta(hours=1)
    assert due(split, utc("2026-01-12T11:30"), timedelta(minutes=30)) == utc("2026-01-12T12:00")
    assert next_opening(split, utc("2026-01-12T12:00")) == utc("2026-01-12T13:00")


def test_b1_a_night_shift_runs_over_midnight() -> None:
    night = Calendar(zone="UTC", hours={"mon": ("22:00-06:00",)})
    assert elapsed(night, utc("2026-01-12T12:00"), utc("2026-01-13T12:00")) == timedelta(hours=8)
    assert is_open(night, utc("2026-01-13T00:00"))
    assert is_open(night, utc("2026-01-13T05:59"))
    assert next_opening(night, utc("2026-01-13T06:00")) == utc("2026-01-19T22:00")


def test_a_night_shift_in_one_span_is_the_same_as_one_cut_at_midnight() -> None:
    whole = Calendar(zone="Asia/Manila", hours={"mon-fri": ("20:00-05:00",)})
    cut = Calendar(zone="Asia/Manila", hours={"mon-fri": ("20:00-24:00",), "tue-sat": ("00:00-05:00",)})
    for hour in range(24 * 15):
        at = utc("2026-01-05") + timedelta(hours=hour)
        assert elapsed(whole, utc("2026-01-05"), at) == elapsed(cut, utc("2026-01-05"), at)


def test_the_night_before_a_holiday_is_worked_to_its_end_and_that_of_the_holiday_is_not_begun() -> None:
    night = Calendar(zone="UTC", hours={"daily": ("22:00-06:00",)}, holidays=(date(2026, 12, 25),))
    assert elapsed(night, utc("2026-12-24T22:00"), utc("2026-12-25T22:00")) == timedelta(hours=8)
    assert elapsed(night, utc("2026-12-25T06:00"), utc("2026-12-26T22:00")) == timedelta()


def test_a_night_shift_on_the_night_of_a_clock_change_is_as_long_as_the_night() -> None:
    night = Calendar(zone="Europe/Warsaw", hours={"sat": ("22:00-06:00",)})
    assert elapsed(night, utc("2026-03-28"), utc("2026-03-30")) == timedelta(hours=7)
    assert elapsed(night, utc("2026-10-24"), utc("2026-10-26")) == timedelta(hours=9)


def test_b2_half_a_christmas_eve_is_half_a_day() -> None:
    half = Calendar(zone="UTC", hours={"mon-fri": ("08:00-18:00",)}, special_days={"2026-12-24": ("08:00-12:00",)})
    assert elapsed(half, utc("2026-12-24"), utc("2026-12-25")) == timedelta(hours=4)
    assert due(half, utc("2026-12-24T11:00"), timedelta(hours=2)) == utc("2026-12-25T09:00")


def test_b2_a_special_day_opens_a_holiday_or_closes_a_day_that_would_be_open() -> None:
    christmas = date(2026, 12, 25)
    open_anyway = Calendar(zone="UTC", hours={}, holidays=(christmas,), special_days={christmas: ("10:00-14:00",)})
    assert elapsed(open_anyway, utc("2026-12-25"), utc("2026-12-26")) == timedelta(hours=4)
    stocktaking = Calendar(zone="UTC", hours={"daily": ("00:00-24:00",)}, special_days={"2026-06-30": ()})
    assert next_opening(stocktaking, utc("2026-06-30T00:00")) == utc("2026-07-01T00:00")


def test_a_special_day_that_begins_in_the_night_before_it_counts_no_minute_twice() -> None:
    both = Calendar(zone="UTC", hours={"mon": ("22:00-06:00",)}, special_days={"2026-01-13": ("04:00-08:00",)})
    assert elapsed(both, utc("2026-01-12"), utc("2026-01-14")) == timedelta(hours=10)


def test_one_client_alone_may_be_closed() -> None:
    shut = EIGHT_HOUR_DAY.closed_also_on([date(2026, 1, 12)])
    assert elapsed(shut, utc("2026-01-12"), utc("2026-01-13")) == timedelta()
    assert EIGHT_HOUR_DAY.closed_also_on([]) is EIGHT_HOUR_DAY


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
    ("hours", "words"),
    [(["08:00-12:00", "11:00-13:00"], "2026-12-24: .*overlap"), (["8-12"], "2026-12-24: '8-12' is not a span")],
)
def test_unreadable_hours_of_a_special_day_are_refused_by_name(hours: list[str], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        Calendar(zone="UTC", hours={}, special_days={"2026-12-24": hours})


@pytest.mark.parametrize(
    ("zone", "hours", "named"),
    [
        ("Mars/Olympus", {"daily": ["00:00-24:00"]}, "Mars/Olympus"),
        ("Europe", {"daily": ["00:00-24:00"]}, "Europe"),
        ("UTC", {"weekdays": ["08:00-18:00"]}, "weekdays"),
        ("UTC", {"mon-fry": ["08:00-18:00"]}, "mon-fry"),
        ("UTC", {"mon": ["22:00-06:00"], "tue": ["05:00-13:00"]}, "mon and tue: '22:00-06:00' and '05:00-13:00'"),
        ("UTC", {"sun": ["22:00-06:00"], "mon": ["05:00-13:00"]}, "sun and mon: '22:00-06:00' and '05:00-13:00'"),
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
