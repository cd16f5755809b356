from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from pydantic import ValidationError

from escalation.oncall import Rota, RotaOverride, boundary, on_call, shift_at
from escalation.zones import zone_named
from tests.moments import utc

CHICAGO = "America/Chicago"
SECOND, HOUR, DAY = timedelta(seconds=1), timedelta(hours=1), timedelta(days=1)
WEEKLY = Rota(zone=CHICAGO, members=("sofia", "ivan"))
DAILY = Rota(zone=CHICAGO, rotation="daily", handover="18:00", members=("elena", "omar", "marek"))
NIGHTS = Rota(
    zone=CHICAGO,
    rotation="daily",
    handover="18:00",
    members=("elena", "omar", "marek"),
    active={"mon-fri": ("18:00-24:00", "00:00-08:00"), "sat-sun": ("00:00-24:00",)},
)


def local(text: str, zone: str = CHICAGO) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))


def swap(start: str, end: str, who: str = "ruth", rota: str = "t3") -> RotaOverride:
    return RotaOverride(rota=rota, who=who, start=utc(start), end=utc(end))


# --------------------------------------------------------------------------------------------------------- turns


def test_a_week_ends_at_its_handover_to_the_second() -> None:
    handover = local("2026-01-12T09:00")
    before, after = (on_call("t3", WEEKLY, (), handover + step) for step in (-SECOND, timedelta()))
    assert (before, after) == ("ivan", "sofia")
    assert on_call("t3", WEEKLY, (), handover + 7 * DAY) == "ivan"


def test_members_take_turns_in_their_order() -> None:
    days = [on_call("t2", DAILY, (), local("2026-01-05T18:00") + n * DAY) for n in range(4)]
    start = DAILY.members.index(days[0] or "")
    assert days == [DAILY.members[(start + n) % 3] for n in range(4)]


def test_the_first_shift_begins_at_the_first_handover_of_2024() -> None:
    assert boundary(WEEKLY, 0) == utc("2024-01-01T15:00")
    assert boundary(DAILY, 0) == utc("2024-01-02T00:00")
    assert shift_at(WEEKLY, utc("2024-01-01T14:59:59")) == -1
    assert on_call("t3", WEEKLY, (), utc("2023-12-31T00:00")) == "ivan"


@pytest.mark.parametrize(
    ("n", "begins_at", "hours"),
    [
        (796, "2026-03-07T18:00-06:00", 23),  # the night in which the clocks go forward
        (797, "2026-03-08T18:00-05:00", 24),
        (1034, "2026-10-31T18:00-05:00", 25),  # and the one in which they go back
        (1035, "2026-11-01T18:00-06:00", 24),
    ],
)
def test_b23_a_handover_keeps_to_the_wall_clock_when_it_is_put_forward_or_back(
    n: int, begins_at: str, hours: int
) -> None:
    assert boundary(DAILY, n) == datetime.fromisoformat(begins_at)
    assert boundary(DAILY, n + 1) - boundary(DAILY, n) == hours * HOUR


@pytest.mark.parametrize(
    ("handover", "day", "begins_at"),
    [
        ("02:30", "2026-03-08", "2026-03-08T08:30"),  # 02:30 is skipped: as if the clock had not been put forward
        ("01:30", "2026-11-01", "2026-11-01T06:30"),  # 01:30 comes twice: the first of them
    ],
)
def test_a_handover_in_the_hour_that_is_skipped_or_repeated_happens_once(
    handover: str, day: str, begins_at: str
) -> None:
    rota = Rota(zone=CHICAGO, rotation="daily", handover=handover, members=("a", "b"))
    n = shift_at(rota, local(f"{day}T12:00"))
    assert boundary(rota, n) == utc(begins_at)
    at = utc(begins_at)
    assert on_call("r", rota, (), at - SECOND) != on_call("r", rota, (), at)
    assert on_call("r", rota, (), at) == on_call("r", rota, (), at + HOUR)


def test_the_moment_may_be_given_in_any_zone() -> None:
    at = local("2026-06-01T10:00")
    seen = {on_call("t3", WEEKLY, (), at.astimezone(ZoneInfo(zone))) for zone in ("UTC", "Asia/Manila", CHICAGO)}
    assert len(seen) == 1


# -------------------------------------------------------------------------------------------------- active hours


@pytest.mark.parametrize(
    ("at", "answers"),
    [
        ("2026-01-05T07:59:59", True),
        ("2026-01-05T08:00:00", False),
        ("2026-01-05T17:59:59", False),
        ("2026-01-05T18:00:00", True),
        ("2026-01-05T23:59:59", True),
        ("2026-01-06T00:00:00", True),
        ("2026-01-10T12:00:00", True),  # Saturday
        ("2026-01-12T08:00:00", False),  # Monday
    ],
)
def test_outside_its_active_hours_a_rota_has_nobody(at: str, answers: bool) -> None:
    assert (on_call("t2", NIGHTS, (), local(at)) is not None) is answers


def test_one_person_has_the_whole_night() -> None:
    evening = local("2026-01-05T18:00")
    assert len({on_call("t2", NIGHTS, (), evening + n * HOUR) for n in range(14)}) == 1


# ----------------------------------------------------------------------------------------------------- overrides


