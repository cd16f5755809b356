"""The golden vectors of the requirements, section L, each by its number; the eighth is test_reference_log."""

from datetime import date, timedelta

import pytest

from escalation import sla
from escalation.calendar import AROUND_THE_CLOCK, Calendar, due, elapsed
from tests.moments import brussels, utc

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
EIGHT_HOUR_DAY = Calendar(zone="UTC", hours={"mon-fri": ("09:00-17:00",)})
BRUSSELS = Calendar(
    zone="Europe/Brussels",
    hours={"mon-fri": ("08:00-18:00",)},
    holidays=(date(2012, 1, 1), date(2012, 4, 9), date(2012, 5, 1), date(2012, 5, 17), date(2012, 5, 28)),
)


def test_vector_1_friday_four_to_monday_four_is_eight_business_hours_and_not_72() -> None:
    opened, closed = utc("2026-01-09T16:00"), utc("2026-01-12T16:00")
    assert elapsed(EIGHT_HOUR_DAY, opened, closed) == 8 * HOUR
    assert closed - opened == 72 * HOUR


def test_vector_2_zammad_390_two_holidays_move_48_hours_to_the_fifteenth() -> None:
    calendar = Calendar(
        zone="UTC", hours={"daily": ("09:00-21:00",)}, holidays=(date(2016, 11, 11), date(2016, 11, 13))
    )
    assert due(calendar, utc("2016-11-09T23:00"), 48 * HOUR) == utc("2016-11-15T21:00")
    worked = {day: elapsed(calendar, utc(f"2016-11-{day}"), utc(f"2016-11-{day + 1}")) for day in range(10, 16)}
    assert worked == {10: 12 * HOUR, 11: 0 * HOUR, 12: 12 * HOUR, 13: 0 * HOUR, 14: 12 * HOUR, 15: 12 * HOUR}


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
def test_b2_b3_vector_3_closed_days_in_brussels_add_nothing(start: str, end: str, hours: int) -> None:
    assert elapsed(BRUSSELS, brussels(start), brussels(end)) == hours * HOUR


def test_b1_vector_4_around_the_clock_loses_no_minute_over_midnight() -> None:
    assert elapsed(AROUND_THE_CLOCK, utc("2026-03-01T23:59"), utc("2026-03-02T00:01")) == 2 * MINUTE
    assert due(AROUND_THE_CLOCK, utc("2025-12-31T23:59:30"), MINUTE) == utc("2026-01-01T00:00:30")
    assert elapsed(AROUND_THE_CLOCK, utc("2020-01-01"), utc("2026-01-01")) == utc("2026-01-01") - utc("2020-01-01")


def test_vector_5_half_of_a_target_falls_at_half_of_its_business_time() -> None:
    opened = utc("2026-01-09T15:00")  # Friday, two hours before closing
    clock = sla.start("resolution", 8 * HOUR, "client", EIGHT_HOUR_DAY, opened, {"50": 4 * HOUR, "100": 8 * HOUR})
    assert clock.marks["50"].at == utc("2026-01-12T11:00")
    assert clock.marks["100"].at == clock.due_at == utc("2026-01-12T15:00")


def test_vector_5_a_breach_is_time_that_ran_out_and_never_a_rounded_percentage() -> None:
    opened, target = utc("2026-01-09T15:00"), 8 * HOUR
    clock = sla.start("resolution", target, "client", EIGHT_HOUR_DAY, opened, {"100": target})
    almost = due(EIGHT_HOUR_DAY, opened, target * 0.99951)
    assert not sla.stop(clock, EIGHT_HOUR_DAY, almost).breached
    assert not sla.stop(clock, EIGHT_HOUR_DAY, utc("2026-01-12T15:00")).breached  # in the last instant: kept
    assert sla.stop(clock, EIGHT_HOUR_DAY, utc("2026-01-12T15:00") + timedelta(microseconds=1)).breached


def test_vector_7_24_business_hours_on_a_ten_hour_day_are_two_days_and_four_tenths() -> None:
    opened = brussels("2012-06-04T08:00")
    assert due(BRUSSELS, opened, 24 * HOUR) == brussels("2012-06-06T12:00")
    a_day = elapsed(BRUSSELS, brussels("2012-06-04T00:00"), brussels("2012-06-05T00:00"))
    assert 24 * HOUR / a_day == 2.4
