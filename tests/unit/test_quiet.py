"""Whom information may disturb when: never late by more than a night, and a page never late at all."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from escalation.messages import Message
from escalation.quiet import QuietHours, held

ZONES = ["UTC", "Europe/Berlin", "America/Chicago", "Australia/Lord_Howe", "Asia/Kolkata"]
NIGHT = QuietHours(start=time(22), end=time(7))
moments = st.integers(0, 2 * 365 * 24 * 60).map(lambda n: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=n))
hours = st.builds(time, st.integers(0, 23), st.sampled_from([0, 30]))
quiet_hours = st.tuples(hours, hours).filter(lambda pair: pair[0] != pair[1])


def message(**changes: object) -> Message:
    known: dict[str, object] = {
        "key": "k", "ticket_id": "T-1", "template": "nudge", "urgent": False, "to": "tomas",
        "recipient_kind": "person", "params": {"priority": "P3"}, "at": datetime(2026, 6, 1, tzinfo=UTC),
    }  # fmt: skip
    return Message.model_validate(known | changes)


@given(quiet_hours, st.sampled_from(ZONES), moments)
def test_b25_information_goes_at_the_first_moment_that_is_not_quiet_within_a_day(
    pair: tuple[time, time], zone: str, now: datetime
) -> None:
    quiet = QuietHours(start=pair[0], end=pair[1])
    found = held(message(), quiet, zone, now, timedelta(0))
    assert (found is None) == (not quiet.holds(now.astimezone(ZoneInfo(zone)).time()))
    if found is not None:
        assert now <= found.until <= now + timedelta(hours=25)
        local = found.until.astimezone(ZoneInfo(zone)).time()
        skipped = abs(local.hour * 60 + local.minute - quiet.end.hour * 60 - quiet.end.minute)
        assert skipped in (0, 30, 60)  # a clock that is put forward passes some moments over


@given(quiet_hours, st.sampled_from(ZONES), moments)
def test_b25_neither_a_page_nor_a_p1_ever_waits(pair: tuple[time, time], zone: str, now: datetime) -> None:
    quiet, window = QuietHours(start=pair[0], end=pair[1]), timedelta(minutes=5)
    for exempt in (message(urgent=True), message(params={"priority": "P1"}), message(recipient_kind="contact")):
        assert held(exempt, quiet, zone, now, window) is None


@pytest.mark.parametrize(
    ("now", "until"),
    [
        ("2026-06-01T23:30:00+02:00", "2026-06-02T07:00:00+02:00"),
        ("2026-06-02T03:30:00+02:00", "2026-06-02T07:00:00+02:00"),
        ("2026-03-28T23:30:00+01:00", "2026-03-29T07:00:00+02:00"),  # the night in which the clock is put forward
        ("2026-10-24T23:30:00+02:00", "2026-10-25T07:00:00+01:00"),  # and the one in which it is put back
    ],
)
def test_quiet_hours_end_by_the_clock_of_whoever_sleeps(now: str, until: str) -> None:
    found = held(message(), NIGHT, "Europe/Berlin", datetime.fromisoformat(now), timedelta(0))
    assert found is not None
    assert (found.until, found.because) == (datetime.fromisoformat(until), "quiet hours")


def test_hours_that_never_end_are_no_quiet_hours() -> None:
    with pytest.raises(ValidationError, match="never"):
        QuietHours(start=time(7), end=time(7))
