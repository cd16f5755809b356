from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from escalation.audit.window import KINDS, AuditKind, Window, audit_id, last_whole

CHICAGO = "America/Chicago"


@pytest.mark.parametrize(
    ("kind", "at", "since", "until"),
    [
        ("weekly", "2026-11-23T12:00Z", "2026-11-16T06:00Z", "2026-11-23T06:00Z"),
        ("weekly", "2026-11-23T05:00Z", "2026-11-09T06:00Z", "2026-11-16T06:00Z"),  # Sunday still, in Chicago
        ("weekly", "2026-11-02T12:00Z", "2026-10-26T05:00Z", "2026-11-02T06:00Z"),  # the week that winter time begins
        ("monthly", "2026-11-23T12:00Z", "2026-10-01T05:00Z", "2026-11-01T05:00Z"),
        ("monthly", "2026-01-01T12:00Z", "2025-12-01T06:00Z", "2026-01-01T06:00Z"),
        ("quarterly", "2026-11-23T12:00Z", "2026-07-01T05:00Z", "2026-10-01T05:00Z"),
        ("quarterly", "2026-01-01T12:00Z", "2025-10-01T05:00Z", "2026-01-01T06:00Z"),
    ],
)
def test_the_window_is_the_last_whole_one_by_the_clocks_of_the_desk(
    kind: AuditKind, at: str, since: str, until: str
) -> None:
    window = last_whole(kind, datetime.fromisoformat(at), CHICAGO)
    assert window == Window(since=datetime.fromisoformat(since), until=datetime.fromisoformat(until))


@given(st.integers(0, 36_500 * 24), st.sampled_from(KINDS))
def test_windows_follow_on_one_another_and_end_before_the_moment(hours: int, kind: AuditKind) -> None:
    at = datetime(2000, 1, 1, tzinfo=UTC) + timedelta(hours=hours)
    window = last_whole(kind, at, CHICAGO)
    assert window.since < window.until <= at
    assert last_whole(kind, window.until, CHICAGO) == window
    assert last_whole(kind, window.since, CHICAGO).until == window.since


def test_an_audit_is_known_by_its_kind_and_window() -> None:
    at = datetime(2026, 11, 23, 12, tzinfo=UTC)
    usual = last_whole("weekly", at, CHICAGO)
    assert audit_id("weekly", usual, CHICAGO) == "weekly-2026-11-16"
    assert audit_id("monthly", last_whole("monthly", at, CHICAGO), CHICAGO) == "monthly-2026-10-01"
    odd = Window(since=usual.since, until=usual.until + timedelta(hours=1))
    assert audit_id("weekly", odd, CHICAGO) == "weekly-20261116T0000-20261123T0100"
