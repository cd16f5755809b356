"""Opening hours of a desk: while it is open, an odd number of openings and closings has come."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from escalation.calendar import AROUND_THE_CLOCK, Calendar
from escalation.desk_hours import BUSINESS, hours_of, opened_and_closed

MONDAY = datetime(2026, 3, 23, tzinfo=UTC)  # the clocks go forward in Warsaw at its end
DAY = timedelta(days=1)
OFFICE = Calendar(zone="Europe/Warsaw", hours={"mon-fri": ("08:00-12:00", "13:00-17:00")})
LATE = Calendar(zone="Europe/Warsaw", hours={"mon-fri": ("12:00-20:00",), "sat": ("22:00-06:00",)})
FAR = Calendar(zone="Asia/Manila", hours={"mon-fri": ("20:00-05:00",)})
moments = st.builds(lambda minutes: MONDAY + timedelta(minutes=minutes), st.integers(0, 14 * 24 * 60))


@given(st.lists(st.sampled_from([OFFICE, LATE, FAR, AROUND_THE_CLOCK]), max_size=4), st.lists(moments, min_size=1))
def test_an_odd_number_of_openings_and_closings_has_come_where_the_desk_is_open(
    shifts: list[Calendar], asked: list[datetime]
) -> None:
    edges = opened_and_closed(shifts, min(asked), max(asked))
    assert edges == sorted(set(edges))
    for at in asked:
        assert (sum(edge <= at for edge in edges) % 2 == 1) == (hours_of(shifts, at) == BUSINESS)


def test_two_shifts_that_meet_or_overlap_are_one_opening() -> None:
    day = opened_and_closed([OFFICE, LATE], MONDAY, MONDAY + DAY)
    assert [(at - MONDAY) / timedelta(hours=1) for at in day] == [7, 19]  # Warsaw is an hour ahead


def test_a_desk_that_never_closes_tells_nothing_apart() -> None:
    assert opened_and_closed([AROUND_THE_CLOCK], MONDAY, MONDAY + DAY) == []