def test_r66_an_override_holds_from_its_first_second_up_to_its_last() -> None:
    taken = (swap("2026-01-06T12:00:00", "2026-01-06T12:00:01"),)
    at = utc("2026-01-06T12:00:00")
    assert [on_call("t3", WEEKLY, taken, at + n * SECOND) for n in (-1, 0, 1)] == ["ivan", "ruth", "ivan"]


def test_the_later_of_two_overrides_wins_while_both_hold() -> None:
    taken = (
        swap("2026-01-06T00:00", "2026-01-08T00:00", who="ruth"),
        swap("2026-01-07T00:00", "2026-01-07T12:00", who="grace"),
    )
    seen = [on_call("t3", WEEKLY, taken, utc(f"2026-01-07T{hour}:00")) for hour in ("00", "11", "12")]
    assert seen == ["grace", "grace", "ruth"]


def test_an_override_of_another_rota_changes_nothing() -> None:
    taken = (swap("2026-01-06T00:00", "2026-01-08T00:00", rota="t2"),)
    assert on_call("t3", WEEKLY, taken, utc("2026-01-07T00:00")) == "ivan"


def test_an_override_answers_outside_the_active_hours_too() -> None:
    taken = (swap("2026-01-05T00:00", "2026-01-06T00:00", rota="t2"),)
    assert on_call("t2", NIGHTS, taken, local("2026-01-05T12:00")) == "ruth"


def test_an_override_that_ends_when_it_begins_is_refused() -> None:
    with pytest.raises(ValidationError, match="ends before it begins"):
        swap("2026-01-06T12:00", "2026-01-06T12:00")


@pytest.mark.parametrize(
    ("rotation", "handover"),
    [
        ("daily", "mon 09:00"),
        ("weekly", "09:00"),
        ("weekly", "funday 09:00"),
        ("daily", "24:00"),
        ("daily", "9"),
        ("daily", "09:00+02:00"),
    ],
)
def test_a_handover_that_does_not_fit_its_rotation_is_refused(rotation: str, handover: str) -> None:
    with pytest.raises(ValidationError, match="hands over at a time such as"):
        Rota.model_validate({"zone": "UTC", "rotation": rotation, "handover": handover, "members": ["a"]})


# ---------------------------------------------------------------------------------------------------- properties

ZONES = (
    "UTC",
    CHICAGO,
    "America/St_Johns",  # half an hour off
    "Europe/Warsaw",
    "Asia/Manila",
    "Australia/Lord_Howe",  # puts its clock forward by half an hour
    "Pacific/Apia",  # left a day out in 2011
    "Africa/Casablanca",  # puts its clock back for Ramadan
)
clocks = st.builds(lambda hour, minute: f"{hour:02}:{minute:02}", st.integers(0, 23), st.integers(0, 59))
rotas = st.builds(
    lambda zone, day, clock, members: Rota(
        zone=zone,
        rotation="weekly" if day else "daily",
        handover=f"{day} {clock}".strip(),
        members=tuple(f"person-{n}" for n in range(members)),
    ),
    st.sampled_from(ZONES),
    st.sampled_from(["", "mon", "wed", "sun"]),
    clocks,
    st.integers(1, 5),
)
moments = st.datetimes(min_value=datetime(2009, 1, 1), max_value=datetime(2040, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


def holds(rota: Rota, n: int, at: datetime) -> bool:
    return boundary(rota, n) <= at < boundary(rota, n + 1)


@given(rotas, moments)
def test_exactly_one_shift_holds_each_moment(rota: Rota, at: datetime) -> None:
    n = shift_at(rota, at)
    assert [each for each in range(n - 3, n + 4) if holds(rota, each, at)] == [n]
    assert on_call("r", rota, (), at) == rota.members[n % len(rota.members)]


@given(rotas, st.integers(-5_000, 5_000))
def test_a_shift_begins_with_its_first_microsecond_and_follows_the_one_before(rota: Rota, n: int) -> None:
    begins_at = boundary(rota, n)
    assume(begins_at < boundary(rota, n + 1))  # the day that Apia left out has no shift
    assert shift_at(rota, begins_at) == n
    assert shift_at(rota, begins_at - timedelta(microseconds=1)) < n


@given(rotas, st.integers(-5_000, 5_000))
def test_a_handover_is_at_the_same_time_on_the_wall_unless_the_wall_clock_skips_it(rota: Rota, n: int) -> None:
    begins_at = boundary(rota, n)
    wall = begins_at.astimezone(zone_named(rota.zone))
    skipped = wall.utcoffset() != (begins_at - 2 * HOUR).astimezone(zone_named(rota.zone)).utcoffset()
    assert skipped or f"{wall:%H:%M}" == rota.handover[-5:]


def test_the_day_that_apia_left_out_belongs_to_nobody_and_leaves_no_gap() -> None:
    rota = Rota(zone="Pacific/Apia", rotation="daily", handover="09:00", members=("a", "b"))
    n = shift_at(rota, utc("2011-12-30T18:59:59"))
    assert boundary(rota, n + 1) == boundary(rota, n + 2) == utc("2011-12-30T19:00")
    assert shift_at(rota, utc("2011-12-30T19:00")) == n + 2
